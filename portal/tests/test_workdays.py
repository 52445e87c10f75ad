"""The working calendar: golden days, two other calendars beside it, what counting keeps."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dev import workdays
from portal.workdays import notices
from portal.workdays.calendar import Calendar, OutOfRange
from portal.workdays.notices import BadNotice

CHINA = workdays.laid_out(list(notices.shipped()))
DAYS = st.dates(dt.date(2004, 1, 1), dt.date(2031, 12, 31))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("start", "due"),
    [
        ("2026-02-05", "2026-03-04"),  # over the Spring Festival; weekdays alone give 26 February
        ("2026-09-18", "2026-10-15"),
        ("2025-09-22", "2025-10-17"),
        ("2026-04-20", "2026-05-13"),
    ],
)
def test_fifteen_working_days(start, due):
    assert CHINA.add(day(start), 15) == (day(due), False, CHINA.version)


def test_it_is_as_both_libraries_have_it_on_every_day_but_one():
    assert (CHINA.first, CHINA.official_until) == (day("2004-01-01"), day("2026-12-31"))
    assert list(workdays.disagreements(CHINA)) == [(day("2005-12-31"), True, False, True)]


def test_what_is_shipped_is_what_the_libraries_give_for_its_last_year():
    known = notices.shipped()[-1]
    assert workdays.taken(known.year, list(known.urls)) == known
    assert workdays.written(list(notices.shipped())) == notices.SHIPPED.read_text()


def test_the_day_on_which_it_begins_is_not_counted():
    monday = day("2026-03-02")
    assert CHINA.add(monday, 1).day == day("2026-03-03")


def test_a_period_that_ends_on_a_day_of_rest_ends_on_the_next_working_day():
    assert CHINA.on_or_after(day("2026-10-03")).day == day("2026-10-08")
    assert CHINA.on_or_after(day("2026-10-09")).day == day("2026-10-09")


def test_a_saturday_that_makes_up_for_a_holiday_is_counted():
    assert CHINA.is_working(day("2026-10-10"))
    assert CHINA.add(day("2026-10-09"), 1).day == day("2026-10-10")


def test_past_the_last_notice_it_is_provisional_and_knows_only_fixed_holidays():
    due = CHINA.add(day("2026-12-18"), 15)
    assert (due.day, due.provisional) == (day("2027-01-11"), True)
    assert not CHINA.is_working(day("2027-10-01"))
    assert CHINA.add(day("2026-12-10"), 15).provisional is False


@pytest.mark.parametrize("outside", ["2003-12-31", "2033-01-01"])
def test_it_promises_nothing_where_nothing_is_known(outside):
    with pytest.raises(OutOfRange):
        CHINA.is_working(day(outside))


@pytest.mark.parametrize("days", [0, -3, 100_000])
def test_it_adds_at_least_one_day_and_never_past_its_end(days):
    with pytest.raises(OutOfRange):
        CHINA.add(day("2026-01-05"), days)


@given(start=DAYS, days=st.integers(1, 60))
def test_counting_is_the_inverse_of_adding(start, days):
    due = CHINA.add(start, days).day
    assert CHINA.is_working(due)
    assert CHINA.count(start, due) == days
    assert len(CHINA.rests(start, due)) == (due - start).days - days


@given(start=DAYS, later=st.integers(0, 400), days=st.integers(1, 60))
def test_who_begins_later_is_never_due_earlier(start, later, days):
    begin = min(start + dt.timedelta(days=later), dt.date(2031, 12, 31))
    assert CHINA.add(begin, days).day >= CHINA.add(start, days).day
    assert CHINA.add(start, days + 1).day > CHINA.add(start, days).day


@given(start=DAYS, end=DAYS)
def test_counting_is_what_stepping_would_count(start, end):
    first, last = min(start, end), min(max(start, end), min(start, end) + dt.timedelta(days=90))
    span = [first + dt.timedelta(days=n) for n in range(1, (last - first).days + 1)]
    assert CHINA.count(first, last) == sum(map(CHINA.is_working, span))
    assert CHINA.count(last, first) == -CHINA.count(first, last)


def test_its_version_tells_two_calendars_apart():
    year = dt.date(2026, 1, 1), dt.date(2026, 12, 31)
    plain, other = (
        Calendar(said, first=year[0], official_until=year[1])
        for said in ({}, {day("2026-05-04"): False})
    )
    assert plain.version != other.version
    assert plain.version.startswith("2026/")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("no list", "Expecting value"),
        ("[{}]", "a notice has"),
        ('[{"year": 2027, "urls": [], "off": [], "work": []}]', "a notice has"),
        ('[{"year": 2027, "urls": ["x"], "off": ["2028-01-03"], "work": []}]', "is not of 2027"),
        ('[{"year": 2027, "urls": ["x"], "off": ["2027-01-02"], "work": []}]', "in nothing"),
        ('[{"year": 2027, "urls": ["x"], "off": [], "work": ["2027-01-04"]}]', "in nothing"),
    ],
)
def test_a_file_that_is_no_notice_is_refused(text, why):
    with pytest.raises(BadNotice, match=why):
        notices.read(text)
