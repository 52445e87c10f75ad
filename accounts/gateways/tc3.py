"""Calls of Tencent Cloud's services, signed with TC3-HMAC-SHA256.

Source: Tencent Cloud, "Signature v3". The vendor's clock and ours may differ by five minutes.
"""

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from accounts.gateways.sending import Declined
from accounts.states import Trouble
from portal.deadline import call
from portal.gateway import Unavailable

MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class Product:
    """One service of the vendor: its name in the signature, its version, and where it stands."""

    name: str
    version: str
    base: str
    region: str = ""


def act(
    product: Product, action: str, content: Mapping[str, Any], *, seconds: float
) -> dict[str, Any]:
    """The member `Response` of the answer, whatever it says; raises Unavailable."""
    body = json.dumps(dict(content), ensure_ascii=False).encode()
    url = product.base + "/"
    headers = signed(product, action, url, body)
    answer = call("POST", url, headers=headers, body=body, seconds=seconds, max_bytes=MAX_BYTES)
    try:
        told = json.loads(answer.body)["Response"]
    except (ValueError, KeyError, TypeError):
        told = None
    if not isinstance(told, dict):
        raise Unavailable("unreadable answer", sent=True)
    return told


def error(told: Mapping[str, Any]) -> str:
    """The code of the answer's error; "" when it has none."""
    found = told.get("Error")
    return str(found.get("Code", "")) if isinstance(found, dict) else ""


def signed(product: Product, action: str, url: str, body: bytes) -> dict[str, str]:
    """The headers of a request, with its Authorization."""
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
    scope = f"{date}/{product.name}/tc3_request"
    text = f"TC3-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = f"TC3{settings.TENCENT_SECRET_KEY}".encode()
    for part in (date, product.name, "tc3_request"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    region = {"X-TC-Region": product.region} if product.region else {}
    return {
        **headers,
        **region,
        "X-TC-Action": action,
        "X-TC-Version": product.version,
        "X-TC-Timestamp": stamp,
        "Authorization": f"TC3-HMAC-SHA256 Credential={settings.TENCENT_SECRET_ID}/{scope}, "
        f"SignedHeaders={names}, Signature={signature}",
    }


def positions(text: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """The vendor's template and its parameters by place.

    They stand in the order in which our own message names them, unless TENCENT_TEMPLATES gives
    another with the template: `SMS_NOTICE_REVIEW=1234567:day+no`. Raises Declined where the two
    name different ones.
    """
    template, _, order = settings.TENCENT_TEMPLATES.get(text, text).partition(":")
    names = order.split("+") if order else list(values)
    if sorted(names) != sorted(values):
        raise Declined("parameters-differ", trouble=Trouble.TEXT)
    return template, [values[name] for name in names]
