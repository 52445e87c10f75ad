"""The keys of docs/interface/bank.yaml: static ones for signing, dynamic ones for sealing."""

import base64
import hashlib
import os
import secrets
import threading
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

KEY_SECONDS = 600
ECDSA = ec.ECDSA(SHA256())


class BadKey(ValueError):
    """Not a public key of this interface."""


@dataclass(frozen=True)
class PublicKey:
    text: str  # Base64 of the DER SubjectPublicKeyInfo
    kid: str
    key: ec.EllipticCurvePublicKey

    @classmethod
    def read(cls, text: object) -> "PublicKey":
        try:
            der = base64.b64decode(text if isinstance(text, str) else "", validate=True)
            key = load_der_public_key(der)
        except ValueError as error:
            raise BadKey("not a public key in Base64 of DER") from error
        if not isinstance(key, ec.EllipticCurvePublicKey) or key.curve.name != "secp256r1":
            raise BadKey("not a key of the curve P-256")
        return cls(str(text), hashlib.sha256(der).hexdigest()[:16], key)


@dataclass(frozen=True)
class KeyPair:
    private: ec.EllipticCurvePrivateKey
    public: PublicKey

    @classmethod
    def of(cls, private: ec.EllipticCurvePrivateKey) -> "KeyPair":
        der = private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return cls(private, PublicKey.read(base64.b64encode(der).decode()))

    @classmethod
    def new(cls) -> "KeyPair":
        return cls.of(ec.generate_private_key(ec.SECP256R1()))

    def sign(self, text: bytes) -> str:
        return base64.b64encode(self.private.sign(text, ECDSA)).decode()

    def derive(self, other: PublicKey, *, salt: bytes, info: bytes, length: int) -> bytes:
        secret = self.private.exchange(ec.ECDH(), other.key)
        return HKDF(SHA256(), length=length, salt=salt, info=info).derive(secret)


@dataclass(frozen=True)
class Seal:
    """One key of AES-256-GCM; what it makes is the `iv` and `data` of a body."""

    key: bytes

    def close(self, plain: bytes, additional: bytes) -> dict[str, str]:
        iv = os.urandom(12)
        data = AESGCM(self.key).encrypt(iv, plain, additional)
        return {"iv": base64.b64encode(iv).decode(), "data": base64.b64encode(data).decode()}

    def open(self, body: object, additional: bytes) -> bytes | None:
        """The plain text; None when it was sealed with another key, or is not sealed at all."""
        if not isinstance(body, dict):
            return None
        try:
            iv, data = (base64.b64decode(body[name], validate=True) for name in ("iv", "data"))
            return AESGCM(self.key).decrypt(iv, data, additional)
        except (KeyError, TypeError, ValueError, InvalidTag):
            return None


class StaticKeys:
    """The bank's own pairs, of which one signs, and the institution's registered public keys."""

    def __init__(self, bank_private: str, institution_public: str) -> None:
        private = load_der_private_key(base64.b64decode(bank_private), None)
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        self._first = KeyPair.of(private), PublicKey.read(institution_public)
        self.reset()

    def reset(self) -> None:
        pair, public = self._first
        self.pairs, self.signer = [pair], pair
        self.institution = [public]

    def announce(self) -> None:
        """Make the bank's next pair; the present one goes on signing."""
        self.pairs = [self.signer, KeyPair.new()]

    def use_newest(self) -> None:
        self.signer = self.pairs[-1]

    def register(self, texts: list[object]) -> None:
        """The institution's keys from now on, the newest last; `BadKey` changes nothing."""
        keys = [PublicKey.read(text) for text in texts]
        if not keys:
            raise BadKey("an institution has at least one key")
        self.institution = keys

    def verified(self, kid: str, signature: str, text: bytes) -> bool:
        """Is this the institution's signature, by the registered key of that kid?"""
        found = next((key for key in self.institution if key.kid == kid), None)
        if found is None:
            return False
        try:
            found.key.verify(base64.b64decode(signature, validate=True), text, ECDSA)
        except (ValueError, InvalidSignature):
            return False
        return True


@dataclass(frozen=True)
class DynamicKeys:
    key_id: str
    region: str
    expires: float
    incoming: Seal
    outgoing: Seal


class KeyRing:
    """The dynamic keys that are open at one platform."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: dict[str, DynamicKeys] = {}

    def open(
        self, other: PublicKey, *, institution: str, region: str, nonces: str, now: float
    ) -> tuple[DynamicKeys, PublicKey]:
        """New keys with the holder of `other`, and our half; `nonces` is both, in hex."""
        own, key_id = KeyPair.new(), secrets.token_hex(16)
        info = f"BANK1 keys\n{institution}\n{key_id}".encode()
        derived = own.derive(other, salt=bytes.fromhex(nonces), info=info, length=64)
        keys = DynamicKeys(
            key_id, region, now + KEY_SECONDS, Seal(derived[:32]), Seal(derived[32:])
        )  # fmt: skip
        with self._lock:
            self._keys = {k: v for k, v in self._keys.items() if v.expires > now}
            self._keys[key_id] = keys
        return keys, own.public

    def find(self, key_id: str, *, region: str, now: float) -> DynamicKeys | None:
        keys = self._keys.get(key_id)
        return keys if keys and keys.region == region and keys.expires > now else None

    def forget(self) -> None:
        with self._lock:
            self._keys = {}
