"""Faces as a paper uses them: which glyph a character has, how wide it is, and what to embed."""

import io
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

import uharfbuzz as hb
from fontTools.ttLib import TTFont

from portal import fonts

FONT_UNITS = 1000  # of which PDF counts widths and heights


@dataclass(frozen=True, slots=True)
class Glyph:
    """`code` is how the paper's text names it; `gid` its place in the face; `width` in 1/1000."""

    code: int
    gid: int
    width: float


@dataclass(frozen=True, slots=True)
class Measures:
    ascent: int
    descent: int
    box: tuple[int, int, int, int]


class Typeface:
    """One face, with what was looked up in it kept."""

    def __init__(self, face: fonts.Face) -> None:
        self.name = face.family.replace(" ", "") + ("-Bold" if face.weight == fonts.BOLD else "")
        self._face = hb.Face(face.data)
        self._font = hb.Font(self._face)
        self._scale = FONT_UNITS / self._face.upem
        self._known: dict[str, Glyph | None] = {}
        with TTFont(io.BytesIO(face.data), lazy=True) as font:
            self.is_outline = "CFF " in font
            self._ids = _character_ids(font) if self.is_outline else []
            self.measures = self._measured(font)

    def glyph(self, character: str) -> Glyph | None:
        """None when the face does not have it."""
        if character not in self._known:
            self._known[character] = self._looked_up(character)
        return self._known[character]

    def program(self, gids: Collection[int]) -> bytes:
        """The font program with these glyphs alone: a CFF table, or a TrueType file."""
        wanted = hb.SubsetInput()
        wanted.glyph_set.update(gids)
        # Character ids travel with their glyphs; without any, the place is the code.
        keep = hb.SubsetFlags.DEFAULT if self._ids else hb.SubsetFlags.RETAIN_GIDS
        wanted.flags = keep | hb.SubsetFlags.NO_HINTING
        cut = hb.subset(self._face, wanted)
        blob = cut.reference_table("CFF ") if self.is_outline else cut.blob
        return bytes(blob.data)

    def _looked_up(self, character: str) -> Glyph | None:
        gid = self._font.get_nominal_glyph(ord(character))
        if not gid:
            return None
        width = self._font.get_glyph_h_advance(gid) * self._scale
        return Glyph(self._ids[gid] if self._ids else gid, gid, round(width, 2))

    def _measured(self, font: TTFont) -> Measures:
        head, line = font["head"], font["hhea"]
        box = (head.xMin, head.yMin, head.xMax, head.yMax)
        x, y, right, top = (round(value * self._scale) for value in box)
        ascent, descent = (round(value * self._scale) for value in (line.ascent, line.descent))
        return Measures(ascent, descent, (x, y, right, top))


def _character_ids(font: TTFont) -> list[int]:
    """By place, for a face that numbers its characters (CID-keyed); else nothing."""
    top = font["CFF "].cff[0]
    if not hasattr(top, "ROS"):
        return []
    return [0, *(int(name.removeprefix("cid")) for name in top.charset[1:])]


@lru_cache(maxsize=32)
def typeface(face: fonts.Face) -> Typeface:
    return Typeface(face)
