"""Writing evidence: `record` what happened, `move` one state or many together with the record."""

import datetime as dt
import os
from collections.abc import Collection, Mapping
from typing import Any

from django.db import connection, models, transaction

from evidence.leaf import canonical, leaf_hash
from evidence.models import Record

# Half a dozen records to a query: written out, one costs half of what the ORM's insert does.
INSERT = """
INSERT INTO evidence_record (id, kind, subject, at, body, salt, leaf_hash)
VALUES (%(id)s, %(kind)s, %(subject)s, %(at)s, %(body)s, %(salt)s, %(leaf_hash)s)
"""
# Many as arrays: what Django would write out, row after row, is five times the work to read.
INSERT_MANY = """
INSERT INTO evidence_record (id, kind, subject, at, body, salt, leaf_hash)
SELECT * FROM unnest(
    %(id)s::uuid[], %(kind)s::text[], %(subject)s::text[], %(at)s::timestamptz[],
    %(body)s::jsonb[], %(salt)s::bytea[], %(leaf_hash)s::bytea[]
)
"""
COLUMNS = ("id", "kind", "subject", "at", "salt", "leaf_hash")


class IllegalMove(Exception):
    """The table has no such edge, or another process moved the row first."""


def record(
    *, kind: str, subject: str, body: Mapping[str, Any] | None = None, now: dt.datetime
) -> Record:
    """Append one record in the caller's transaction. `body` is plain JSON without personal data."""
    made = _leaf(kind=kind, subject=subject, body=body or {}, now=now)
    with connection.cursor() as cursor:
        cursor.execute(INSERT, {**vars(made), "body": canonical(made.body).decode()})
    return made


def record_many(*, kind: str, bodies: Mapping[str, Mapping[str, Any]], now: dt.datetime) -> None:
    """Append one record for each subject, with its own body, in a few statements."""
    _append([_leaf(kind=kind, subject=s, body=body, now=now) for s, body in bodies.items()])


def move(
    model: type[models.Model],
    *,
    pk: Any,
    to: str,
    table: Mapping[str, Collection[str]],
    now: dt.datetime,
    field: str = "state",
    body: Mapping[str, Any] | None = None,
    subject: str = "",
    came_from: str = "",
    **values: Any,
) -> str:
    """Move one row along an edge of its table and record it, in one transaction.

    `values` are other columns set by the same UPDATE; `came_from` is the state that the caller has
    read already. Returns the state it came from; raises IllegalMove, with nothing written, when
    the edge does not exist or the row is no longer in that state.
    """
    rows = model._default_manager.filter(pk=pk)
    came_from = came_from or rows.values_list(field, flat=True).first() or ""
    if to not in table.get(came_from, ()):
        raise IllegalMove(f"{model._meta.label_lower} {came_from} -> {to}")
    with transaction.atomic(savepoint=False):
        moved = rows.filter(**{field: came_from}).update(**{field: to}, **values)
        if moved:
            record(
                kind=f"{model._meta.label_lower}.{to}",
                subject=subject or str(pk),
                body={"from": came_from, **(body or {})},
                now=now,
            )
    if not moved:
        raise IllegalMove(f"{model._meta.label_lower} was moved by someone else")
    return came_from


def move_many(
    model: type[models.Model],
    *,
    pks: Collection[Any],
    to: str,
    table: Mapping[str, Collection[str]],
    now: dt.datetime,
    subjects: Mapping[Any, str],
    field: str = "state",
    body: Mapping[str, Any] | None = None,
    **values: Any,
) -> list[Any]:
    """Move those of many rows that an edge of the table leads from, each with its record.

    `subjects` names each by its key. Returns the keys of the rows that were moved, in their order:
    a row without such an edge, or held by somebody else at this moment, is left alone. A few
    statements in one transaction, whatever the number; some hundred rows at a time hold it short.
    """
    sources = [state for state, onward in table.items() if to in onward]
    rows = model._default_manager.filter(pk__in=pks, **{f"{field}__in": sources}).order_by("pk")
    kind = f"{model._meta.label_lower}.{to}"
    with transaction.atomic():
        found = list(rows.select_for_update(skip_locked=True).values_list("pk", field))
        moved = [pk for pk, _ in found]
        model._default_manager.filter(pk__in=moved).update(**{field: to}, **values)
        _append(
            [
                _leaf(kind=kind, subject=subjects[pk], body={"from": was, **(body or {})}, now=now)
                for pk, was in found
            ]
        )
    return moved


def _append(leaves: list[Record]) -> None:
    if not leaves:
        return
    values = {column: [getattr(leaf, column) for leaf in leaves] for column in COLUMNS}
    bodies = [canonical(leaf.body).decode() for leaf in leaves]
    with connection.cursor() as cursor:
        cursor.execute(INSERT_MANY, {**values, "body": bodies})


def _leaf(*, kind: str, subject: str, body: Mapping[str, Any], now: dt.datetime) -> Record:
    content, salt = dict(body), os.urandom(16)
    digest = leaf_hash(kind=kind, subject=subject, at=now, body=content, salt=salt)
    return Record(kind=kind, subject=subject, at=now, body=content, salt=salt, leaf_hash=digest)
