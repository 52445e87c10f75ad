"""The pages of a rebuilt PDF as pictures, and the words of their own text."""

import ctypes
import math
from collections.abc import Iterator

import pypdfium2 as pdfium
from pypdfium2 import raw

from portal.intake import pictures, wire
from portal.intake.cleaned import Page, Word
from portal.intake.limits import Limits

POINTS = 72
QUALITY = 85
GAP = 0.8
"""A distance of so many heights of a line begins another word: the columns of a table, whose
cells often have no space between them."""

Box = tuple[float, float, float, float]  # left, low, right, high, in the page's own units


def pages(document: bytes, limits: Limits) -> Iterator[Page]:
    with pdfium.PdfDocument(document) as opened:
        for index in range(len(opened)):
            page = opened[index]
            yield _draw(page, index + 1, limits)
            page.close()


def _draw(page: pdfium.PdfPage, number: int, limits: Limits) -> Page:
    width, height = page.get_size()
    scale = min(limits.page_dpi / POINTS, math.sqrt(limits.page_pixels / (width * height)))
    bitmap = page.render(scale=scale, may_draw_forms=False, draw_annots=False)
    picture = bitmap.to_pil().convert("RGB")
    words = tuple(_words(page, picture.size, limits.page_characters))
    image = pictures.encode(picture, wire.JPEG_TYPE, QUALITY)
    return Page(number, image, wire.JPEG_TYPE, picture.width, picture.height, words)


# --- Words ------------------------------------------------------------------------------------


def _words(page: pdfium.PdfPage, size: tuple[int, int], most: int) -> Iterator[Word]:
    text = page.get_textpage()
    for letters, box in _runs(_characters(text, min(most, text.count_chars()))):
        yield _placed(page, size, letters, box)
    text.close()


def _characters(text: pdfium.PdfTextPage, count: int) -> Iterator[tuple[str, Box]]:
    """Each with its box as the font gives it: of one height, and as wide as its place."""
    box = raw.FS_RECTF()
    for index in range(count):
        code = raw.FPDFText_GetUnicode(text, index)
        raw.FPDFText_GetLooseCharBox(text, index, box)
        low, high = sorted((box.bottom, box.top))
        yield chr(code), (box.left, low, box.right, high)


def _runs(characters: Iterator[tuple[str, Box]]) -> Iterator[tuple[str, Box]]:
    """Characters in a row, up to a space or a wide gap."""
    run, box = "", (0.0, 0.0, 0.0, 0.0)
    for letter, own in characters:
        ends = letter.isspace() or not letter.isprintable()
        if run and (ends or _apart(box, own)):
            yield run, box
            run = ""
        if not ends:
            box = _around(box, own) if run else own
            run += letter
    if run:
        yield run, box


def _apart(box: Box, own: Box) -> bool:
    """Beyond a gap, whichever way the page is turned."""
    size = max(own[2] - own[0], own[3] - own[1])
    beside = max(own[0] - box[2], box[0] - own[2])
    above = max(own[1] - box[3], box[1] - own[3])
    return max(beside, above) > GAP * size


def _around(a: Box, b: Box) -> Box:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])


def _placed(page: pdfium.PdfPage, size: tuple[int, int], letters: str, box: Box) -> Word:
    (x1, y1), (x2, y2) = (_pixel(page, size, box[i], box[j]) for i, j in ((0, 3), (2, 1)))
    return Word(letters, min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2))


def _pixel(page: pdfium.PdfPage, size: tuple[int, int], x: float, y: float) -> tuple[int, int]:
    """A point of the page in its picture, turned as the page is."""
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, *size, 0, x, y, across, down)
    return across.value, down.value
