"""An institution written from docs/interface/bank.yaml alone: it signs, seals, asks and checks."""

import base64
import hashlib
import json
import os
import secrets
import time
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

from simulators.tests.conftest import Reply, Running
from simulators.tests.signers import hkdf_sha256

CODE = "A10311000H0001"
NUMBER = "20260101000000ABCDEFGH12"
PRIVATE_KEY = (
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2N8lRw2dq+OjwT1FlVLF65qz0IjMt20sFwAMW8BTWKuhRANC"
    "AATgnWcLuuvObGW334KeZIEox9NBqcC0y06V3AzSiotVC3++/mzjBcNFG7OOjvb793106HhZUCp3bdne0aj9+1ug"
)
BANK_KEY = (
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEcjgMUF90vAHWW80NokZo1Hlnj8K7EC0QMOFMp94hHIEjrJQGylV4K/zkHPpy"
    "3FBY1kyCCGI5vSUyvrMttPVeyQ=="
)
PERSON = {
    "name": "李明",
    "id_type": "10",
    "id_number": "110101199003070011",
    "phone": "13911112222",
}


def decoded(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def private_key(text: str) -> ec.EllipticCurvePrivateKey:
    key = load_der_private_key(decoded(text), None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return key


def public_key(text: str) -> ec.EllipticCurvePublicKey:
    key = load_der_public_key(decoded(text))
    assert isinstance(key, ec.EllipticCurvePublicKey)
    return key


def public_text(private: ec.EllipticCurvePrivateKey) -> str:
    return encoded(
        private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    )


def kid(public: str) -> str:
    return hashlib.sha256(decoded(public)).hexdigest()[:16]


def joined(*lines: str) -> bytes:
    return "\n".join(lines).encode()


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def sign(private: ec.EllipticCurvePrivateKey, text: bytes) -> str:
    return encoded(private.sign(text, ec.ECDSA(SHA256())))


def signed_by(public: str, signature: str, text: bytes) -> bool:
    try:
        public_key(public).verify(decoded(signature), text, ec.ECDSA(SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def derive(
    own: ec.EllipticCurvePrivateKey, other: str, salt: str, info: bytes
) -> tuple[bytes, bytes]:
    """RFC 5869 for 64 bytes, in two halves of which the second hangs on the first."""
    secret = own.exchange(ec.ECDH(), public_key(other))
    first = hkdf_sha256(secret, bytes.fromhex(salt), info)
    return first, hkdf_sha256(secret, bytes.fromhex(salt), info, after=first)


def open_sealed(key: bytes, body: dict[str, str], additional: bytes) -> Any:
    plain = AESGCM(key).decrypt(decoded(body["iv"]), decoded(body["data"]), additional)
    return json.loads(plain)


def open_callback(body: bytes, private: ec.EllipticCurvePrivateKey) -> Any:
    """Content of a callback that is sealed to this static key."""
    document = json.loads(body)
    head, sealed = document["respHead"], document["body"]
    own = kid(public_text(private))
    assert sealed["to"] == own
    info = joined("BANK1 callback", head["institution"], own)
    key, _ = derive(private, sealed["public_key"], head["nonce"], info)
    additional = joined(
        "BANK1-CALLBACK", head["institution"], head["rqst_id"], own, head["timestamp"],
        head["nonce"], head["resp_cd"],
    )  # fmt: skip
    return open_sealed(key, sealed, additional)


def callback_verified(body: bytes, headers: dict[str, str], bank_key: str = BANK_KEY) -> bool:
    text = joined("BANK1-CALLBACK", digest(body))
    return headers["X-Bank-Key"] == kid(bank_key) and signed_by(
        bank_key, headers["X-Bank-Signature"], text
    )


def inquiry(number: str = NUMBER, **other: Any) -> dict[str, Any]:
    """The plain text of an inquiry; keyword arguments replace members of `person` or the whole."""
    person = {name: other.pop(name, value) for name, value in PERSON.items()}
    signed_at = other.pop("signed_at", time.strftime("%Y-%m-%dT%H:%M:%S+00:00", time.gmtime()))
    consent = {"reference": "C-1", "sha256": "ab" * 32, "signed_at": signed_at}
    whole = {"request_no": number, "person": person, "query_reason": "02", "consent": consent}
    return whole | other


@dataclass
class BankInstitution:
    outside: Running
    region: str = "east"
    channel: str = "bank"
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: private_key(PRIVATE_KEY))
    bank_key: str = BANK_KEY
    key_id: str = ""
    keys: tuple[bytes, bytes] = (b"", b"")
    head: dict[str, Any] = field(default_factory=dict)  # of the last request
    sent: bytes = b""  # body of the last request

    def open(self) -> "BankInstitution":
        own = ec.generate_private_key(ec.SECP256R1())
        self.key_id = ""
        reply = self.send("keys", {"public_key": public_text(own)})
        assert self.code(reply) == "000000" and self.verified(reply), reply.body
        answer = reply.json()
        self.key_id = answer["respHead"]["key_id"]
        info = joined("BANK1 keys", CODE, self.key_id)
        salt = self.head["nonce"] + answer["respHead"]["nonce"]
        self.keys = derive(own, answer["body"]["public_key"], salt, info)
        return self

    def at(self, region: str) -> "BankInstitution":
        return replace(self, region=region).open()

    def path(self, noun: str) -> str:
        return f"/{self.channel}/{self.region}/v1/{noun}"

    def new_head(self, **other: Any) -> dict[str, Any]:
        return {
            "version": "1.0",
            "rqst_id": secrets.token_hex(16),
            "institution": CODE,
            "key_id": self.key_id,
            "timestamp": str(int(time.time() * 1000)),
            "nonce": secrets.token_hex(16),
        } | other

    def sealed(self, noun: str, plain: object, head: dict[str, Any]) -> dict[str, str]:
        names = ("institution", "rqst_id", "key_id", "timestamp", "nonce")
        additional = joined("BANK1-REQUEST", self.path(noun), *(head[name] for name in names))
        iv = os.urandom(12)
        data = AESGCM(self.keys[0]).encrypt(iv, json.dumps(plain).encode(), additional)
        return {"iv": encoded(iv), "data": encoded(data)}

    def headers(self, noun: str, body: bytes) -> dict[str, str]:
        text = joined("BANK1-REQUEST", "POST", self.path(noun), digest(body))
        return {
            "Content-Type": "application/json",
            "X-Bank-Key": kid(public_text(self.private)),
            "X-Bank-Signature": sign(self.private, text),
        }

    def send(self, noun: str, body: object, **head: Any) -> Reply:
        """A request whose body is not sealed."""
        self.head = self.new_head(**head)
        return self.send_bytes(noun, json.dumps({"reqHead": self.head, "body": body}).encode())

    def send_sealed(self, noun: str, plain: object, **head: Any) -> Reply:
        self.head = self.new_head(**head)
        body = {"reqHead": self.head, "body": self.sealed(noun, plain, self.head)}
        return self.send_bytes(noun, json.dumps(body).encode())

    def send_bytes(self, noun: str, body: bytes) -> Reply:
        self.sent = body
        return self.outside.call("POST", self.path(noun), self.headers(noun, body), body)

    def inquire(self, plain: object = None, **head: Any) -> Reply:
        return self.send_sealed("inquiries", inquiry() if plain is None else plain, **head)

    def ask(self, number: str = NUMBER) -> Reply:
        return self.send_sealed("outcomes", {"request_no": number})

    def verified(self, reply: Reply) -> bool:
        """Does the answer to the last request carry the signature of the bank's key?"""
        text = joined("BANK1-ANSWER", str(reply.status), digest(self.sent), digest(reply.body))
        signature = reply.headers["X-Bank-Signature"] or ""
        return reply.headers["X-Bank-Key"] == kid(self.bank_key) and signed_by(
            self.bank_key, signature, text
        )

    @staticmethod
    def code(reply: Reply) -> str:
        return str(reply.json()["respHead"]["resp_cd"])

    def content(self, reply: Reply) -> Any:
        """What the sealed body of an answer says."""
        document = reply.json()
        head = document["respHead"]
        names = ("institution", "rqst_id", "key_id", "timestamp", "nonce", "resp_cd")
        additional = joined("BANK1-ANSWER", *(head[name] for name in names))
        return open_sealed(self.keys[1], document["body"], additional)

    def report(self, reply: Reply) -> Any:
        return json.loads(decoded(self.content(reply)["report"]))
