"""Papers as lines with places, written by hand: what a reader is given."""

import math
from collections.abc import Sequence

from portal.reading.lines import Box, Line

HEIGHT, PITCH = 20, 40
"""Of a line of print, and from one to the next, in pixels."""

Cells = Sequence[tuple[int, str]]


def line(text: str, left: int = 60, top: int = 100, *, page: int = 1, **rest) -> Line:
    """A piece as wide as its characters are: 20 pixels a Chinese one, 10 any other."""
    width = sum(20 if ord(c) > 0x2E7F else 10 for c in text)
    box = Box(left, top, left + width, top + HEIGHT)
    return Line(page, text, box, **{"confidence": 1.0, "source": "text", **rest})


def sheet(*rows: Cells, page: int = 1, **rest) -> list[Line]:
    """Rows of (left, text); a place below zero is that of the right edge."""
    found = []
    for number, cells in enumerate(rows):
        for left, text in cells:
            piece = line(text, abs(left), 100 + number * PITCH, page=page, **rest)
            found.append(moved(piece, -piece.box.width if left < 0 else 0, 0))
    return found


def moved(piece: Line, right: float, down: float) -> Line:
    box = piece.box
    new = (box.left + right, box.top + down, box.right + right, box.bottom + down)
    return Line(piece.page, piece.text, Box(*map(round, new)), piece.confidence, piece.source)


def askew(lines: Sequence[Line], degrees: float) -> list[Line]:
    """The page turned clockwise about its corner, as OCR would box what it sees."""
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    found = []
    for piece in lines:
        x, y = piece.box.middle
        seen = Line(piece.page, piece.text, piece.box, piece.confidence, "ocr")
        found.append(moved(seen, x * cosine - y * sine - x, x * sine + y * cosine - y))
    return found
