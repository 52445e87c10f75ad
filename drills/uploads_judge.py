"""Whether a copy has an active part left, by readers that know nothing of the cleaner.

A PDF is read three times: by Poppler, which is asked for scripts, forms, links and attached files;
byte by byte, with every stream unpacked, for the names of what acts; and for the mark that all
hostile parts carry. A picture is walked by its segments or chunks, of which only those that pixels
need may be there.
"""

import io
import re
import subprocess
import zlib
from collections.abc import Iterator
from pathlib import Path

from PIL import Image

from drills.uploads_pdf import MARK

NAMES = re.compile(
    rb"/(JavaScript|JS|AA|OpenAction|Launch|EmbeddedFiles?|Filespec|AF|XFA|AcroForm|Annots|URI"
    rb"|SubmitForm|ImportData|GoTo[RE]?|RichMedia|Rendition|Movie|Sound|3D|OCProperties|OCGs?"
    rb"|Metadata|PieceInfo|Names|Outlines|Collection|StructTreeRoot|Encrypt|OPI|PS|Alternates"
    rb"|Ref|FFilter)(?![A-Za-z0-9])"
)
NUMBERED = re.compile(rb"#([0-9A-Fa-f]{2})")
STREAM = re.compile(rb"\bstream\r?\n")
LENGTH = re.compile(rb"/Length (\d+)")
JPEG_NEEDS = {0xC0, 0xC1, 0xC2, 0xC4, 0xD8, 0xD9, 0xDA, 0xDB, 0xDD, 0xE0}
JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7]")
PNG_NEEDS = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
ORDINARY = {"JavaScript": "no", "Form": "none", "Metadata Stream": "no", "Encrypted": "no"}


def active_parts(document: bytes, media_type: str, folder: Path) -> list[str]:
    """What is left of all that should be gone; empty is good."""
    marked = [MARK.decode()] if MARK in document else []
    if media_type == "application/pdf":
        return marked + list(_in_pdf(document)) + list(_by_poppler(document, folder))
    return marked + list(_in_jpeg(document) if media_type == "image/jpeg" else _in_png(document))


def _in_pdf(document: bytes) -> Iterator[str]:
    if not document.startswith(b"%PDF-") or not document.endswith(b"%%EOF\n"):
        yield "bytes before or behind"
    skeleton, at = b"", 0
    while start := STREAM.search(document, at):
        head = document[document.rfind(b" obj", at, start.start()) : start.start()]
        length = LENGTH.search(head)
        end = start.end() + (int(length.group(1)) if length else 0)
        skeleton += document[at : start.start()]
        content, at = document[start.end() : end], end
        if b"/FlateDecode" in head:
            content = _unpacked(content)
        if MARK in content:
            yield "the mark in a stream"
        if b"/ObjStm" in head:
            skeleton += content
    skeleton += document[at:]
    named = NUMBERED.sub(lambda found: bytes([int(found.group(1), 16)]), skeleton)
    yield from {found.decode() for found in NAMES.findall(named)}
    if MARK in named:
        yield "the mark in an object"


def _unpacked(body: bytes) -> bytes:
    """With whatever stands behind its end."""
    unpack = zlib.decompressobj()
    return unpack.decompress(body, 1 << 28) + unpack.unused_data


def _by_poppler(document: bytes, folder: Path) -> Iterator[str]:
    file = folder / "copy.pdf"
    file.write_bytes(document)
    shown = dict(re.findall(r"^([\w ]+):\s+(.*)$", _run("pdfinfo", str(file)), re.MULTILINE))
    for name, ordinary in ORDINARY.items():
        if not shown.get(name, "").startswith(ordinary):
            yield f"{name} by Poppler: {shown.get(name)}"
    if _run("pdfinfo", "-js", str(file)).strip():
        yield "a script by Poppler"
    if len(_run("pdfinfo", "-url", str(file)).strip().splitlines()) > 1:
        yield "a link by Poppler"
    if not _run("pdfdetach", "-list", str(file)).startswith("0 embedded"):
        yield "an attached file by Poppler"


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    return done.stdout.decode("utf-8", "replace")


def _in_jpeg(document: bytes) -> Iterator[str]:
    at = 0
    while at + 1 < len(document):
        marker = document[at + 1]
        if document[at] != 0xFF or marker not in JPEG_NEEDS:
            yield f"segment {marker:02x} of a JPEG"
            return
        at += 2
        if marker == 0xD9:
            if at != len(document):
                yield "bytes behind a JPEG"
            return
        if marker != 0xD8:
            at += int.from_bytes(document[at : at + 2], "big")
        if marker == 0xDA:
            next_one = JPEG_MARKER.search(document, at)
            at = next_one.start() if next_one else len(document)
    yield "a JPEG without an end"


def _in_png(document: bytes) -> Iterator[str]:
    at, name = 8, b""
    while at < len(document):
        length, name = int.from_bytes(document[at : at + 4], "big"), document[at + 4 : at + 8]
        if name not in PNG_NEEDS:
            yield f"chunk {name!r} of a PNG"
        at += 12 + length
    if name != b"IEND" or at != len(document):
        yield "bytes behind a PNG"


def is_blank(image: bytes) -> bool:
    """Whether a page shows nothing at all."""
    with Image.open(io.BytesIO(image)) as picture:
        low, high = picture.convert("L").getextrema()
    return low == high
