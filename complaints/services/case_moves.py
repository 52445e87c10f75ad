"""The rows of a complaint that have a state, each with the one way to move it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from complaints.models import Clock, ClockExtension, Complaint, Decision
from complaints.states.cases import COMPLAINT_TRANSITIONS, DECISION_TRANSITIONS
from complaints.states.clocks import CLOCK_TRANSITIONS, EXTENSION_TRANSITIONS
from evidence.services import move


def complaint(
    moved: Complaint,
    *,
    to: str,
    now: dt.datetime,
    body: Mapping[str, Any] | None = None,
    **values: Any,
) -> None:
    """Move a complaint and bring the object up to date; raises evidence.services.IllegalMove."""
    values |= {"changed_at": now}
    move(
        Complaint,
        pk=moved.pk,
        to=to,
        table=COMPLAINT_TRANSITIONS,
        now=now,
        subject=values.get("number") or moved.number or "",
        body=body,
        came_from=moved.state,
        **values,
    )
    moved.state = to
    for name, value in values.items():
        setattr(moved, name, value)


def clock(moved: Clock, *, to: str, now: dt.datetime, **values: Any) -> None:
    """The subject is the number of the complaint, the body says which of its clocks."""
    values.setdefault("paused_on", None)
    move(
        Clock,
        pk=moved.pk,
        to=to,
        table=CLOCK_TRANSITIONS,
        now=now,
        subject=moved.complaint.number or "",
        body={"clock": moved.kind, "round": moved.round, "due": str(values.get("due", moved.due))},
        came_from=moved.state,
        **values,
    )
    moved.state = to
    for name, value in values.items():
        setattr(moved, name, value)


def extension(moved: ClockExtension, *, to: str, now: dt.datetime, **values: Any) -> None:
    decided_by = values.get("decided_by")
    move(
        ClockExtension,
        pk=moved.pk,
        to=to,
        table=EXTENSION_TRANSITIONS,
        now=now,
        subject=moved.clock.complaint.number or "",
        body={"by": decided_by.pk} if decided_by else None,
        came_from=moved.state,
        **values,
    )
    moved.state = to


def decision(moved: Decision, *, to: str, now: dt.datetime, **values: Any) -> None:
    decided_by = values.get("decided_by")
    move(
        Decision,
        pk=moved.pk,
        to=to,
        table=DECISION_TRANSITIONS,
        now=now,
        subject=moved.complaint.number or "",
        body={"by": decided_by.pk, "outcome": moved.outcome} if decided_by else None,
        came_from=moved.state,
        **values,
    )
    moved.state = to
