"""Telling people of alarms by mail: of each critical one once, and hourly of changes."""

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.db.models import QuerySet
from django.utils import translation

from accounts import texts
from accounts.models import User
from accounts.roles import Role
from accounts.services import messages
from portal.watch import kinds, selectors
from portal.watch import services as watch
from portal.watch.models import Alarm

MOST = 50
"""In one mail; what is more is told by the next."""
READ_BY = {
    Role.COMPLIANCE_OFFICER: frozenset(
        {kinds.STAFF_DEVICE, kinds.CODE_ASKED, kinds.VENDOR_CHANGED, kinds.WRONG_CODES}
    )
}
"""What roles besides administrators are mailed about."""


def readers() -> QuerySet[User]:
    """Who may log in, has an address, and reads of some alarms at least."""
    rows = User.objects.filter(role__in=[Role.ADMINISTRATOR, *READ_BY], is_active=True)
    return rows.exclude(email_hash="").order_by("pk")


def _reads(reader: User, alarm: Alarm) -> bool:
    """Administrators read of everything."""
    return reader.role == Role.ADMINISTRATOR or alarm.kind in READ_BY[Role(reader.role)]


def tell(*, now: dt.datetime) -> int:
    """One mail about every critical alarm that nobody was told of yet; returns how many alarms."""
    with transaction.atomic():
        alarms = list(selectors.untold().select_for_update(skip_locked=True)[:MOST])
        if alarms:
            _mail("accounts.alarms", alarms, now)
            watch.told(pks=[alarm.pk for alarm in alarms], now=now)
    return len(alarms)


def sum_up(*, since: dt.datetime, now: dt.datetime) -> int:
    """One mail about what was raised or is over since a moment, warnings too, with all that is
    still open; none when nothing has changed. Returns how many alarms it is about."""
    if not selectors.changed(since=since).exists():
        return 0
    over = selectors.changed(since=since).exclude(cleared_at=None)
    alarms = [*selectors.open_alarms()[:MOST], *over[:MOST]]
    with transaction.atomic():
        _mail("accounts.alarm_summary", alarms, now)
    return len(alarms)


def _mail(kind: str, alarms: Collection[Alarm], now: dt.datetime) -> None:
    for reader in readers():
        theirs = [alarm for alarm in alarms if _reads(reader, alarm)]
        if not theirs:
            continue
        with translation.override(reader.language):
            context = {"alarms": [_words(alarm) for alarm in theirs]}
        messages.send_to_mailbox(user=reader, kind=kind, context=context, now=now)


def _words(alarm: Alarm) -> dict[str, str]:
    return {
        "title": kinds.title(alarm.kind),
        "subject": alarm.subject,
        "figures": kinds.figures(alarm.detail),
        "what_to_do": kinds.what_to_do(alarm.kind),
        "repair": str(kinds.REPAIRS.get(alarm.repair, alarm.repair)),
        "since": texts.moment(alarm.raised_at),
        "until": texts.moment(alarm.cleared_at) if alarm.cleared_at else "",
    }
