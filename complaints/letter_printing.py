"""The paper of a letter: both languages, number, code and hash, with its data inside the file."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from complaints import qr, serials
from complaints.letter_texts import words
from portal import pdf
from portal.signing.signer import Signer

DATA = "letter.json"
"""The canonical text, attached: whoever has the file can hash it without asking anybody."""


def signed(content: Mapping[str, Any], text: str, content_hash: str, *, signer: Signer) -> bytes:
    """The finished file. Raises fonts.FontsMissing and SigningFailed."""
    plain = pdf.render(
        html(content, content_hash),
        css=render_to_string("complaints/pdf/letter.css"),
        attached={DATA: text.encode()},
    )
    reason = f"{content['kind']} {serials.grouped(content['serial'])}"
    return signer.sign(plain, reason=reason, location="CN")


def html(content: Mapping[str, Any], content_hash: str) -> str:
    address = verification(content["serial"])
    side, path = qr.drawn(address)
    context = {
        "letters": [words(content, "zh-hans"), words(content, "en")],
        "number": serials.grouped(content["serial"]),
        "address": address,
        "content_hash": content_hash,
        "template": content["template"],
        "side": side,
        "path": path,
    }
    return render_to_string("complaints/pdf/letter.html", context)


def verification(serial: str) -> str:
    """Where anybody sees whether the letter of a number is valid."""
    return f"{settings.SITE_URL}/verify/{serial}/"
