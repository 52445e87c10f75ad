"""The working calendar of the country or of one lender, as the tables have it at this moment."""

import datetime as dt
from functools import lru_cache

from django.db.models import Count, Max

from portal.workdays.calendar import Calendar
from portal.workdays.models import WorkCalendarDay, WorkdayNotice
from portal.workdays.notices import Notice, shipped

SCOPES_KEPT = 64
Stamp = tuple[int | None, int | None, int]


def calendar(scope: str = "") -> Calendar:
    """`scope` is the code of a lender, or "" for the country. Costs one statement; the calendar
    itself is laid out again only after something was loaded or overridden."""
    # Counted as well: of two rows that are stored at once the lower key may appear last.
    newest = {"notices": Max("notice_id"), "days": Max("pk"), "rows": Count("pk")}
    stamp = WorkCalendarDay.objects.aggregate(**newest)
    return _laid_out(scope, (stamp["notices"], stamp["days"], stamp["rows"]))


def notices() -> list[Notice]:
    """The newest version of each year's notice, oldest first; what the release brought, while
    nothing has been loaded."""
    newest = {row.year: row for row in WorkdayNotice.objects.order_by("year", "version")}
    days: dict[int, dict[dt.date, bool]] = {row.pk: {} for row in newest.values()}
    for notice_id, day, works in WorkCalendarDay.objects.filter(notice__in=days).values_list(
        "notice_id", "day", "is_working"
    ):
        days[notice_id][day] = works
    return [_notice(row, days[row.pk]) for row in newest.values()] or list(shipped())


def overrides(scope: str) -> dict[dt.date, bool]:
    """What a lender keeps otherwise; of a day said twice the last counts."""
    if not scope:
        return {}
    rows = WorkCalendarDay.objects.filter(scope=scope).order_by("pk")
    return dict(rows.values_list("day", "is_working"))


@lru_cache(maxsize=SCOPES_KEPT)
def _laid_out(scope: str, stamp: Stamp) -> Calendar:
    said: dict[dt.date, bool] = {}
    known = notices()
    for notice in known:
        said |= notice.days
    return Calendar(
        said | overrides(scope),
        first=dt.date(known[0].year, 1, 1),
        official_until=dt.date(known[-1].year, 12, 31),
    )


def _notice(row: WorkdayNotice, days: dict[dt.date, bool]) -> Notice:
    off, work = (tuple(sorted(d for d, works in days.items() if works is w)) for w in (False, True))
    return Notice(row.year, tuple(row.urls), off, work)
