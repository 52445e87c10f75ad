"""HTML to a tagged PDF, and the password on it. The one place that knows WeasyPrint.

Where its time goes was measured on reports of 14 to 112 pages (benchmarks/report_pdf.py):
Python's cycle collector took a third, and the stock style sheet a tenth, for it computes five
pseudo-elements of every table cell. So the collector rests while a document is made, and
templates/portal/pdf/base.css, a dozen plain rules, stands in for the stock sheet. What made time
grow faster than pages was pydyf's list of pages, written anew for each tagged element.
"""

import gc
import io
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pikepdf
import pydyf
from django.template.loader import render_to_string
from PIL import ImageFile

from portal import fonts

if TYPE_CHECKING:
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

VARIANT = "pdf/ua-1"
FONT_SCHEME = "portal-font:"
PASSWORD_CHARACTERS = 10
PASSWORD_BYTES = 127  # ISO 32000-2, 7.6.4.3.3: a longer password is cut off without a word

_one_at_a_time = threading.Lock()


class PasswordUnfit(ValueError):
    """The password is shorter than 10 characters, longer than 127 bytes in UTF-8, or has
    characters that cannot be typed."""

    def __init__(self) -> None:
        super().__init__("The password wants 10 or more printable characters, at most 127 bytes.")


def render(markup: str, *, css: str) -> bytes:
    """A whole HTML document as PDF/UA-1, in the portal's own faces, without any outside access.

    The language and the title come from the markup, the outline from its headings. Characters
    that no installed font has are spelt out (portal/fonts.py). One document at a time in a
    process, for each takes some 4 MiB of memory a page. Raises fonts.FontsMissing.
    """
    outfit = fonts.outfit(markup)
    with _one_at_a_time, _collector_at_rest():
        return _print(outfit, css)


def check_password(password: str) -> None:
    """Raises PasswordUnfit."""
    typed = len(password) >= PASSWORD_CHARACTERS and password.isprintable()
    if not typed or len(password.encode()) > PASSWORD_BYTES:
        raise PasswordUnfit


def encrypt(pdf: bytes, password: str) -> bytes:
    """The PDF under AES-256 (revision 6): it opens with the password, for reading and printing.

    The owner's password, which would lift the restrictions, is random and kept by nobody.
    Raises PasswordUnfit.
    """
    check_password(password)
    allowed = pikepdf.Permissions(
        accessibility=True,
        extract=True,
        print_lowres=True,
        print_highres=True,
        modify_annotation=False,
        modify_assembly=False,
        modify_form=False,
        modify_other=False,
    )
    protection = pikepdf.Encryption(
        user=password, owner=secrets.token_urlsafe(32), R=6, aes=True, metadata=True, allow=allowed
    )
    sealed = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.save(sealed, encryption=protection)
    return sealed.getvalue()


def _print(outfit: fonts.Outfit, css: str) -> bytes:
    import weasyprint
    from weasyprint.text.fonts import FontConfiguration

    # Loaded, it lets Pillow take truncated pictures for whole ones, everywhere in the process.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    fetcher = _fetcher(outfit.faces)
    configuration = FontConfiguration()
    sheet = weasyprint.CSS(
        string=_font_rules(outfit.faces) + css, font_config=configuration, url_fetcher=fetcher
    )
    document = _parse(outfit.text, fetcher).render(
        font_config=configuration, stylesheets=[sheet], pdf_variant=VARIANT
    )
    return document.write_pdf(pdf_variant=VARIANT)


def _parse(markup: str, fetcher: "URLFetcher") -> "HTML":
    import weasyprint

    page = weasyprint.HTML(string=markup, url_fetcher=fetcher)
    sheet = weasyprint.CSS(string=render_to_string("portal/pdf/base.css"), url_fetcher=fetcher)
    page._ua_stylesheets = lambda forms=False: [sheet]
    return page


def _page_references(pdf: pydyf.PDF) -> tuple[bytes, ...]:
    """As pydyf's own, but made again only when pages were added."""
    numbers = pdf.pages["Kids"][::3]
    known: tuple[bytes, ...] = pdf.__dict__.get("known_references", ())
    if len(known) != len(numbers):
        known = pdf.__dict__["known_references"] = tuple(b"%d 0 R" % number for number in numbers)
    return known


pydyf.PDF.page_references = property(_page_references)


def _font_rules(faces: tuple[fonts.Face, ...]) -> str:
    rules = "".join(
        f'@font-face{{font-family:"{face.family}";font-weight:{face.weight};'
        f'src:url("{FONT_SCHEME}{number}")}}'
        for number, face in enumerate(faces)
    )
    stack = ",".join(f'"{family}"' for family in fonts.families(faces))
    return f"{rules}html{{font-family:{stack}}}"


def _fetcher(faces: tuple[fonts.Face, ...]) -> "URLFetcher":
    """Hands out our faces from memory and refuses every other address."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    addresses = {f"{FONT_SCHEME}{number}": face.data for number, face in enumerate(faces)}

    class OwnFontsOnly(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            if url not in addresses:
                raise PermissionError("a printed document reaches nothing outside itself")
            return URLFetcherResponse(url, addresses[url])

    return OwnFontsOnly()


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Layout makes millions of objects that all live to the end; looking for dead ones is waste.

    They die together afterwards, and go at once: the next document finds the memory free. What
    lived before is frozen meanwhile, or looking through it would cost more than a short document.
    """
    was_on = gc.isenabled()
    gc.disable()
    gc.freeze()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
        gc.collect()
        gc.unfreeze()
