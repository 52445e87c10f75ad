"""The leaf hash of a record (RFC 6962, 2.1: a leaf is hashed with the prefix 0x00)."""

import datetime as dt
import hashlib
import hmac
import json
from typing import Any

PREFIX = b"\x00"


def canonical(value: Any) -> bytes:
    """JSON with sorted keys and no spaces: one text for one value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def leaf_hash(
    *, kind: str, subject: str, at: dt.datetime, body: dict[str, Any], salt: bytes
) -> bytes:
    """32 bytes. Subject and body enter through a salted commitment, kind and time openly."""
    moment = at.astimezone(dt.UTC).isoformat(timespec="microseconds")
    commitment = hmac.new(salt, canonical({"subject": subject, "body": body}), hashlib.sha256)
    leaf = canonical({"kind": kind, "at": moment, "commitment": commitment.hexdigest()})
    return hashlib.sha256(PREFIX + leaf).digest()
