"""ACS3-HMAC-SHA256: checking the signature of a request to Aliyun.

Source: Aliyun, "V3 version request body & signature mechanism".
"""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote

from simulators.exchange import Request
from simulators.nonces import Nonces

CLOCK_SKEW = 900  # seconds
ALGORITHM = "ACS3-HMAC-SHA256"
MUST_SIGN = {
    "host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce",
    "x-acs-content-sha256",
}  # fmt: skip
AUTHORIZATION = re.compile(
    ALGORITHM + r" Credential=([^,\s]+), ?SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})"
)


@dataclass
class Unsigned(Exception):
    status: int
    code: str
    message: str


def check(request: Request, *, key_id: str, secret: str, now: float, nonces: Nonces) -> None:
    """Return when the request is signed with our key, in date and new; raise `Unsigned`."""
    found = AUTHORIZATION.fullmatch(request.header("Authorization"))
    if not found:
        raise Unsigned(400, "MissingAuthorization", "Authorization header is missing or malformed.")
    credential, signed_names, signature = found.groups()
    if credential != key_id:
        raise Unsigned(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
    missing = MUST_SIGN - set(signed_names.split(";"))
    if missing:
        raise Unsigned(400, "SignatureDoesNotMatch", f"Not signed: {', '.join(sorted(missing))}.")
    if request.header("x-acs-content-sha256") != hashlib.sha256(request.body).hexdigest():
        raise Unsigned(400, "SignatureDoesNotMatch", "x-acs-content-sha256 is not the body's hash.")
    texts = canonical_requests(request, signed_names)
    if not any(hmac.compare_digest(signature, _sign(secret, text)) for text in texts):
        raise Unsigned(400, "SignatureDoesNotMatch", "Specified signature does not match.")
    _check_date(request.header("x-acs-date"), now)
    if not nonces.first(request.header("x-acs-signature-nonce"), now):
        raise Unsigned(400, "SignatureNonceUsed", "Specified signature nonce was used already.")


def canonical_requests(request: Request, signed_names: str) -> Iterable[str]:
    """The text to sign, once for the path as sent and once for the vendor's own, which is "/"."""
    headers = "".join(
        f"{name}:{request.header(name).strip()}\n" for name in signed_names.split(";")
    )
    pairs = sorted(parse_qsl(request.raw_query, keep_blank_values=True))
    query = "&".join(f"{_quote(name)}={_quote(value)}" for name, value in pairs)
    body_hash = request.header("x-acs-content-sha256")
    for path in dict.fromkeys((request.path, "/")):
        yield "\n".join((request.method, path, query, headers, signed_names, body_hash))


def _sign(secret: str, canonical: str) -> str:
    text = f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def _check_date(text: str, now: float) -> None:
    try:
        at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        raise Unsigned(400, "InvalidTimeStamp.Format", "x-acs-date is malformed.") from None
    if abs(at - now) > CLOCK_SKEW:
        raise Unsigned(400, "InvalidTimeStamp.Expired", "x-acs-date is too far from our clock.")


def _quote(text: str) -> str:
    return quote(text, safe="-_.~")
