"""Calls of Aliyun's services, signed with ACS3-HMAC-SHA256.

Source: Aliyun, "V3 version request body & signature mechanism". Everything is in the body, so that
no number stands in an access log.
"""

import datetime as dt
import hashlib
import hmac
import json
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings

from accounts.gateways.sending import Code, fail
from portal.deadline import call
from portal.gateway import Unavailable

VERSION = "2017-05-25"
"""Of both services that we use, text messages (Dysmsapi) and calls (Dyvmsapi)."""
MAX_BYTES = 1_000_000


def act(
    base: str,
    action: str,
    parameters: Mapping[str, str],
    *,
    codes: Mapping[str, Code],
    seconds: float,
) -> dict[str, Any]:
    """The answer to one action. Raises Unavailable or Declined by the table `codes`."""
    body = urlencode(parameters, quote_via=quote).encode()
    url = base + "/"
    answer = call(
        "POST",
        url,
        headers=signed(action, url, body),
        body=body,
        seconds=seconds,
        max_bytes=MAX_BYTES,
    )
    try:
        content: dict[str, Any] = json.loads(answer.body)
        code, message = str(content["Code"]), str(content.get("Message", ""))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Unavailable("unreadable answer", sent=True) from None
    if code == "OK" and answer.status == 200:
        return content
    raise fail(code, codes.get(code), status=answer.status, wait=_wait(message))


# The sentence that goes with a limit says which of them it was.
WAITS = {
    "分钟级": dt.timedelta(minutes=1),
    "小时级": dt.timedelta(hours=1),
    "天级": dt.timedelta(days=1),
}


def _wait(message: str) -> dt.timedelta | None:
    return next((wait for word, wait in WAITS.items() if word in message), None)


def signed(action: str, url: str, body: bytes) -> dict[str, str]:
    """The headers of a request, with its Authorization."""
    parts = urlsplit(url)
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "host": parts.netloc,
        "x-acs-action": action,
        "x-acs-content-sha256": hashlib.sha256(body).hexdigest(),
        "x-acs-date": f"{dt.datetime.now(dt.UTC):%Y-%m-%dT%H:%M:%SZ}",
        "x-acs-signature-nonce": uuid.uuid4().hex,
        "x-acs-version": VERSION,
    }
    names = ";".join(sorted(headers))
    canonical = "\n".join(
        (
            "POST",
            parts.path,
            "",
            "".join(f"{name}:{headers[name]}\n" for name in sorted(headers)),
            names,
            headers["x-acs-content-sha256"],
        )
    )
    text = "ACS3-HMAC-SHA256\n" + hashlib.sha256(canonical.encode()).hexdigest()
    signature = hmac.new(
        settings.ALIYUN_ACCESS_KEY_SECRET.encode(), text.encode(), hashlib.sha256
    ).hexdigest()
    credential = f"Credential={settings.ALIYUN_ACCESS_KEY_ID}"
    headers["Authorization"] = (
        f"ACS3-HMAC-SHA256 {credential},SignedHeaders={names},Signature={signature}"
    )
    return headers
