"""Counting the days of a clock: over a year end, over holidays, beyond what is announced."""

import datetime as dt
import re

import pytest
from django.utils import translation

from complaints.case import clocks
from complaints.states.clocks import Basis, ClockKind
from portal.workdays.calendar import Calendar
from portal.workdays.notices import shipped


@pytest.fixture(scope="module")
def china() -> Calendar:
    known = [notice for notice in shipped() if notice.year <= 2026]
    said: dict[dt.date, bool] = {}
    for notice in known:
        said |= notice.days
    first = dt.date(known[0].year, 1, 1)
    return Calendar(said, first=first, official_until=dt.date(2026, 12, 31))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "days", "named", "last", "provisional"),
    [
        ("2026-11-02", 15, "2026-11-17", "2026-11-17", False),
        # Over the year end: day 15 is a Saturday of a year without a notice.
        ("2026-12-25", 15, "2027-01-09", "2027-01-11", True),
        ("2026-12-25", 30, "2027-01-24", "2027-01-25", True),
        ("2026-12-17", 15, "2027-01-01", "2027-01-04", True),
        ("2026-12-16", 15, "2026-12-31", "2026-12-31", False),
        # Day 15 falls into the Spring Festival of 2026 (15 to 23 February).
        ("2026-02-02", 15, "2026-02-17", "2026-02-24", False),
        # A make-up Saturday is worked: the last day stays.
        ("2026-02-13", 15, "2026-02-28", "2026-02-28", False),
        # National Day, and a leap year.
        ("2026-09-16", 15, "2026-10-01", "2026-10-08", False),
        ("2024-02-14", 15, "2024-02-29", "2024-02-29", False),
    ],
)
def test_calendar_days_end_on_a_working_day(
    start: str, days: int, named: str, last: str, provisional: bool, china: Calendar
) -> None:
    counted = clocks.period(day(start), days, Basis.CALENDAR, china)
    assert (counted.named, counted.last) == (day(named), day(last))
    assert counted.provisional is provisional
    assert counted.version == china.version


def test_a_period_ends_at_midnight_in_beijing(china: Calendar) -> None:
    counted = clocks.period(day("2026-12-16"), 15, Basis.CALENDAR, china)
    assert counted.ends_at.astimezone(dt.UTC).isoformat() == "2026-12-31T16:00:00+00:00"


def test_working_days_know_make_up_days(china: Calendar) -> None:
    counted = clocks.period(day("2026-02-05"), 15, Basis.WORKING, china)
    assert counted.last == counted.named == day("2026-03-04")


def test_no_days_left_leave_the_day_itself(china: Calendar) -> None:
    assert clocks.period(day("2026-02-17"), 0, Basis.WORKING, china).last == day("2026-02-17")


def test_a_cap_only_shortens(china: Calendar) -> None:
    counted = clocks.period(day("2026-11-02"), 5, Basis.WORKING, china)
    assert clocks.capped(counted, day("2026-11-04")).last == day("2026-11-04")
    assert clocks.capped(counted, day("2026-12-04")) == counted
    assert clocks.capped(counted, None) == counted
    # What was decided late is told in its own time, not in the past.
    assert clocks.capped(counted, day("2026-11-01")) == counted


def told(counted: clocks.Period, kind: str = ClockKind.DECISION, language: str = "en") -> list[str]:
    with translation.override(language):
        return clocks.explain(
            clocks.Told(
                kind=kind,
                basis=Basis.CALENDAR,
                days=15,
                start=counted.start,
                counted_from=counted.start,
                counted_days=15,
                named=counted.named,
                last=counted.last,
                provisional=counted.provisional,
                policy="",
            )
        )


def test_a_clock_explains_itself(china: Calendar) -> None:
    words = told(clocks.period(day("2026-12-25"), 15, Basis.CALENDAR, china))
    assert len(words) == 6
    assert "within 15 days of receipt" in words[0]
    assert "Civil Code, Article 201" in words[1]
    assert "Civil Code, Article 203" in words[2]
    assert "24:00 Beijing time" in words[3]
    assert "never pauses" in words[4]
    assert "provisional" in words[5]


def test_a_plain_clock_says_nothing_of_rest_days(china: Calendar) -> None:
    words = told(clocks.period(day("2026-11-02"), 15, Basis.CALENDAR, china))
    assert len(words) == 4
    assert not any("203" in sentence or "provisional" in sentence for sentence in words)


@pytest.mark.parametrize(
    ("language", "you"), [("en", r"\b(you|your|we|our)\b"), ("zh-hans", "您|我们")]
)
@pytest.mark.parametrize("kind", ClockKind.values)
def test_a_clock_speaks_to_borrower_and_officer_alike(
    china: Calendar, kind: str, language: str, you: str
) -> None:
    words = told(clocks.period(day("2026-12-25"), 15, Basis.CALENDAR, china), kind, language)
    assert not re.search(you, " ".join(words))


def test_an_objection_cites_its_article(china: Calendar) -> None:
    counted = clocks.period(day("2026-11-02"), 20, Basis.CALENDAR, china)
    first = told(counted, ClockKind.OBJECTION)[0]
    assert first.startswith("Regulation on the Administration of Credit Reporting, Article 25")
