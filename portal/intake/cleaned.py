"""What comes out of a file: pictures of its pages, a rebuilt copy, and what was taken out."""

from dataclasses import dataclass

from portal.intake.kinds import Kind


@dataclass(frozen=True, slots=True)
class Word:
    """A piece of a page's own text, and its box in pixels of the page's picture."""

    text: str
    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True, slots=True)
class Page:
    """`words` is what the PDF says its text is, which need not be what can be seen: a hint."""

    number: int
    image: bytes
    media_type: str
    width: int
    height: int
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True)
class Cleaned:
    """`document` is the rebuilt copy; `removed` holds codes of portal/intake/removed.py."""

    kind: Kind
    pages: tuple[Page, ...]
    document: bytes
    media_type: str
    removed: tuple[str, ...]
