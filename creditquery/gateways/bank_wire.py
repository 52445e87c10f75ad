"""Bytes of the banks' interface (docs/interface/bank.yaml): signatures, seals, dynamic keys."""

import base64
import datetime as dt
import hashlib
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from creditquery.gateways.inquiry import Inquiry
from portal.gateway import Unavailable

ZONE = dt.timezone(dt.timedelta(hours=8))
ECDSA = ec.ECDSA(SHA256())
MOST_BYTES = 16 * 1024 * 1024
CLOCKS_APART = dt.timedelta(seconds=300)


class BadMessage(Exception):
    """Not a message of this interface, or not one for us."""


# --- Static keys and signatures (sections 2 and 4) ------------------------------------------


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key and the name by which the other side knows its public half."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    kid: str

    def sign(self, text: str) -> str:
        return base64.b64encode(self.key.sign(text.encode(), ECDSA)).decode()


@cache
def signer(private_key: str) -> Signer:
    """From PKCS #8 in Base64; raises ValueError."""
    try:
        key = serialization.load_der_private_key(base64.b64decode(private_key), None)
    except (TypeError, UnsupportedAlgorithm):  # under a password; of a kind that nobody knows
        raise ValueError("not a plain private key") from None
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.curve.name != "secp256r1":
        raise ValueError("not a private key on P-256")
    return Signer(key, kid(public_text(key)))


def signers(private_keys: Sequence[str]) -> list[Signer]:
    """Raises Unavailable: what an administrator has entered need not be a key."""
    try:
        return [signer(each) for each in private_keys]
    except ValueError:
        raise Unavailable("our key cannot be used", sent=False) from None


@cache
def verifiers(public_keys: str) -> Mapping[str, ec.EllipticCurvePublicKey]:
    """By kid, from one public key or several with white space between; raises BadMessage."""
    keys = [(text, public_key(text)) for text in public_keys.split()]
    return {kid(text): key for text, key in keys}


def kid(public: str) -> str:
    return hashlib.sha256(base64.b64decode(public)).hexdigest()[:16]


def public_key(text: str) -> ec.EllipticCurvePublicKey:
    """From SubjectPublicKeyInfo in Base64; the point is checked to lie on the curve."""
    try:
        key = serialization.load_der_public_key(base64.b64decode(text, validate=True))
    except (ValueError, UnsupportedAlgorithm):
        raise BadMessage("public key") from None
    if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
        raise BadMessage("public key")
    return key


def public_text(key: ec.EllipticCurvePrivateKey) -> str:
    der = key.public_key().public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.b64encode(der).decode()


def request_text(method: str, path: str, body: bytes) -> str:
    return "\n".join(("BANK1-REQUEST", method, path, hashlib.sha256(body).hexdigest()))


def answer_text(status: int, asked: bytes, body: bytes) -> str:
    digests = (hashlib.sha256(each).hexdigest() for each in (asked, body))
    return "\n".join(("BANK1-ANSWER", f"{status:03d}", *digests))


def callback_text(body: bytes) -> str:
    return f"BANK1-CALLBACK\n{hashlib.sha256(body).hexdigest()}"


def holds(public_keys: str, headers: Mapping[str, str], text: str) -> bool:
    """Whether the text is signed with the registered key that the headers (in lower case) name."""
    try:
        key = verifiers(public_keys)[headers.get("x-bank-key", "")]
        signature = base64.b64decode(headers.get("x-bank-signature", ""), validate=True)
        key.verify(signature, text.encode(), ECDSA)
    except (BadMessage, KeyError, ValueError, InvalidSignature):
        return False
    return True


# --- Dynamic keys and seals (sections 5, 6 and 10) ------------------------------------------


@dataclass(frozen=True, slots=True)
class KeyPair:
    """What seals our messages, and what seals theirs."""

    ours: bytes = field(repr=False)
    theirs: bytes = field(repr=False)


def agree(
    own: ec.EllipticCurvePrivateKey,
    other: str,
    *,
    nonces: Sequence[str],
    info: Sequence[str],
    length: int,
) -> bytes:
    """ECDH, then HKDF-SHA256; raises BadMessage."""
    try:
        salt = bytes.fromhex("".join(nonces))
    except ValueError:
        raise BadMessage("nonce") from None
    kdf = HKDF(algorithm=SHA256(), length=length, salt=salt, info="\n".join(info).encode())
    return kdf.derive(own.exchange(ec.ECDH(), public_key(other)))


