"""The other side of each protocol, written from the published documents and from nothing else."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote

EMPTY = hashlib.sha256(b"").hexdigest()


def acs3(
    *,
    action: str,
    query: Mapping[str, str],
    key_id: str,
    secret: str,
    at: datetime,
    nonce: str,
    host: str,
    version: str = "2017-05-25",
    path: str = "/",
) -> tuple[str, dict[str, str]]:
    """Aliyun's V3 signature of an RPC call without body: (query string, headers)."""
    pairs = sorted((quote(k, safe="~"), quote(v, safe="~")) for k, v in query.items())
    text = "&".join(f"{name}={value}" for name, value in pairs)
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": EMPTY,
        "x-acs-date": at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": nonce,
        "x-acs-version": version,
    }
    names = ";".join(headers)
    canonical = f"POST\n{path}\n{text}\n"
    canonical += "".join(f"{name}:{value}\n" for name, value in headers.items())
    canonical += f"\n{names}\n{EMPTY}"
    hashed = hashlib.sha256(canonical.encode()).hexdigest()
    signature = hmac.new(
        secret.encode(), f"ACS3-HMAC-SHA256\n{hashed}".encode(), hashlib.sha256
    ).hexdigest()
    headers["Authorization"] = (
        f"ACS3-HMAC-SHA256 Credential={key_id},SignedHeaders={names},Signature={signature}"
    )
    return text, headers


def tc3(
    *,
    service: str,
    action: str,
    version: str,
    body: bytes,
    secret_id: str,
    key: str,
    stamp: int,
    host: str,
) -> dict[str, str]:
    """Tencent's V3 signature over content-type, host and action."""
    kind = "application/json; charset=utf-8"
    date = datetime.fromtimestamp(stamp, UTC).strftime("%Y-%m-%d")
    signed = "content-type;host;x-tc-action"
    canonical = (
        f"POST\n/\n\ncontent-type:{kind}\nhost:{host}\nx-tc-action:{action.lower()}\n\n{signed}\n"
        + hashlib.sha256(body).hexdigest()
    )
    scope = f"{date}/{service}/tc3_request"
    text = f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    secret = f"TC3{key}".encode()
    for part in (date, service, "tc3_request"):
        secret = hmac.new(secret, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(secret, text.encode(), hashlib.sha256).hexdigest()
    return {
        "Authorization": f"TC3-HMAC-SHA256 Credential={secret_id}/{scope},"
        f" SignedHeaders={signed}, Signature={signature}",
        "Content-Type": kind,
        "Host": host,
        "X-TC-Action": action,
        "X-TC-Timestamp": str(stamp),
        "X-TC-Version": version,
    }


def hkdf_sha256(key: bytes, salt: bytes, info: bytes, after: bytes = b"") -> bytes:
    """RFC 5869: extract, then the first 32 bytes; or the 32 bytes that come after these."""
    extracted = hmac.new(salt, key, hashlib.sha256).digest()
    count = b"\x02" if after else b"\x01"
    return hmac.new(extracted, after + info + count, hashlib.sha256).digest()


def as_bytes(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
