"""Personal data at rest: sealed fields (AES-256-GCM under a key ring) and keyed hashes.

A sealed value is `id ":" nonce(12) ciphertext+tag(16)`: the id names the key in FIELD_KEYS. The
context (table and column) is authenticated with it, so that a value copied into another column
does not open.
"""

import hashlib
import hmac
import os
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

from portal.keys import derive


class Unreadable(Exception):
    """A sealed value that no key of the ring opens in this context."""


def seal(plain: bytes, context: str) -> bytes:
    """Encrypt under the first key of the ring; only the same context opens it again."""
    ident, key = settings.FIELD_KEYS[0]
    nonce = os.urandom(12)
    return ident.encode() + b":" + nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def unseal(sealed: bytes, context: str) -> bytes:
    """The plain bytes; raises Unreadable when the key is gone or the value was tampered with."""
    ident, _, rest = bytes(sealed).partition(b":")
    key = dict(settings.FIELD_KEYS).get(ident.decode("ascii", "replace"))
    if key is None or len(rest) < 28:
        raise Unreadable(context)
    try:
        return AESGCM(key).decrypt(rest[:12], rest[12:], context.encode())
    except InvalidTag:
        raise Unreadable(context) from None


def key_id(sealed: bytes) -> str:
    """The id of the key that sealed a value; rotation looks for old ones."""
    return bytes(sealed).partition(b":")[0].decode("ascii", "replace")


def keyed_hash(value: str, purpose: str) -> str:
    """64 hex digits by which a personal value is looked up without being stored in the clear."""
    return hmac.new(derive(f"lookup/{purpose}"), value.encode(), hashlib.sha256).hexdigest()


class SealedBytesField(models.BinaryField):
    """Bytes that are sealed in the database and plain in Python."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    @property
    def context(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"

    @property
    def get_placeholder(self) -> Any:
        # A BinaryField has one for the sake of MySQL, and only for having it Django writes out
        # each of many rows instead of sending arrays: twice the time.
        raise AttributeError("get_placeholder")

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is not None:
            value = seal(self.plain(value), self.context)
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        return None if value is None else self.value(unseal(value, self.context))

    def plain(self, value: Any) -> bytes:
        return bytes(value)

    def value(self, plain: bytes) -> Any:
        return plain

    def get_lookup(self, lookup_name: str) -> Any:
        # Two seals of one value differ: only a keyed hash can be compared.
        return super().get_lookup(lookup_name) if lookup_name == "isnull" else None


class SealedTextField(SealedBytesField):
    """Text that is sealed in the database and plain in Python; "" stays ""."""

    # What the type checker sees instead of bytes.
    _pyi_private_set_type: str
    _pyi_private_get_type: str  # type: ignore[assignment]

    def _check_str_default_value(self) -> list[Any]:
        return []  # text is what its default must be, though a BinaryField wants bytes

    def plain(self, value: Any) -> bytes:
        return str(value).encode()

    def value(self, plain: bytes) -> Any:
        return plain.decode()

    def to_python(self, value: Any) -> Any:
        return value
