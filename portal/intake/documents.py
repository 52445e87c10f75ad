"""A PDF rebuilt page by page into a new file, and drawn as pictures from that file.

What a page draws is carried over by lists of what may be there (portal/intake/shapes.py). Stamps
and filled fields are drawn into the page first, so that a bank's seal is still seen when the
objects that hold it are gone.
"""

import io
from collections.abc import Iterator
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Pdf

from portal.intake import drawing, findings, wire
from portal.intake.copying import Copier
from portal.intake.limits import Limits
from portal.intake.refusals import IntakeRefused
from portal.intake.removed import Removed

A4 = (0, 0, 595, 842)
LONGEST_SIDE = 14_400
"""Units of a page's side (ISO 32000-1, annex C)."""
DEEPEST = 32
"""Levels of a page tree; it is balanced by whoever writes one, and 60 pages need two or three."""
NO_MEMORY = "bad_alloc"
"""What qpdf says when it wanted more memory than there is; it calls it an error of the data."""
INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")


def clean(data: bytes, password: str | None, limits: Limits) -> Iterator[bytes]:
    """The frames of a result. Raises IntakeRefused."""
    try:
        document, removed = rebuild(data, password, limits)
    except pikepdf.PasswordError:
        wrong = "upload-password-wrong" if password else "upload-password-needed"
        raise IntakeRefused(wrong) from None
    except (pikepdf.PdfError, RecursionError, ValueError, TypeError, RuntimeError) as error:
        if NO_MEMORY in str(error):
            raise MemoryError from None
        raise IntakeRefused("upload-damaged") from None
    for page in drawing.pages(document, limits):
        yield wire.page(page)
    yield wire.ending(removed=removed, document=document, media_type=wire.PDF_TYPE)


def rebuild(data: bytes, password: str | None, limits: Limits) -> tuple[bytes, set[Removed]]:
    with _opened(data, password) as source, pikepdf.new() as target:
        found = list(_leaves(source, limits))
        if not found:
            raise IntakeRefused("upload-damaged")
        removed = findings.of_file(data) | findings.of_document(source)
        removed |= {word for page, _inherited in found for word in findings.of_page(page)}
        source.generate_appearance_streams()
        source.flatten_annotations("screen")
        copier = Copier(source, target, limits)
        for page, inherited in found:
            target.pages.append(pikepdf.Page(_page(page, inherited, copier)))
        written = io.BytesIO()
        target.save(written, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
        return written.getvalue(), removed | copier.removed


def _opened(data: bytes, password: str | None) -> Pdf:
    """Without the look at all pages that comes with opening: they are counted here first."""
    return pikepdf.open(io.BytesIO(data), password=password or "", inherit_page_attributes=False)


# --- Pages ------------------------------------------------------------------------------------


def _leaves(source: Pdf, limits: Limits) -> Iterator[tuple[Object, dict[str, Any]]]:
    """Each page with what it inherits. Stops at one too many, whatever the file says it has."""
    root = source.Root.get("/Pages")
    if not isinstance(root, Dictionary):
        raise IntakeRefused("upload-damaged")
    nodes: list[tuple[Object, dict[str, Any], int]] = [(root, {}, 0)]
    pages = steps = 0
    while nodes:
        node, inherited, depth = nodes.pop()
        steps += 1
        inherited = inherited | {key: node[key] for key in INHERITED if key in node}
        kids = node.get("/Kids")
        if not isinstance(kids, Array):
            pages += 1
            yield node, inherited
        elif depth < DEEPEST:
            first = list(kids)[: limits.most_pages + 1]
            inner = [kid for kid in reversed(first) if isinstance(kid, Dictionary)]
            nodes += [(kid, inherited, depth + 1) for kid in inner]
        if pages > limits.most_pages or steps > limits.most_pages * DEEPEST:
            raise IntakeRefused("upload-too-many-pages")


def _page(page: Object, inherited: dict[str, Any], copier: Copier) -> Object:
    given = Dictionary({**inherited, **dict(page.items())})
    media = _box(given.get("/MediaBox")) or A4
    crop = _box(given.get("/CropBox")) or media
    copied = copier.keys(given, "page")
    contents = copier.value(given.get("/Contents"), "content")
    return copier.target.make_indirect(
        Dictionary(
            {
                **copied,
                "/Type": Name.Page,
                "/MediaBox": Array(media),
                "/CropBox": Array(crop),
                "/Rotate": _turn(given.get("/Rotate")),
                "/Resources": copied.get("/Resources", Dictionary()),
                **({"/Contents": contents} if contents is not None else {}),
            }
        )
    )


def _box(given: Any) -> tuple[float, ...] | None:
    """Four numbers that enclose something; None for anything else."""
    if not isinstance(given, Array) or len(given) != 4:
        return None
    sides = [float(side) for side in given]
    left, right = sorted(sides[::2])
    low, high = sorted(sides[1::2])
    fits = 1 <= right - left <= LONGEST_SIDE and 1 <= high - low <= LONGEST_SIDE
    return (left, low, right, high) if fits else None


def _turn(given: Any) -> int:
    return int(given) % 360 if isinstance(given, int) and given % 90 == 0 else 0
