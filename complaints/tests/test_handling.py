"""Officers: one handler, two people for each decision, and nobody who is biased."""

import datetime as dt
import json
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Delivery, Ticket, User
from accounts.refusals import Refused
from accounts.roles import Role, permissions
from complaints.case.classification import Topic
from complaints.models import Complaint
from complaints.selectors import cases as selectors
from complaints.selectors.cases import Filters
from complaints.services import cases, clocks, handling
from complaints.tests.complaining import (
    decided,
    decider,
    filed,
    handler,
    investigated,
    officer,
    promise,
    propose,
    proposed,
)
from creditquery.models import AccessLog, CreditQuery
from creditquery.tests.conftest import work_off
from portal.tests.racing import at_once
from portal.work.states import Lane

pytestmark = pytest.mark.django_db


def test_a_complaint_from_claim_to_closing(person: User, now: dt.datetime) -> None:
    by, approver = handler(now), decider(now)
    complaint = proposed(person, by, now)
    handling.approve(complaint=complaint, by=approver, now=now)
    assert complaint.state == "decision_approved"
    assert not selectors.decided(complaint)  # nothing is shown before it was sent
    work_off(Lane.UPKEEP)
    complaint.refresh_from_db()
    assert complaint.state == "notified"
    assert [each.outcome for each in selectors.decided(complaint)] == ["upheld"]
    assert Delivery.objects.filter(kind="complaints.complaint_decided").count() == 1
    assert dict(complaint.clocks.values_list("kind", "state")) == {
        "decision": "met",
        "notice": "met",
        "service": "met",
    }
    told = complaint.notified_at
    assert told is not None
    assert handling.close_due(now=told + dt.timedelta(days=31)) == 0
    assert handling.close_due(now=told + dt.timedelta(days=31, seconds=1)) == 1


def test_sending_the_decision_twice_sends_it_once(person: User, now: dt.datetime) -> None:
    complaint = decided(person, handler(now), decider(now), now)
    assert not handling.notify(number=complaint.number or "", now=now)
    assert Delivery.objects.filter(kind="complaints.complaint_decided").count() == 1


def test_nobody_approves_an_own_proposal(person: User, now: dt.datetime) -> None:
    """A compliance officer who handled it, with every right to decide others'."""
    both = decider(now)
    complaint = proposed(person, both, now)
    for act in (
        lambda: handling.approve(complaint=complaint, by=both, now=now),
        lambda: handling.send_back(complaint=complaint, by=both, text="x", now=now),
    ):
        with pytest.raises(Refused, match="complaint-own-proposal"):
            act()
    assert complaint.state == "decision_proposed"


def test_an_administrator_neither_handles_nor_decides() -> None:
    for role in (Role.ADMINISTRATOR, Role.AUDITOR):
        granted = permissions(role)
        assert "complaints.view_complaint" in granted
        assert not granted & {"complaints.handle_complaint", "complaints.decide_complaint"}
    assert "complaints.decide_complaint" not in permissions(Role.RISK_OFFICER)


def test_a_decision_sent_back_is_proposed_again(person: User, now: dt.datetime) -> None:
    by, approver = handler(now), decider(now)
    complaint = proposed(person, by, now)
    handling.send_back(complaint=complaint, by=approver, text="Which certificate?", now=now)
    assert complaint.state == "investigating"
    note = selectors.thread(complaint, internal=True).get()
    assert (note.internal, note.text) == (True, "Which certificate?")
    assert not selectors.thread(complaint, internal=False).exists()
    propose(complaint, by, now)
    handling.approve(complaint=complaint, by=approver, now=now)
    assert list(complaint.decisions.order_by("pk").values_list("state", flat=True)) == [
        "returned",
        "approved",
    ]


def test_only_the_handler_acts(person: User, now: dt.datetime) -> None:
    complaint = investigated(person, handler(now), now)
    other = officer("other", Role.RISK_OFFICER, now)
    acts: list[tuple[Any, dict[str, Any]]] = [
        (handling.ask, {"text": "x"}),
        (handling.note, {"text": "x", "visible": False}),
        (handling.make_complex, {"text": "x"}),
        (handling.propose_extension, {"text": "x"}),
    ]
    for act, given in acts:
        with pytest.raises(Refused, match="complaint-not-yours"):
            act(complaint=complaint, by=other, now=now, **given)
    with pytest.raises(Refused, match="complaint-taken"):
        handling.claim(complaint=complaint, by=other, now=now)


def test_refusing_to_accept_can_be_reviewed(person: User, now: dt.datetime) -> None:
    by = decider(now)
    complaint = filed(person, now)
    handling.refuse(complaint=complaint, by=by, text="The bank decides that.", now=now)
    assert set(complaint.clocks.values_list("state", flat=True)) == {"met"}
    cases.ask_review(complaint=complaint, text="It is yours.", now=now)
    assert not selectors.visible_to(by).exists()


# --- Clocks that two people lengthen -----------------------------------------------------------


