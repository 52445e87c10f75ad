"""Numbers of letters: unguessable, forgiving to type, and no slip goes through."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from complaints.letter import serials

NOW = dt.datetime(2026, 11, 22, 16, 30, tzinfo=dt.UTC)  # half past midnight of the 23rd in Beijing


def test_a_number_begins_with_the_day_in_beijing_and_reads_in_fours():
    serial = serials.fresh(NOW)
    assert serial.startswith("261123")
    assert len(serial) == 20
    assert [len(group) for group in serials.grouped(serial).split(" ")] == [4] * 5


def test_the_example_of_the_interface_has_its_check():
    assert serials.read("261122 22K7Q9ZM4T8PX" + serials._check("26112222K7Q9ZM4T8PX"))


def test_it_is_read_however_it_is_typed():
    serial = serials.fresh(NOW)
    grouped = serials.grouped(serial)
    full_width = "".join(chr(ord(c) + 0xFEE0) for c in serial)
    typed = (grouped, grouped.lower().replace(" ", "-"), f"  {serial}\n", full_width)
    assert {serials.read(words) for words in typed} == {serial}
    assert serials.read(serial.replace("0", "O").replace("1", "l")) == serial


@given(place=st.integers(0, 19), other=st.integers(0, 19), change=st.integers(1, 31))
def test_one_wrong_or_two_exchanged_characters_are_caught(place, other, change):
    serial = serials.fresh(NOW)
    value = (serials.VALUES[serial[place]] + change) % 32
    assert serials.read(serial[:place] + serials.ALPHABET[value] + serial[place + 1 :]) is None
    swapped = list(serial)
    swapped[place], swapped[other] = swapped[other], swapped[place]
    assert serials.read("".join(swapped)) == (serial if swapped == list(serial) else None)


@pytest.mark.parametrize("typed", ["", "2611", "U" * 20, "x" * 500, "编号", "0" * 21])
def test_what_is_no_number_is_none(typed):
    assert serials.read(typed) is None
