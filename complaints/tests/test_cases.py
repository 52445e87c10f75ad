"""A borrower's complaint: received and confirmed at once, answered, withdrawn, reviewed."""

import datetime as dt
import json
from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import Delivery, User
from accounts.refusals import Refused
from accounts.texts import render
from complaints.case.classification import Topic
from complaints.models import Complaint, Incident
from complaints.selectors import cases as selectors
from complaints.services import cases, clocks, handling, letters
from complaints.states.clocks import ClockKind, ClockState
from complaints.tests.complaining import (
    SAID,
    decided,
    decider,
    filed,
    handler,
    investigated,
    officer,
    promise,
    proposed,
)
from complaints.tests.people import touched
from creditquery.models import CreditQuery
from evidence.models import Record
from evidence.services import IllegalMove
from portal.watch.models import Alarm

pytestmark = pytest.mark.django_db
BEIJING = dt.timezone(dt.timedelta(hours=8))
CHRISTMAS = dt.datetime(2026, 12, 25, 23, 59, 59, tzinfo=BEIJING)


def due(complaint: Complaint, kind: str) -> tuple[str, str]:
    clock = complaint.clocks.get(kind=kind, round=complaint.round)
    return clock.due.isoformat(), clock.state


def test_a_complaint_is_confirmed_at_once_with_number_and_days(person: User) -> None:
    complaint = filed(person, CHRISTMAS)
    assert complaint.state == "acknowledged"
    assert (complaint.number or "").startswith("TS-20261225-")
    assert due(complaint, ClockKind.DECISION) == ("2027-01-11", "running")
    sent = Delivery.objects.get(kind="complaints.complaint_received")
    text = render(sent.kind, json.loads(sent.context), "en")
    assert text.sms_values == {"no": complaint.number, "day": "2027-01-11"}
    assert "Civil Code, Article 203" in text.body or "第二百零三条" in text.body
    assert sorted(Record.objects.values_list("kind", flat=True)) == [
        "complaints.clock.started",
        "complaints.clock.started",
        "complaints.complaint.acknowledged",
        "complaints.complaint.received",
    ]


def test_what_was_written_is_in_no_record_and_sealed(person: User, now: dt.datetime) -> None:
    complaint = filed(person, now)
    assert complaint.text == SAID
    assert SAID not in str(list(Record.objects.values_list("body", flat=True)))


def test_a_second_past_midnight_is_the_next_day(person: User) -> None:
    later = filed(person, CHRISTMAS + dt.timedelta(seconds=1))
    assert later.clocks.get(kind="decision").start == dt.date(2026, 12, 26)


def test_an_objection_to_the_report_has_twenty_days_more_to_it(person: User) -> None:
    complaint = filed(person, CHRISTMAS, topic=Topic.REPORT)
    assert due(complaint, ClockKind.OBJECTION) == ("2027-01-14", "running")


def test_the_statutory_clock_never_waits_for_the_borrower(person: User) -> None:
    """Asked on a Monday, answered nine days later: only our own promise moves."""
    monday = dt.datetime(2026, 11, 2, 10, 0, tzinfo=BEIJING)
    by = handler(monday)
    complaint = investigated(person, by, monday)
    assert due(complaint, ClockKind.DECISION) == ("2026-11-17", "running")
    assert due(complaint, ClockKind.SERVICE) == ("2026-11-09", "running")
    asked = monday + dt.timedelta(days=1)
    handling.ask(complaint=complaint, by=by, text="Which page?", now=asked)
    assert due(complaint, ClockKind.DECISION) == ("2026-11-17", "running")
    assert due(complaint, ClockKind.SERVICE) == ("2026-11-09", "paused")
    answered = monday + dt.timedelta(days=9)
    assert clocks.miss_due(now=answered) == 0
    cases.answer(complaint=complaint, text="The status page.", now=answered)
    assert complaint.state == "investigating"
    # Four working days were left on 3 November; counted on from the 11th.
    assert due(complaint, ClockKind.SERVICE) == ("2026-11-17", "running")
    assert due(complaint, ClockKind.DECISION) == ("2026-11-17", "running")


