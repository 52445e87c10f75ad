"""Only the code is lost and the loan cannot wait: the query goes into review on a signed paper, by
two officers, and nobody gets access by it."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Delivery, LoginChallenge, User
from accounts.refusals import Refused
from creditquery.models import CreditQuery
from creditquery.models.consents import Purpose
from creditquery.services import queries, reviewing
from creditquery.tests.conftest import log_in
from evidence.models import Record
from recovery.models import Carrying
from recovery.selectors import desk
from recovery.services import carrying, deciding, tickets
from recovery.tests.asking import fresh, handed_in, told
from recovery.tests.test_staff_attacks import at_work
from reviews.models import Document
from reviews.tests.officers import promise

pytestmark = pytest.mark.django_db


@pytest.fixture
def unsigned(person, loan, now):
    """Wished for, and waiting for the signature by code that cannot come."""
    promise()
    User.objects.filter(pk=person.pk).update(language="en")
    return queries.wish(person=person, loan=loan, purpose=Purpose.LOAN, now=now)


def propose(ticket, query, by, now):
    return carrying.propose(ticket=ticket, query=query, by=by, reason="deadline", now=now)


def code(act):
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def test_two_officers_carry_an_unsigned_query_into_review(unsigned, now, first, second):
    ticket = handed_in(now, authorised=True)
    made = propose(ticket, unsigned, first, now)
    carrying.decide(carrying=made, by=second, approve=True, now=now)
    unsigned.refresh_from_db()
    made.refresh_from_db()
    assert (unsigned.state, unsigned.consent, unsigned.beside) == ("manual_review", None, False)
    assert made.review.number and made.review.state == "open"
    assert made.state == "approved" and made.decided_by == second
    files = Document.objects.filter(task=made.review)
    assert files.count() == 4 and {file.state for file in files} == {"sanitised"}
    assert {file.sha256 for file in files} == {each.sha256 for each in ticket.papers.all()}
    assert [file.pages.count() for file in files] == [1, 1, 1, 1]
    kinds = ("reviews.reviewtask.carried", "recovery.step.carried", "recovery.carrying.approved")
    assert [Record.objects.filter(kind=kind).count() for kind in kinds] == [1, 1, 1]


def test_it_gives_nobody_access(unsigned, now, first, second):
    ticket = handed_in(now, authorised=True)
    before = User.objects.values().get(pk=unsigned.person_id)
    codes = LoginChallenge.objects.count()
    carrying.decide(
        carrying=propose(ticket, unsigned, first, now), by=second, approve=True, now=now
    )
    assert User.objects.values().get(pk=unsigned.person_id) == before
    assert LoginChallenge.objects.count() == codes and told("link") == []
    assert fresh(ticket).state == "evidence"  # the recovery itself is as undecided as before


def test_known_and_new_address_hear_of_it(unsigned, now, first, second):
    ticket = handed_in(now, authorised=True)
    carrying.decide(
        carrying=propose(ticket, unsigned, first, now), by=second, approve=True, now=now
    )
    rows = Delivery.objects.filter(kind="recovery.carried")
    assert {row.address for row in rows} == {unsigned.person.phone, ticket.address}


@pytest.mark.parametrize("state", ["parked", "refused", "needs_person"])
def test_what_a_borrower_could_review_is_carried_too(state, query, now, first, second):
    promise()
    CreditQuery.objects.filter(pk=query.pk).update(state=state)
    ticket = handed_in(now, authorised=True)
    carrying.decide(carrying=propose(ticket, query, first, now), by=second, approve=True, now=now)
    query.refresh_from_db()
    assert query.state == "manual_review"


@pytest.mark.parametrize(
    "state", ["consented", "queued", "sending", "succeeded", "manual_review", "cancelled"]
)
def test_what_goes_on_by_itself_or_is_over_is_not(state, query, now, first):
    CreditQuery.objects.filter(pk=query.pk).update(state=state)
    ticket = handed_in(now, authorised=True)
    query.refresh_from_db()
    assert code(lambda: propose(ticket, query, first, now)) == "recovery-query-not-carried"


def test_a_signed_paper_is_wanted(unsigned, now, first):
    ticket = handed_in(now)
    assert code(lambda: propose(ticket, unsigned, first, now)) == "recovery-authorisation-missing"


def test_two_persons_and_neither_their_own_officer(unsigned, now, first, second, third):
    ticket = handed_in(now, authorised=True)
    made = propose(ticket, unsigned, first, now)

    def own():
        carrying.decide(carrying=made, by=first, approve=True, now=now)

    assert code(own) == "own-proposal"
    with pytest.raises(IntegrityError), transaction.atomic():
        Carrying.objects.filter(pk=made.pk).update(decided_by=first)
    with pytest.raises(IntegrityError), transaction.atomic():
        CreditQuery.objects.filter(pk=unsigned.pk).update(beside=True)
    carrying.decide(carrying=made, by=second, approve=False, now=now)
    made.refresh_from_db()
    unsigned.refresh_from_db()
    assert (made.state, made.review, unsigned.state) == ("refused", None, "created")
    again = propose(ticket, unsigned, third, now)  # another officer sees it otherwise
    carrying.decide(carrying=again, by=second, approve=True, now=now)


def test_anothers_query_is_not_carried(unsigned, now, first):
    unknown = handed_in(now, authorised=True, old_phone="13800000066")
    assert code(lambda: propose(unknown, unsigned, first, now)) == "recovery-moved-on"
    assert list(desk.carriable(unknown)) == []


def test_a_request_that_is_over_carries_nothing(unsigned, now, first, second):
    ticket = handed_in(now, authorised=True)
    made = propose(ticket, unsigned, first, now)
    tickets.withdraw(ticket=ticket, now=now)

    def late():
        carrying.decide(carrying=made, by=second, approve=True, now=now)

    assert code(late) == "recovery-moved-on"


def test_a_query_that_moved_meanwhile_is_left_alone(unsigned, now, first, second):
    ticket = handed_in(now, authorised=True)
    made = propose(ticket, unsigned, first, now)
    queries.cancel(query=unsigned, now=now)

    def late():
        carrying.decide(carrying=made, by=second, approve=True, now=now)

    assert code(late) == "recovery-query-not-carried"
    assert Document.objects.count() == 0


def test_an_unsigned_review_taken_back_asks_the_bureau_nothing(unsigned, now, first, second):
    ticket = handed_in(now, authorised=True)
    carrying.decide(
        carrying=propose(ticket, unsigned, first, now), by=second, approve=True, now=now
    )
    reviewing.withdraw(query=unsigned, now=now)
    unsigned.refresh_from_db()
    assert unsigned.state == "cancelled"


def test_a_borrower_cannot_begin_a_review_unsigned(unsigned, now):
    client = log_in(Client(), unsigned.person)
    page = client.get(f"/en/queries/{unsigned.request_no}/review/")
    assert page.status_code in (302, 404) or "Begin" not in page.content.decode()
    answer = client.post(f"/en/queries/{unsigned.request_no}/review/")
    assert answer.status_code < 500 and not Document.objects.exists()
    unsigned.refresh_from_db()
    assert unsigned.state == "created"


def test_by_the_pages_of_the_desk(unsigned, now, first, second):
    ticket = handed_in(now, authorised=True, loan_reference="LA-2026")
    here = f"/en/desk/recovery/{ticket.number}/"
    maker, checker = at_work(first), at_work(second)
    assert "LA-2026" in maker.get(here).content.decode()
    given = {"query": unsigned.pk, "reason": "decided tomorrow"}
    assert maker.post(f"{here}carry/", given).status_code == 302
    made = Carrying.objects.get()
    assert "carrying" not in dict(maker.get(here).context["acts"])
    page = maker.post(f"{here}carrying/", {"carrying": made.pk, "approve": "yes"})
    assert page.status_code == 200 and Carrying.objects.get().state == "proposed"
    assert "carrying" in dict(checker.get(here).context["acts"])
    answer = checker.post(f"{here}carrying/", {"carrying": made.pk, "approve": "yes"})
    assert answer.status_code == 302
    made.refresh_from_db()
    assert made.review.number in checker.get(here).content.decode()
    borrower = log_in(Client(), unsigned.person)
    page = borrower.get(f"/en/queries/{unsigned.request_no}/")
    assert page.status_code == 200
    assert borrower.get(f"/en/queries/{unsigned.request_no}/review/").status_code == 200


def test_the_recovery_goes_its_own_way_besides(unsigned, now, first, second):
    ticket = handed_in(now, authorised=True)
    deciding.propose(ticket=ticket, by=first, reason="papers-agree", text="", now=now)
    made = propose(fresh(ticket), unsigned, first, now)
    deciding.agree(ticket=ticket, by=second, text="", now=now)
    carrying.decide(carrying=made, by=second, approve=True, now=now)
    assert fresh(ticket).state == "approved"
