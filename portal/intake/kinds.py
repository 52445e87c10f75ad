"""Which kind of file this is, told by its first bytes: a name or a browser proves nothing.

Four signatures need no library. A file that opens as one of the pictures is that picture, whatever
else it may be; a PDF may have bytes before its header, as readers allow, and they do not survive.
"""

from enum import StrEnum

from portal.intake.refusals import IntakeRefused


class Kind(StrEnum):
    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    HEIC = "heic"


JPEG_START = b"\xff\xd8\xff"
PNG_START = b"\x89PNG\r\n\x1a\n"
PDF_START = b"%PDF-"
PDF_WITHIN = 1024
"""A PDF's header stands within so many bytes (ISO 32000-1, appendix H.3, note 13)."""
HEVC_BRANDS = {b"heic", b"heix", b"heim", b"heis"}
NEUTRAL_BRANDS = {b"mif1", b"msf1"}
"""What some cameras write first, for any picture in this container: the list behind it tells."""


def kind_of(data: bytes) -> Kind:
    """Raises IntakeRefused("upload-kind")."""
    if data.startswith(JPEG_START):
        return Kind.JPEG
    if data.startswith(PNG_START):
        return Kind.PNG
    if _is_heic(data):
        return Kind.HEIC
    if PDF_START in data[: PDF_WITHIN + len(PDF_START)]:
        return Kind.PDF
    raise IntakeRefused("upload-kind")


def _is_heic(data: bytes) -> bool:
    """ISO 14496-12, 4.3: size, `ftyp`, the major brand, its version, the brands it also fits."""
    if data[4:8] != b"ftyp":
        return False
    major, end = data[8:12], min(int.from_bytes(data[:4], "big"), 256)
    others = {data[at : at + 4] for at in range(16, end, 4)}
    return major in HEVC_BRANDS or (major in NEUTRAL_BRANDS and bool(others & HEVC_BRANDS))
