"""Adopting a new policy on reviews; those before it stay as they are."""

import datetime as dt
from typing import Any

from django.db import transaction

from evidence.services import record
from reviews.models import ReviewPolicy


def adopt(*, policy: ReviewPolicy, by: Any, now: dt.datetime) -> None:
    """Store a new version, with who adopted it in the evidence."""
    with transaction.atomic():
        policy.save(force_insert=True)
        body = {"by": by.pk, "effective_from": policy.effective_from.isoformat()}
        record(kind="reviews.policy.adopted", subject=policy.version, body=body, now=now)
