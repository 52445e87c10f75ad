"""Bytes of the bank's interface: heads, signed texts, additional data, contents.

The contract is docs/interface/bank.yaml.
"""

import hashlib
import json
import re
import secrets
from dataclasses import dataclass
from typing import Any

from simulators.bureau.inquiry import BadField, Inquiry, Unreadable, read

VERSION = "1.0"
LARGEST_REQUEST = 16 * 1024  # bytes

PLACES = {
    "request_no": "request_no",
    "name": "person/name",
    "id_type": "person/id_type",
    "id_number": "person/id_number",
    "phone": "person/phone",
    "reason": "query_reason",
    "consent_reference": "consent/reference",
    "consent_hash": "consent/sha256",
    "consent_signed_at": "consent/signed_at",
}
HEAD = {
    "version": re.escape(VERSION),
    "rqst_id": r"[0-9a-f]{32}",
    "institution": r"[0-9A-Z]{14}",
    "key_id": r"(?:[0-9a-f]{32})?",
    "timestamp": r"[0-9]{13}",
    "nonce": r"[0-9a-f]{32}",
}


@dataclass(frozen=True)
class ReqHead:
    """What a request says about itself; empty where it could not be read."""

    rqst_id: str = ""
    institution: str = ""
    key_id: str = ""
    timestamp: str = ""
    nonce: str = ""
    wants_later: bool = False  # `async` on the wire

    @property
    def sent_at(self) -> float:
        """Unix seconds."""
        return int(self.timestamp) / 1000

    def additional(self, path: str) -> bytes:
        """What a sealed request is bound to."""
        return lines(
            "BANK1-REQUEST", path, self.institution, self.rqst_id, self.key_id, self.timestamp,
            self.nonce,
        )  # fmt: skip


def read_request(body: bytes) -> tuple[ReqHead, object]:
    """Head and body of a request; `Unreadable` or `BadField`."""
    head, content = _members(body)
    for name, pattern in HEAD.items():
        if not re.fullmatch(pattern, _text(head, name)):
            raise BadField(name)
    wants_later = head.get("async", False)
    if not isinstance(wants_later, bool):
        raise BadField("async")
    texts = {name: str(head[name]) for name in HEAD if name != "version"}
    return ReqHead(**texts, wants_later=wants_later), content


def glance(body: bytes) -> ReqHead:
    """As much of a head as is well-formed, for an answer to whoever was not checked."""
    try:
        head, _ = _members(body)
    except Unreadable:
        return ReqHead()

    def said(name: str) -> str:
        text = _text(head, name)
        return text if re.fullmatch(HEAD[name], text) else ""

    return ReqHead(said("rqst_id"), said("institution"), said("key_id"))


def _members(body: bytes) -> tuple[dict[str, Any], object]:
    document = read_object(body)
    head = document.get("reqHead")
    if not isinstance(head, dict):
        raise Unreadable
    return head, document.get("body")


def read_object(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body.decode(), object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        raise Unreadable from error
    if not isinstance(document, dict):
        raise Unreadable
    return document


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("a member twice")
    return members


def read_inquiry(plain: bytes) -> Inquiry:
    content = read_object(plain)
    return read(PLACES, lambda place: _text(content, place))


def read_question(plain: bytes) -> str:
    number = _text(read_object(plain), "request_no")
    if not re.fullmatch(r"[0-9A-Z]{24}", number):
        raise BadField("request_no")
    return number


def _text(content: object, place: str) -> str:
    for name in place.split("/"):
        content = content.get(name) if isinstance(content, dict) else None
    return content if isinstance(content, str) else ""


def resp_head(head: ReqHead, code: str, text: str, now: float, **more: Any) -> dict[str, Any]:
    return {
        "version": VERSION,
        "rqst_id": head.rqst_id,
        "institution": head.institution,
        "key_id": head.key_id,
        "timestamp": milliseconds(now),
        "nonce": secrets.token_hex(16),
        "resp_cd": code,
        "resp_msg": text,
        **more,
    }


def additional(kind: str, head: dict[str, Any], to: str = "") -> bytes:
    """What a sealed answer (BANK1-ANSWER) or callback (BANK1-CALLBACK, `to` a kid) is bound to."""
    return lines(
        kind, head["institution"], head["rqst_id"], to or head["key_id"], head["timestamp"],
        head["nonce"], head["resp_cd"],
    )  # fmt: skip


def signed_request(method: str, path: str, body: bytes) -> bytes:
    return lines("BANK1-REQUEST", method, path, _sha256(body))


def signed_answer(status: int, request_body: bytes, body: bytes) -> bytes:
    return lines("BANK1-ANSWER", str(status), _sha256(request_body), _sha256(body))


def signed_callback(body: bytes) -> bytes:
    return lines("BANK1-CALLBACK", _sha256(body))


def lines(*texts: str) -> bytes:
    return "\n".join(texts).encode()


def dump(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def milliseconds(now: float) -> str:
    return str(int(now * 1000))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
