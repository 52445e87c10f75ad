"""Days end at midnight in Beijing, wherever the machine or the reader is."""

import datetime as dt

import pytest

from portal import beijing

DAY = dt.date(2026, 12, 25)
MIDNIGHT = dt.datetime(2026, 12, 25, 16, 0, tzinfo=dt.UTC)


def test_a_day_ends_at_sixteen_hours_of_the_worlds_time() -> None:
    assert beijing.midnight_after(DAY) == MIDNIGHT
    assert beijing.midnight(DAY) == MIDNIGHT - dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (MIDNIGHT - dt.timedelta(microseconds=1), DAY),
        (MIDNIGHT, DAY + dt.timedelta(days=1)),
        (MIDNIGHT - dt.timedelta(days=1), DAY),
    ],
)
def test_a_moment_belongs_to_the_day_in_beijing(moment: dt.datetime, day: dt.date) -> None:
    assert beijing.day_of(moment) == day


def test_the_last_day_of_what_ends_at_midnight_is_the_one_before() -> None:
    assert beijing.last_day(beijing.midnight_after(DAY)) == DAY
    assert beijing.last_day(MIDNIGHT + dt.timedelta(hours=1)) == DAY + dt.timedelta(days=1)
