"""The one way to move a compensation or a line of a pay-out file: along its table."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from complaints.models import Compensation, PayoutLine
from complaints.states.compensation import COMPENSATION_TRANSITIONS
from complaints.states.fund import LINE_TRANSITIONS
from evidence.services import move, move_many


def compensation(moved: Compensation, *, to: str, now: dt.datetime, **values: Any) -> None:
    """Raises evidence.services.IllegalMove. Evidence names the sum, never the person."""
    move(
        Compensation,
        pk=moved.pk,
        to=to,
        table=COMPENSATION_TRANSITIONS,
        now=now,
        subject=moved.number,
        body={"amount_fen": moved.amount_fen, "points": moved.points},
        came_from=moved.state,
        **values,
    )
    moved.state = to
    for name, value in values.items():
        setattr(moved, name, value)


def compensations(
    rows: Collection[Compensation],
    *,
    to: str,
    now: dt.datetime,
    body: Mapping[str, Any] | None = None,
    **values: Any,
) -> list[Compensation]:
    """Move those of many that the table leads on; returns them."""
    subjects = {row.pk: row.number for row in rows}
    moved = move_many(
        Compensation,
        pks=list(subjects),
        to=to,
        table=COMPENSATION_TRANSITIONS,
        now=now,
        subjects=subjects,
        body=body,
        **values,
    )
    gone = set(moved)
    return [row for row in rows if row.pk in gone]


def lines(rows: Iterable[PayoutLine], *, to: str, now: dt.datetime, **values: Any) -> list[int]:
    """Move lines of pay-out files; returns the keys of those moved."""
    subjects = {row.pk: row.ref for row in rows}
    return move_many(
        PayoutLine,
        pks=list(subjects),
        to=to,
        table=LINE_TRANSITIONS,
        now=now,
        subjects=subjects,
        **values,
    )
