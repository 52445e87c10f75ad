"""A document is read text first, by OCR where it must; the whole survives being stored."""

import json
from dataclasses import dataclass

import pytest

from portal.intake.cleaned import Word
from portal.reading import ocr
from portal.reading.lines import Box, Line
from portal.reading.read import Reading, from_json, read, to_json
from portal.tests.papers import sheet

NAME, ID_NUMBER = "王建国", "330106199003071236"
STATEMENT = sheet(
    [(60, f"户名:{NAME}"), (400, f"证件号码:{ID_NUMBER}")],
    [(60, "交易日期"), (220, "摘要"), (-470, "收入"), (-630, "支出"), (-810, "账户余额")],
    [(60, "2026-08-10"), (220, "代发工资"), (-470, "9,000.00"), (-810, "28,988.04")],
    [(60, "2026-09-12"), (220, "转账支出"), (-630, "500.00"), (-810, "28,488.04")],
)


@dataclass(frozen=True)
class Page:
    number: int
    image: bytes
    words: tuple[Word, ...] = ()


WORDS = tuple(
    Word(piece.text, piece.box.left, piece.box.top, piece.box.right, piece.box.bottom)
    for piece in STATEMENT
)


@pytest.fixture
def pictures(monkeypatch):
    """What OCR says of each picture, and which it was asked for."""
    asked: list[int] = []
    shown: dict[bytes, list[Line]] = {b"statement": STATEMENT}

    def read_image(image: bytes, page: int) -> list[Line]:
        asked.append(page)
        if image not in shown:
            raise ocr.Unreadable
        return [Line(page, one.text, one.box, 0.9, "ocr") for one in shown[image]]

    monkeypatch.setattr(ocr, "read_image", read_image)
    shown[b"forged"] = [Line(1, "12345.67", Box(0, 0, 80, 20), 0.9, "ocr")]
    return asked


def reading(*pages: Page, **rest) -> Reading:
    return read(pages, name=NAME, id_number=ID_NUMBER, **rest)


def test_text_comes_before_pictures(pictures):
    found = reading(Page(1, b"statement", WORDS))
    assert {line.source for line in found.lines} == {"text"}
    assert [(hint.kind.value, hint.check) for hint in found.hints] == [
        ("name", "matches"),
        ("id_number", "matches"),
    ]
    assert [row.amount for row in found.rows] == [900_000, -50_000]
    assert (found.unread, found.doubtful) == ((), ())


def test_a_page_with_a_stamp_of_text_is_still_read_as_a_picture(pictures):
    found = reading(Page(1, b"statement", (Word("第1页", 0, 0, 50, 20),)))
    assert {line.source for line in found.lines} == {"ocr"}
    assert found.engine == ocr.ENGINE
    assert [row.confidence for row in found.rows] == [0.9, 0.9]


def test_text_that_the_picture_does_not_show_is_named(pictures):
    assert reading(Page(7, b"forged", WORDS)).doubtful == (7,)


def test_of_many_pages_with_text_three_pictures_are_compared(pictures):
    reading(*(Page(n, b"statement", WORDS) for n in range(1, 10)))
    assert pictures == [1, 5, 9]


def test_what_cannot_be_read_is_named_and_not_an_error(pictures):
    found = reading(Page(1, b"broken"), Page(2, b"statement"))
    assert (found.unread, len(found.rows)) == ((1,), 2)


def test_no_page_begins_after_its_time(pictures):
    found = reading(Page(1, b"statement"), Page(2, b"statement"), budget=-1)
    assert (pictures, found.unread) == ([], (1, 2))


def test_a_reading_survives_being_stored(pictures):
    found = reading(Page(1, b"statement", WORDS), Page(2, b"statement"), Page(3, b"broken"))
    assert found.summary.gaps
    assert from_json(json.loads(json.dumps(to_json(found)))) == found
