"""The bytes of a PDF's streams, carried over so that nothing can hide before, in or behind them.

What is packed with deflate, the usual case, is unpacked piece by piece to find its true end, and
stays packed. A JPEG keeps what its pixels need; the place where it was taken is not among that.
"""

import re
import zlib
from collections.abc import Iterator
from typing import Any, NamedTuple

from pikepdf import Array, Dictionary, Object, Pdf, Stream, StreamDecodeLevel

from portal.intake.refusals import IntakeRefused

FLATE, DCT, JPX, JBIG2 = "/FlateDecode", "/DCTDecode", "/JPXDecode", "/JBIG2Decode"
PARAMETERS = {
    FLATE: "Predictor Colors BitsPerComponent Columns",
    DCT: "ColorTransform",
    JPX: "",
    "/CCITTFaxDecode": "K EndOfLine EncodedByteAlign Columns Rows EndOfBlock BlackIs1"
    " DamagedRowsBeforeError",
    JBIG2: "",
}
"""Each filter that may stay, with the parameters that it has (ISO 32000-1, 7.4); all others are
undone. The globals of JBIG2 are a stream of their own, which the copier carries over."""

UNDONE = StreamDecodeLevel.specialized
"""Everything that loses nothing, run lengths too; what loses is a picture's own format."""
PIECE = 1 << 20
PACKING = 1
"""Zlib's fastest level: a scan of 60 sheets is half a gigabyte of pixels."""


class Packed(NamedTuple):
    """Data for a copy, and how it is packed; `shared` are the globals of a JBIG2."""

    data: bytes
    filter: str
    parameters: dict[str, int] = {}
    shared: Stream | None = None


def carry(given: Stream, source: Pdf) -> Packed:
    filters = _listed(given.get("/Filter"))
    last = str(filters[-1]) if filters else ""
    if [str(name) for name in filters] == [FLATE]:
        packed = _deflated(given.read_raw_bytes())
        if packed is not None:
            return Packed(packed, FLATE, _parameters(given, FLATE))
    elif last in PARAMETERS and last != FLATE:
        data = _without_wrapping(given, filters, source)
        shared = _last_parameters(given).get("/JBIG2Globals") if last == JBIG2 else None
        return Packed(
            STRIPPERS.get(last, bytes)(data),
            last,
            _parameters(given, last),
            shared if isinstance(shared, Stream) else None,
        )
    return Packed(zlib.compress(given.read_bytes(UNDONE), PACKING), FLATE)


def _listed(value: Object | None) -> list[Object]:
    if value is None:
        return []
    return list(value) if isinstance(value, Array) else [value]


def _last_parameters(given: Stream) -> Object:
    listed = _listed(given.get("/DecodeParms"))
    last = listed[-1] if listed else None
    return last if isinstance(last, Dictionary) else Dictionary()


def _parameters(given: Stream, name: str) -> dict[str, int]:
    said = _last_parameters(given)
    found: dict[str, Any] = {f"/{key}": said.get(f"/{key}") for key in PARAMETERS[name].split()}
    return {key: value for key, value in found.items() if isinstance(value, int | bool)}


def _without_wrapping(given: Stream, filters: list[Object], source: Pdf) -> bytes:
    """A picture may be packed once more around its own format; qpdf undoes the outer ones."""
    raw = given.read_raw_bytes()
    if len(filters) == 1:
        return bytes(raw)
    outer = Stream(source, raw)
    outer.Filter = Array(filters[:-1])
    given_parameters = _listed(given.get("/DecodeParms"))
    if len(given_parameters) == len(filters):
        outer.DecodeParms = Array(given_parameters[:-1])
    return bytes(outer.read_bytes(UNDONE))


def _deflated(raw: bytes) -> bytes | None:
    """The packed bytes up to their own end; None when they are damaged, which qpdf may mend."""
    unpack = zlib.decompressobj()
    try:
        unpack.decompress(raw, PIECE)
        while unpack.unconsumed_tail and not unpack.eof:
            unpack.decompress(unpack.unconsumed_tail, PIECE)
    except zlib.error:
        return None
    return bytes(raw[: len(raw) - len(unpack.unused_data)]) if unpack.eof else None


# --- Pictures in their own format -------------------------------------------------------------

_MARKER = re.compile(rb"\xff+([^\x00\xff\xd0-\xd7])")
_START, _END, _SCAN, _ADOBE = 0xD8, 0xD9, 0xDA, 0xEE
_ADOBE_LENGTH = 14
"""The one note that says how the colours are coded (Adobe TN 5116), without anything behind it."""
_NOTES = {*range(0xE0, 0xF0), 0xFE}


def jpeg(data: bytes) -> bytes:
    """Without its notes (APPn, COM) and without what follows its end."""
    return b"".join(_segments(data))


def _segments(data: bytes) -> Iterator[bytes]:
    at = 0
    while found := _MARKER.search(data, at):
        marker, at = found.group(1)[0], found.end()
        if marker in (_START, _END):
            yield bytes((0xFF, marker))
            if marker == _END:
                return
            continue
        length = int.from_bytes(data[at : at + 2], "big")
        segment, at = data[at : at + length], at + max(2, length)
        if marker == _ADOBE and segment[2:7] == b"Adobe":
            yield b"\xff\xee" + _ADOBE_LENGTH.to_bytes(2, "big") + segment[2:_ADOBE_LENGTH]
        elif marker not in _NOTES:
            yield bytes((0xFF, marker)) + segment
        if marker == _SCAN:  # what it announces goes on to the next marker
            following = _MARKER.search(data, at)
            end = following.start() if following else len(data)
            yield data[at:end]
            at = end
    yield b"\xff\xd9"


_BOXES = {b"jP  ", b"ftyp", b"jp2h", b"jp2c"}
_CODESTREAM = b"\xff\x4f\xff\x51"


def jpeg2000(data: bytes) -> bytes:
    """The boxes that hold the picture (ISO 15444-1, annex I); notes are boxes of other names."""
    if data.startswith(_CODESTREAM):
        return data
    kept, at = b"", 0
    while at + 8 <= len(data):
        length, head = int.from_bytes(data[at : at + 4], "big"), 8
        if length == 1:
            length, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        end = at + length if length else len(data)
        if end < at + head:
            raise IntakeRefused("upload-damaged")
        if data[at + 4 : at + 8] in _BOXES:
            kept += data[at:end]
        at = end
    return kept


STRIPPERS = {DCT: jpeg, JPX: jpeg2000}
