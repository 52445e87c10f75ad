"""What stands on a paper, from top to bottom. Lengths are points, 72 to the inch."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Style:
    """`lead` is from line to line; `before` falls away at the top of a page."""

    size: float = 10
    lead: float = 16
    bold: bool = False
    align: str = "left"
    before: float = 0
    after: float = 5
    grey: bool = False


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph, or a heading when `kind` is H1 or H2."""

    text: str
    style: Style = field(default_factory=Style)
    kind: str = "P"


@dataclass(frozen=True, slots=True)
class Rows:
    """Terms and what they are, ruled above and below: a table with a head in each row."""

    pairs: Sequence[tuple[str, str]]
    term_width: float = 88
    style: Style = Style(size=9, lead=14, after=8)


@dataclass(frozen=True, slots=True)
class Items:
    texts: Sequence[str]
    style: Style = Style(size=9, lead=14, after=2)


@dataclass(frozen=True, slots=True)
class Figure:
    """Black cells on a square of `side` cells, as (x, y, length) of runs from the top, with texts
    beside it; kept on one page."""

    side: int
    runs: Sequence[tuple[int, int, int]]
    alt: str
    beside: Sequence[Text]
    size: float = 88


Block = Text | Rows | Items | Figure


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of one language; the tag tells a screen reader how to speak it."""

    language: str
    blocks: Sequence[Block]
    on_new_page: bool = False
