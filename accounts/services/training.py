"""The security training that each member of staff acknowledges once a year."""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from accounts import training
from accounts.models import TrainingAcknowledged, User
from evidence.services import record

MADE_LASTS = dt.timedelta(days=3650)
"""Of staff made for demonstrations and tests, whom nobody trains."""


def valid_until(*, user: User, now: dt.datetime) -> dt.datetime | None:
    """Until when the present version counts as read, or None."""
    rows = TrainingAcknowledged.objects.filter(
        user=user, version=training.VERSION, valid_until__gt=now
    )
    return rows.order_by("-valid_until").values_list("valid_until", flat=True).first()


def acknowledge(
    *, user: User, answers: Mapping[str, str], now: dt.datetime
) -> tuple[TrainingAcknowledged | None, set[str]]:
    """The row, or the names of the questions that were answered wrongly."""
    wrong = training.wrong(answers)
    if wrong:
        return None, wrong
    with transaction.atomic():
        row = TrainingAcknowledged.objects.create(
            user=user,
            version=training.VERSION,
            at=now,
            valid_until=now + dt.timedelta(days=training.VALID_DAYS),
        )
        body = {"version": row.version}
        record(kind="accounts.training.acknowledged", subject=str(user.pk), body=body, now=now)
    return row, set()


def take_as_read(*, user: User, now: dt.datetime) -> None:
    """For staff made for demonstrations and tests."""
    TrainingAcknowledged.objects.create(
        user=user, version=training.VERSION, at=now, valid_until=now + MADE_LASTS
    )
