"""Bytes of the bureau's protocol: signed texts, session keys, envelopes.

The contract is docs/interface/pboc.yaml.
"""

import hashlib
import hmac
import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from simulators.mainland import beijing, valid_id_number

LARGEST_REQUEST = 16 * 1024  # bytes

PATTERNS = {
    "Msg/RequestNo": r"[0-9A-Z]{24}",
    "Msg/Person/Name": r"\S(?:.{0,58}\S)?",
    "Msg/Person/IdType": r"1|2|5|6|8|9|A|B|C|X|10|20",
    "Msg/Person/IdNumber": r"[0-9A-Z]{1,20}",
    "Msg/Person/Phone": r"1[3-9][0-9]{9}",
    "Msg/QueryReason": r"01|02|03|08|20|21|22|24|25|26",
}
CONSENT = {
    "Msg/Consent/Reference": r"[0-9A-Za-z._-]{1,64}",
    "Msg/Consent/Sha256": r"[0-9a-f]{64}",
    "Msg/Consent/SignedAt": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)",
}


class Unreadable(Exception):
    """A body that is no envelope (REQ001)."""


class BadField(Exception):
    """An element that is missing or malformed (REQ002); its text is the element's name."""


@dataclass(frozen=True)
class Inquiry:
    """What an institution asks. Equality of two inquiries is equality of content."""

    request_no: str
    name: str
    id_type: str
    id_number: str
    phone: str
    reason: str
    consent_reference: str
    consent_hash: str
    consent_signed_at: str

    def digest(self) -> str:
        return hashlib.sha256("\x00".join(vars(self).values()).encode()).hexdigest()


def signed_request(
    method: str, path: str, institution: str, session: str, stamp: str, nonce: str, body: bytes
) -> bytes:
    lines = (
        "PBOC1-REQUEST", method, path, institution, session or "-", stamp, nonce, _sha256(body),
    )  # fmt: skip
    return "\n".join(lines).encode()


def signed_answer(status: int, nonce: str, stamp: str, body: bytes) -> bytes:
    return "\n".join(("PBOC1-ANSWER", str(status), nonce, stamp, _sha256(body))).encode()


def sign(key: bytes, text: bytes) -> str:
    return hmac.new(key, text, hashlib.sha256).hexdigest()


def session_key(secret: bytes, client_nonce: str, server_nonce: str, session_id: str) -> bytes:
    salt = bytes.fromhex(client_nonce + server_nonce)
    info = b"PBOC1 session " + session_id.encode()
    return HKDF(SHA256(), length=32, salt=salt, info=info).derive(secret)


def envelope(code: str, text: str, now: float, *, after: str = "") -> bytes:
    """An answer's body; `after` is markup that follows ResultText inside Msg."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f"<Document><Head><Version>1.0</Version><ServerTime>{rfc3339(now)}</ServerTime></Head>"
        f"<Msg><ResultCode>{code}</ResultCode><ResultText>{escape(text)}</ResultText>"
        f"{after}</Msg></Document>"
    ).encode()


def read_inquiry(body: bytes) -> Inquiry:
    """Read an inquiry's envelope; `Unreadable` or `BadField`."""
    root = _parse(body)
    if root.tag != "Document":
        raise Unreadable
    if root.findtext("Head/Version") != "1.0":
        raise BadField("Version")
    person = [_text(root, path, pattern) for path, pattern in PATTERNS.items()]
    consent = [_text(root, path, pattern) for path, pattern in CONSENT.items()]
    inquiry = Inquiry(*person, *consent)
    if inquiry.id_type == "10" and not valid_id_number(inquiry.id_number):
        raise BadField("IdNumber")
    return inquiry


def _parse(body: bytes) -> ElementTree.Element:
    # A declaration is the only door to entity bombs, and the interface forbids it.
    if b"<!" in body:
        raise Unreadable
    try:
        return ElementTree.fromstring(body.decode())  # noqa: S314
    except (ElementTree.ParseError, ValueError) as error:
        raise Unreadable from error


def _text(root: ElementTree.Element, path: str, pattern: str) -> str:
    text = root.findtext(path) or ""
    if not re.fullmatch(pattern, text):
        raise BadField(path.rpartition("/")[2])
    return text


def rfc3339(at: float) -> str:
    return beijing(at).isoformat(timespec="seconds")


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
