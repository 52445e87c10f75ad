"""Adding to the timeline of a case: a row for people, a record for the evidence."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from accounts.models import User
from evidence.services import record
from reviews.models import Document, ReviewStep, ReviewTask


def add(
    task: ReviewTask,
    *,
    kind: str,
    now: dt.datetime,
    by: User | None = None,
    to: User | None = None,
    outcome: str = "",
    reasons: Sequence[str] = (),
    text: str | None = None,
    document: Document | None = None,
    shown: bool = False,
) -> ReviewStep:
    """One step, in the caller's transaction. The evidence keeps who and why by code, not the text.

    A move writes its own record besides; this one says what the state does not: by whom, reasons.
    """
    body: dict[str, Any] = {"round": task.round, "by": by.pk if by else None}
    body |= {"to": to.pk} if to else {}
    body |= {"outcome": outcome} if outcome else {}
    body |= {"reasons": list(reasons)} if reasons else {}
    body |= {"document": document.pk} if document else {}
    subject = task.number or task.query.request_no
    record(kind=f"reviews.step.{kind}", subject=subject, body=body, now=now)
    return ReviewStep.objects.create(
        task=task,
        round=task.round,
        kind=kind,
        by=by,
        to=to,
        outcome=outcome,
        reasons=list(reasons),
        text=text,
        document=document,
        shown=shown,
        at=now,
    )
