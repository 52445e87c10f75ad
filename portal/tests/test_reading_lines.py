"""Pieces of text find their row on pages askew, bent or turned; nothing unseen survives."""

import pytest

from portal.intake.cleaned import Word
from portal.reading.lines import (
    LONGEST,
    MOST_PIECES,
    Box,
    Line,
    from_words,
    part,
    printable,
    upright,
    visual_rows,
)
from portal.tests.papers import askew, line, sheet

TABLE = sheet(
    *(
        [(60, f"2026-08-{n:02d}"), (300, "消费"), (-640, f"{n}1.96"), (-860, f"20,0{n:02d}.10")]
        for n in range(1, 31)
    )
)


def texts(lines) -> list[list[str]]:
    return [[piece.line.text for piece in row] for row in visual_rows(lines)]


@pytest.mark.parametrize("degrees", [-5, -3, -1, 0, 1, 3, 5])
def test_rows_are_found_on_a_page_askew(degrees):
    assert texts(askew(TABLE, degrees)) == texts(TABLE)


def test_rows_are_found_where_their_slope_changes_from_top_to_bottom():
    bent = []
    for piece in askew(TABLE, 0):
        x, y = piece.box.middle
        slope = 0.07 * (1300 - y) / 1300  # 4 degrees at the top, none at the bottom
        box = piece.box
        box = Box(box.left, round(box.top + x * slope), box.right, round(box.bottom + x * slope))
        bent.append(Line(1, piece.text, box, 1.0, "ocr"))
    assert texts(bent) == texts(TABLE)


def test_columns_are_straightened_too():
    lefts = [row[0].box.left for row in visual_rows(askew(TABLE, 3))]
    assert max(lefts) - min(lefts) <= 12
    assert max(p.box.left for p in askew(TABLE, 3) if p.text.startswith("2026")) - 60 < 0


@pytest.mark.parametrize(
    ("turned", "box"),
    [
        (0, (40, 10, 80, 30)),
        (90, (10, 20, 30, 60)),
        (180, (20, 10, 60, 30)),
        (270, (10, 40, 30, 80)),
    ],
)
def test_part_of_a_line_is_found_whichever_way_it_runs(turned, box):
    """The last two of five digits, in a line of 100 pixels along its text."""
    whole = Box(0, 10, 100, 30) if turned in (0, 180) else Box(10, 0, 30, 100)
    piece = Line(1, "12345", whole, 1.0, "ocr", turned)
    assert part(piece, 2, 4) == Box(*box)


def test_a_turned_page_is_read_in_its_own_direction():
    """Lying on its right side, the first line of a page is its rightmost column."""
    first = Line(1, "first", Box(900, 10, 920, 200), 1.0, "ocr", turned=270)
    second = Line(1, "second", Box(800, 10, 820, 200), 1.0, "ocr", turned=270)
    assert texts([second, first]) == [["first"], ["second"]]
    assert upright(first).box == Box(10, -920, 200, -900)


def test_words_become_lines_and_columns_stay_apart():
    words = [
        Word("Zhang", 60, 100, 110, 120),
        Word("San", 118, 100, 148, 120),
        Word("张", 200, 101, 220, 121),
        Word("三", 221, 100, 241, 120),
        Word("8,000.00", 400, 100, 480, 120),
    ]
    assert [piece.text for piece in from_words(words, 3)] == ["Zhang San", "张三", "8,000.00"]
    assert {(piece.page, piece.source, piece.confidence) for piece in from_words(words, 3)} == {
        (3, "text", 1.0)
    }


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("户名：张三", "户名:张三"),
        ("１２３．４５", "123.45"),
        ("⽇期", "日期"),  # a radical that PDFs hold in place of the character
        ("a\x00b\x1b[31mc", "a b [31mc"),
        ("00.000,8\u202e", "00.000,8"),
        ("li\u200bne \n two", "line two"),
    ],
)
def test_what_is_not_seen_is_left_out(given, shown):
    assert printable(given) == shown


def test_a_page_and_a_line_are_bounded():
    assert len(printable("ﷺ" * 10_000)) == LONGEST
    words = [Word("x", 0, 30 * n, 10, 30 * n + 20) for n in range(MOST_PIECES + 5)]
    assert len(from_words(words, 1)) == MOST_PIECES


def test_an_empty_or_flat_word_is_no_line():
    assert from_words([Word(" ", 0, 0, 9, 9), Word("a", 5, 5, 5, 9)], 1) == []
    assert visual_rows([]) == []
    assert texts([line("a")]) == [["a"]]
