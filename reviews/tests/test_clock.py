"""The service clock: working days of the country, paused while the borrower is asked, counted anew
when the calendar says more; what is late is said before anybody asks."""

import datetime as dt

import pytest

from accounts.models import Delivery
from creditquery.models import CreditQuery
from portal.beijing import BEIJING, last_day, midnight_after
from portal.watch.models import Alarm
from reviews.models import ReviewTask
from reviews.services import clocks, escalation
from reviews.tests.officers import submitted

pytestmark = pytest.mark.django_db
FRIDAY = dt.datetime(2026, 11, 27, 18, 0, tzinfo=BEIJING)


def due(task: ReviewTask) -> dt.date:
    task.refresh_from_db()
    assert task.due_at is not None
    return last_day(task.due_at)


@pytest.mark.parametrize(
    ("express", "day"), [("", dt.date(2026, 12, 1)), ("deadline", dt.date(2026, 11, 30))]
)
def test_the_day_it_begins_is_not_counted_and_rest_days_neither(
    query: CreditQuery, express: str, day: dt.date
) -> None:
    task = submitted(query, FRIDAY)
    task.express = express
    clocks.start(task=task, now=FRIDAY)
    assert due(task) == day
    assert task.due_at == midnight_after(day)


def test_it_rests_while_the_borrower_is_asked(query: CreditQuery) -> None:
    task = submitted(query, FRIDAY)
    clocks.pause(task=task, now=FRIDAY + dt.timedelta(days=3))  # Monday, a day before it is due
    clocks.resume(task=task, now=FRIDAY + dt.timedelta(days=6))  # Thursday
    assert due(task) == dt.date(2026, 12, 4)
    assert task.paused_at is None


def test_what_became_urgent_while_it_rested_goes_on_with_no_more_than_is_promised(
    query: CreditQuery,
) -> None:
    task = submitted(query, FRIDAY)
    clocks.pause(task=task, now=FRIDAY)  # with both of its days left
    thursday = FRIDAY + dt.timedelta(days=6)
    task.express = "deadline"
    clocks.hasten(task=task, now=thursday)
    clocks.resume(task=task, now=thursday)
    assert due(task) == dt.date(2026, 12, 4)


def test_it_goes_on_for_a_day_at_least(query: CreditQuery) -> None:
    task = submitted(query, FRIDAY)
    clocks.pause(task=task, now=FRIDAY + dt.timedelta(days=4))  # on its last day
    clocks.resume(task=task, now=FRIDAY + dt.timedelta(days=4))
    assert due(task) == dt.date(2026, 12, 2)


def test_the_priority_lane_makes_it_earlier_and_never_later(query: CreditQuery) -> None:
    task = submitted(query, FRIDAY)
    task.express = "incident"
    clocks.hasten(task=task, now=FRIDAY)
    assert due(task) == dt.date(2026, 11, 30)
    clocks.hasten(task=task, now=FRIDAY + dt.timedelta(days=5))
    assert due(task) == dt.date(2026, 11, 30)


def test_past_the_last_notice_a_day_is_provisional_and_counted_again(query: CreditQuery) -> None:
    new_year = dt.datetime(2026, 12, 31, 9, 0, tzinfo=BEIJING)
    task = submitted(query, new_year)
    assert task.provisional
    before = due(task)
    wrong = midnight_after(dt.date(2027, 2, 1))
    ReviewTask.objects.update(calendar="2025/00000000", due_at=wrong)
    assert clocks.recount(now=new_year) == 1
    assert due(task) == before
    assert clocks.recount(now=new_year) == 0


# --- Late -----------------------------------------------------------------------------------


def test_what_is_late_goes_before_a_lead_once_and_its_borrower_hears_it(
    query: CreditQuery,
) -> None:
    task = submitted(query, FRIDAY)
    assert task.due_at is not None
    assert escalation.escalate_due(now=task.due_at - dt.timedelta(seconds=1)) == 0
    assert escalation.escalate_due(now=task.due_at) == 1
    assert escalation.escalate_due(now=task.due_at) == 0
    assert task.steps.get(kind="escalated").shown is False
    assert Delivery.objects.get(kind="reviews.review_overdue").user_id == task.person_id
    assert Alarm.objects.get(kind="review-overdue").cleared_at is None


def test_the_alarm_is_over_when_nothing_is_late(query: CreditQuery) -> None:
    task = submitted(query, FRIDAY)
    assert task.due_at is not None
    escalation.escalate_due(now=task.due_at)
    ReviewTask.objects.update(due_at=task.due_at + dt.timedelta(days=1))
    escalation.escalate_due(now=task.due_at)
    assert Alarm.objects.get(kind="review-overdue").cleared_at == task.due_at


def test_what_waits_for_its_borrower_is_not_late(query: CreditQuery) -> None:
    task = submitted(query, FRIDAY)
    assert task.due_at is not None
    ReviewTask.objects.update(state="awaiting")
    assert escalation.escalate_due(now=task.due_at) == 0
