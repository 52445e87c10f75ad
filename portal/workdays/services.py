"""Loading a year's notice, and noting that a lender keeps a day otherwise.

Whoever reckoned with the calendar finds out by its version, which is stored with every date.
"""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from portal.workdays.models import WorkCalendarDay, WorkdayNotice
from portal.workdays.notices import BadNotice, Notice, shipped


def load(notices: Iterable[Notice], *, now: dt.datetime) -> list[WorkdayNotice]:
    """Store those that say something new, with what the release brought first; returns their rows.

    Loading the same again changes nothing. Raises BadNotice when a year would be left out: a
    calendar with a gap would take that year for an ordinary one.
    """
    with transaction.atomic():
        # Of two who load at once the second sees what the first has stored.
        list(WorkdayNotice.objects.select_for_update().order_by("pk"))
        missing = [] if WorkdayNotice.objects.exists() else list(shipped())
        return [row for notice in (*missing, *notices) if (row := _store(notice, now)) is not None]


def override(
    *, scope: str, day: dt.date, is_working: bool, reason: str, by: Any, now: dt.datetime
) -> WorkCalendarDay:
    """One lender works on this day, or does not, whatever the country does."""
    return WorkCalendarDay.objects.create(
        scope=scope, day=day, is_working=is_working, reason=reason, actor=by, at=now
    )


def _store(notice: Notice, now: dt.datetime) -> WorkdayNotice | None:
    last = WorkdayNotice.objects.order_by("year").last()
    if last is not None and notice.year > last.year + 1:
        raise BadNotice(f"the notice of {last.year + 1} comes first")
    known = WorkdayNotice.objects.filter(year=notice.year).order_by("version").last()
    if known is not None and known.sha256 == notice.sha256:
        return None
    row = WorkdayNotice.objects.create(
        year=notice.year,
        version=1 if known is None else known.version + 1,
        urls=list(notice.urls),
        sha256=notice.sha256,
        loaded_at=now,
    )
    WorkCalendarDay.objects.bulk_create(
        WorkCalendarDay(day=day, is_working=works, notice=row, at=now)
        for day, works in notice.days.items()
    )
    return row
