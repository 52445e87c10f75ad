"""A bank that signs and seals whatever callback a test wants: right keys, any content.

Written from docs/interface/bank.yaml, section 10, apart from the client.
"""

import base64
import hashlib
import json
import os
import secrets
import time
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives import serialization as ser
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def spki(key: Any) -> bytes:
    return key.public_key().public_bytes(ser.Encoding.DER, ser.PublicFormat.SubjectPublicKeyInfo)


def kid(der: bytes) -> str:
    return hashlib.sha256(der).hexdigest()[:16]


@dataclass
class Bank:
    """`key` signs; what it seals is for the institution with this public key."""

    key: ec.EllipticCurvePrivateKey
    institution: str
    receiver: ec.EllipticCurvePublicKey

    def signed(self, body: bytes) -> dict[str, str]:
        text = b"BANK1-CALLBACK\n" + hashlib.sha256(body).hexdigest().encode()
        signature = self.key.sign(text, ec.ECDSA(SHA256()))
        return {"X-Bank-Key": kid(spki(self.key)), "X-Bank-Signature": b64(signature)}

    def callback(
        self, plain: Any, *, rqst_id: str, code: str = "000000", late: float = 0, **head: Any
    ) -> bytes:
        """The body of a callback that was made `late` seconds ago."""
        stamp = str(int((time.time() - late) * 1000))
        nonce = head.pop("nonce", secrets.token_hex(16))
        institution = head.pop("institution", self.institution)
        to = kid(
            self.receiver.public_bytes(ser.Encoding.DER, ser.PublicFormat.SubjectPublicKeyInfo)
        )
        own = ec.generate_private_key(ec.SECP256R1())
        info = "\n".join(("BANK1 callback", institution, to)).encode()
        kdf = HKDF(SHA256(), 32, bytes.fromhex(nonce), info)
        key = kdf.derive(own.exchange(ec.ECDH(), self.receiver))
        bound = "\n".join(("BANK1-CALLBACK", institution, rqst_id, to, stamp, nonce, code))
        iv = os.urandom(12)
        data = AESGCM(key).encrypt(iv, json.dumps(plain).encode(), bound.encode())
        told = {
            "version": "1.0",
            "rqst_id": rqst_id,
            "institution": institution,
            "key_id": "",
            "timestamp": stamp,
            "nonce": nonce,
            "resp_cd": code,
            "resp_msg": "",
        }
        sealed = {"to": to, "public_key": b64(spki(own)), "iv": b64(iv), "data": b64(data)}
        return json.dumps({"respHead": told | head, "body": sealed}).encode()
