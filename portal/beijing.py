"""The one clock of mainland China: which day a moment falls on, and when a day is over.

Pure, for what counts in Beijing time whatever time zone is active; pages use django.utils.timezone.
"""

import datetime as dt
from zoneinfo import ZoneInfo

BEIJING = ZoneInfo("Asia/Shanghai")
MICROSECOND = dt.timedelta(microseconds=1)


def day_of(moment: dt.datetime) -> dt.date:
    """The day on which something happens; `moment` is aware."""
    return moment.astimezone(BEIJING).date()


def midnight(day: dt.date) -> dt.datetime:
    """00:00 of a day: its first moment."""
    return dt.datetime.combine(day, dt.time(), BEIJING)


def midnight_after(day: dt.date) -> dt.datetime:
    """24:00 of a last day: the first moment that is too late."""
    return midnight(day + dt.timedelta(days=1))


def last_day(too_late: dt.datetime) -> dt.date:
    """The last day of what is over at this moment: the inverse of `midnight_after`."""
    return day_of(too_late - MICROSECOND)
