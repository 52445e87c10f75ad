"""Two officers thaw an account; neither of them alone, nor the borrower's own."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django_otp import DEVICE_ID_SESSION_KEY

from accounts import conflicts, sessions
from accounts.models import Authenticator, Freeze, ThawProposal
from accounts.refusals import Refused
from accounts.roles import Role
from accounts.services import freezing, staff, thawing
from accounts.states import FreezeReason, ThawedBy, ThawState
from accounts.tests.visitor import Visitor, fresh_phone
from evidence.models import Record
from portal.tests.racing import at_once

pytestmark = pytest.mark.django_db
GROUNDS = "Compared the identity card with the loan's file at the counter."


def officer(clock, username, role=Role.COMPLIANCE_OFFICER):
    return staff.create(
        username=username, role=role, password="long enough", secret=b"1" * 20, now=clock()
    )


def browser_of(user, clock):
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = browser.session
    session[sessions.STARTED] = session[sessions.SEEN] = clock().isoformat()
    session[DEVICE_ID_SESSION_KEY] = Authenticator.objects.get(user=user).persistent_id
    session.save()
    return browser


@pytest.fixture
def owner(db, clock):
    visitor = Visitor(fresh_phone()).log_in()
    freezing.freeze(user=visitor.user, reason=FreezeReason.NOT_ME, now=clock())
    return visitor.user


@pytest.fixture
def maker(clock):
    return officer(clock, "maker")


@pytest.fixture
def checker(clock):
    return officer(clock, "checker")


def propose(owner, by, clock):
    return thawing.propose(user=owner, grounds=GROUNDS, by=by, now=clock())


def decide(proposal, by, clock, agree=True):
    thawing.decide(proposal=proposal, agree=agree, by=by, now=clock())


def code(act):
    with pytest.raises(Refused) as refusal:
        act()
    return refusal.value.code


def test_one_proposes_another_agrees(owner, maker, checker, clock):
    proposal = propose(owner, maker, clock)
    assert freezing.frozen(user=owner, now=clock())
    decide(proposal, checker, clock)
    assert not freezing.frozen(user=owner, now=clock())
    row = Freeze.objects.get()
    assert (row.thawed_how, row.thawed_by) == (ThawedBy.OFFICERS, checker)
    kinds = set(Record.objects.values_list("kind", flat=True))
    assert {"accounts.thawproposal.proposed", "accounts.thawproposal.agreed"} <= kinds


def test_nobody_agrees_to_the_own_proposal(owner, maker, clock):
    proposal = propose(owner, maker, clock)
    assert code(lambda: decide(proposal, maker, clock)) == "own-thaw"
    with pytest.raises(IntegrityError), transaction.atomic():
        ThawProposal.objects.update(decided_by=maker)
    assert freezing.frozen(user=owner, now=clock())


def test_declined_it_stays_frozen_and_can_be_proposed_again(owner, maker, checker, clock):
    decide(propose(owner, maker, clock), checker, clock, agree=False)
    assert freezing.frozen(user=owner, now=clock())
    propose(owner, checker, clock)


def test_the_borrowers_own_officer_does_neither(owner, maker, checker, clock, monkeypatch):
    monkeypatch.setattr(thawing, "is_own_officer", lambda officer, borrower: officer == maker)
    assert code(lambda: propose(owner, maker, clock)) == "own-borrower"
    proposal = propose(owner, checker, clock)
    assert code(lambda: decide(proposal, maker, clock)) == "own-borrower"


def test_it_asks_the_one_place_that_knows_own_officers():
    assert thawing.is_own_officer is conflicts.is_own_officer


def test_one_proposal_at_a_time_and_none_for_what_is_not_frozen(owner, maker, checker, clock):
    propose(owner, maker, clock)
    assert code(lambda: propose(owner, checker, clock)) == "thaw-proposed"
    other = Visitor(fresh_phone()).log_in().user
    assert code(lambda: propose(other, maker, clock)) == "not-frozen"


def test_frozen_once_more_meanwhile_the_proposal_is_over(owner, maker, checker, clock):
    proposal = propose(owner, maker, clock)
    freezing.freeze(user=owner, reason=FreezeReason.CODE_ASKED, now=clock())
    assert code(lambda: decide(proposal, checker, clock)) == "thaw-over"
    proposal.refresh_from_db()
    assert proposal.state == ThawState.OVERTAKEN
    assert freezing.frozen(user=owner, now=clock())


def test_an_answer_comes_once(owner, maker, checker, clock):
    proposal = propose(owner, maker, clock)
    decide(proposal, checker, clock)
    assert code(lambda: decide(proposal, officer(clock, "third"), clock)) == "thaw-over"


@pytest.mark.django_db(transaction=True)
def test_ten_answers_at_once_are_one(clock, db):
    owner = Visitor(fresh_phone()).log_in().user
    freezing.freeze(user=owner, reason=FreezeReason.NOT_ME, now=clock())
    proposal = propose(owner, officer(clock, "maker"), clock)
    others = [officer(clock, f"checker-{n}") for n in range(10)]

    def answer(place):
        try:
            decide(ThawProposal.objects.get(pk=proposal.pk), others[place], clock)
        except Refused as refusal:
            return refusal.code
        return "thawed"

    assert sorted(at_once(10, answer)) == ["thaw-over"] * 9 + ["thawed"]
    assert Record.objects.filter(kind="accounts.user.thawed").count() == 1


def test_the_desk_lists_and_both_pages_lead_through(owner, maker, checker, clock):
    one, other = browser_of(maker, clock), browser_of(checker, clock)
    listed = one.get("/en/staff/frozen/").content.decode()
    assert f"/staff/frozen/{owner.pk}/" in listed and owner.phone not in listed
    page = f"/staff/frozen/{owner.pk}/"
    assert one.post(page, {"grounds": "short"}).status_code == 200
    assert one.post(page, {"grounds": GROUNDS}).url == "/staff/frozen/"
    proposal = ThawProposal.objects.get()
    form = {"answer": "agree", "proposal": str(proposal.pk)}
    assert one.post(page, form).status_code == 409
    assert other.post(page, {**form, "proposal": str(owner.pk)}).status_code == 409
    assert GROUNDS in other.get(page).content.decode().replace("&#x27;", "'")
    assert other.post(page, form).url == "/staff/frozen/"
    assert not freezing.frozen(user=owner, now=clock())
    assert other.get(page).url == "/staff/frozen/"


def test_an_agreed_thaw_gives_nobody_a_session_or_a_code(owner, maker, checker, clock):
    decide(propose(owner, maker, clock), checker, clock)
    owner.refresh_from_db()
    assert not owner.session_set.filter(ended_at__isnull=True).exists()
    assert not owner.loginchallenge_set.filter(used_at__isnull=True).exists()


@pytest.mark.parametrize(
    "role", [Role.AUDITOR, Role.LOAN_OFFICER, Role.ADMINISTRATOR, Role.LENDER_USER]
)
def test_only_compliance_thaws(owner, clock, role):
    browser = browser_of(officer(clock, "somebody", role), clock)
    assert browser.get("/staff/frozen/").status_code == 403
    answer = browser.post(f"/staff/frozen/{owner.pk}/", {"grounds": GROUNDS})
    assert answer.status_code == 403 and not ThawProposal.objects.exists()


def test_a_borrower_finds_no_desk(clock, db):
    visitor = Visitor(fresh_phone()).log_in()
    assert visitor.client.get("/staff/frozen/").status_code == 403
