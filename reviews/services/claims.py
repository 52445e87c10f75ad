"""Who works on a case: taken under a lease, given back, handed over, free again when it runs out.

Each claim has a number, the fence. Whoever acts says under which one, so that a page which stayed
open while the case went to somebody else changes nothing. As with durable work, a lease that ran
out gives others the right to the case; until one of them, or `free_expired`, makes use of it, its
officer may finish.

A case is locked before its query, here and in whatever calls from here.
"""

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from accounts.models import User
from accounts.refusals import Refused
from evidence.services import move_many
from reviews.models import ReviewTask
from reviews.selectors import competences, desk
from reviews.services import moves, timeline
from reviews.states.cases import REVIEW_HELD, REVIEW_QUEUED, REVIEW_TRANSITIONS, StepKind
from reviews.states.cases import ReviewState as R

TRIED = 30
"""So many cases are looked at together for one that nobody else is taking at this moment."""
BATCH = 200
TAKEN = {R.OPEN: R.CLAIMED, R.RECOMMENDED: R.CHECKING}
GIVEN_BACK = {R.CLAIMED: R.OPEN, R.CHECKING: R.RECOMMENDED}


# --- Taking ---------------------------------------------------------------------------------


def next_case(*, officer: User, now: dt.datetime) -> ReviewTask | None:
    """The case that is due first of those within the officer's competence, taken on; None when
    there is none. Of many who ask at once each gets another one, and nobody waits.

    When nothing is left but what others let lie, that is free now, whether or not upkeep runs.
    """
    _may_work(officer)
    task = _first_free(officer, now)
    if task is None and free_expired(now=now):
        task = _first_free(officer, now)
    return task


def _first_free(officer: User, now: dt.datetime) -> ReviewTask | None:
    after = None
    while keys := desk.claimable(officer, after=after, most=TRIED):
        with transaction.atomic():
            task = _free_of([pk for pk, _ in keys])
            # Between the look and the lock it may have come back from the officer's own hands.
            if task is not None and competences.obstacle(task, officer) is None:
                _take(task, officer, now)
                return task
        after = keys[-1]
    return None


def claim(*, task: ReviewTask, officer: User, now: dt.datetime) -> None:
    """Take this case on; of several who press at once one gets it, the others are Refused.

    Whoever holds it already keeps it, with a fresh lease. One whose lease ran out is free.
    """
    _may_work(officer)
    with transaction.atomic():
        locked(task)
        if task.held_by_id == officer.pk:
            extend(task, now=now)
            return
        if task.held_until is not None and task.held_until < now:
            _expire(task, now)
        if task.held_by_id is not None:
            raise Refused("desk-taken")
        _refuse(competences.obstacle(task, officer))
        _take(task, officer, now)


# --- Giving back ----------------------------------------------------------------------------


def release(*, task: ReviewTask, by: User, fence: int, text: str = "", now: dt.datetime) -> None:
    """Give it back: the next one who asks gets it."""
    with transaction.atomic():
        under_claim(task, by=by, fence=fence)
        _give_back(task, kind=StepKind.RELEASED, by=by, text=text or None, now=now)


def hand_over(
    *, task: ReviewTask, by: User, to: User, fence: int, text: str, now: dt.datetime
) -> None:
    """Straight to a colleague who may decide on it: by whoever holds it, or by a lead, who may
    also give away what nobody holds."""
    _may_work(to)
    with transaction.atomic():
        locked(task)
        _may_give_away(task, by, fence)
        if task.state in REVIEW_HELD:
            moves.task(task, to=GIVEN_BACK[R(task.state)], now=now, body={"by": by.pk})
        _refuse(competences.obstacle(task, to))
        _hold(task, to, now)
        timeline.add(task, kind=StepKind.HANDED_OVER, by=by, to=to, text=text or None, now=now)


def step_aside(task: ReviewTask, *, by: User, now: dt.datetime) -> None:
    """Leave a case that is held, in the transaction of whatever makes that necessary."""
    if task.state in REVIEW_HELD and task.held_by_id == by.pk:
        _give_back(task, kind=StepKind.RELEASED, by=by, text=None, now=now)


