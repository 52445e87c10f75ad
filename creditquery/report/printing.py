"""The printed report: a Document as the HTML and the PDF that go on paper."""

from dataclasses import replace

from django.template.loader import render_to_string

from creditquery.report.document import Document
from portal import fonts
from portal import pdf as pdf_files

# A column's share of its table: templates may set no style, so each percent has a class.
SHARES = "".join(f".w{percent}{{width:{percent}%}}" for percent in range(1, 101))


def html(document: Document) -> str:
    """The whole document for print; the page includes creditquery/_report_document.html itself."""
    return render_to_string("creditquery/pdf/report.html", {"document": document, "paged": True})


def pdf(document: Document, password: str | None = None) -> bytes:
    """A4, tagged, with outline and page numbers; under AES-256 when there is a password.

    Raises portal.fonts.FontsMissing and portal.pdf.PasswordUnfit.
    """
    if password is not None:
        pdf_files.check_password(password)  # before the seconds that the rest takes
    markup = html(document)
    if missing := fonts.outfit(markup).missing:
        markup = html(replace(document, notes=(*document.notes, _note(missing))))
    plain = pdf_files.render(markup, css=render_to_string("creditquery/pdf/report.css") + SHARES)
    return pdf_files.encrypt(plain, password) if password is not None else plain


def _note(missing: tuple[str, ...]) -> str:
    spelt = "、".join(map(fonts.spell, missing))
    return f"本机字库没有下列字符，报告中以其统一码编号代替：{spelt}。"
