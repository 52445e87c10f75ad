"""A document read: its own text first, pictures by OCR where a page holds none that is of use."""

import datetime as dt
import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

from portal.reading.hints import Hint, HintKind, find
from portal.reading.lines import Box, Line, Word, from_words
from portal.reading.statements import Month, Regular, Row, Summary, rows, summarise

USABLE = 40
"""Characters of its own that a page needs to go without OCR: a scan often carries a page number
or the stamp of an app as text."""
BUDGET = 180.0
"""Seconds for one document. Pages that no time is left for are named and read by the officer."""
AGREEING = 0.8
"""Of the figures in a page's own text, the share that its picture must show."""
TEXT_ENGINE = "text layer"


class Page(Protocol):
    """A page as portal/intake leaves it."""

    @property
    def number(self) -> int: ...
    @property
    def image(self) -> bytes: ...
    @property
    def words(self) -> Sequence[Word]: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """`unread` are the pages that hold no picture we can read, or that time did not reach;
    `doubtful` those whose own text holds figures that their picture does not show."""

    lines: tuple[Line, ...]
    hints: tuple[Hint, ...]
    rows: tuple[Row, ...]
    summary: Summary
    engine: str
    seconds: float
    unread: tuple[int, ...] = ()
    doubtful: tuple[int, ...] = ()


def read(pages: Iterable[Page], *, name: str, id_number: str, budget: float = BUDGET) -> Reading:
    """Everything that a document says, held against the borrower.

    Takes at most about `budget` seconds and one page more.
    """
    began = time.monotonic()
    sheets = [_Sheet(page, from_words(page.words, page.number)) for page in pages]
    spots = _spots([sheet for sheet in sheets if sheet.usable])
    for sheet in sheets:
        if time.monotonic() - began <= budget and (sheet in spots or not sheet.usable):
            sheet.look()
    lines = [line for sheet in sheets for line in sheet.lines]
    found = rows(lines)
    return Reading(
        lines=tuple(lines),
        hints=tuple(find(lines, name=name, id_number=id_number)),
        rows=tuple(found),
        summary=summarise(found),
        engine=next((sheet.engine for sheet in sheets if sheet.engine), TEXT_ENGINE),
        seconds=round(time.monotonic() - began, 2),
        unread=tuple(sheet.page.number for sheet in sheets if sheet.unread),
        doubtful=tuple(sheet.page.number for sheet in sheets if sheet.doubtful),
    )


@dataclass(eq=False, slots=True)
class _Sheet:
    """One page while it is read: its own text, and what its picture shows once looked at."""

    page: Page
    own: list[Line]
    seen: list[Line] | None = None
    engine: str = ""

    @property
    def usable(self) -> bool:
        return sum(len(line.text) for line in self.own) >= USABLE

    @property
    def lines(self) -> list[Line]:
        """What stands on the paper is in the picture, too: of two readings one is kept."""
        return self.own if self.usable or self.seen is None else self.seen

    @property
    def unread(self) -> bool:
        return self.seen is None and not self.usable

    @property
    def doubtful(self) -> bool:
        return self.usable and self.seen is not None and not shown(self.own, self.seen)

    def look(self) -> None:
        from portal.reading.ocr import ENGINE, Unreadable, read_image

        try:
            self.seen, self.engine = read_image(self.page.image, self.page.number), ENGINE
        except Unreadable:
            self.seen = None


def _spots(sheets: Sequence[_Sheet]) -> list[_Sheet]:
    """The first, middle and last of the pages that have text: their pictures are read as well."""
    places = {0, len(sheets) // 2, len(sheets) - 1}
    return [sheets[place] for place in sorted(places) if 0 <= place < len(sheets)]


def shown(own: Sequence[Line], seen: Sequence[Line]) -> bool:
    """Whether a picture shows the figures that the text claims: anybody can hide text in a PDF."""
    claimed = _figures(own)
    return not claimed or (claimed & _figures(seen)).total() >= AGREEING * claimed.total()


def _figures(lines: Iterable[Line]) -> Counter[str]:
    """Numbers of three digits and more: no mark between them counts, which OCR mistakes."""
    joined = (re.sub(r"(?<=\d)[,.:/年月-]+(?=\d)", "", line.text) for line in lines)
    return Counter(number for text in joined for number in re.findall(r"\d{3,}", text))


# --- As it is stored ------------------------------------------------------------------------


def to_json(reading: Reading) -> dict[str, Any]:
    """Plain values for json.dumps; days as ISO 8601."""
    plain = _plain(asdict(reading))
    assert isinstance(plain, dict)
    return plain


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def from_json(kept: dict[str, Any]) -> Reading:
    """What `to_json` made. Raises KeyError, TypeError or ValueError for anything else."""
    summary = kept["summary"]
    return Reading(
        lines=tuple(Line(**{**line, "box": Box(**line["box"])}) for line in kept["lines"]),
        hints=tuple(
            Hint(**{**hint, "kind": HintKind(hint["kind"]), "box": Box(**hint["box"])})
            for hint in kept["hints"]
        ),
        rows=tuple(map(_row, kept["rows"])),
        summary=Summary(
            months=tuple(Month(**{**m, "month": _day(m["month"])}) for m in summary["months"]),
            gaps=tuple((_day(first), _day(last)) for first, last in summary["gaps"]),
            breaks=tuple(map(_row, summary["breaks"])),
            regular=tuple(
                Regular(**{**one, "months": tuple(map(_day, one["months"]))})
                for one in summary["regular"]
            ),
        ),
        engine=kept["engine"],
        seconds=kept["seconds"],
        unread=tuple(kept["unread"]),
        doubtful=tuple(kept["doubtful"]),
    )


def _row(kept: dict[str, Any]) -> Row:
    return Row(**{**kept, "day": _day(kept["day"])})


def _day(kept: str) -> dt.date:
    return dt.date.fromisoformat(kept)
