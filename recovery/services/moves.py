"""The rows of this app that have a state, each with the one way to move it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from evidence.services import move
from recovery.models import RecoveryPaper, RecoveryTicket
from recovery.states import RECOVERY_TERMINAL, RECOVERY_TRANSITIONS, RecoveryState
from reviews.states.documents import DOCUMENT_TRANSITIONS


def locked(ticket: RecoveryTicket) -> RecoveryTicket:
    """Its row for writing, in the caller's transaction."""
    rows = RecoveryTicket.objects.select_for_update(of=("self",)).select_related("account")
    return rows.get(pk=ticket.pk)


def ticket(
    moved: RecoveryTicket,
    *,
    to: str,
    now: dt.datetime,
    body: Mapping[str, Any] | None = None,
    **values: Any,
) -> None:
    """Move a ticket and bring the object up to date; raises evidence.services.IllegalMove."""
    values |= {"changed_at": now}
    if to in RECOVERY_TERMINAL or to == RecoveryState.ENROLLED:
        values |= {"ended_at": now}
    move(
        RecoveryTicket,
        pk=moved.pk,
        to=to,
        table=RECOVERY_TRANSITIONS,
        now=now,
        subject=values.get("number") or moved.number or str(moved.pk),
        body=body,
        came_from=moved.state,
        **values,
    )
    moved.state = to
    for name, value in values.items():
        setattr(moved, name, value)


def paper(moved: RecoveryPaper, *, to: str, now: dt.datetime, **values: Any) -> None:
    """Move a paper; the evidence holds its hash, never its name or its bytes."""
    values |= {"changed_at": now}
    move(
        RecoveryPaper,
        pk=moved.pk,
        to=to,
        table=DOCUMENT_TRANSITIONS,
        now=now,
        subject=moved.ticket.number or "",
        body={"paper": moved.pk, "kind": moved.kind, "sha256": moved.sha256},
        came_from=moved.state,
        **values,
    )
    moved.state = to
    for name, value in values.items():
        setattr(moved, name, value)
