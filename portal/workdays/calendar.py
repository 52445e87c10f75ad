"""A calendar that answers by index: which days are worked is laid out once, nothing is stepped.

Days are counted as the Civil Code counts them: the day on which a period begins is not counted
(民法典 201), and a period that would end on a day of rest ends on the next working day (203).
"""

import datetime as dt
import hashlib
from array import array
from collections.abc import Mapping
from itertools import accumulate
from typing import NamedTuple

SATURDAY = 5
FIXED = frozenset({(1, 1), (5, 1), (5, 2), (10, 1), (10, 2), (10, 3)})
"""(month, day) of the statutory holidays that the sun fixes: 全国年节及纪念日放假办法 (2024-11-10),
article 2. The others follow the moon or a solar term, and wait for the notice of their year."""
ESTIMATED_YEARS = 6
"""So far past the last notice a calendar still answers, provisionally."""


class OutOfRange(ValueError):
    """The day is before the first notice, or so late that nobody should promise anything."""


class Due(NamedTuple):
    """`provisional` while the year of `day` has no notice yet; `version` is the calendar's."""

    day: dt.date
    provisional: bool
    version: str


class Calendar:
    """`exceptions` say of single days whether they are worked; without one Monday to Friday are.

    Past `official_until` the statutory holidays of fixed date are days of rest, too, and all that
    is reckoned there is provisional.
    """

    def __init__(
        self, exceptions: Mapping[dt.date, bool], *, first: dt.date, official_until: dt.date
    ) -> None:
        self.first, self.official_until = first, official_until
        self.last = official_until.replace(year=official_until.year + ESTIMATED_YEARS)
        self.version = _version(exceptions, official_until)
        self._first = first.toordinal()
        self._worked = bytearray(
            _worked(dt.date.fromordinal(day), exceptions, official_until)
            for day in range(self._first, self.last.toordinal() + 1)
        )
        self._length = len(self._worked)
        self._days = [
            dt.date.fromordinal(self._first + place)
            for place, works in enumerate(self._worked)
            if works
        ]
        # How many are over at the end of each day, beginning with the day before the first.
        self._over = array("i", accumulate(self._worked, initial=0))

    def is_working(self, day: dt.date) -> bool:
        """Raises OutOfRange."""
        place = day.toordinal() - self._first
        if 0 <= place < self._length:
            return self._worked[place] == 1
        raise OutOfRange(day)

    def add(self, start: dt.date, days: int) -> Due:
        """The `days`-th working day after `start`, at least the first; raises OutOfRange."""
        place = self._through(start) + days - 1
        if days < 1 or place >= len(self._days):
            raise OutOfRange(start, days)
        day = self._days[place]
        return Due(day, day > self.official_until, self.version)

    def on_or_after(self, day: dt.date) -> Due:
        """Where a period of calendar days ends that would end on `day` (203); raises OutOfRange."""
        return self.add(day - dt.timedelta(days=1), 1)

    def count(self, start: dt.date, end: dt.date) -> int:
        """Working days after `start` up to and with `end`, below zero when `end` is earlier: the
        inverse of `add`. Raises OutOfRange."""
        return self._through(end) - self._through(start)

    def rests(self, start: dt.date, end: dt.date) -> list[dt.date]:
        """The days after `start` up to `end` that are not counted; raises OutOfRange."""
        between = range(start.toordinal() + 1, end.toordinal() + 1)
        return [day for day in map(dt.date.fromordinal, between) if not self.is_working(day)]

    def _through(self, day: dt.date) -> int:
        """How many working days are over at the end of this day."""
        place = day.toordinal() - self._first + 1
        if 0 <= place <= self._length:
            return self._over[place]
        raise OutOfRange(day)


def _worked(day: dt.date, exceptions: Mapping[dt.date, bool], official_until: dt.date) -> bool:
    said = exceptions.get(day)
    if said is not None:
        return said
    estimated = day > official_until
    return day.weekday() < SATURDAY and not (estimated and (day.month, day.day) in FIXED)


def _version(exceptions: Mapping[dt.date, bool], official_until: dt.date) -> str:
    """The last year that has a notice and a digest of all that is said: 2026/3f1a09c2."""
    said = ";".join(f"{day}={works:d}" for day, works in sorted(exceptions.items()))
    digest = hashlib.sha256(f"{official_until};{said}".encode()).hexdigest()
    return f"{official_until.year}/{digest[:8]}"
