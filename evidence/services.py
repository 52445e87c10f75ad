"""Writing evidence: `record` what happened, `move` a state together with its record."""

import datetime as dt
import os
from collections.abc import Collection, Mapping
from typing import Any

from django.db import models, transaction

from evidence.leaf import leaf_hash
from evidence.models import Record


class IllegalMove(Exception):
    """The table has no such edge, or another process moved the row first."""


def record(
    *, kind: str, subject: str, body: Mapping[str, Any] | None = None, now: dt.datetime
) -> Record:
    """Append one record in the caller's transaction. `body` is plain JSON without personal data."""
    content, salt = dict(body or {}), os.urandom(16)
    digest = leaf_hash(kind=kind, subject=subject, at=now, body=content, salt=salt)
    return Record.objects.create(
        kind=kind, subject=subject, at=now, body=content, salt=salt, leaf_hash=digest
    )


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
    **values: Any,
) -> str:
    """Move one row along an edge of its table and record it, in one transaction.

    `values` are other columns set by the same UPDATE. Returns the state it came from; raises
    IllegalMove when the edge does not exist or the row is no longer in the state that was read.
    """
    rows = model._default_manager.filter(pk=pk)
    with transaction.atomic():
        came_from = rows.values_list(field, flat=True).first()
        if came_from is None or to not in table.get(came_from, ()):
            raise IllegalMove(f"{model._meta.label_lower} {came_from} -> {to}")
        if rows.filter(**{field: came_from}).update(**{field: to}, **values) != 1:
            raise IllegalMove(f"{model._meta.label_lower} was moved by someone else")
        record(
            kind=f"{model._meta.label_lower}.{to}",
            subject=subject or str(pk),
            body={"from": came_from, **(body or {})},
            now=now,
        )
    return came_from
