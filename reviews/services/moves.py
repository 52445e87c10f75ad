"""The rows of this app that have a state, each with the one way to move it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from evidence.services import move
from reviews.models import Document, ReviewTask
from reviews.states.cases import REVIEW_HELD, REVIEW_TRANSITIONS
from reviews.states.documents import DOCUMENT_TRANSITIONS


def task(
    moved: ReviewTask,
    *,
    to: str,
    now: dt.datetime,
    body: Mapping[str, Any] | None = None,
    **values: Any,
) -> None:
    """Move a case and bring the object up to date; raises evidence.services.IllegalMove.

    A case that nobody holds any more loses its holder with the same statement.
    """
    values |= {"changed_at": now}
    if to not in REVIEW_HELD:
        values |= {"held_by": None, "held_until": None}
    move(
        ReviewTask,
        pk=moved.pk,
        to=to,
        table=REVIEW_TRANSITIONS,
        now=now,
        subject=values.get("number") or moved.number or moved.query.request_no,
        body=body,
        came_from=moved.state,
        **values,
    )
    moved.state = to
    for name, value in values.items():
        setattr(moved, name, value)


def document(moved: Document, *, to: str, now: dt.datetime, **values: Any) -> None:
    """Move a document; the evidence holds its hash, never its name or its bytes."""
    values |= {"changed_at": now}
    move(
        Document,
        pk=moved.pk,
        to=to,
        table=DOCUMENT_TRANSITIONS,
        now=now,
        subject=moved.task.number or moved.task.query.request_no,
        body={"document": moved.pk, "kind": moved.kind, "sha256": moved.sha256},
        came_from=moved.state,
        **values,
    )
    moved.state = to
    for name, value in values.items():
        setattr(moved, name, value)
