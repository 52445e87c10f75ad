"""The service clock of a case: so many working days of the country until two people have decided.

It is the operator's promise (ReviewPolicy), not the law's, and pauses while the borrower is asked
for something. The day it began is not counted (民法典 201); it ends at 24:00 Beijing time.
"""

import datetime as dt

from portal.beijing import day_of, last_day, midnight_after
from portal.workdays.selectors import calendar
from reviews.models import ReviewTask
from reviews.states.cases import REVIEW_UNDECIDED

BATCH = 500
COUNTED = ["counted_from", "counted_days", "due_at", "provisional", "calendar", "paused_at"]


def days(task: ReviewTask) -> int:
    """Working days promised for this case, by the policy that it began under."""
    policy = task.policy
    return policy.express_days if task.express else policy.service_days


def start(*, task: ReviewTask, now: dt.datetime) -> None:
    """From today, for a new round too; in the caller's transaction."""
    _count(task, day_of(now), days(task))


def pause(*, task: ReviewTask, now: dt.datetime) -> None:
    """The borrower is asked for something; what is left of the days is kept."""
    task.paused_at = now
    task.save(update_fields=["paused_at"])


def resume(*, task: ReviewTask, now: dt.datetime) -> None:
    """Go on with the working days that were left on the day of the pause: at least one, and no
    more than are promised by now, should the case have become urgent meanwhile."""
    if task.paused_at is None or task.due_at is None:
        return
    left = calendar().count(day_of(task.paused_at), _last(task))
    task.paused_at = None
    _count(task, day_of(now), max(1, min(left, days(task))))


def hasten(*, task: ReviewTask, now: dt.datetime) -> None:
    """The case came into the priority lane: fewer days from now on, unless it is due before."""
    today = day_of(now)
    if task.due_at is None or calendar().add(today, days(task)).day < _last(task):
        _count(task, today, days(task))


def recount(*, now: dt.datetime) -> int:
    """Count provisional days again once the calendar knows more; returns how many days moved."""
    rows = ReviewTask.objects.filter(provisional=True, state__in=REVIEW_UNDECIDED)
    moved = 0
    for task in rows.exclude(calendar=calendar().version).order_by("pk")[:BATCH]:
        before = task.due_at
        assert task.counted_from is not None  # provisional says so
        _count(task, task.counted_from, task.counted_days)
        moved += before != task.due_at
    return moved


def _last(task: ReviewTask) -> dt.date:
    assert task.due_at is not None
    return last_day(task.due_at)


def _count(task: ReviewTask, start: dt.date, length: int) -> None:
    due = calendar().add(start, length)
    task.counted_from, task.counted_days = start, length
    task.due_at, task.provisional = midnight_after(due.day), due.provisional
    task.calendar = due.version
    task.save(update_fields=COUNTED)
