"""Keeping the table of vendors: each change is evidence, and compliance is told of it."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction

from accounts.models import MessageVendor, User
from evidence.services import record
from portal.watch import services as watch
from portal.watch.kinds import VENDOR_CHANGED
from portal.watch.models import Alarm, Severity

TOLD_FOR = dt.timedelta(days=1)


def keep(
    row: MessageVendor, *, changed: Collection[str], by: User, now: dt.datetime
) -> MessageVendor:
    """Store what an administrator entered. Who sends codes decides who could read them: hence the
    alarm, which stays until somebody has looked (docs/operations.md)."""
    made = row.pk is None
    told = {name: str(getattr(row, name)) for name in sorted(changed)}
    with transaction.atomic():
        row.save()
        kind = f"accounts.messagevendor.{'added' if made else 'changed'}"
        record(kind=kind, subject=row.name, body={"by": by.pk, **told}, now=now)
        watch.raise_alarm(
            kind=VENDOR_CHANGED,
            subject=row.name,
            severity=Severity.CRITICAL,
            detail={"vendor_fields": ", ".join(sorted(changed))},
            now=now,
        )
    return row


def settle_alarms(*, now: dt.datetime) -> int:
    """A day after the last change the alarm is over: whoever had to look has been told."""
    old = Alarm.objects.filter(kind=VENDOR_CHANGED, cleared_at=None, seen_at__lt=now - TOLD_FOR)
    return sum(
        watch.clear(kind=VENDOR_CHANGED, subject=subject, now=now)
        for subject in old.values_list("subject", flat=True)
    )
