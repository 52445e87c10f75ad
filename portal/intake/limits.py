"""How much a file may ask of us. Beyond any of these it is refused with a sentence."""

from dataclasses import dataclass

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    most_bytes: int = 10_000_000
    """A photo of a phone has 2 to 8 MB, three months of bank statements from an app under 2 MB."""

    most_pages: int = 60
    """Three months of a busy account; who has more sends two files."""

    most_pixels: int = 50_000_000
    """Of one picture, alone or in a PDF: what phones take at most by default (48 megapixels)."""

    shown_pixels: int = 12_000_000
    """A larger picture is made smaller: an A4 sheet at 360 dots an inch, enough for any print."""

    page_dpi: int = 200
    """Dots an inch of a page's picture: a line of 7 points is 19 pixels high, fit for OCR."""

    page_pixels: int = 4_000_000
    """Of a page's picture: A4 at 200 dots an inch. A poster gets fewer dots an inch, not more."""

    page_characters: int = 20_000
    """Of a page's own text: a sheet set in 5 points holds half of it. The rest is left out."""

    seconds: int = 18
    """By the wall clock and by the processor's: with its start and its end a child takes 20."""

    memory_bytes: int = 512 * MIB
    """Address space of the child: a picture of 50 megapixels with transparency takes 200 MB."""

    result_bytes: int = 128 * MIB
    """What the child may hand back: 60 pages of 2 MB, which only noise would take."""


LIMITS = Limits()
