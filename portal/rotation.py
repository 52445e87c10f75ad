"""Seals what an older key of the ring has sealed once more under the present key.

Only what still has an older key is read, so a run that was cut off goes on where it stopped. A
row that somebody changes meanwhile is left alone: its new value has the present key already.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Model

from portal.append_only import unlocked
from portal.crypto import SealedBytesField, Unreadable, seal, unseal

BATCH = 500


@dataclass(slots=True)
class Result:
    """Counts of one column."""

    sealed: int = 0
    unreadable: int = 0


def sealed_fields(models: Iterable[type[Model]]) -> Iterator[SealedBytesField]:
    """The sealed columns of the tables of these models, each once."""
    for model in models:
        if model._meta.managed and not model._meta.proxy:
            for field in model._meta.local_concrete_fields:
                if isinstance(field, SealedBytesField):
                    yield field


def rotate(field: SealedBytesField) -> Result:
    """Rotate one column, a batch a transaction. What no key opens is counted and stays."""
    result, last = Result(), None
    while rows := _stale(field, after=last):
        last = rows[-1][0]
        with unlocked(field.model), connection.cursor() as cursor:
            for key, old in rows:
                try:
                    new = seal(unseal(old, field.context), field.context)
                except Unreadable:
                    result.unreadable += 1
                    continue
                cursor.execute(_sql(field, UPDATE), [new, key, old])
                result.sealed += cursor.rowcount
    return result


SELECT = """
SELECT {pk}, {column} FROM {table}
WHERE {column} IS NOT NULL AND substring({column} FROM 1 FOR %s) <> %s AND {after}
ORDER BY {pk} LIMIT %s
"""
UPDATE = "UPDATE {table} SET {column} = %s WHERE {pk} = %s AND {column} = %s"


def _stale(field: SealedBytesField, *, after: Any) -> list[tuple[Any, bytes]]:
    present = f"{settings.FIELD_KEYS[0][0]}:".encode()
    values = [len(present), present, *([] if after is None else [after]), BATCH]
    condition = "TRUE" if after is None else "{pk} > %s"
    with connection.cursor() as cursor:
        cursor.execute(_sql(field, SELECT.replace("{after}", condition)), values)
        return [(key, bytes(value)) for key, value in cursor.fetchall()]


def _sql(field: SealedBytesField, statement: str) -> str:
    """The statement with the names of the table and its columns, which come from the model."""
    meta, quote = field.model._meta, connection.ops.quote_name
    key = meta.pk
    assert key is not None and key.column is not None and field.column is not None
    return statement.format(
        table=quote(meta.db_table), pk=quote(key.column), column=quote(field.column)
    )
