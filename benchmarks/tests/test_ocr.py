"""The benchmark judges by what it printed itself: its sheets must say what they show."""

import random

import pytest

from benchmarks import ocr, ocr_pages
from benchmarks.ocr_pages import LAYOUTS, WAYS, Sheet
from portal.validators import clean_id_number


@pytest.mark.parametrize(
    ("first", "second", "steps"),
    [
        ("", "", 0),
        ("余额", "余额", 0),
        ("kitten", "sitting", 3),
        ("abc", "", 3),
        ("12.34", "12,34", 1),
    ],
)
def test_distance(first, second, steps):
    assert ocr.distance(first, second) == ocr.distance(second, first) == steps


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_sheet_is_a_statement_that_adds_up(layout):
    sheet = ocr_pages.sheet(layout, random.Random(1), rows=8)
    assert len(sheet.rows) == 3 + len(sheet.entries)
    for before, entry in zip(sheet.entries, sheet.entries[1:], strict=False):
        assert entry.balance == before.balance + entry.amount
        assert entry.day >= before.day


def test_the_same_dice_give_the_same_pictures():
    def picture() -> bytes:
        dice = random.Random(7)
        sheet = ocr_pages.sheet("signed amounts", dice, rows=3)
        return ocr_pages.png(WAYS["photographed"](sheet.image, dice))

    assert picture() == picture()


def test_nothing_read_is_nothing_right():
    entries = ocr_pages.entries(random.Random(1), 4)
    sheet = Sheet(None, ("余额", "12.00"), entries)
    assert ocr._right([sheet, sheet], ["", "余额 12.00"]) == 50
    assert ocr._entries_right([sheet], [[]]) == 0


def test_the_made_up_people_have_possible_numbers():
    assert [clean_id_number(number) for number in ocr_pages.ID_NUMBERS]
