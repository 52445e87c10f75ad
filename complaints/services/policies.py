"""What the operator lays down: each version in the evidence log, with who laid it down."""

import datetime as dt

from django.db import transaction
from django.db.models import Model

from accounts.models import User
from evidence.services import record


def keep(row: Model, *, by: User, now: dt.datetime) -> None:
    """Store a row of one of the operator's tables, new or changed, with all that it says now."""
    meta, word = row._meta, "laid_down" if row.pk is None else "changed"
    with transaction.atomic():
        row.save()
        columns = [field for field in meta.concrete_fields if not field.primary_key]
        body = {"by": by.pk, **{field.name: field.value_to_string(row) for field in columns}}
        kind = f"complaints.{meta.model_name}.{word}"
        record(kind=kind, subject=f"{meta.model_name}/{row.pk}", body=body, now=now)
