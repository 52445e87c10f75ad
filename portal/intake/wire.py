"""What passes between the portal and its child: frames of a length and so many bytes.

A job is a header and the file. A result is two frames a page (a header, its picture) and two at
the end (a header, the rebuilt copy), or one with a refusal. Headers are JSON. The child read a
stranger's file, so that what it says is checked here like a stranger's word.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from portal.intake.cleaned import Cleaned, Page, Word
from portal.intake.kinds import JPEG_START, PDF_START, PNG_START, Kind
from portal.intake.limits import Limits
from portal.intake.refusals import CODES, IntakeRefused
from portal.intake.removed import Removed

LENGTH = 4
PDF_TYPE, JPEG_TYPE, PNG_TYPE = "application/pdf", "image/jpeg", "image/png"
STARTS = {PDF_TYPE: PDF_START, JPEG_TYPE: JPEG_START, PNG_TYPE: PNG_START}


class Garbled(Exception):
    """The child said nothing that makes sense; `reason` holds nothing of the file."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def frame(content: bytes) -> bytes:
    return len(content).to_bytes(LENGTH, "big") + content


def frames(data: bytes) -> list[bytes]:
    """Raises Garbled when a frame is cut off."""
    found, at = [], 0
    while at < len(data):
        start = at + LENGTH
        at = start + int.from_bytes(data[at:start], "big")
        if at > len(data) or start > len(data):
            raise Garbled("cut off")
        found.append(data[start:at])
    return found


# --- The job ----------------------------------------------------------------------------------


def job(data: bytes, *, kind: Kind, password: str | None, limits: Limits) -> bytes:
    header = {"kind": kind, "password": password, "limits": asdict(limits)}
    return frame(_header(header)) + frame(data)


def read_job(message: bytes) -> tuple[bytes, Kind, str | None, Limits]:
    header, data = frames(message)
    said = json.loads(header)
    return data, Kind(said["kind"]), said["password"], Limits(**said["limits"])


# --- The result -------------------------------------------------------------------------------


def page(made: Page) -> bytes:
    words = [(w.text, w.left, w.top, w.right, w.bottom) for w in made.words]
    header = {"type": made.media_type, "size": (made.width, made.height), "words": words}
    return frame(_header(header)) + frame(made.image)


def ending(*, removed: Iterable[Removed], document: bytes, media_type: str) -> bytes:
    """For a picture `document` is empty: the copy is its one page."""
    header = {"end": True, "type": media_type, "removed": sorted(removed)}
    return frame(_header(header)) + frame(document)


def refusal(code: str) -> bytes:
    return frame(_header({"refused": code}))


def failure(reason: str) -> bytes:
    """`reason`: the class of an error that nobody foresaw."""
    return frame(_header({"failed": reason}))


def read_result(message: bytes, *, kind: Kind, limits: Limits) -> Cleaned:
    """Raises IntakeRefused when the child refused, Garbled when what it says cannot be."""
    try:
        return _read(frames(message), kind, limits)
    except (LookupError, AttributeError, TypeError, ValueError, RecursionError) as error:
        raise Garbled(type(error).__name__) from None


def _read(parts: list[bytes], kind: Kind, limits: Limits) -> Cleaned:
    last = json.loads(parts[-1] if len(parts) % 2 else parts[-2])
    if last.get("refused") in CODES:
        raise IntakeRefused(last["refused"])
    if "failed" in last:
        raise Garbled(str(last["failed"])[:40])
    pairs = list(zip(parts[:-2:2], parts[1:-2:2], strict=True))
    pages = tuple(_page(n, json.loads(head), image) for n, (head, image) in enumerate(pairs, 1))
    if not last["end"] or not 1 <= len(pages) <= limits.most_pages:
        raise Garbled("no end, or no pages")
    document = parts[-1] or pages[0].image
    removed = tuple(Removed(word).value for word in last["removed"])
    return Cleaned(kind, pages, document, _fitting(last["type"], document), removed)


def _page(number: int, said: dict[str, Any], image: bytes) -> Page:
    width, height = (int(side) for side in said["size"])
    words = tuple(Word(str(text), *map(int, box)) for text, *box in said["words"])
    return Page(number, image, _fitting(said["type"], image), width, height, words)


def _fitting(media_type: str, content: bytes) -> str:
    """The type, if the content opens like it; a picture's page is never a PDF, nor a web page."""
    if not content.startswith(STARTS[media_type]):
        raise Garbled("another type")
    return media_type


def _header(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=False).encode("utf-8", "replace")
