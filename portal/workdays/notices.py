"""The State Council's notices as a file: what differs from Monday to Friday, year by year.

china.json holds those that were out when this release was made. A day belongs to the notice that
moved it, so that the notice of 2006 also says that Saturday, 31 December 2005, was worked.
"""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

SHIPPED = Path(__file__).with_name("china.json")
FIELDS = frozenset({"year", "urls", "off", "work"})


class BadNotice(ValueError):
    """The file is no list of notices, or a notice contradicts itself or the week."""


@dataclass(frozen=True, slots=True)
class Notice:
    """`off` are weekdays without work, `work` are Saturdays and Sundays with it."""

    year: int
    urls: tuple[str, ...]
    off: tuple[dt.date, ...]
    work: tuple[dt.date, ...]

    @property
    def days(self) -> dict[dt.date, bool]:
        return dict.fromkeys(self.off, False) | dict.fromkeys(self.work, True)

    @property
    def sha256(self) -> str:
        """Of the days alone: a mended address is no new notice."""
        said = json.dumps([self.year, *map(str, self.off), "", *map(str, self.work)])
        return hashlib.sha256(said.encode()).hexdigest()


def read(text: str) -> list[Notice]:
    """The notices of a file, in the order of their years; raises BadNotice."""
    try:
        given = json.loads(text)
        notices = [_notice(entry) for entry in given]
    except (ValueError, TypeError, KeyError) as error:
        raise BadNotice(str(error)) from None
    return sorted(notices, key=lambda notice: notice.year)


@cache
def shipped() -> tuple[Notice, ...]:
    return tuple(read(SHIPPED.read_text()))


def _notice(entry: dict[str, Any]) -> Notice:
    if set(entry) != FIELDS or not entry["urls"]:
        raise BadNotice(f"a notice has {', '.join(sorted(FIELDS))}")
    year = int(entry["year"])
    off, work = (tuple(map(dt.date.fromisoformat, entry[name])) for name in ("off", "work"))
    # A notice reaches back into the last days of the year before, and never further.
    if wrong := [day for day in (*off, *work) if not _is_of(year, day)]:
        raise BadNotice(f"{wrong[0]} is not of {year}")
    if wrong := [d for d in off if d.weekday() > 4] + [d for d in work if d.weekday() < 5]:
        raise BadNotice(f"{wrong[0]} differs in nothing from any other week")
    return Notice(year, tuple(entry["urls"]), off, work)


def _is_of(year: int, day: dt.date) -> bool:
    return day.year == year or (day.year == year - 1 and day.month == 12)
