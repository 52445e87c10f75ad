"""What a PDF has that its copy will not, told from its surface: for the officer, not for safety.

The copy is safe by what it holds (portal/intake/shapes.py); this only names what is missing. So it
looks at the catalogue, the pages and their annotations, and follows nothing further.
"""

from collections.abc import Iterable
from itertools import islice
from typing import Any

from pikepdf import Array, Dictionary, Object, Pdf

from portal.intake.kinds import PDF_START
from portal.intake.removed import Removed

END = b"%%EOF"
MOST = 1000
"""Annotations of a page, or fields of a form, that are looked at."""

CATALOGUE = {
    "/AF": Removed.ATTACHMENT,
    "/Collection": Removed.ATTACHMENT,
    "/Metadata": Removed.METADATA,
    "/OCProperties": Removed.LAYERS,
    "/AcroForm": Removed.FORM,
}
NAMES = {"/JavaScript": Removed.JAVASCRIPT, "/EmbeddedFiles": Removed.ATTACHMENT}
ACTIONS = {
    "/JavaScript": Removed.JAVASCRIPT,
    "/Rendition": Removed.MEDIA,
    "/Launch": Removed.LAUNCH,
    "/SubmitForm": Removed.SUBMIT,
    "/ImportData": Removed.SUBMIT,
    "/URI": Removed.LINK,
    "/GoToR": Removed.LINK,
    "/GoToE": Removed.ATTACHMENT,
    "/GoTo": Removed.LINK,
}
ANNOTATIONS = {
    "/Link": Removed.LINK,
    "/Widget": Removed.FORM,
    "/FileAttachment": Removed.ATTACHMENT,
    **dict.fromkeys(("/RichMedia", "/Screen", "/Movie", "/Sound", "/3D"), Removed.MEDIA),
}


def of_file(data: bytes) -> set[Removed]:
    """Bytes that do not belong to the document."""
    before = data[: data.find(PDF_START)].strip(b"\xef\xbb\xbf\0\r\n\t ")
    behind = data[data.rfind(END) + len(END) :] if END in data else b""
    return {Removed.FOREIGN} if before or behind.strip(b"\0\r\n\t ") else set()


def of_document(source: Pdf) -> set[Removed]:
    root = source.Root
    found = {word for key, word in CATALOGUE.items() if key in root}
    found |= {word for key, word in NAMES.items() if key in _dictionary(root.get("/Names"))}
    found |= _actions([root.get("/OpenAction")]) | _events(root)
    form = _dictionary(root.get("/AcroForm"))
    if "/XFA" in form:
        found.add(Removed.XFA)
    if any(field.get("/FT") == "/Sig" for field in _dictionaries(form.get("/Fields"))):
        found.add(Removed.SIGNATURE)
    if "/Info" in source.trailer:
        found.add(Removed.METADATA)
    return found | ({Removed.PASSWORD} if source.is_encrypted else set())


def of_page(page: Object) -> set[Removed]:
    found = _events(page)
    for annotation in _dictionaries(page.get("/Annots")):
        found.add(ANNOTATIONS.get(str(annotation.get("/Subtype")), Removed.ANNOTATION))
        found |= _actions([annotation.get("/A")]) | _events(annotation)
        if annotation.get("/FT") == "/Sig":
            found.add(Removed.SIGNATURE)
    return found


def _events(owner: Object) -> set[Removed]:
    """Actions that happen by themselves, such as when a page is opened."""
    events = _dictionary(owner.get("/AA"))
    return _actions(value for _key, value in events.items())


def _actions(given: Iterable[Any]) -> set[Removed]:
    names = (str(action.get("/S")) for action in given if isinstance(action, Dictionary))
    return {ACTIONS[name] for name in names if name in ACTIONS}


def _dictionary(given: Any) -> Object:
    return given if isinstance(given, Dictionary) else Dictionary()


def _dictionaries(given: Any) -> list[Object]:
    items = islice(given, MOST) if isinstance(given, Array) else ()
    return [item for item in items if isinstance(item, Dictionary)]
