"""Text into lines: where Chinese and Latin may break, and which face each character comes from."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from portal.paper.faces import Glyph, Typeface

PIECE = re.compile(r" +|[!-~\u00a1-\u024f]+|.", re.DOTALL)
# Which may neither begin nor end a line (GB/T 15834, 5.1).
NOT_FIRST = frozenset("，。、；：？！）》」』】〕”’…—～·,.;:?!)]%")
NOT_LAST = frozenset("（《「『【〔“‘([")


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one face, one after the other."""

    face: Typeface
    text: str
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True, slots=True)
class Line:
    runs: tuple[Run, ...]
    width: float


class Setter:
    """Sets text in the first of its faces that has each character; `spelt` stands in for those
    that none has."""

    def __init__(self, faces: Sequence[Typeface], spelt: Mapping[int, str]) -> None:
        self._faces = faces
        self._spelt = spelt

    def lines(self, text: str, *, size: float, width: float) -> list[Line]:
        """The text broken so that no line is wider, in points."""
        lines, current, filled = [], "", 0.0
        for piece in self._fitting(text.translate(self._spelt), size, width):
            # A space may hang over the edge; it is not drawn there.
            if current and filled + self.width(piece.rstrip(), size) > width:
                lines.append(current.rstrip())
                piece, current, filled = piece.lstrip(), "", 0.0
            current += piece
            filled += self.width(piece, size)
        return [self.line(words, size) for words in (*lines, current.rstrip()) if words]

    def line(self, text: str, size: float) -> Line:
        glyphs = [(character, *self._found(character)) for character in text]
        runs = []
        for face, group in groupby(glyphs, key=lambda found: found[1]):
            some = list(group)
            runs.append(Run(face, "".join(c for c, _, _ in some), tuple(g for _, _, g in some)))
        return Line(tuple(runs), self.width(text, size))

    def width(self, text: str, size: float) -> float:
        return sum(self._found(character)[1].width for character in text) * size / 1000

    def _found(self, character: str) -> tuple[Typeface, Glyph]:
        for face in self._faces:
            if (glyph := face.glyph(character)) is not None:
                return face, glyph
        raise LookupError(f"no face for {ord(character):x}")  # portal/fonts.py lets none through

    def _fitting(self, text: str, size: float, width: float) -> Iterator[str]:
        """Pieces that no line may break, but where one is wider than a line."""
        for piece in _pieces(text):
            if self.width(piece, size) <= width:
                yield piece
            else:
                yield from piece


def _pieces(text: str) -> Iterator[str]:
    held = ""
    for piece in PIECE.findall(text):
        joins = held and (piece[0] in NOT_FIRST or held[-1] in NOT_LAST) and held[-1] != " "
        if held and not joins:
            yield held
            held = ""
        held += piece
    if held:
        yield held
