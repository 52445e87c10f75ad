"""Codes by a call through Aliyun Dyvmsapi 2017-05-25: SingleCallByTts.

Source: Aliyun, SingleCallByTts, QueryCallDetailByCallId, "Receipt error codes" of voice calls.
The vendor finds a call by its own number alone: one whose answer was lost cannot be asked for.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from accounts.gateways import aliyun
from accounts.gateways.acs3 import act
from accounts.gateways.sending import (
    NOT_DONE,
    NUMBER,
    TEXT,
    Code,
    Errand,
    Fate,
    Found,
    Sent,
    trouble_of,
)
from accounts.states import Trouble
from portal.gateway import Unavailable

SECONDS = 5.0
PRODUCT = "11010000138001"  # voice codes
TIMES = "2"  # a code is read twice, since nobody has a pen at once

CODES: Mapping[str, Code] = {
    **aliyun.CODES,
    "isv.VOICE_FILE_ILLEGAL": TEXT,
    "isv.TTS_TEMPLATE_ILLEGAL": TEXT,
    "isv.CALLED_NUMBER_ILLEGAL": NUMBER,
    "isv.CALLED_SHOW_NUMBER_ILLEGAL": NOT_DONE,
    "isv.CALL_SHOW_NUMBER_ILLEGAL": NOT_DONE,
}
REACHED = {"200000", "200001"}
"""Heard to the end, or hung up earlier: the phone rang and was answered."""
RECEIPTS: Mapping[str, Trouble] = {
    "200002": Trouble.ENGAGED,
    "200003": Trouble.UNANSWERED,
    "200004": Trouble.NUMBER,
    "200005": Trouble.NO_SIGNAL,
    "200007": Trouble.NO_SIGNAL,
    "200010": Trouble.OFF,
    "200011": Trouble.NUMBER,
    "200105": Trouble.BLOCKED,
    "200117": Trouble.VENDOR,
    "200118": Trouble.VENDOR,
    "200121": Trouble.VENDOR,
}


def send(errand: Errand) -> str:
    """As `Gateway.send`: returns the CallId."""
    parameters = {
        "CalledNumber": errand.phone,
        "TtsCode": settings.ALIYUN_TEMPLATES.get(errand.text, errand.text),
        "TtsParam": json.dumps(dict(errand.values), ensure_ascii=False),
        "PlayTimes": TIMES,
        "OutId": errand.number,
    }
    if settings.ALIYUN_SHOWN_NUMBER:  # without one the call comes from the vendor's shared numbers
        parameters["CalledShowNumber"] = settings.ALIYUN_SHOWN_NUMBER
    return str(_act("SingleCallByTts", parameters).get("CallId", ""))


def find(sent: Sent) -> Found | None:
    """As `Gateway.find`, by the vendor's number; Unavailable where that never came."""
    if not sent.vendor_id:
        raise Unavailable("a call without its number cannot be asked for", sent=False)
    parameters = {
        "CallId": sent.vendor_id,
        "ProdId": PRODUCT,
        "QueryDate": str(int(sent.at.timestamp() * 1000)),
    }
    try:
        detail = json.loads(_act("QueryCallDetailByCallId", parameters).get("Data") or "{}")
        state = str(detail.get("state") or "")
    except (ValueError, TypeError, AttributeError):
        raise Unavailable("unreadable answer", sent=True) from None
    return Found(*told(state)) if state else Found(Fate.WAITING)


def told(code: str) -> tuple[Fate, str, str]:
    """Fate, code and trouble by a status code of a call."""
    if code in REACHED:
        return Fate.REACHED, "", ""
    return Fate.FAILED, code, trouble_of(code, RECEIPTS)


def _act(action: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    return act(settings.ALIYUN_VOICE_BASE_URL, action, parameters, codes=CODES, seconds=SECONDS)
