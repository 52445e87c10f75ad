"""TC3-HMAC-SHA256: checking the signature of a request to Tencent Cloud.

Source: Tencent Cloud API, "Signature v3". TC3 has no nonce: the same bytes are good for five
minutes, so a replay does the same once more.
"""

import hashlib
import hmac
import json
import re
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from simulators.exchange import Answer, Request, as_json

CLOCK_SKEW = 300  # seconds
ALGORITHM = "TC3-HMAC-SHA256"
AUTHORIZATION = re.compile(
    ALGORITHM + r" Credential=([^/\s]+)/(\d{4}-\d\d-\d\d)/([a-z]+)/tc3_request, ?"
    r"SignedHeaders=([a-z0-9;-]+), ?Signature=([0-9a-f]{64})"
)


@dataclass
class Refused(Exception):
    code: str
    message: str


def check(request: Request, *, service: str, secret_id: str, key: str, now: float) -> None:
    """Return when the request is signed with our key for this service, in date; raise Refused."""
    found = AUTHORIZATION.fullmatch(request.header("Authorization"))
    if not found or found[3] != service:
        raise Refused("AuthFailure.InvalidAuthorization", "Authorization is malformed.")
    claimed, date, _service, names, signature = found.groups()
    if claimed != secret_id:
        raise Refused("AuthFailure.SecretIdNotFound", "The SecretId is not found.")
    stamp = request.header("X-TC-Timestamp")
    if not stamp.isdecimal() or abs(int(stamp) - now) > CLOCK_SKEW:
        raise Refused("AuthFailure.SignatureExpire", "The timestamp is out of its window.")
    in_date = date == f"{datetime.fromtimestamp(int(stamp), UTC):%Y-%m-%d}"
    if not in_date or not {"content-type", "host"} <= set(names.split(";")):
        raise Refused("AuthFailure.SignatureFailure", "Date or signed headers are wrong.")
    scope = f"{date}/{service}/tc3_request"
    if not any(
        hmac.compare_digest(signature, _sign(key, request, path, scope, stamp, names))
        for path in dict.fromkeys((request.path, "/"))
    ):
        raise Refused("AuthFailure.SignatureFailure", "The signature does not match.")


def _sign(key: str, request: Request, path: str, scope: str, stamp: str, names: str) -> str:
    headers = "".join(
        f"{name}:{request.header(name).strip().lower()}\n" for name in names.split(";")
    )
    body_hash = hashlib.sha256(request.body).hexdigest()
    canonical = "\n".join((request.method, path, request.raw_query, headers, names, body_hash))
    text = f"{ALGORITHM}\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    derived = ("TC3" + key).encode()
    for part in scope.split("/"):
        derived = hmac.digest(derived, part.encode(), "sha256")
    return hmac.new(derived, text.encode(), hashlib.sha256).hexdigest()


def read(request: Request) -> dict[str, Any]:
    """The body, an object; raises Refused."""
    try:
        asked = json.loads(request.body)
    except ValueError:
        raise Refused("InvalidParameter", "The body is not JSON.") from None
    if not isinstance(asked, dict):
        raise Refused("InvalidParameter", "The body is not an object.")
    return asked


def respond(content: dict[str, Any]) -> Answer:
    return as_json({"Response": content | {"RequestId": str(uuid.uuid4())}})


def refuse(code: str, message: str) -> Answer:
    return respond({"Error": {"Code": code, "Message": message}})


def turn_away(mode: str) -> Answer:
    """At the door: too many calls, or broken."""
    if mode == "busy":
        return refuse("RequestLimitExceeded", "Too many calls.")
    return refuse("InternalError", "Internal error.")
