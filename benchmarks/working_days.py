"""What it costs to ask whether a day is worked, and which is the fifteenth working day from here.

The peers are the two libraries against which the calendar is checked, in the same process, in
alternating rounds over the same days; the best round counts, in processor time, so that what else
the machine does is not measured. chinesecalendar answers until the end of its data and raises
after it; holidays goes on by itself and does not say that it estimates. Only ours says so.
"""

import datetime as dt
import time
from collections.abc import Callable, Iterator, Sequence

import chinese_calendar
import holidays

from benchmarks.rows import Row
from dev import workdays
from portal.workdays.notices import shipped

ROUNDS, MICROSECONDS = 5, 1_000_000
DAYS = 15
SOME = 13  # stepping takes milliseconds; 13 meets each day of the week and every season
GOAL = 1.0

Question = Callable[[dt.date], object]


def measure() -> Iterator[Row]:
    ours = workdays.laid_out(list(shipped()))
    china = holidays.country_holidays("CN", years=range(2003, 2028))
    asked = [
        ours.first + dt.timedelta(days=n)
        for n in range((ours.official_until - ours.first).days - 2 * DAYS)
    ]
    yield from _rows(
        "working day or not",
        asked,
        ours.is_working,
        {"chinesecalendar": chinese_calendar.is_workday, "holidays": china.is_working_day},
    )
    yield from _rows(
        f"{DAYS} working days from a day",
        asked[::SOME],
        lambda day: ours.add(day, DAYS),
        {
            "chinesecalendar": _stepped,
            "holidays": lambda day: china.get_nth_working_day(day, DAYS),
        },
    )
    apart = [day for day, *_ in workdays.disagreements(ours)]
    yield Row(
        bench="working_days",
        figure="days on which the three differ",
        value=len(apart),
        unit="days",
        goal=len(workdays.DISPUTED),
    )


def _rows(
    figure: str, asked: Sequence[dt.date], ours: Question, peers: dict[str, Question]
) -> Iterator[Row]:
    everybody = {"": ours, **peers}
    times: dict[str, list[float]] = {name: [] for name in everybody}
    for _ in range(1 + ROUNDS):
        for name, question in everybody.items():
            times[name].append(_each(asked, question))
    best = {name: min(taken[1:]) for name, taken in times.items()}
    for name in peers:
        yield Row(
            bench="working_days",
            figure=figure,
            value=round(best[""], 3),
            unit="µs",
            peer=name,
            peer_value=round(best[name], 3),
            goal=GOAL,
        )


def _each(asked: Sequence[dt.date], question: Question) -> float:
    begin = time.process_time()
    for day in asked:
        question(day)
    return (time.process_time() - begin) / len(asked) * MICROSECONDS


def _stepped(day: dt.date) -> dt.date:
    """chinesecalendar has no such call: whoever uses it steps from day to day."""
    left = DAYS
    while left:
        day += dt.timedelta(days=1)
        left -= chinese_calendar.is_workday(day)
    return day
