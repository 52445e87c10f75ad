"""The faces that printed documents use: a small one made once, and a way out for rare characters.

Noto Sans CJK weighs 20 MB a weight and holds 65,535 glyphs; cut to GB 2312 it costs 75 MB less
memory a render and halves a short document. A character outside the cut comes from whichever
installed font has it, cut to just the characters wanted; one that no font has is written as
〔U+XXXX〕, never as an empty box.
"""

import hashlib
import io
import os
import subprocess
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from fontTools.ttLib import TTFont, TTLibError

FAMILY = "Portal Sans"
RARE_FAMILY = "Portal Rare"
PREFERRED = ("Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "BabelStone Han")
REGULAR, BOLD = 400, 700
FONTCONFIG_BOLD = 200  # fontconfig counts weights otherwise than CSS
SPACES = " \u00a0\u3000"  # text layout sets a space in the face of the character before it
RECIPE = "1"  # goes into the name of a cached face: raise it when the cut changes


class FontsMissing(Exception):
    """This machine has no font that can print Chinese."""

    def __init__(self) -> None:
        super().__init__("No Chinese font is installed; the package fonts-noto-cjk has one.")


@dataclass(frozen=True, slots=True)
class Source:
    """An installed font: a file, or one face of a collection."""

    family: str
    weight: int
    index: int
    path: Path


@dataclass(frozen=True, slots=True)
class Face:
    family: str
    weight: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Outfit:
    """A text made printable, with every face it needs; `missing` holds what no font has."""

    text: str
    faces: tuple[Face, ...]
    missing: tuple[str, ...]


def outfit(text: str) -> Outfit:
    """The text with each unprintable character spelt out, and the faces that print it.

    Raises FontsMissing.
    """
    base = _base_faces()
    wanted: dict[Source, str] = defaultdict(str)
    missing = []
    for character in sorted(set(text) - _covered() - {"\n", "\r", "\t"}):
        source = _source_of(character)
        if source is None:
            missing.append(character)
        else:
            wanted[source] += character
    rare = (
        Face(f"{RARE_FAMILY} {number}", REGULAR, _cut(source, SPACES + characters))
        for number, (source, characters) in enumerate(wanted.items())
    )
    spelt = text.translate({ord(character): spell(character) for character in missing})
    return Outfit(spelt, (*base, *rare), tuple(missing))


def missing(text: str) -> tuple[str, ...]:
    """The characters of a text that no installed font has. Raises FontsMissing."""
    uncommon = sorted(set(text) - _covered() - {"\n", "\r", "\t"})
    return tuple(character for character in uncommon if _source_of(character) is None)


def version() -> str:
    """Which face prints, for documents that must say so: its name, its own version and our cut's.

    Raises FontsMissing.
    """
    return f"{_base_name()} r{RECIPE}"


def spell(character: str) -> str:
    """A character that cannot be printed, by its number: 〔U+20BB7〕."""
    return f"〔U+{ord(character):04X}〕"


def _base_source() -> Source:
    sources = _installed(":lang=zh-cn")
    if not sources:
        raise FontsMissing
    return next((s for s in sources if s.weight < FONTCONFIG_BOLD), sources[0])


@lru_cache(maxsize=1)
def _base_faces() -> tuple[Face, ...]:
    regular, sources = _base_source(), _installed(":lang=zh-cn")
    family = sources[0].family
    bold = next((s for s in sources if s.family == family and s.weight >= FONTCONFIG_BOLD), regular)
    return (
        Face(FAMILY, REGULAR, _kept_cut(regular)),
        Face(FAMILY, BOLD, _kept_cut(bold)),
    )


@lru_cache(maxsize=1)
def _base_name() -> str:
    source = _base_source()
    with TTFont(source.path, fontNumber=source.index, lazy=True) as font:
        return f"{source.family} {font['head'].fontRevision:.3f}"


@lru_cache(maxsize=1)
def _covered() -> frozenset[str]:
    maps = (TTFont(io.BytesIO(face.data), lazy=True).getBestCmap() for face in _base_faces())
    return frozenset(map(chr, set.intersection(*map(set, maps))))


def _common_characters() -> str:
    """ASCII and GB 2312: all that the code tables, the labels and nearly every name use."""
    rows, cells = range(0xA1, 0xF8), range(0xA1, 0xFF)
    pairs = b"".join(bytes((row, cell)) for row in rows for cell in cells)
    return bytes(range(0x20, 0x7F)).decode() + pairs.decode("gb2312", errors="ignore") + "·—…"


def _kept_cut(source: Source) -> bytes:
    """The common characters of a font, made once (4 s) and kept in the data folder.

    What set-up cut in a checkout serves every other data folder, too: tests, drills, a second run.
    """
    state = source.path.stat()
    recipe = f"{RECIPE}|{source.path}|{source.index}|{state.st_mtime_ns}|{state.st_size}"
    name = f"fonts/{hashlib.sha256(recipe.encode()).hexdigest()[:16]}.otf"
    prepared, kept = settings.BASE_DIR / "var" / name, settings.VAR / name
    if prepared.exists():
        return prepared.read_bytes()
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        draft = kept.with_suffix(f".{os.getpid()}")  # two processes may be first; either may win
        draft.write_bytes(_cut(source, _common_characters()))
        draft.replace(kept)
    return kept.read_bytes()


@lru_cache(maxsize=32)
def _cut(source: Source, characters: str) -> bytes:
    from fontTools.subset import Options, Subsetter  # slow to load, and a cut is kept

    options = Options(layout_features=[], hinting=False, notdef_outline=True, name_IDs=[1, 2, 4, 6])
    options.drop_tables += ["GSUB", "GPOS", "BASE", "VORG", "vhea", "vmtx"]  # sideways text only
    with TTFont(source.path, fontNumber=source.index, lazy=True) as font:
        cutter = Subsetter(options)
        cutter.populate(text=characters)
        cutter.subset(font)
        buffer = io.BytesIO()
        font.save(buffer)
    return buffer.getvalue()


@lru_cache(maxsize=1024)
def _source_of(character: str) -> Source | None:
    """An installed font that has the character and means by it what Unicode means."""
    # Not "Cn": a font may well have what this Python's Unicode does not know yet (U+3158E).
    if unicodedata.category(character) in {"Cc", "Cf", "Co", "Cs"}:
        return None
    for source in _installed(f":charset={ord(character):x}"):
        try:
            with TTFont(source.path, fontNumber=source.index, lazy=True) as font:
                if ord(character) in font.getBestCmap():
                    return source
        except TTLibError:
            continue
    return None


@lru_cache(maxsize=1024)
def _installed(pattern: str) -> tuple[Source, ...]:
    """Installed outline fonts by a fontconfig pattern, the preferred families first."""
    wanted = f"{pattern}:scalable=true:variable=false:color=false"
    form = "%{family[0]}\t%{weight}\t%{index}\t%{file}\n"
    listed = subprocess.run(
        ["fc-list", "-f", form, wanted], capture_output=True, text=True, check=True
    ).stdout
    fields = (line.split("\t") for line in listed.splitlines())
    found = (Source(f, int(w or 80), int(i), Path(p)) for f, w, i, p in fields)
    return tuple(sorted(found, key=_preference))


def _preference(source: Source) -> tuple[int, bool, str, int, str]:
    rank = PREFERRED.index(source.family) if source.family in PREFERRED else len(PREFERRED)
    return rank, "Serif" in source.family, source.family, source.weight, str(source.path)


def families(faces: Iterable[Face]) -> list[str]:
    """Family names in the order in which a renderer should try them."""
    return list(dict.fromkeys(face.family for face in faces))