def test_the_decision_may_take_thirty_days_then_sixty(person: User) -> None:
    monday = dt.datetime(2026, 7, 6, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
    by, approver = handler(monday), decider(monday)
    complaint = investigated(person, by, monday)
    clock = complaint.clocks.get(kind="decision")
    with pytest.raises(Refused, match="complaint-not-extendable"):
        handling.propose_extension(complaint=complaint, by=by, text="x", now=monday)
    handling.make_complex(complaint=complaint, by=by, text="Two banks.", now=monday)
    with pytest.raises(Refused, match="complaint-not-extendable"):
        handling.make_complex(complaint=complaint, by=by, text="Again.", now=monday)
    handling.propose_extension(complaint=complaint, by=by, text="The bank is slow.", now=monday)
    clock.refresh_from_db()
    assert clock.due == dt.date(2026, 8, 5)
    with pytest.raises(Refused, match="complaint-own-proposal"):
        handling.decide_extension(complaint=complaint, by=by, approve=True, now=monday)
    handling.decide_extension(complaint=complaint, by=approver, approve=True, now=monday)
    clock.refresh_from_db()
    assert (clock.days, clock.due, clock.original_due) == (
        60,
        dt.date(2026, 9, 4),
        dt.date(2026, 7, 21),
    )
    told = Delivery.objects.get(kind="complaints.complaint_extended")
    assert json.loads(told.context)["reason"] == "The bank is slow."
    with pytest.raises(Refused, match="complaint-not-extendable"):
        handling.propose_extension(complaint=complaint, by=by, text="More.", now=monday)


def test_a_missed_clock_is_not_lengthened(person: User, now: dt.datetime) -> None:
    by, approver = handler(now), decider(now)
    complaint = investigated(person, by, now)
    handling.make_complex(complaint=complaint, by=by, text="Two banks.", now=now)
    handling.propose_extension(complaint=complaint, by=by, text="Slow.", now=now)
    late = complaint.clocks.get(kind="decision").due_at
    with pytest.raises(Refused, match="complaint-clock-over"):
        handling.decide_extension(complaint=complaint, by=approver, approve=True, now=late)
    clocks.miss_due(now=late)
    with pytest.raises(Refused, match="complaint-clock-over"):
        handling.propose_extension(complaint=complaint, by=by, text="Slow.", now=late)


# --- Recusal -----------------------------------------------------------------------------------


def test_whoever_is_complained_of_loses_it(person: User, now: dt.datetime) -> None:
    by, chief = handler(now), decider(now)
    complaint = investigated(person, by, now, topic=Topic.STAFF)
    handling.name_officer(complaint=complaint, officer=by, by=chief, now=now)
    assert complaint.handler is None
    assert selectors.for_officer(by, complaint.number or "") is None
    with pytest.raises(Refused, match="complaint-recused"):
        handling.claim(complaint=complaint, by=by, now=now)
    with pytest.raises(Refused, match="complaint-recused"):
        handling.assign(complaint=complaint, officer=by, by=chief, now=now)


def test_a_declared_conflict_is_for_good(person: User, now: dt.datetime) -> None:
    by, chief = handler(now), decider(now)
    complaint = investigated(person, by, now)
    handling.recuse(complaint=complaint, by=by, why="A cousin.", now=now)
    assert Complaint.objects.get().handler is None
    assert not selectors.visible_to(by).exists()
    assert selectors.visible_to(chief).exists()


def test_who_opened_an_answer_about_the_query_is_biased(
    person: User, query: CreditQuery, now: dt.datetime
) -> None:
    looked, other = handler(now), officer("other", Role.LOAN_OFFICER, now)
    filed(person, now, query=query)
    AccessLog.objects.create(
        at=now, actor=looked, query=query, action="revealed", purpose="to compare"
    )
    assert not selectors.visible_to(looked).exists()
    assert selectors.visible_to(other).exists()


def test_who_gave_a_ticket_is_biased_where_codes_are_at_issue(
    person: User, now: dt.datetime
) -> None:
    by = handler(now)
    Ticket.objects.create(
        word_hash="h",
        account_hash=person.phone_hash or "",
        reason="called",
        issued_by=by,
        created_at=now,
        expires_at=now,
    )
    outage, staff = filed(person, now), filed(person, now, topic=Topic.STAFF)
    assert list(selectors.visible_to(by)) == [outage]
    assert staff.state == "acknowledged"


# --- The list ----------------------------------------------------------------------------------


def test_the_list_begins_with_the_clock_that_ends_first(person: User, now: dt.datetime) -> None:
    by = handler(now)
    later = filed(person, now)
    sooner = filed(person, now - dt.timedelta(days=5), topic=Topic.STAFF)
    cases.withdraw(complaint=filed(person, now - dt.timedelta(days=9)), now=now)
    assert list(selectors.desk(by, Filters())) == [sooner, later]
    assert list(selectors.desk(by, Filters(reason="10"))) == [sooner]
    assert [each.state for each in selectors.desk(by, Filters(state="withdrawn"))] == ["withdrawn"]
    handling.claim(complaint=later, by=by, now=now)
    assert list(selectors.desk(by, Filters(handler="me"))) == [later]
    assert list(selectors.desk(by, Filters(handler="none"))) == [sooner]
    assert not selectors.desk(by, Filters(overdue=True)).exists()
    clocks.miss_due(now=now + dt.timedelta(days=25))
    assert list(selectors.desk(by, Filters(overdue=True))) == [sooner, later]


@pytest.mark.django_db(transaction=True)
def test_of_many_claims_at_once_one_counts(person: User, now: dt.datetime) -> None:
    promise()
    complaint = filed(person, now)
    people = [officer(f"officer{place}", Role.LOAN_OFFICER, now) for place in range(8)]

    def press(place: int) -> bool:
        own = Complaint.objects.get(pk=complaint.pk)
        try:
            handling.claim(complaint=own, by=people[place], now=timezone.now())
        except Refused as error:
            assert error.code == "complaint-taken"
            return False
        return True

    won = at_once(8, press)
    assert won.count(True) == 1
    complaint.refresh_from_db()
    assert complaint.handler == people[won.index(True)]
