"""The one way to move an extension: along its table, with its evidence, one or many."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from complaints.models import DeadlineExtension
from complaints.states.extensions import EXTENSION_TRANSITIONS
from evidence.services import move, move_many


def extension(
    moved: DeadlineExtension,
    *,
    to: str,
    now: dt.datetime,
    body: Mapping[str, Any] | None = None,
    **values: Any,
) -> None:
    """Raises evidence.services.IllegalMove. Evidence names days and people's numbers, no words."""
    move(
        DeadlineExtension,
        pk=moved.pk,
        to=to,
        table=EXTENSION_TRANSITIONS,
        now=now,
        subject=moved.number,
        body=body,
        came_from=moved.state,
        **values,
    )
    moved.state = to
    for name, value in values.items():
        setattr(moved, name, value)


def extensions(
    rows: Collection[DeadlineExtension],
    *,
    to: str,
    now: dt.datetime,
    body: Mapping[str, Any] | None = None,
    **values: Any,
) -> list[DeadlineExtension]:
    """Move those of many that the table leads on; returns them."""
    subjects = {row.pk: row.number for row in rows}
    moved = set(
        move_many(
            DeadlineExtension,
            pks=list(subjects),
            to=to,
            table=EXTENSION_TRANSITIONS,
            now=now,
            subjects=subjects,
            body=body,
            **values,
        )
    )
    return [row for row in rows if row.pk in moved]
