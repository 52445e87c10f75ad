"""Text messages through Aliyun Dysmsapi 2017-05-25, signed with ACS3-HMAC-SHA256.

Source: Aliyun, "V3 version request body & signature mechanism", SendSms, QuerySendDetails.
The vendor has no idempotency key: a send without an answer is asked for by our number (OutId).
"""

import datetime as dt
import hashlib
import hmac
import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import count
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from django.conf import settings

from portal.beijing import day_of
from portal.deadline import call
from portal.gateway import Rejected, Unavailable

VERSION = "2017-05-25"
SECONDS = 10.0
MAX_BYTES = 1_000_000
PAGE_SIZE = 50

# Vendor code -> what it means for us. A code that is not here is final: the request was read and
# refused. Codes and meanings: Aliyun, "API error codes" of Dysmsapi.
NOT_EXECUTED = {"Throttling", "Throttling.User", "Throttling.Api", "ServiceUnavailable"}
UNKNOWN = {"isp.SYSTEM_ERROR", "isp.UNKNOWN_ERROR", "InternalError", "SystemError"}


class Fate(StrEnum):
    """What became of a message, as the vendor tells it."""

    WAITING = "waiting"
    FAILED = "failed"
    REACHED = "reached"


FATES = {"1": Fate.WAITING, "2": Fate.FAILED, "3": Fate.REACHED}


@dataclass(frozen=True, slots=True)
class Found:
    fate: Fate
    error_code: str


def send(*, phone: str, template: str, values: dict[str, str], number: str) -> str:
    """Hand one message over; returns the vendor's BizId.

    `values` are strings: a number would lose the leading zeros of a code. Raises Unavailable
    (`sent=False` only when the vendor provably did nothing) or Rejected(vendor's code).
    """
    answer = _act(
        "SendSms",
        PhoneNumbers=phone,
        SignName=settings.ALIYUN_SIGN_NAME,
        TemplateCode=template,
        TemplateParam=json.dumps(values, ensure_ascii=False),
        OutId=number,
    )
    return str(answer.get("BizId", ""))


def find(*, phone: str, sent_at: dt.datetime, number: str) -> Found | None:
    """What became of the message with our number; None when the vendor has never seen it.

    The vendor files it under the day on which it came there, which may be the next one. It also
    returns the text: that holds the code, so nothing but the fate is kept.
    """
    arrived_by = sent_at + dt.timedelta(seconds=SECONDS)
    for day in sorted({day_of(moment) for moment in (sent_at, arrived_by)}):
        for row in _sent_on(day, phone):
            if row.get("OutId") == number:
                fate = FATES.get(str(row.get("SendStatus")), Fate.WAITING)
                return Found(fate, str(row.get("ErrCode", "")))
    return None


def _sent_on(day: dt.date, phone: str) -> Iterator[dict[str, Any]]:
    """Every message to a phone on one day in Beijing, page after page."""
    for page in count(1):
        answer = _act(
            "QuerySendDetails",
            PhoneNumber=phone,
            SendDate=f"{day:%Y%m%d}",
            PageSize=str(PAGE_SIZE),
            CurrentPage=str(page),
        )
        rows = _rows(answer)
        yield from rows
        if len(rows) < PAGE_SIZE:
            return


def _rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    listed = answer.get("SmsSendDetailDTOs")
    rows = listed.get("SmsSendDetailDTO") if isinstance(listed, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unavailable("unreadable answer", sent=True)
    return rows


def _act(action: str, **parameters: str) -> dict[str, Any]:
    body = urlencode(parameters, quote_via=quote).encode()
    url = settings.ALIYUN_BASE_URL + "/"
    answer = call(
        "POST",
        url,
        headers=_signed(action, url, body),
        body=body,
        seconds=SECONDS,
        max_bytes=MAX_BYTES,
    )
    try:
        content = json.loads(answer.body)
        code = str(content["Code"])
    except (ValueError, KeyError, TypeError):
        raise Unavailable("unreadable answer", sent=True) from None
    if code == "OK" and answer.status == 200:
        return content
    if code in NOT_EXECUTED:
        raise Unavailable(code, sent=False, vendor_code=code)
    if code in UNKNOWN or answer.status >= 500:
        raise Unavailable(code, sent=True, vendor_code=code)
    raise Rejected(code)


def _signed(action: str, url: str, body: bytes) -> dict[str, str]:
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
            "",  # no query: everything is in the body, so no number is in an access log
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
