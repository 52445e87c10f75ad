"""Two officers settle a held login: neither the borrower's own, nor the same one twice."""

import re

import pytest
from django.apps import apps
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp

from accounts.apps import AccountsConfig
from accounts.models import Hold
from accounts.refusals import Refused
from accounts.roles import Role
from accounts.services import holds, staff
from accounts.tests.holding import PASSWORD, SECRET, held, hold_of, member, strict
from accounts.tests.visitor import Visitor, fresh_phone
from evidence.models import Record
from portal.tests.racing import at_once

LIST = "/en/desk/logins/"


@pytest.fixture
def waiting(db, clock):
    strict(clock)
    return held(Visitor(fresh_phone()), clock)


@pytest.fixture
def hold(waiting):
    return hold_of(waiting)


@pytest.fixture
def one(db, clock):
    return member(clock, "one")


@pytest.fixture
def two(db, clock):
    return member(clock, "two", Role.COMPLIANCE_OFFICER)


def at_desk(username):
    client = Client()
    client.post("/staff/login/", {"username": username, "password": PASSWORD})
    client.post("/staff/login/token/", {"otp_token": f"{totp(SECRET):06d}"})
    return client


def propose(client, hold, reason="spoken", note="called the old number"):
    return client.post(f"{LIST}{hold.number}/", {"reason": reason, "note": note})


def decide(client, hold, decision="agree"):
    return client.post(f"{LIST}{hold.number}/decide/", {"decision": decision})


def test_both_officers_let_the_borrower_in(waiting, hold, one, two):
    first, second = at_desk("one"), at_desk("two")
    assert hold.number in first.get(LIST).content.decode()
    page = first.get(f"{LIST}{hold.number}/").content.decode()
    assert "a browser that was not used before" in page and "3000" in page
    assert waiting.phone not in page
    assert propose(first, hold).status_code == 302
    assert decide(second, hold).status_code == 302
    assert hold_of(waiting).login.state == "released"
    assert waiting.client.post("/login/held/go-on/").status_code == 302
    assert waiting.logged_in
    kept = Record.objects.get(kind="accounts.login.released").body
    assert (kept["proposed_by"], kept["by"], kept["reason"]) == (one.pk, two.pk, "spoken")


def test_nobody_agrees_with_an_own_proposal(waiting, hold, one):
    client = at_desk("one")
    propose(client, hold)
    assert "Another officer decides" in client.get(f"{LIST}{hold.number}/").content.decode()
    answer = decide(client, hold)
    assert answer.status_code == 403
    assert "You proposed this yourself" in answer.content.decode()
    assert hold_of(waiting).login.state == "held"


def test_the_database_refuses_it_too(hold, one, clock):
    holds.propose(hold=hold, by=one, reason="met", note="", now=clock())
    with pytest.raises(IntegrityError, match="hold_four_eyes"), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(agreed_by=one)
    with pytest.raises(IntegrityError, match="hold_proposal_has_maker"), transaction.atomic():
        Hold.objects.filter(pk=hold.pk).update(proposed_by=None)


def test_sent_back_it_is_open_for_anybody(waiting, hold, one, two, clock):
    first, second = at_desk("one"), at_desk("two")
    propose(first, hold, reason="denied")
    decide(second, hold, "back")
    hold.refresh_from_db()
    assert (hold.proposal, hold.proposed_by, hold.note) == ("", None, "")
    propose(second, hold)
    decide(first, hold)
    assert hold_of(waiting).login.state == "released"


def test_who_issued_the_borrower_a_ticket_stands_aside(waiting, hold, one, two, clock):
    staff.issue_ticket(phone=waiting.phone, reason="asked", by=one, now=clock())
    answer = propose(at_desk("one"), hold)
    assert answer.status_code == 403
    assert "You have had to do with this borrower" in answer.content.decode()
    propose(at_desk("two"), hold)
    with pytest.raises(Refused, match="hold-own-borrower"):
        holds.agree(hold=hold, by=one, now=clock())
    with pytest.raises(Refused, match="hold-own-borrower"):
        holds.send_back(hold=hold, by=one, now=clock())
    assert hold_of(waiting).login.state == "held"


