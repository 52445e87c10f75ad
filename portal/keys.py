"""Keys for one purpose each, derived from SECRET_KEY (HKDF-SHA256, RFC 5869)."""

from functools import cache

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


def derive(purpose: str) -> bytes:
    """The 32-byte key of one purpose; a key of another purpose says nothing about it."""
    return _derive(settings.SECRET_KEY, purpose)


@cache
def _derive(secret: str, purpose: str) -> bytes:
    info = f"portal/{purpose}".encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(secret.encode())
