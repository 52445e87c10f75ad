"""`python -m dev.workdays check` holds the calendar of this release against chinesecalendar and
holidays, day by day; `take YEAR URL…` prints china.json with the notice of a year added.

Both libraries bring the State Council's arrangement with a release some days after the notice. What
is taken is what both of them say; where they differ, the notice itself decides, by hand.
"""

import argparse
import datetime as dt
import json
import sys
from collections.abc import Iterator

import chinese_calendar
import holidays

from portal.workdays.calendar import Calendar
from portal.workdays.notices import SHIPPED, Notice, read

DAY = dt.timedelta(days=1)
DISPUTED = frozenset({dt.date(2005, 12, 31)})
"""Worked: 国办发明电〔2005〕35号 moves its rest to 3 January 2006. chinesecalendar left it out."""


def laid_out(known: list[Notice]) -> Calendar:
    said = {day: works for notice in known for day, works in notice.days.items()}
    first, last = dt.date(known[0].year, 1, 1), dt.date(known[-1].year, 12, 31)
    return Calendar(said, first=first, official_until=last)


def disagreements(ours: Calendar) -> Iterator[tuple[dt.date, bool, bool, bool]]:
    """Each official day on which not all three say the same: ours, chinesecalendar, holidays."""
    china = holidays.country_holidays("CN")
    day = ours.first
    while day <= ours.official_until:
        said = ours.is_working(day), chinese_calendar.is_workday(day), china.is_working_day(day)
        if len(set(said)) > 1:
            yield day, *said
        day += DAY


def taken(year: int, urls: list[str]) -> Notice:
    """The notice of a year as both libraries have it; raises ValueError where they differ."""
    china = holidays.country_holidays("CN")
    off: list[dt.date] = []
    work: list[dt.date] = []
    day = dt.date(year, 1, 1)
    while day.year == year:
        works = chinese_calendar.is_workday(day)
        if works != china.is_working_day(day):
            raise ValueError(f"the libraries differ on {day}: read the notice")
        if works != (day.weekday() < 5):
            (work if works else off).append(day)
        day += DAY
    return Notice(year, tuple(urls), tuple(off), tuple(work))


def written(known: list[Notice]) -> str:
    """The file: a line each for addresses, days off and days worked, so that changes are read."""
    return "[\n" + ",\n".join(map(_entry, known)) + "\n]\n"


def _entry(notice: Notice) -> str:
    urls = json.dumps(notice.urls, ensure_ascii=False)
    off, work = (json.dumps([str(day) for day in days]) for days in (notice.off, notice.work))
    return f'  {{"year": {notice.year},\n   "urls": {urls},\n   "off": {off},\n   "work": {work}}}'


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m dev.workdays", description=__doc__)
    acts = parser.add_subparsers(dest="act", required=True)
    acts.add_parser("check")
    take = acts.add_parser("take")
    take.add_argument("year", type=int)
    take.add_argument("urls", nargs="+")
    words = parser.parse_args(argv)
    known = read(SHIPPED.read_text())
    if words.act == "take":
        sys.stdout.write(written([*known, taken(words.year, words.urls)]))
        return 0
    unexplained = 0
    for day, *said in disagreements(laid_out(known)):
        unexplained += day not in DISPUTED
        print(
            day, *(f"{who}: {'worked' if w else 'off'}" for who, w in zip(NAMES, said, strict=True))
        )
    return 1 if unexplained else 0


NAMES = ("ours", "chinesecalendar", "holidays")

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
