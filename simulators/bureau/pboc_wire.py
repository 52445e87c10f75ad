"""Bytes of the bureau's own protocol: signed texts, session keys, envelopes.

The contract is docs/interface/pboc.yaml.
"""

import hashlib
import hmac
import xml.etree.ElementTree as ElementTree
from xml.sax.saxutils import escape

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from simulators.bureau.inquiry import BadField, Inquiry, Unreadable, read
from simulators.mainland import rfc3339

LARGEST_REQUEST = 16 * 1024  # bytes

PLACES = {
    "request_no": "Msg/RequestNo",
    "name": "Msg/Person/Name",
    "id_type": "Msg/Person/IdType",
    "id_number": "Msg/Person/IdNumber",
    "phone": "Msg/Person/Phone",
    "reason": "Msg/QueryReason",
    "consent_reference": "Msg/Consent/Reference",
    "consent_hash": "Msg/Consent/Sha256",
    "consent_signed_at": "Msg/Consent/SignedAt",
}


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
    return read(PLACES, lambda place: root.findtext(place) or "")


def _parse(body: bytes) -> ElementTree.Element:
    # A declaration is the only door to entity bombs, and the interface forbids it.
    if b"<!" in body:
        raise Unreadable
    try:
        return ElementTree.fromstring(body.decode())  # noqa: S314
    except (ElementTree.ParseError, ValueError) as error:
        raise Unreadable from error


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