def dynamic_keys(
    own: ec.EllipticCurvePrivateKey,
    other: str,
    *,
    nonces: tuple[str, str],
    institution: str,
    key_id: str,
) -> KeyPair:
    info = ("BANK1 keys", institution, key_id)
    both = agree(own, other, nonces=nonces, info=info, length=64)
    return KeyPair(both[:32], both[32:])


def seal(key: bytes, plain: Mapping[str, Any], bound_to: Sequence[str]) -> dict[str, str]:
    iv = secrets.token_bytes(12)
    text = json.dumps(plain, ensure_ascii=False, separators=(",", ":"))
    data = AESGCM(key).encrypt(iv, text.encode(), "\n".join(bound_to).encode())
    return {"iv": base64.b64encode(iv).decode(), "data": base64.b64encode(data).decode()}


def unseal(key: bytes, sealed: Any, bound_to: Sequence[str]) -> dict[str, Any]:
    """The JSON object inside; raises BadMessage."""
    try:
        iv, data = (base64.b64decode(sealed[name], validate=True) for name in ("iv", "data"))
        plain = AESGCM(key).decrypt(iv, data, "\n".join(bound_to).encode())
    except (KeyError, TypeError, ValueError, InvalidTag):
        raise BadMessage("seal") from None
    return json_object(plain)


# --- Messages (section 3) -------------------------------------------------------------------


def json_object(body: bytes) -> dict[str, Any]:
    """A JSON object of which no member comes twice; raises BadMessage."""
    try:
        found = json.loads(body.decode(), object_pairs_hook=_members, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise BadMessage("not JSON") from None
    if not isinstance(found, dict):
        raise BadMessage("not an object")
    return found


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member twice")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)


@dataclass(frozen=True, slots=True)
class Head:
    """A respHead, every member of the type that the interface gives it."""

    rqst_id: str
    institution: str
    key_id: str
    timestamp: str
    nonce: str
    resp_cd: str
    retry_after: int

    @property
    def at(self) -> dt.datetime:
        """The other side's clock."""
        return dt.datetime.fromtimestamp(int(self.timestamp) / 1000, dt.UTC)


TEXTS = {
    "rqst_id": re.compile("(?:[0-9a-f]{32})?"),
    "institution": re.compile("[0-9A-Z]{0,14}"),
    "key_id": re.compile("(?:[0-9a-f]{32})?"),
    "timestamp": re.compile("[0-9]{13}"),
    "nonce": re.compile("[0-9a-f]{32}"),
    "resp_cd": re.compile("[0-9]{6}"),
}


def read_head(message: Mapping[str, Any]) -> Head:
    """Raises BadMessage, which names the member at fault."""
    head = message.get("respHead")
    if not isinstance(head, dict):
        raise BadMessage("respHead")
    for name, form in TEXTS.items():
        if not isinstance(head.get(name), str) or not form.fullmatch(head[name]):
            raise BadMessage(name)
    after = head.get("retry_after", 0)
    known = isinstance(after, int) and 0 < after <= 86_400
    texts = {name: head[name] for name in TEXTS}
    return Head(**texts, retry_after=after if known else 0)


def bound(head: Head, receiver: str) -> tuple[str, ...]:
    """What a seal of theirs is bound to; `receiver` names the key that it is made for."""
    return (head.institution, head.rqst_id, receiver, head.timestamp, head.nonce, head.resp_cd)


def inquiry_body(inquiry: Inquiry) -> dict[str, Any]:
    person = inquiry.person
    return {
        "request_no": inquiry.request_no,
        "person": {
            "name": person.name,
            "id_type": person.id_type,
            "id_number": person.id_number,
            "phone": person.phone,
        },
        "query_reason": inquiry.reason,
        "consent": {
            "reference": inquiry.consent_reference,
            "sha256": inquiry.consent_sha256,
            "signed_at": inquiry.consent_signed_at.astimezone(ZONE).isoformat(timespec="seconds"),
        },
    }


def new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())
