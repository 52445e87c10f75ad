"""Pieces of text with their place on a page, and how pieces stand beside and below each other."""

import unicodedata
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal, Protocol

Source = Literal["text", "ocr"]

LONGEST = 500
"""Characters of one piece that are read: no line of a paper has more."""
MOST_PIECES = 2000
"""Pieces of one page that are read; a dense bank statement has 700."""
MOST_CHARACTERS = 20_000
"""Of one page, as people see them: one character of a file can stand for eighteen."""
MOST_ACROSS = 100
"""Pieces side by side; a landscape table has 20."""
SLOPES = tuple(n / 240 for n in range(-24, 25))
"""Of rows, to about 6 degrees; a page askew by more is straightened before its text is placed."""
CHANGES = tuple(n / 60 for n in range(-5, 6) if n)
"""Of the slope from the bottom of the page to its top, to about 5 degrees."""
GAIN = 1.15
FEW = 12
WORD_GAP = 0.6
"""Words closer than this share of their height belong together; columns stand farther apart."""


@dataclass(frozen=True, slots=True)
class Box:
    """Pixels of the page's picture, from its upper left corner."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of text that stands together: a line, or one cell of a table.

    `confidence` is from 0 to 1, and 1 where the file itself holds the text. `turned` says by how
    many degrees clockwise the picture must be turned before people can read it.
    """

    page: int
    text: str
    box: Box
    confidence: float
    source: Source
    turned: int = 0


class Word(Protocol):
    """A word of a file's own text, as portal/intake cuts it."""

    @property
    def text(self) -> str: ...
    @property
    def left(self) -> int: ...
    @property
    def top(self) -> int: ...
    @property
    def right(self) -> int: ...
    @property
    def bottom(self) -> int: ...


def printable(text: str) -> str:
    """Half-width, on one line, without what is not seen: controls, marks of direction."""
    shown = unicodedata.normalize("NFKC", text[:LONGEST])
    kept = ("" if unicodedata.category(c) in ("Cf", "Co", "Cs") else c for c in shown)
    spaced = (" " if unicodedata.category(c) == "Cc" else c for c in "".join(kept))
    return " ".join("".join(spaced).split())[:LONGEST]


def from_words(words: Iterable[Word], page: int) -> list[Line]:
    """Words of a page's own text as lines: what stands close together becomes one."""
    pieces: list[Line] = []
    characters = 0
    for word in words:
        text = printable(word.text)
        characters += len(text)
        if len(pieces) == MOST_PIECES or characters > MOST_CHARACTERS:
            break
        if text and word.right > word.left and word.bottom > word.top:
            box = Box(word.left, word.top, word.right, word.bottom)
            pieces.append(Line(page, text, box, 1.0, "text"))
    rows = ([piece.line for piece in row] for row in visual_rows(pieces))
    return [line for row in rows for line in _joined(row)]


def _joined(row: Sequence[Line]) -> Iterator[Line]:
    open_line = row[0]
    for word in row[1:]:
        gap = word.box.left - open_line.box.right
        if gap < WORD_GAP * min(word.box.height, open_line.box.height):
            open_line = _together(open_line, word, " " if gap > 0.1 * word.box.height else "")
        else:
            yield open_line
            open_line = word
    yield open_line


def _together(first: Line, second: Line, between: str) -> Line:
    a, b = first.box, second.box
    box = Box(
        min(a.left, b.left), min(a.top, b.top), max(a.right, b.right), max(a.bottom, b.bottom)
    )
    return replace(first, text=printable(first.text + between + second.text), box=box)


# --- Places ---------------------------------------------------------------------------------