def test_asked_and_answered_on_one_day_moves_nothing(person: User, now: dt.datetime) -> None:
    by = handler(now)
    complaint = investigated(person, by, now)
    before = due(complaint, ClockKind.SERVICE)
    handling.ask(complaint=complaint, by=by, text="Which page?", now=now)
    cases.answer(complaint=complaint, text="All.", now=now)
    assert due(complaint, ClockKind.SERVICE) == before


def test_a_withdrawal_ends_everything_today(person: User, now: dt.datetime) -> None:
    complaint = proposed(person, handler(now), now)
    cases.withdraw(complaint=complaint, now=now)
    assert set(complaint.clocks.values_list("state", flat=True)) == {ClockState.STOPPED}
    assert complaint.decisions.get().state == "dropped"
    with pytest.raises(Refused, match="complaint-over"):
        cases.answer(complaint=complaint, text="But", now=now)


def test_what_was_decided_and_sent_is_not_withdrawn(person: User, now: dt.datetime) -> None:
    complaint = decided(person, handler(now), decider(now), now)
    with pytest.raises(IllegalMove):
        cases.withdraw(complaint=complaint, now=now)


def test_a_review_is_for_others_and_once(person: User, now: dt.datetime) -> None:
    by, approver = handler(now), decider(now)
    complaint = decided(person, by, approver, now)
    cases.ask_review(complaint=complaint, text="You overlooked the letter.", now=now)
    assert (complaint.state, complaint.round, complaint.handler) == ("under_review", 2, None)
    assert due(complaint, ClockKind.REVIEW)[1] == "running"
    for first in (by, approver):
        assert not selectors.visible_to(first).exists()
        with pytest.raises(Refused, match="complaint-recused"):
            handling.claim(complaint=complaint, by=first, now=now)
    fresh = officer("fresh", "risk_officer", now)
    handling.claim(complaint=complaint, by=fresh, now=now)
    assert complaint.state == "investigating"
    # The first decision stays readable while the second is being made.
    assert [each.round for each in selectors.decided(complaint)] == [1]


def test_a_review_ends_with_the_days_of_the_policy(person: User, now: dt.datetime) -> None:
    complaint = decided(person, handler(now), decider(now), now)
    until = cases.review_until(complaint)
    assert until.date() == timezone.localdate(now) + dt.timedelta(days=31)
    with pytest.raises(Refused, match="complaint-review-late"):
        cases.ask_review(complaint=complaint, text="Late.", now=until)
    last = until - dt.timedelta(seconds=1)
    cases.ask_review(complaint=complaint, text="In time.", now=last)
    assert complaint.state == "under_review"


def test_ten_a_day(person: User, now: dt.datetime) -> None:
    for _place in range(cases.MOST_A_DAY):
        filed(person, now)
    with pytest.raises(Refused, match="complaint-too-many"):
        filed(person, now)
    assert filed(person, now + dt.timedelta(hours=25)).state == "acknowledged"


def test_a_draft_is_one_row_that_is_sent_once(person: User, now: dt.datetime) -> None:
    promise()
    said = {"topic": "code", "wanted": "explain", "incident": None, "query": None}
    cases.keep_draft(person=person, text="No", now=now, **said)
    draft = cases.keep_draft(person=person, text="No code came", now=now, **said)
    assert Complaint.objects.get() == draft
    assert draft.number is None
    second = Complaint.objects.get(pk=draft.pk)
    cases.submit(draft=draft, now=now)
    with pytest.raises(IllegalMove):
        cases.submit(draft=second, now=now)
    assert Delivery.objects.filter(kind="complaints.complaint_received").count() == 1


def test_old_drafts_are_deleted_and_nothing_else(person: User, now: dt.datetime) -> None:
    filed(person, now)
    said = {"topic": "code", "wanted": "explain", "incident": None, "query": None}
    cases.keep_draft(person=person, text="No", now=now, **said)
    assert cases.forget_drafts(now=now + dt.timedelta(days=30)) == 0
    assert cases.forget_drafts(now=now + dt.timedelta(days=30, seconds=1)) == 1
    assert Complaint.objects.get().state == "acknowledged"


