"""Adding to the timeline of a ticket: a row for people, a record for the evidence."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from accounts.models import User
from evidence.services import record
from recovery.models import RecoveryPaper, RecoveryStep, RecoveryTicket


def add(
    ticket: RecoveryTicket,
    *,
    kind: str,
    now: dt.datetime,
    by: User | None = None,
    reasons: Sequence[str] = (),
    text: str | None = None,
    paper: RecoveryPaper | None = None,
    shown: bool = False,
) -> RecoveryStep:
    """One step, in the caller's transaction. The evidence keeps who and why by code, no text."""
    body: dict[str, Any] = {"by": by.pk if by else None}
    body |= {"reasons": list(reasons)} if reasons else {}
    body |= {"paper": paper.pk} if paper else {}
    record(kind=f"recovery.step.{kind}", subject=ticket.number or "", body=body, now=now)
    return RecoveryStep.objects.create(
        ticket=ticket,
        kind=kind,
        by=by,
        reasons=list(reasons),
        text=text,
        paper=paper.pk if paper else None,
        shown=shown,
        at=now,
    )
