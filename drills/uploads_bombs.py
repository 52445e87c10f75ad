"""PDFs that ask for too much: a few kilobytes that unfold, repeat or nest without end."""

import zlib
from collections.abc import Iterator
from functools import cache

from pikepdf import Array, Dictionary, Name, Object, Page, Pdf

from drills.uploads_pdf import Plant, form, plain, planted, written

GIB = 1 << 30


@cache
def zeros(layers: int = 1) -> bytes:
    """A gibibyte of nothing, packed so many times over; made without ever holding it."""
    if layers > 1:
        return zlib.compress(zeros(layers - 1), 9)
    packer, block = zlib.compressobj(9), bytes(1 << 20)
    packed = [packer.compress(block) for _ in range(GIB >> 20)]
    return b"".join(packed) + packer.flush()


def bomb_of_content(pdf: Pdf, page: Page) -> None:
    page.obj.Contents = pdf.make_stream(zeros(3), Filter=Array([Name.FlateDecode] * 3))


def bomb_of_font(pdf: Pdf, page: Page) -> None:
    data = pdf.make_stream(zeros(), Filter=Name.FlateDecode)
    descriptor = Dictionary(Type=Name.FontDescriptor, FontName=Name.X, Flags=4, FontFile2=data)
    page.obj.Resources.Font.F1 = Dictionary(
        Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name.X, FontDescriptor=descriptor
    )


def bomb_of_pixels(pdf: Pdf, page: Page) -> None:
    picture = pdf.make_stream(
        zeros(), Type=Name.XObject, Subtype=Name.Image, Width=32_000, Height=32_000,
        BitsPerComponent=8, ColorSpace=Name.DeviceGray, Filter=Name.FlateDecode,
    )  # fmt: skip
    page.obj.Resources.XObject = Dictionary(P=picture)


def bomb_of_objects() -> bytes:
    """An object stream, where the catalogue should be, that unfolds to a gibibyte."""
    packed = zeros()
    head = b"%PDF-1.5\n"
    stream = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>" % len(packed)
    first = b"2 0 obj\n" + stream + b"\nstream\n" + packed + b"\nendstream\nendobj\n"
    rows = b"".join([
        b"\0" + bytes(4) + b"\0", b"\2" + (2).to_bytes(4, "big") + b"\0",
        b"\1" + len(head).to_bytes(4, "big") + b"\0",
        b"\1" + (len(head) + len(first)).to_bytes(4, "big") + b"\0",
    ])  # fmt: skip
    table = b"<< /Type /XRef /Size 4 /W [1 4 1] /Root 1 0 R /Length %d >>" % len(rows)
    last = b"3 0 obj\n" + table + b"\nstream\n" + rows + b"\nendstream\nendobj\n"
    return head + first + last + b"startxref\n%d\n%%%%EOF\n" % (len(head) + len(first))


def long_work(pdf: Pdf, page: Page) -> None:
    """A few bytes that ask for years of drawing: each form draws the one below ten times."""
    below = page.obj.Contents
    for _ in range(12):
        below = pdf.make_stream(
            b"/X Do " * 10, Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 595, 842],
            Resources=Dictionary(XObject=Dictionary(X=below)),
        )  # fmt: skip
    page.obj.Resources.XObject = Dictionary(X=below)
    page.contents_add(b"/X Do")


def many_strokes(pdf: Pdf, page: Page) -> None:
    page.obj.Contents = pdf.make_stream(b"0 0 m 595 842 l S " * 400_000)


def deep(pdf: Pdf, page: Page) -> None:
    nested = b"[" * 100_000 + b"]" * 100_000
    page.obj.Contents = pdf.make_stream(nested + b" TJ")
    below: Object = Dictionary()
    for _ in range(2_000):
        below = pdf.make_stream(
            b"",
            Subtype=Name.Form,
            BBox=[0, 0, 9, 9],
            Resources=Dictionary(XObject=Dictionary(X=below)),
        )
    page.obj.Resources.XObject = Dictionary(X=below)


def circle_of_pages() -> bytes:
    """A page tree that is a leaf of itself."""
    kids, circle = b"/Count 1 /Kids [ 3 0 R ]", b"/Kids [ 3 0 R 2 0 R ]   "
    return written(plain()[0]).replace(kids, circle)


def garbage_picture(codec: str) -> Plant:
    def plant(pdf: Pdf, page: Page) -> None:
        picture = pdf.make_stream(
            bytes(range(256)) * 4, Type=Name.XObject, Subtype=Name.Image, Width=500, Height=500,
            BitsPerComponent=8, ColorSpace=Name.DeviceGray, Filter=Name(f"/{codec}"),
        )  # fmt: skip
        page.obj.Resources.XObject = Dictionary(P=picture)
        page.contents_add(b"q 500 0 0 500 0 0 cm /P Do Q")

    return plant


STRAINS: dict[str, Plant] = {
    "bomb of content": bomb_of_content,
    "bomb of a font": bomb_of_font,
    "bomb of pixels": bomb_of_pixels,
    "years of drawing": long_work,
    "many strokes": many_strokes,
    "deep nesting": deep,
    "garbage jbig2": garbage_picture("JBIG2Decode"),
    "garbage jpx": garbage_picture("JPXDecode"),
    "garbage fax": garbage_picture("CCITTFaxDecode"),
}
"""Each is to be cleaned or refused, in time and within its memory."""


def straining() -> Iterator[tuple[str, bytes]]:
    for name, plant in STRAINS.items():
        yield name, planted(plant)
    yield "bomb of objects", bomb_of_objects()
    yield "circle of pages", circle_of_pages()
    whole = planted(form)
    yield "cut in half", whole[: len(whole) // 2]
