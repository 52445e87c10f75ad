"""Writing durable work: add, claim, end, wake. The one module that other apps call."""

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from random import SystemRandom
from typing import Any

from django.conf import settings
from django.db import connection, models, transaction

from portal import masks, tracing
from portal.work import doorbell
from portal.work.claims import ATTEMPTS, EXPIRIES, Claim, LeaseLost
from portal.work.handlers import Periodic
from portal.work.models import Work, WorkEvent
from portal.work.statements import ADD, CLAIM, END, WAKE_MANY
from portal.work.states import TRANSITIONS, TROUBLED, WAITING, Priority, WorkState

__all__ = [
    "ATTEMPTS",
    "Claim",
    "LeaseLost",
    "WorkState",
    "add",
    "add_periodic",
    "claim",
    "collect_expired",
    "ending",
    "extend",
    "fail",
    "forget",
    "try_again",
    "wake",
    "wake_many",
]

BACK_OFF_SECONDS = (5, 20, 60, 300)
"""Wait after the first, second, … failure, give or take a fifth."""
REASON_LENGTH = 200
BATCH = 1000
RING_TAKES = dt.timedelta(seconds=0.2)
"""What is due for so long has not been heard of by its own ring, so that somebody else is woken."""


# --- Adding ---------------------------------------------------------------------------------


def add(
    *,
    kind: str,
    subject: str,
    lane: str,
    now: dt.datetime,
    run_after: dt.datetime | None = None,
    dedup_key: str | None = None,
    priority: int = Priority.FRESH,
) -> Work:
    """Add work in the caller's transaction and ring its lane when that commits.

    `subject` names what it is about by id, never by personal data. A second add with the same
    `dedup_key` gives the first one's row, whatever has become of it.
    """
    values: dict[str, Any] = {
        "kind": kind,
        "subject": subject,
        "lane": lane,
        "priority": priority,
        "run_after": run_after or now,
        "dedup_key": dedup_key,
        "trace": tracing.carried(),
        "created_at": now,
        "moved_at": now,
    }
    with transaction.atomic(savepoint=False):
        added = _one(ADD, values)
        if added is None:
            return Work.objects.get(dedup_key=dedup_key)
        if values["run_after"] <= now:
            _ring_on_commit([lane])
    return Work(pk=added, **values)


def add_periodic(*, periodic: Periodic, now: dt.datetime) -> Work:
    """The work of the period that `now` is in: one row, however many sweepers ask."""
    slot = periodic.slot(now).isoformat()
    return add(
        kind=periodic.kind,
        subject=slot,
        lane=periodic.lane,
        now=now,
        dedup_key=f"{periodic.kind}@{slot}",
    )


# --- Working --------------------------------------------------------------------------------


