"""Bytes of the bureau's interface (docs/interface/pboc.yaml): signatures, keys, envelopes."""

import datetime as dt
import hashlib
import hmac

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from lxml import etree

from creditquery.gateways.inquiry import Inquiry

ZONE = dt.timezone(dt.timedelta(hours=8))


class BadEnvelope(Exception):
    """Not an answer of this interface."""


# --- Signatures (sections 3 to 5) -----------------------------------------------------------


def request_text(
    method: str,
    path: str,
    institution: str,
    session: str,
    timestamp: str,
    nonce: str,
    body: bytes,
) -> str:
    lines = ("PBOC1-REQUEST", method, path, institution, session or "-", timestamp, nonce)
    return "\n".join((*lines, hashlib.sha256(body).hexdigest()))


def answer_text(status: int, nonce: str, timestamp: str, body: bytes) -> str:
    digest = hashlib.sha256(body).hexdigest()
    return "\n".join(("PBOC1-ANSWER", f"{status:03d}", nonce, timestamp, digest))


def sign(key: bytes, text: str) -> str:
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def session_key(secret: bytes, client_nonce: str, server_nonce: str, session: str) -> bytes:
    """32 bytes; raises ValueError when a nonce is not hexadecimal."""
    salt = bytes.fromhex(client_nonce) + bytes.fromhex(server_nonce)
    info = f"PBOC1 session {session}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=salt, info=info).derive(secret)


# --- Envelopes (section 2) ------------------------------------------------------------------


def inquiry_body(inquiry: Inquiry) -> bytes:
    document = etree.Element("Document")
    _add(_add(document, "Head"), "Version", "1.0")
    message = _add(document, "Msg")
    _add(message, "RequestNo", inquiry.request_no)
    person = _add(message, "Person")
    _add(person, "Name", inquiry.person.name)
    _add(person, "IdType", inquiry.person.id_type)
    _add(person, "IdNumber", inquiry.person.id_number)
    _add(person, "Phone", inquiry.person.phone)
    _add(message, "QueryReason", inquiry.reason)
    consent = _add(message, "Consent")
    _add(consent, "Reference", inquiry.consent_reference)
    _add(consent, "Sha256", inquiry.consent_sha256)
    signed_at = inquiry.consent_signed_at.astimezone(ZONE).isoformat(timespec="seconds")
    _add(consent, "SignedAt", signed_at)
    body = etree.tostring(document, encoding="unicode")
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + body.encode()


def read_envelope(body: bytes) -> dict[str, str]:
    """The texts of /Document/Msg by element name; raises BadEnvelope for anything else.

    No DTD, no entities, no network; libxml2's own limits on depth and text stay on.
    """
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadEnvelope(type(error).__name__) from None
    if root.getroottree().docinfo.doctype:
        raise BadEnvelope("document type")
    message = root.find("Msg") if root.tag == "Document" else None
    if message is None or message.findtext("ResultCode") is None:
        raise BadEnvelope("no result code")
    return {str(child.tag): (child.text or "").strip() for child in message}


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, name)
    element.text = text
    return element
