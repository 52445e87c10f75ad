"""A passkey in software, with the browser around it: written from WebAuthn Level 3, so that tests
can lie in every place where a phone would tell the truth."""

import base64
import hashlib
import json
import os
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from webauthn.helpers import encode_cbor

ORIGIN, RP_ID = "http://localhost:8000", "localhost"
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Passkey:
    id: bytes
    handle: bytes
    key: ec.EllipticCurvePrivateKey
    count: int = 0


@dataclass
class Phone:
    """`counts`: whether it counts its signatures, as security keys do and phones do not."""

    origin: str = ORIGIN
    rp_id: str = RP_ID
    flags: int = PRESENT | VERIFIED
    counts: bool = True
    cross_origin: bool = False
    passkeys: list[Passkey] = field(default_factory=list)

    def make(self, options, *, attestation="none", statement=None):
        """navigator.credentials.create."""
        passkey = Passkey(
            os.urandom(32), decoded(options["user"]["id"]), ec.generate_private_key(ec.SECP256R1())
        )
        self.passkeys.append(passkey)
        credential = (
            bytes(16) + len(passkey.id).to_bytes(2) + passkey.id + self._public(passkey.key)
        )
        data = self._data(passkey, self.flags | ATTESTED) + credential
        made = {"fmt": attestation, "attStmt": statement or {}, "authData": data}
        return self._answer(
            passkey,
            clientDataJSON=self._client("webauthn.create", options),
            attestationObject=encode_cbor(made),
        )

    def sign(self, options, *, passkey=None, handle=None):
        """navigator.credentials.get."""
        passkey = passkey or self.passkeys[-1]
        passkey.count += self.counts
        client = self._client("webauthn.get", options)
        data = self._data(passkey, self.flags)
        signed = data + hashlib.sha256(client).digest()
        return self._answer(
            passkey,
            clientDataJSON=client,
            authenticatorData=data,
            signature=passkey.key.sign(signed, ec.ECDSA(hashes.SHA256())),
            userHandle=passkey.handle if handle is None else handle,
        )

    def _client(self, kind, options):
        client = {"type": kind, "challenge": options["challenge"], "origin": self.origin}
        return json.dumps({**client, "crossOrigin": self.cross_origin}).encode()

    def _data(self, passkey, flags):
        count = passkey.count if self.counts else 0
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + count.to_bytes(4)

    @staticmethod
    def _public(key):
        numbers = key.public_key().public_numbers()
        x, y = (number.to_bytes(32) for number in (numbers.x, numbers.y))
        return encode_cbor({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    @staticmethod
    def _answer(passkey, **response):
        parts = {name: encoded(value) for name, value in response.items() if value}
        name = encoded(passkey.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": parts})
