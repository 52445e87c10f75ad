"""The three-element check (name, ID number, phone) through Tencent faceid 2018-03-01, TC3.

Source: Tencent Cloud, "Signature v3" and "PhoneVerification". Asking again is harmless but is
charged when it is answered, so there is no second call in here.
"""

import datetime as dt
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from accounts.states import CheckState
from portal.deadline import call
from portal.gateway import Unavailable

SERVICE, VERSION, ACTION = "faceid", "2018-03-01", "PhoneVerification"
SECONDS = 10.0
MAX_BYTES = 100_000

# Result -> what it means. -4 stands for every way to differ: which element differs is never shown.
RESULTS = {
    "0": CheckState.MATCHED,
    "-4": CheckState.MISMATCHED,
    "-6": CheckState.MISMATCHED,  # phone, ID number or name are not of the right form
    "-7": CheckState.MISMATCHED,
    "-8": CheckState.MISMATCHED,
    "-9": CheckState.NO_RECORD,
    "-12": CheckState.LIMITED,
    "-13": CheckState.UNSUPPORTED,
}
BUSY = "-11"


@dataclass(frozen=True, slots=True)
class Verdict:
    state: CheckState
    vendor_code: str
    request_id: str


def verify(*, name: str, id_number: str, phone: str) -> Verdict:
    """Ask the operators; raises Unavailable when they did not answer the question."""
    body = json.dumps({"IdCard": id_number, "Name": name, "Phone": phone, "VerifyMode": "0"})
    url = settings.TENCENT_BASE_URL + "/"
    headers = _signed(url, body.encode())
    answer = call(
        "POST", url, headers=headers, body=body.encode(), seconds=SECONDS, max_bytes=MAX_BYTES
    )
    try:
        content: dict[str, Any] = json.loads(answer.body)["Response"]
        error = content.get("Error", {}).get("Code", "")
        result = str(content.get("Result", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unavailable("unreadable answer", sent=True) from None
    if error or result == BUSY or result not in RESULTS:
        raise Unavailable(error or result, sent=True, vendor_code=error or result)
    return Verdict(RESULTS[result], result, str(content.get("RequestId", "")))


def _signed(url: str, body: bytes) -> dict[str, str]:
    parts = urlsplit(url)
    moment = dt.datetime.now(dt.UTC)
    stamp, date = str(int(moment.timestamp())), f"{moment:%Y-%m-%d}"
    headers = {"content-type": "application/json; charset=utf-8", "host": parts.netloc}
    names = ";".join(headers)
    canonical = "\n".join(
        (
            "POST",
            parts.path,
            "",
            "".join(f"{name}:{value}\n" for name, value in headers.items()),
            names,
            hashlib.sha256(body).hexdigest(),
        )
    )
    scope = f"{date}/{SERVICE}/tc3_request"
    text = f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"TC3{settings.TENCENT_SECRET_KEY}".encode()
    for part in (date, SERVICE, "tc3_request"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return {
        **headers,
        "X-TC-Action": ACTION,
        "X-TC-Version": VERSION,
        "X-TC-Timestamp": stamp,
        "Authorization": f"TC3-HMAC-SHA256 Credential={settings.TENCENT_SECRET_ID}/{scope}, "
        f"SignedHeaders={names}, Signature={signature}",
    }
