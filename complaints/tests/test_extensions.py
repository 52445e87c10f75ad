"""A borrower asks for more time, the lender answers; nobody answers what they asked."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Delivery, User
from accounts.refusals import Refused
from complaints.models import DeadlineExtension, ExtensionPolicy
from complaints.selectors import extensions as selectors
from complaints.services import extensions
from complaints.states.extensions import ExtensionState
from complaints.tests.asking import asked, until
from complaints.tests.people import touched
from creditquery.models import Institution
from creditquery.states import LoanStatus
from creditquery.tests.lenders import works_at
from evidence.models import Record
from evidence.services import IllegalMove

pytestmark = pytest.mark.django_db


@pytest.fixture
def by(institution: Institution) -> User:
    return works_at(institution)


def answer(row: DeadlineExtension, by: User, decision: str = "accept", **values: Any) -> None:
    now = timezone.now()
    extensions.decide(extension=row, by=by, decision=decision, reason="同意延长", now=now, **values)


def refusal_of(act) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


# --- Asking ---------------------------------------------------------------------------------


def test_the_policy_says_how_many_days_and_by_when_it_is_answered(outage, query):
    row = asked(outage(), query)
    assert (row.days_asked, row.policy, row.state) == (15, "2026.1", "requested")
    assert selectors.calendar().count(timezone.localdate(), row.answer_by) == 3
    record = Record.objects.get(kind="complaints.deadlineextension.requested")
    assert record.subject == row.number
    assert record.body["days"] == 15
    assert "征信" not in str(record.body)


def test_a_newer_policy_holds_from_its_day(outage, query):
    today = timezone.localdate()
    later = today + dt.timedelta(days=1)
    ExtensionPolicy.objects.create(version="3", days=9, effective_from=later)
    ExtensionPolicy.objects.create(version="2", days=10, effective_from=today)
    assert asked(outage(), query).days_asked == 10


def test_only_what_an_outage_held_up_is_a_ground(outage, query, now):
    incident = outage()

    def ask():
        extensions.ask(
            loan=query.loan, incident=incident, person=query.person, reason="slow", now=now
        )

    assert refusal_of(ask) == "extension-not-touched"
    impact = touched(incident, query.person, query)
    impact.withdrawn_in = 2
    impact.save()
    assert refusal_of(ask) == "extension-not-touched"
    touched(incident, query.person)  # by a login: nothing of the loan stood still
    assert refusal_of(ask) == "extension-not-touched"


def test_it_is_asked_once_for_an_outage_and_again_after_it_was_taken_back(outage, query):
    incident = outage()
    row = asked(incident, query)
    assert refusal_of(lambda: asked(incident, query)) == "extension-asked-already"
    extensions.withdraw(extension=row, person=query.person, now=timezone.now())
    assert asked(incident, query).pk != row.pk


def test_a_decided_loan_wants_no_more_time(outage, query):
    query.loan.status = LoanStatus.DECLINED
    query.loan.save()
    assert refusal_of(lambda: asked(outage(), query)) == "extension-loan-decided"


def test_nothing_is_asked_beyond_the_cap(outage, query, by):
    first, second, third = (outage(number=f"IN-20261122-00{n}") for n in (1, 2, 3))
    assert refusal_of(lambda: asked(first, query, days=31)) == "extension-cap"
    answer(asked(first, query), by, days=20)
    assert asked(second, query).days_asked == 10
    answer(DeadlineExtension.objects.get(incident=second), by)
    assert refusal_of(lambda: asked(third, query)) == "extension-cap"


# --- Answering ------------------------------------------------------------------------------


def test_the_new_deadline_is_counted_from_the_old_one_and_the_original_stays(outage, query, by):
    until(query.loan, "2026-11-27")
    row = asked(outage(), query)
    answer(row, by)
    query.loan.refresh_from_db()
    assert (row.state, row.days) == (ExtensionState.IN_FORCE, 15)
    assert (row.counted_from, row.until) == (dt.date(2026, 11, 27), dt.date(2026, 12, 18))
    assert query.loan.decision_deadline == row.until
    assert query.loan.original_deadline == dt.date(2026, 11, 27)
    assert not row.provisional
    assert row.calendar == selectors.calendar().version


def test_past_the_last_notice_the_day_is_provisional(outage, query, by):
    until(query.loan, "2026-12-18")
    row = asked(outage(), query)
    answer(row, by)
    assert (row.until, row.provisional) == (dt.date(2027, 1, 11), True)


def test_a_loan_that_lapsed_meanwhile_is_open_again_and_counted_from_today(outage, query, by):
    until(query.loan, "2026-11-02")
    query.loan.status = LoanStatus.LAPSED
    query.loan.save()
    row = asked(outage(), query)
    answer(row, by, days=5)
    query.loan.refresh_from_db()
    assert (query.loan.status, row.counted_from) == (LoanStatus.OPEN, timezone.localdate())
    assert selectors.calendar().count(timezone.localdate(), query.loan.decision_deadline) == 5


def test_the_lender_may_give_fewer_days_or_more_up_to_the_cap(outage, query, by):
    row = asked(outage(), query)
    assert refusal_of(lambda: answer(row, by, days=31)) == "extension-cap"
    answer(row, by, days=30)
    assert row.days == 30


def test_a_refusal_has_a_reason_and_moves_nothing(outage, query, by):
    before = query.loan.decision_deadline
    row = asked(outage(), query)
    answer(row, by, "refuse", refusal="enough_time")
    query.loan.refresh_from_db()
    assert (row.state, row.refusal, row.days) == ("refused", "enough_time", None)
    assert query.loan.decision_deadline == before


def test_an_answer_is_given_once(outage, query, by):
    row = asked(outage(), query)
    answer(row, by)
    assert refusal_of(lambda: answer(row, by, "refuse")) == "extension-answered"
    with pytest.raises(IllegalMove):
        extensions.withdraw(extension=row, person=query.person, now=timezone.now())


def test_only_the_lender_of_the_loan_answers(outage, query, by):
    row = asked(outage(), query)
    other = Institution.objects.create(name="近海银行", code="B10311000H0002")
    admin = User.objects.create(username="root", role="administrator", joined_at=timezone.now())
    for somebody in (works_at(other, "li"), admin):
        assert refusal_of(lambda who=somebody: answer(row, who)) == "extension-not-yours"


def test_whoever_asked_does_not_answer(outage, query, by):
    row = asked(outage(), query, by=by)
    assert refusal_of(lambda: answer(row, by)) == "extension-own-request"
    answer(row, works_at(query.loan.institution, "li"))
    assert row.state == ExtensionState.IN_FORCE


def test_the_borrower_gets_one_message_that_names_no_result_on_the_phone(outage, query, by):
    answer(asked(outage(), query), by)
    told = Delivery.objects.get(kind="complaints.extension_decided")
    assert told.user == query.person


def test_evidence_names_the_days_and_never_the_words(outage, query, by):
    row = asked(outage(), query)
    answer(row, by)
    told = dict(Record.objects.filter(subject=row.number).values_list("kind", "body"))
    kind = "complaints.deadlineextension"
    assert set(told) == {f"{kind}.requested", f"{kind}.approved", f"{kind}.in_force"}
    assert told[f"{kind}.approved"] == {
        "from": "requested",
        "by": by.pk,
        "days": 15,
        "counted_from": str(row.counted_from),
        "until": str(row.until),
        "calendar": row.calendar,
        "provisional": row.provisional,
    }
    moved = Record.objects.get(kind="creditquery.loanapplication.extended")
    assert moved.body == {"from": str(row.counted_from), "to": str(row.until)}