def free_expired(*, now: dt.datetime) -> int:
    """Free the cases whose lease ran out, some at a time; how many were freed.

    What another process is acting on at this moment is left to it.
    """
    freed = 0
    for held, to in GIVEN_BACK.items():
        with transaction.atomic():
            rows = ReviewTask.objects.filter(state=held, held_until__lt=now).order_by("held_until")
            rows = rows.select_for_update(of=("self",), skip_locked=True).select_related("held_by")
            late = list(rows[:BATCH])
            _move_all(late, to=to, now=now)
            for task in late:
                timeline.add(task, kind=StepKind.EXPIRED, by=task.held_by, now=now)
            freed += len(late)
    return freed


# --- Under a claim --------------------------------------------------------------------------


def locked(task: ReviewTask) -> None:
    """Lock the row and bring the object up to date; for a transaction that changes the case."""
    rows = ReviewTask.objects.select_for_update(of=("self",)).select_related("policy", "query")
    task.refresh_from_db(from_queryset=rows)


def under_claim(
    task: ReviewTask, *, by: User, fence: int, states: Collection[str] = REVIEW_HELD
) -> None:
    """Lock the case for an act under this claim; Refused when it is not that claim's any more, or
    when the officer may not act on it any more."""
    locked(task)
    if task.state not in REVIEW_HELD or task.held_by_id != by.pk or task.fence != fence:
        raise Refused("desk-lease-lost")
    if task.state not in states:
        raise Refused("desk-moved-on")
    _may_work(by)
    _refuse(competences.obstacle(task, by))


def extend(task: ReviewTask, *, now: dt.datetime) -> None:
    """A fresh lease for whoever did something; never a shorter one."""
    until = max(_until(task, now), task.held_until or now)
    ReviewTask.objects.filter(pk=task.pk).update(held_until=until)
    task.held_until = until


# --- How --------------------------------------------------------------------------------------


def _free_of(pks: list[int]) -> ReviewTask | None:
    rows = ReviewTask.objects.filter(pk__in=pks, state__in=sorted(REVIEW_QUEUED))
    rows = rows.select_related("policy", "query").order_by("due_at", "pk")
    return rows.select_for_update(of=("self",), skip_locked=True).first()


def _take(task: ReviewTask, officer: User, now: dt.datetime) -> None:
    _hold(task, officer, now)
    timeline.add(task, kind=StepKind.CLAIMED, by=officer, now=now)


def _hold(task: ReviewTask, officer: User, now: dt.datetime) -> None:
    if task.state not in TAKEN:
        raise Refused("desk-moved-on")
    moves.task(
        task,
        to=TAKEN[R(task.state)],
        now=now,
        body={"by": officer.pk},
        held_by=officer,
        held_until=_until(task, now),
        fence=task.fence + 1,
    )


def _give_back(
    task: ReviewTask, *, kind: str, by: User | None, text: str | None, now: dt.datetime
) -> None:
    moves.task(task, to=GIVEN_BACK[R(task.state)], now=now, body={"by": by.pk if by else None})
    timeline.add(task, kind=kind, by=by, text=text, now=now)


def _expire(task: ReviewTask, now: dt.datetime) -> None:
    _give_back(task, kind=StepKind.EXPIRED, by=task.held_by, text=None, now=now)


def _move_all(tasks: list[ReviewTask], *, to: str, now: dt.datetime) -> None:
    """Rows that are locked already, all in one state."""
    move_many(
        ReviewTask,
        pks=[task.pk for task in tasks],
        to=to,
        table=REVIEW_TRANSITIONS,
        now=now,
        subjects={task.pk: task.number or "" for task in tasks},
        held_by=None,
        held_until=None,
        changed_at=now,
    )


def _until(task: ReviewTask, now: dt.datetime) -> dt.datetime:
    return now + dt.timedelta(minutes=task.policy.lease_minutes)


def _may_work(officer: User) -> None:
    if not officer.has_perm(competences.WORK):
        raise Refused("desk-not-competent")


def _may_give_away(task: ReviewTask, by: User, fence: int) -> None:
    """The holder, or a lead who has no part in the case; both from a page that is up to date."""
    if task.fence != fence:
        raise Refused("desk-lease-lost")
    if competences.is_recused(task, by):
        raise Refused("desk-recused")
    if task.held_by_id != by.pk and not by.has_perm(competences.LEAD):
        raise Refused("desk-lease-lost")


def _refuse(code: str | None) -> None:
    if code is not None:
        raise Refused(code)