def part(line: Line, start: int, end: int) -> Box:
    """Where the characters from `start` to `end` stand: Chinese ones are twice as wide."""
    widths = [2 if ord(c) > 0x2E7F else 1 for c in line.text]
    total, before, until = sum(widths) or 1, sum(widths[:start]), sum(widths[:end])
    box = line.box
    if line.turned in (90, 270):  # the text runs up or down the picture
        ends = (before, until) if line.turned == 270 else (total - until, total - before)
        top, bottom = (box.top + box.height * n // total for n in ends)
        return Box(box.left, top, box.right, bottom)
    ends = (before, until) if line.turned == 0 else (total - until, total - before)
    left, right = (box.left + box.width * n // total for n in ends)
    return Box(left, box.top, right, box.bottom)


def upright(line: Line) -> Line:
    """The line where it would stand had its picture been turned; places may be below zero."""
    box = line.box
    if line.turned == 90:
        box = Box(-box.bottom, box.left, -box.top, box.right)
    elif line.turned == 180:
        box = Box(-box.right, -box.bottom, -box.left, -box.top)
    elif line.turned == 270:
        box = Box(box.top, -box.right, box.bottom, -box.left)
    return replace(line, box=box, turned=0)


@dataclass(frozen=True, slots=True)
class Placed:
    """A line, and its box once the page is turned upright and straightened."""

    line: Line
    box: Box


def placed(lines: Sequence[Line]) -> list[Placed]:
    """The pieces of one page where they would stand on a flat sheet; the order stays."""
    flat = [upright(line) for line in lines]
    # A file's own text stands straight; and a few pieces fall into line under many slopes.
    if len(flat) < FEW or all(line.source == "text" for line in flat):
        return [Placed(line, level.box) for line, level in zip(lines, flat, strict=True)]
    grain = max(2.0, median(line.box.height for line in flat) / 3)
    down = _level([line.box.middle for line in flat], grain)
    # Columns show by both edges: text begins at one place, sums of money end at one.
    edges = [(y, x) for line in flat for y, x in _edges(line.box)]
    across = _level(edges, grain)
    found = []
    for n, line in enumerate(flat):
        left, right = round(across[2 * n]), round(across[2 * n + 1])
        top = round(down[n] - line.box.height / 2)
        box = Box(left, top, max(right, left + 1), top + line.box.height)
        found.append(Placed(lines[n], box))
    return found


def place(piece: Placed, start: int, end: int) -> Box:
    """Where some characters of a straightened piece stand."""
    return part(replace(piece.line, box=piece.box, turned=0), start, end)


def _edges(box: Box) -> tuple[tuple[float, float], tuple[float, float]]:
    y = box.middle[1]
    return (y, box.left), (y, box.right)


def _level(points: Sequence[tuple[float, float]], grain: float) -> list[float]:
    """The second coordinates, freed of a slope along the first.

    The slope may change across the page, as in a photo taken at an angle. It is the one under which
    the points gather on the fewest levels of `grain` pixels.
    """
    lowest, highest = min(q for _, q in points), max(q for _, q in points)
    extent = max(1.0, highest - lowest)

    def level(slope: float, change: float) -> list[float]:
        return [q - p * (slope + change * (highest - q) / extent) for p, q in points]

    def best(change: float) -> tuple[int, float, float]:
        found = ((_gathered(level(s, change), grain), -abs(s), s) for s in SLOPES)
        score, _, slope = max(found)
        return score, slope, change

    # A page that gains next to nothing from it is taken as straight, and then as flat.
    chosen = (_gathered([q for _, q in points], grain), 0.0, 0.0)
    for found in (best(0.0), max((best(c) for c in CHANGES), key=lambda found: found[0])):
        if found[0] > GAIN * chosen[0]:
            chosen = found
    return level(*chosen[1:])


def _gathered(levels: Iterable[float], grain: float) -> int:
    """How much they crowd; two grids, so that no crowd is missed for standing on a boundary."""
    steps = [level / grain for level in levels]
    crowds = Counter(map(round, steps)), Counter(round(step + 0.5) for step in steps)
    return sum(count * count for grid in crowds for count in grid.values())


def visual_rows(lines: Sequence[Line]) -> list[list[Placed]]:
    """The pieces of one page, row by row from above, each row from the left.

    A piece joins the row whose last piece it stands level with; of a row beyond MOST_ACROSS no more
    is read.
    """
    rows: list[list[Placed]] = []
    ranked: list[tuple[float, int]] = []  # the level of each row, and its number, from above
    for piece in sorted(placed(lines), key=lambda piece: piece.box.left):
        level = piece.box.middle[1]
        at = closest(ranked, level)
        row = rows[ranked[at][1]] if at is not None else []
        reach = 0.5 * min(piece.box.height, row[-1].box.height) if row else 0
        if at is None or abs(ranked[at][0] - level) > reach:
            insort(ranked, (level, len(rows)))
            rows.append([piece])
        elif len(row) < MOST_ACROSS:
            row.append(piece)
            insort(ranked, (level, ranked.pop(at)[1]))
    return [rows[number] for _, number in ranked]


def closest(ranked: Sequence[tuple[float, int]], level: float) -> int | None:
    """The place in a sorted list of what stands closest to a level: one of two neighbours, so that
    a page of a stranger's making costs no more than its pieces."""
    at = bisect_left(ranked, (level, -1))
    near = range(max(at - 1, 0), min(at + 1, len(ranked)))
    return min(near, key=lambda place: abs(ranked[place][0] - level), default=None)
