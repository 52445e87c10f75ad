"""Pages made to be slow to read: the work on a page is bounded, whatever its words are."""

import sys
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType
from typing import Any

import pytest

from portal.intake.cleaned import Word
from portal.reading import read
from portal.reading.columns import MOST_CELLS, MOST_COLUMNS, cells, headed
from portal.reading.hints import MOST_LABELS, find
from portal.reading.lines import MOST_ACROSS, MOST_CHARACTERS, from_words, visual_rows

MOST_STEPS = 20_000_000
"""Lines of Python for one page; the slowest takes 6.4 million, and took a hundred times as many
while each piece was held against each other one."""


def word(text: str, left: int = 10, top: int = 0) -> Word:
    return Word(text, left, top, left + 40, top + 8)


@dataclass(frozen=True)
class Page:
    number: int
    words: list[Word]
    image: bytes = b""


ACROSS = [word("x", n * 50, 20) for n in range(1900)]
HOSTILE = {
    "a row for each word": [word("字", n % 7, n * 20) for n in range(2000)],
    "signs that stand for eighteen": [word("\ufdfa" * 10, 10, n * 20) for n in range(2000)],
    "entries, and words that belong to one of them": [
        *(word("2026-01-01 1.00", 10, n * 20) for n in range(600)),
        *(word("¨" * 5, 10, n * 20 + 9) for n in range(1400)),
    ],
    "labels above a long row": [*(word("姓名", n * 50, 0) for n in range(100)), *ACROSS],
    "labels in long lines": [*(word("姓名" * 250, 10, 40 + n * 20) for n in range(20)), *ACROSS],
    "headings without end": [word("日期收入余额", n * 60, 0) for n in range(1000)],
    "words that may be headings": [word("字 " * 245, 10, n * 20) for n in range(40)],
    "groups of digits": [word("1.111" * 100, 10, n * 20) for n in range(40)],
}


def steps(work: Callable[[], object]) -> int:
    """How many lines of Python are run, each turn of a loop counted."""
    count = 0

    def follow(_frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal count
        count += event == "line"
        return follow

    before = sys.gettrace()
    sys.settrace(follow)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_a_page_is_read_in_bounded_steps(
    words: list[Word], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read._Sheet, "look", lambda _sheet: None)
    page = [Page(1, words)]
    taken = steps(lambda: read.read(page, name="张三", id_number="110101199001010010"))
    assert 0 < taken < MOST_STEPS


def test_what_is_read_of_a_page_is_bounded() -> None:
    long = from_words(HOSTILE["signs that stand for eighteen"], 1)
    assert 0 < sum(len(line.text) for line in long) <= MOST_CHARACTERS
    [row] = visual_rows(from_words(ACROSS, 1))
    assert len(row) == MOST_ACROSS
    assert len(cells(row)) <= MOST_CELLS
    [heads] = visual_rows(from_words(HOSTILE["headings without end"], 1))
    assert len(headed(heads) or ()) == MOST_COLUMNS
    labels = from_words([word("姓名张三 " * 50)], 1)
    assert len(find(labels, name="张三", id_number="")) <= MOST_LABELS