def test_every_app_to_the_right_tells_its_own_officers(waiting, hold, one, clock, monkeypatch):
    """The apps' own tests hold what a trace is; here, that each is asked."""
    for app in ("creditquery", "reviews", "complaints"):
        config = apps.get_app_config(app)
        with monkeypatch.context() as patch:
            patch.setattr(config, "officer_traces", f"{__name__}.always", raising=True)
            with pytest.raises(Refused, match="hold-own-borrower"):
                holds.propose(hold=hold, by=one, reason="met", note="", now=clock())
    assert AccountsConfig.officer_traces == "accounts.selectors.holds.handled"


def always(_officer, _borrower):
    return True


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.BORROWER}))
def test_who_may_look_and_who_may_settle(hold, clock, role):
    member(clock, "somebody", role)
    client = at_desk("somebody")
    settles = role in {Role.RISK_OFFICER, Role.COMPLIANCE_OFFICER}
    reads = settles or role in {Role.ADMINISTRATOR, Role.AUDITOR}
    assert client.get(LIST).status_code == (200 if reads else 403)
    assert client.get(f"{LIST}{hold.number}/").status_code == (200 if reads else 403)
    assert propose(client, hold).status_code == (302 if settles else 403)
    hold.refresh_from_db()
    assert bool(hold.proposal) is settles


def test_a_borrower_opens_no_desk(waiting, hold):
    other = Visitor(fresh_phone()).log_in()
    assert other.client.get(LIST).status_code == 403
    assert propose(other.client, hold).status_code == 403
    assert Client().get(LIST).status_code == 302


@pytest.mark.parametrize("typed", [{"reason": ""}, {"reason": "made-up"}, {"note": ""}])
def test_a_proposal_is_whole(hold, one, typed):
    page = propose(at_desk("one"), hold, **typed)
    assert page.status_code == 200 and 'aria-invalid="true"' in page.content.decode()
    hold.refresh_from_db()
    assert hold.proposal == ""


def test_nothing_is_decided_that_nobody_proposed(hold, two):
    assert decide(at_desk("two"), hold).status_code == 409


def test_what_is_settled_stays(waiting, hold, one, two, clock):
    first, second = at_desk("one"), at_desk("two")
    propose(first, hold, reason="denied")
    decide(second, hold)
    assert propose(first, hold, reason="met").status_code == 409
    assert decide(second, hold).status_code == 409
    assert hold_of(waiting).login.state == "refused"
    assert hold.number in first.get(LIST).content.decode()


def test_no_page_of_the_desk_holds_what_opens_the_account(waiting, hold, one):
    """Nothing that staff see gives them a code or a session of the borrower's."""
    page = at_desk("one").get(f"{LIST}{hold.number}/").content.decode()
    token = waiting.client.cookies["held"].value
    assert token not in page and hold.token_hash not in page
    assert not re.search(r"\b\d{6}\b", re.sub(r'value="[^"]*"', "", page.split("<main")[1]))


def test_staff_logged_in_at_that_browser_go_on_for_nobody(waiting, hold, one, two, clock):
    holds.propose(hold=hold, by=one, reason="met", note="", now=clock())
    holds.agree(hold=hold, by=two, now=clock())
    client = waiting.client
    client.post("/staff/login/", {"username": "one", "password": PASSWORD})
    client.post("/staff/login/token/", {"otp_token": f"{totp(SECRET):06d}"})
    client.post("/login/held/go-on/")
    assert hold_of(waiting).login.state == "released"
    client.post("/logout/")  # it stays a browser of the staff
    client.post("/login/held/go-on/")
    assert hold_of(waiting).login.state == "released"


@pytest.mark.django_db(transaction=True)
def test_two_who_decide_at_once_decide_once(transactional_db, clock):
    strict(clock)
    waiting = held(Visitor(fresh_phone()), clock)
    hold = hold_of(waiting)
    holds.propose(hold=hold, by=member(clock, "one"), reason="met", note="", now=clock())
    others = [member(clock, f"other-{n}") for n in range(8)]

    def act(place):
        mine = Hold.objects.get(pk=hold.pk)
        try:
            (holds.agree if place % 2 else holds.send_back)(
                hold=mine, by=others[place], now=timezone.now()
            )
        except Refused as error:
            return error.code
        return "done"

    answers = at_once(8, act)
    assert answers.count("done") == 1
    assert set(answers) - {"done"} <= {"hold-over", "hold-not-proposed"}