def claim(*, lane: str, now: dt.datetime, holder: str, limit: int = 1) -> list[Claim]:
    """Lease up to `limit` due pieces of work of a lane, the longest due first."""
    values: dict[str, Any] = {
        "lane": lane,
        "now": now,
        "until": now + dt.timedelta(seconds=settings.WORK_LEASE_SECONDS),
        "unheard": now - RING_TAKES,
        "priorities": Priority.values,
        "holder": holder[:100],
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        return [Claim(*row) for row in cursor.fetchall()]


@contextmanager
def ending(
    claim: Claim,
    *,
    to: str,
    now: dt.datetime,
    reason: str = "",
    run_after: dt.datetime | None = None,
    burn: bool = True,
) -> Iterator[None]:
    """One transaction for the result (the block) and the end of the work.

    Raises LeaseLost, before the block runs, when the lease is no longer ours; an exception of the
    block takes the end back with it. `to=READY` with `run_after` tries again later, and counts as
    a failed attempt unless `burn=False`: the last attempt that fails makes the work DEAD.
    """
    if to not in TRANSITIONS[WorkState.LEASED]:
        raise ValueError(f"work cannot end as {to}")
    due = run_after or now
    attempts = claim.attempts + (to == WorkState.READY and burn)
    if to == WorkState.READY and attempts >= ATTEMPTS:
        to = WorkState.DEAD
    with transaction.atomic(savepoint=False):
        _end(claim, to=to, now=now, due=due, attempts=attempts, reason=reason)
        if to == WorkState.READY and due <= now:
            _ring_on_commit([claim.lane])
        yield
    claim.ended = True


def extend(claim: Claim, *, now: dt.datetime) -> None:
    """A fresh lease for work that takes longer than one; raises LeaseLost."""
    until = now + dt.timedelta(seconds=settings.WORK_LEASE_SECONDS)
    _fenced_update(claim, lease_until=until)
    claim.lease_until = until


def fail(claim: Claim, *, reason: str, now: dt.datetime, burn: bool = True) -> None:
    """The handler failed: try again after the back-off, or give up; raises LeaseLost.

    `burn=False` when the failure was not its own.
    """
    wait = BACK_OFF_SECONDS[min(claim.attempts, len(BACK_OFF_SECONDS) - 1)]
    later = now + dt.timedelta(seconds=wait * SystemRandom().uniform(0.8, 1.2))
    with ending(claim, to=WorkState.READY, now=now, reason=reason, run_after=later, burn=burn):
        pass  # there is no result to write


# --- Taking back, waking, trying again ------------------------------------------------------


def collect_expired(*, lane: str, now: dt.datetime) -> int:
    """Take back the leases that ran out: their holders died, which burns no attempt.

    It keeps its place, since it has waited longest. Work that outlived EXPIRIES holders in a row
    is dead. Returns how many were taken back.
    """
    expired = Work.objects.filter(lane=lane, state=WorkState.LEASED, lease_until__lt=now)
    deadly = expired.filter(expiries__gte=EXPIRIES - 1)
    reason = f"{EXPIRIES} leases in a row ran out"
    dead = _move(deadly, came_from=WorkState.LEASED, to=WorkState.DEAD, now=now, reason=reason)
    return dead + _move(
        expired,
        came_from=WorkState.LEASED,
        to=WorkState.READY,
        now=now,
        reason="the lease ran out",
        expiries=models.F("expiries") + 1,
    )


def wake(
    *,
    now: dt.datetime,
    reason: str,
    kind: str | None = None,
    subject: str | None = None,
    states: Collection[str] = WAITING,
    limit: int | None = None,
) -> int:
    """Make waiting work of a kind, of a subject, or of both ready, the oldest first.

    Returns how many were woken; each starts with all its attempts.
    """
    if kind is None and subject is None:
        raise ValueError("wake wants a kind or a subject")
    given = {"kind": kind, "subject": subject}
    chosen = Work.objects.filter(**{name: value for name, value in given.items() if value})
    woken = 0
    for state in sorted(states):
        left = None if limit is None else limit - woken
        woken += _make_ready(chosen, came_from=state, now=now, reason=reason, limit=left)
    return woken


def wake_many(
    *, kind: str, subjects: Collection[str], priority: int, now: dt.datetime, reason: str
) -> int:
    """Make the waiting work about all these subjects ready, at a priority; returns how many."""
    values: dict[str, Any] = {
        "kind": kind,
        "subjects": list(subjects),
        "states": sorted(WAITING),
        "priority": priority,
        "now": now,
        "reason": _reason(reason),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(WAKE_MANY, values)
        woken = dict(cursor.fetchall())
        _ring_on_commit(sorted(woken))
    return sum(woken.values())


def hasten(*, kind: str, subject: str, now: dt.datetime, reason: str) -> int:
    """Make ready work that waits for its time due now, because what it waits for has come.

    Returns how many were hastened; work that is leased at this moment looks for itself.
    """
    with transaction.atomic():
        later = Work.objects.filter(
            kind=kind, subject=subject, state=WorkState.READY, run_after__gt=now
        )
        rows = list(later.select_for_update())
        Work.objects.filter(pk__in=[row.pk for row in rows]).update(run_after=now)
        _note(rows, came_from=WorkState.READY, to=WorkState.READY, now=now, reason=reason)
        _ring_on_commit(sorted({row.lane for row in rows}))
    return len(rows)


def try_again(*, pks: Collection[int], actor: str, now: dt.datetime) -> int:
    """A person sends troubled work off again; the history says who. Returns how many."""
    chosen = Work.objects.filter(pk__in=pks)
    return sum(
        _make_ready(chosen, came_from=state, now=now, reason="tried again by hand", actor=actor)
        for state in sorted(TROUBLED)
    )


def forget(*, before: dt.datetime, lane: str = "") -> int:
    """Delete done work, of one lane or of all, with its history, that ended before a moment;
    returns how many."""
    deleted, of_lane = 0, {"lane": lane} if lane else {}
    while True:
        done = Work.objects.filter(state=WorkState.DONE, moved_at__lt=before, **of_lane)
        pks = list(done.order_by("moved_at").values_list("pk", flat=True)[:BATCH])
        if not pks:
            return deleted
        _, by_model = Work.objects.filter(pk__in=pks).delete()
        deleted += by_model[Work._meta.label]


# --- The one way to move --------------------------------------------------------------------


def _make_ready(
    chosen: models.QuerySet[Work],
    *,
    came_from: str,
    now: dt.datetime,
    reason: str,
    actor: str = "",
    limit: int | None = None,
) -> int:
    return _move(
        chosen.filter(state=came_from),
        came_from=came_from,
        to=WorkState.READY,
        now=now,
        reason=reason,
        actor=actor,
        limit=limit,
        run_after=now,
        attempts=0,
        expiries=0,
    )


def _move(
    chosen: models.QuerySet[Work],
    *,
    came_from: str,
    to: str,
    now: dt.datetime,
    reason: str,
    actor: str = "",
    limit: int | None = None,
    **values: Any,
) -> int:
    """Move rows that are all in one state along one edge, with their history, in batches.

    Rows that somebody else holds at this moment are left to them.
    """
    if to not in TRANSITIONS[came_from]:
        raise ValueError(f"work does not go from {came_from} to {to}")
    moved = 0
    while limit is None or moved < limit:
        size = BATCH if limit is None else min(BATCH, limit - moved)
        with transaction.atomic():
            rows = list(chosen.select_for_update(skip_locked=True).order_by("id")[:size])
            Work.objects.filter(pk__in=[row.pk for row in rows]).update(
                state=to,
                lease_until=None,
                holder="",
                reason=_reason(reason),
                moved_at=now,
                **values,
            )
            _note(rows, came_from=came_from, to=to, now=now, reason=reason, actor=actor)
            if to == WorkState.READY:
                _ring_on_commit(sorted({row.lane for row in rows}))
        moved += len(rows)
        if len(rows) < size:
            break
    return moved


def _end(claim: Claim, *, now: dt.datetime, reason: str, **values: Any) -> None:
    """Raises LeaseLost, with nothing written, unless the row still has the claim's lease."""
    values |= {"id": claim.id, "fence": claim.fence, "now": now, "reason": _reason(reason)}
    if _one(END, values) is None:
        raise LeaseLost(f"work {claim.id}, fence {claim.fence}")


def _one(statement: str, values: dict[str, Any]) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row = cursor.fetchone()
    return None if row is None else row[0]


def _fenced_update(claim: Claim, **values: object) -> None:
    """Raises LeaseLost unless the row still has the claim's lease. A lease that ran out but that
    nobody has taken back is still the holder's: only the fence decides."""
    held = Work.objects.filter(pk=claim.id, state=WorkState.LEASED, fence=claim.fence)
    if held.update(**values) != 1:
        raise LeaseLost(f"work {claim.id}, fence {claim.fence}")


def _note(
    rows: Sequence[Work | Claim],
    *,
    came_from: str,
    to: str,
    now: dt.datetime,
    reason: str,
    actor: str = "",
) -> None:
    WorkEvent.objects.bulk_create(
        WorkEvent(
            work_id=row.id,
            at=now,
            from_state=came_from,
            to_state=to,
            fence=row.fence,
            reason=_reason(reason),
            actor=actor,
        )
        for row in rows
    )


def _reason(text: str) -> str:
    return masks.line(text)[:REASON_LENGTH]


def _ring_on_commit(lanes: Collection[str]) -> None:
    for lane in lanes:
        transaction.on_commit(partial(doorbell.ring, lane), robust=True)
