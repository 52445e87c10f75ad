"""Callbacks of a bank's platform (docs/interface/bank.yaml, section 10), verified and opened."""

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from typing import Any

from creditquery.gateways import bank_wire as wire
from creditquery.gateways.bank_codes import said
from creditquery.gateways.bank_wire import CLOCKS_APART, MOST_BYTES, BadMessage, Head
from creditquery.gateways.inquiry import Access, Notice, Untrusted
from portal.keys import derive


def message_id(request_no: str) -> str:
    """A fresh `rqst_id`, by which a later callback is known to speak of a message of ours about
    this request number, though nobody has stored it."""
    fresh = secrets.token_hex(8)
    return fresh + _mark(fresh, request_no)


def is_message_of(request_no: str, rqst_id: str) -> bool:
    return hmac.compare_digest(rqst_id[16:].encode(), _mark(rqst_id[:16], request_no).encode())


def _mark(fresh: str, request_no: str) -> str:
    text = f"{fresh}/{request_no}".encode()
    return hmac.new(derive("bank/message-id"), text, hashlib.sha256).hexdigest()[:16]


def opened(access: Access, headers: Mapping[str, str], raw: bytes, *, now: dt.datetime) -> Notice:
    """Verify and open a callback, in the interface's order (section 10)."""
    if len(raw) > MOST_BYTES:
        raise Untrusted("oversized")
    if not wire.holds(access.peer_key, headers, wire.callback_text(raw)):
        raise Untrusted("forged")
    try:
        message = wire.json_object(raw)
        head = wire.read_head(message)
        if head.institution != access.institution:
            raise Untrusted("not-ours")
        if abs(now - head.at) > CLOCKS_APART:
            raise Untrusted("stale")
        return _notice(head, _unsealed(access, head, message.get("body")))
    except BadMessage:
        raise Untrusted("unreadable") from None


def _unsealed(access: Access, head: Head, body: Any) -> dict[str, Any]:
    """The callback's plain text, sealed to one of our static keys; raises BadMessage."""
    if not isinstance(body, dict):
        raise BadMessage("body")
    to = str(body.get("to"))
    own = next((signer.key for signer in wire.signers(access.secrets) if signer.kid == to), None)
    if own is None:
        raise BadMessage("sealed to another key")
    key = wire.agree(
        own,
        str(body.get("public_key")),
        nonces=(head.nonce,),
        info=("BANK1 callback", head.institution, to),
        length=32,
    )
    return wire.unseal(key, body, ["BANK1-CALLBACK", *wire.bound(head, to)])


def _notice(head: Head, plain: Mapping[str, Any]) -> Notice:
    number, sequence = plain.get("request_no"), plain.get("sequence")
    if not (isinstance(number, str) and number.isascii()) or type(sequence) is not int:
        raise BadMessage("request_no or sequence")
    if not 0 < sequence < 2**63:
        raise BadMessage("sequence")
    if not is_message_of(number, head.rqst_id):
        raise Untrusted("unknown-message")
    return Notice(number, head.rqst_id, sequence, head.nonce, said(head, plain))