def test_only_own_things_are_offered(
    person: User,
    make_person: Callable[..., User],
    query: CreditQuery,
    outage: Callable[..., Incident],
) -> None:
    incident = outage()
    touched(incident, person, query)
    offered = selectors.offered(person)
    assert list(offered.incidents) == [incident.number]
    assert list(offered.queries) == [query.request_no]
    stranger = selectors.offered(make_person("13800000099", "李四"))
    assert not stranger.incidents
    assert not stranger.queries


def test_a_letter_of_one_s_own_can_be_complained_about(
    person: User,
    make_person: Callable[..., User],
    query: CreditQuery,
    outage: Callable[..., Incident],
    now: dt.datetime,
) -> None:
    issued = letters.issue_one(impact=touched(outage(), person, query), now=now)
    assert selectors.offered(person).letters == {issued.serial: issued}
    assert not selectors.offered(make_person("13800000099", "李四")).letters
    promise()
    made = cases.file(
        person=person, reason=Topic.LETTER, text="It is wrong.", letter=issued, now=now
    )
    assert (made.letter, made.reason, made.business) == (issued, "3", "loan")


# --- Late ------------------------------------------------------------------------------------


def test_a_missed_clock_alarms_until_it_is_done_and_stays_missed(person: User) -> None:
    monday = dt.datetime(2026, 11, 2, 10, 0, tzinfo=BEIJING)
    by, approver = handler(monday), decider(monday)
    complaint = proposed(person, by, monday)
    clock = complaint.clocks.get(kind="decision")
    assert clocks.miss_due(now=clock.due_at - dt.timedelta(seconds=1)) == 1  # our own promise
    assert clocks.miss_due(now=clock.due_at) == 1
    assert clocks.miss_due(now=clock.due_at) == 0
    open_alarms = Alarm.objects.filter(kind="complaint-overdue", cleared_at=None)
    assert dict(open_alarms.values_list("subject", "severity")) == {
        f"{complaint.number} decision": "critical",
        f"{complaint.number} service": "warning",
    }
    late = clock.due_at + dt.timedelta(days=1)
    handling.approve(complaint=complaint, by=approver, now=late)
    clocks.miss_due(now=late)
    assert not open_alarms.exists()
    clock.refresh_from_db()
    assert (clock.state, clock.ended_at) == ("breached", late)


def test_a_clock_kept_at_the_last_second_is_kept(person: User) -> None:
    monday = dt.datetime(2026, 11, 2, 10, 0, tzinfo=BEIJING)
    by, approver = handler(monday), decider(monday)
    complaint = proposed(person, by, monday)
    clock = complaint.clocks.get(kind="decision")
    moment = clock.due_at - dt.timedelta(seconds=1)
    handling.approve(complaint=complaint, by=approver, now=moment)
    clock.refresh_from_db()
    assert clock.state == "met"
    # The notice is never due later than the decision itself was.
    assert due(complaint, ClockKind.NOTICE)[0] == "2026-11-17"


def test_provisional_days_are_counted_again(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The notice of 2027 says that 11 January is a day of rest, say: the clock moves by itself."""
    complaint = filed(person, CHRISTMAS)
    clock = complaint.clocks.get(kind="decision")
    assert clock.provisional
    known = clocks.calendar()
    assert clocks.recount(now=CHRISTMAS) == 0

    class Announced(type(known)):  # type: ignore[misc]
        def __init__(self) -> None:
            self.__dict__ |= vars(known)
            self.version, self.official_until = "2027/test", dt.date(2027, 12, 31)

        def on_or_after(self, day: dt.date) -> object:
            rest = dt.date(2027, 1, 11)
            found = known.on_or_after(day)
            moved = known.add(rest, 1) if found.day == rest else found
            return type(moved)(moved.day, False, self.version)

    monkeypatch.setattr(clocks, "calendar", Announced)
    assert clocks.recount(now=CHRISTMAS) == 1
    clock.refresh_from_db()
    assert (clock.due.isoformat(), clock.provisional) == ("2027-01-12", False)
    assert clock.due_at == dt.datetime(2027, 1, 13, tzinfo=BEIJING)
    assert clock.original_due.isoformat() == "2027-01-11"
