"""Starting, pausing, ending and lengthening the clocks on a complaint."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.refusals import Refused
from accounts.services import messages
from complaints.case import clocks as counting
from complaints.models import Clock, ClockExtension, Complaint
from complaints.selectors import clocks as selectors
from complaints.services import case_moves as moves
from complaints.states.clocks import (
    CLOCK_OPEN,
    STATUTORY,
    ClockKind,
    ClockState,
    ExtensionState,
)
from evidence.services import record
from portal.beijing import day_of
from portal.watch import kinds
from portal.watch import services as watch
from portal.watch.models import Severity
from portal.workdays.selectors import calendar

BATCH = 500
COUNTED = ("named", "due", "due_at", "provisional", "calendar")
"""What is counted anew, together."""


def start(
    complaint: Complaint, *, kind: str, days: int, basis: str, now: dt.datetime, policy: str = ""
) -> Clock:
    """Start a clock today, Beijing time."""
    today = day_of(now)
    made = Clock(
        complaint=complaint,
        kind=kind,
        round=complaint.round,
        basis=basis,
        days=days,
        policy=policy,
        start=today,
        counted_from=today,
        counted_days=days,
    )
    _count(made)
    made.original_due = made.due
    made.save()
    body = {"clock": kind, "round": made.round, "due": str(made.due), "calendar": made.calendar}
    _record("started", complaint, now, body)
    return made


def pause(complaint: Complaint, *, now: dt.datetime) -> None:
    """We wait for the borrower: our own promise pauses, what the law sets runs on."""
    for clock in _of(complaint, {ClockKind.SERVICE}, {ClockState.RUNNING}):
        if now < clock.due_at:
            today = day_of(now)
            moves.clock(clock, to=ClockState.PAUSED, now=now, paused_on=today)


def resume(complaint: Complaint, *, now: dt.datetime) -> None:
    """Go on with what was left on the day of the pause."""
    for clock in _of(complaint, {ClockKind.SERVICE}, {ClockState.PAUSED}):
        clock.counted_days = calendar().count(clock.paused_on or clock.start, clock.due)
        clock.counted_from = day_of(now)
        _count(clock)
        values = {name: getattr(clock, name) for name in ("counted_days", "counted_from", *COUNTED)}
        moves.clock(clock, to=ClockState.RUNNING, now=now, **values)


def end(complaint: Complaint, *, kinds_done: Collection[str], now: dt.datetime) -> None:
    """What was owed is done: in time or not. A missed clock stays missed, with the day on it."""
    for clock in _of(complaint, kinds_done, CLOCK_OPEN | {ClockState.BREACHED}):
        if clock.state == ClockState.BREACHED:
            Clock.objects.filter(pk=clock.pk, ended_at=None).update(ended_at=now)
        else:
            kept = clock.state == ClockState.PAUSED or now < clock.due_at
            to = ClockState.MET if kept else ClockState.BREACHED
            moves.clock(clock, to=to, now=now, ended_at=now)
    _drop_extensions(complaint, now)


def stop(complaint: Complaint, *, now: dt.datetime) -> None:
    """Nothing is owed any more: the complaint was withdrawn, or will not be dealt with here."""
    for clock in _of(complaint, ClockKind.values, CLOCK_OPEN):
        moves.clock(clock, to=ClockState.STOPPED, now=now, ended_at=now)
    late = complaint.clocks.filter(state=ClockState.BREACHED, ended_at=None)
    late.update(ended_at=now)
    _drop_extensions(complaint, now)


def lengthen(clock: Clock, *, days: int, now: dt.datetime) -> None:
    """Count the clock anew with so many days from its own beginning; `original_due` stays."""
    clock.days = clock.counted_days = days
    _count(clock)
    clock.save(update_fields=["days", "counted_days", *COUNTED])
    body = {"clock": clock.kind, "days": days, "due": str(clock.due)}
    _record("lengthened", clock.complaint, now, body)


# --- The extension that needs two people and is told ----------------------------------------


def propose_extension(
    *, complaint: Complaint, by: User, reason: str, now: dt.datetime
) -> ClockExtension:
    """Ask for 30 days more on the decision; `reason` is what the borrower will read.

    Raises Refused unless the case is complex, once extended at most, and not late already.
    """
    clock = selectors.deciding(complaint)
    if clock is None or clock.state != ClockState.RUNNING or now >= clock.due_at:
        raise Refused("complaint-clock-over")
    if clock.days != counting.COMPLEX_DAYS or selectors.pending_extension(complaint) is not None:
        raise Refused("complaint-not-extendable")
    with transaction.atomic():
        made = ClockExtension.objects.create(
            clock=clock, reason=reason, proposed_by=by, proposed_at=now
        )
        _record("extension_proposed", complaint, now, {"by": by.pk, "clock": clock.kind})
    return made


def decide_extension(
    *, extension: ClockExtension, by: User, approve: bool, now: dt.datetime
) -> None:
    """Approve it and tell the borrower, or refuse it; raises Refused for whoever proposed it."""
    if extension.proposed_by_id == by.pk:
        raise Refused("complaint-own-proposal")
    clock = extension.clock
    if approve and (clock.state != ClockState.RUNNING or now >= clock.due_at):
        raise Refused("complaint-clock-over")
    with transaction.atomic():
        to = ExtensionState.APPROVED if approve else ExtensionState.REFUSED
        moves.extension(extension, to=to, now=now, decided_by=by, decided_at=now)
        if approve:
            lengthen(clock, days=counting.EXTENDED_DAYS, now=now)
            _tell_of_extension(clock, extension.reason, now)


def _tell_of_extension(clock: Clock, reason: str, now: dt.datetime) -> None:
    context = {
        "no": clock.complaint.number,
        "day": clock.due.isoformat(),
        "was": clock.original_due.isoformat(),
        "reason": reason,
    }
    person = clock.complaint.person
    messages.send(user=person, kind="complaints.complaint_extended", context=context, now=now)


# --- By the hour ----------------------------------------------------------------------------


def miss_due(*, now: dt.datetime) -> int:
    """Mark what is too late, and raise the alarm about it while it is not done; how many."""
    late = Clock.objects.filter(state=ClockState.RUNNING, due_at__lte=now)
    missed = list(late.select_related("complaint").order_by("due_at")[:BATCH])
    with transaction.atomic():
        for clock in missed:
            moves.clock(clock, to=ClockState.BREACHED, now=now)
        overdue = selectors.overdue()
        for clock in overdue:
            grave = clock.kind in STATUTORY
            watch.raise_alarm(
                kind=kinds.COMPLAINT_OVERDUE,
                subject=f"{clock.complaint.number} {clock.kind}",
                severity=Severity.CRITICAL if grave else Severity.WARNING,
                detail={"not_after": clock.due.isoformat()},
                now=now,
            )
        still = [f"{clock.complaint.number} {clock.kind}" for clock in overdue]
        watch.settle(kind=kinds.COMPLAINT_OVERDUE, still=still, now=now)
    return len(missed)


def recount(*, now: dt.datetime) -> int:
    """Count provisional clocks again once the calendar knows more; returns how many days moved."""
    version, moved = calendar().version, 0
    provisional = Clock.objects.filter(provisional=True, state=ClockState.RUNNING)
    for clock in provisional.exclude(calendar=version).select_related("complaint")[:BATCH]:
        was = clock.due
        _count(clock)
        with transaction.atomic():
            clock.save(update_fields=COUNTED)
            body = {"clock": clock.kind, "was": str(was), "due": str(clock.due)}
            _record("recounted", clock.complaint, now, body)
        moved += was != clock.due
    return moved


def _count(clock: Clock) -> None:
    """Where the clock leads by the calendar as it is known now."""
    counted = counting.period(clock.counted_from, clock.counted_days, clock.basis, calendar())
    if clock.kind == ClockKind.NOTICE:
        decided = selectors.deciding(clock.complaint)
        counted = counting.capped(counted, decided.due if decided else None)
    clock.named, clock.due, clock.due_at = counted.named, counted.last, counted.ends_at
    clock.provisional, clock.calendar = counted.provisional, counted.version


def _of(complaint: Complaint, kinds_meant: Collection[str], states: Collection[str]) -> list[Clock]:
    """Its clocks of this round, each with the complaint that the caller holds."""
    rows = complaint.clocks.filter(kind__in=kinds_meant, state__in=states, round=complaint.round)
    found = list(rows)
    for clock in found:
        clock.complaint = complaint
    return found


def _drop_extensions(complaint: Complaint, now: dt.datetime) -> None:
    if (pending := selectors.pending_extension(complaint)) is not None:
        moves.extension(pending, to=ExtensionState.DROPPED, now=now)


def _record(what: str, complaint: Complaint, now: dt.datetime, body: dict[str, Any]) -> None:
    number = complaint.number or ""
    record(kind=f"complaints.clock.{what}", subject=number, body=body, now=now)
