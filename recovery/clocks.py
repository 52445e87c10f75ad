"""When an officer has to have looked: hours of work on the country's working days. Pure."""

import datetime as dt

from portal.beijing import BEIJING, day_of
from portal.workdays.calendar import Calendar

OPENS, CLOSES = dt.time(9), dt.time(17)
"""Beijing time; eight hours of work a day, as the operator's policy has it."""


def due(since: dt.datetime, hours: int, calendar: Calendar) -> dt.datetime:
    """The moment at which so many hours of work are over; raises OutOfRange."""
    left = dt.timedelta(hours=hours)
    day = calendar.on_or_after(day_of(since)).day
    while True:
        begins = max(since, dt.datetime.combine(day, OPENS, BEIJING))
        ends = dt.datetime.combine(day, CLOSES, BEIJING)
        room = max(ends - begins, dt.timedelta())
        if left <= room:
            return begins + left
        left -= room
        day = calendar.add(day, 1).day
