"""Text messages through Aliyun Dysmsapi 2017-05-25: named parameters, no idempotency key.

Source: Aliyun, SendSms, QuerySendDetails, "API error codes", "Receipt error codes". A send without
an answer is asked for by our number (OutId).
"""

import datetime as dt
import json
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from django.conf import settings

from accounts.gateways.acs3 import act
from accounts.gateways.sending import (
    BLOCKED,
    DAY,
    NOT_DONE,
    NUMBER,
    TEXT,
    UNKNOWN,
    Code,
    Errand,
    Fate,
    Found,
    Sent,
    cap,
    trouble_of,
)
from accounts.states import Trouble
from portal.beijing import day_of
from portal.gateway import Unavailable

SECONDS = 5.0
PAGE_SIZE = 50

CODES: Mapping[str, Code] = {
    # Our account, key or signature, or their service: every message meets it, so does the breaker.
    "Throttling": NOT_DONE,
    "Throttling.User": NOT_DONE,
    "Throttling.Api": NOT_DONE,
    "ServiceUnavailable": NOT_DONE,
    "SignatureDoesNotMatch": NOT_DONE,
    "SignatureNonceUsed": NOT_DONE,
    "MissingAuthorization": NOT_DONE,
    "InvalidAccessKeyId.NotFound": NOT_DONE,
    "InvalidAccessKeyId.Inactive": NOT_DONE,
    "InvalidTimeStamp.Expired": NOT_DONE,
    "isp.RAM_PERMISSION_DENY": NOT_DONE,
    "isv.OUT_OF_SERVICE": NOT_DONE,
    "isv.AMOUNT_NOT_ENOUGH": NOT_DONE,
    "isv.ACCOUNT_NOT_EXISTS": NOT_DONE,
    "isv.ACCOUNT_ABNORMAL": NOT_DONE,
    "isv.PRODUCT_UN_SUBSCRIPT": NOT_DONE,
    "isv.DAY_LIMIT_CONTROL": NOT_DONE,
    "isv.MONTH_LIMIT_CONTROL": NOT_DONE,
    "isv.SMS_SIGNATURE_ILLEGAL": NOT_DONE,
    "isv.SMS_SIGN_ILLEGAL": NOT_DONE,
    # Their side broke while it worked.
    "isp.SYSTEM_ERROR": UNKNOWN,
    "isp.UNKNOWN_ERROR": UNKNOWN,
    "isp.GATEWAY_ERROR": UNKNOWN,
    "InternalError": UNKNOWN,
    "SystemError": UNKNOWN,
    # This message.
    "isv.BUSINESS_LIMIT_CONTROL": cap(DAY),  # the sentence says which limit: minute, hour, day
    "isv.MOBILE_NUMBER_ILLEGAL": NUMBER,
    "isv.BLACK_KEY_CONTROL_LIMIT": BLOCKED,
    "isv.SMS_TEMPLATE_ILLEGAL": TEXT,
    "isv.TEMPLATE_MISSING_PARAMETERS": TEXT,
    "isv.TEMPLATE_PARAMS_ILLEGAL": TEXT,
    "isv.INVALID_PARAMETERS": TEXT,
    "isv.INVALID_JSON_PARAM": TEXT,
    "isv.PARAM_LENGTH_LIMIT": TEXT,
    "isv.PARAM_NOT_SUPPORT_URL": TEXT,
}
# Of receipts and of QuerySendDetails. "INVALID_NUMBER" stands for every state of a handset.
RECEIPTS: Mapping[str, Trouble] = {
    "IS_CLOSED": Trouble.OFF,
    "MOBILE_TERMINAL_ERROR": Trouble.OFF,
    "INVALID_NUMBER": Trouble.NO_SIGNAL,
    "MOBILE_NOT_ON_SERVICE": Trouble.NUMBER,
    "MOBILE_ACCOUNT_ABNORMAL": Trouble.NUMBER,
    "MOBILE_SEND_LIMIT": Trouble.CAP,
    "MOBILE_IN_BLACK": Trouble.BLOCKED,
    "USER_REJECT": Trouble.BLOCKED,
    "CONTENT_KEYWORD": Trouble.TEXT,
    "CONTENT_ERROR": Trouble.TEXT,
    "NO_ROUTE": Trouble.VENDOR,
    "SP_UNKNOWN_ERROR": Trouble.VENDOR,
}
FATES = {"1": Fate.WAITING, "2": Fate.FAILED, "3": Fate.REACHED}


def send(errand: Errand) -> str:
    """As `Gateway.send`: returns the BizId."""
    parameters = {
        "PhoneNumbers": errand.phone,
        "SignName": settings.ALIYUN_SIGN_NAME,
        "TemplateCode": settings.ALIYUN_TEMPLATES.get(errand.text, errand.text),
        "TemplateParam": json.dumps(dict(errand.values), ensure_ascii=False),
        "OutId": errand.number,
    }
    return str(_act("SendSms", parameters).get("BizId", ""))


def find(sent: Sent) -> Found | None:
    """As `Gateway.find`, by our number.

    The vendor files it under the day on which it came there, which may be the next one. It also
    returns the text: that holds the code, so nothing but the fate is kept.
    """
    arrived_by = sent.at + dt.timedelta(seconds=SECONDS)
    for day in sorted({day_of(moment) for moment in (sent.at, arrived_by)}):
        for row in _sent_on(day, sent.phone):
            if row.get("OutId") == sent.number:
                return _found(row)
    return None


def _found(row: Mapping[str, Any]) -> Found:
    fate, code = FATES.get(str(row.get("SendStatus")), Fate.WAITING), str(row.get("ErrCode", ""))
    if fate != Fate.FAILED:
        return Found(fate)
    return Found(fate, code, trouble_of(code, RECEIPTS))


def _sent_on(day: dt.date, phone: str) -> Iterator[dict[str, Any]]:
    """Every message to a phone on one day in Beijing, page after page."""
    for page in count(1):
        parameters = {
            "PhoneNumber": phone,
            "SendDate": f"{day:%Y%m%d}",
            "PageSize": str(PAGE_SIZE),
            "CurrentPage": str(page),
        }
        rows = _rows(_act("QuerySendDetails", parameters))
        yield from rows
        if len(rows) < PAGE_SIZE:
            return


def _rows(answer: dict[str, Any]) -> list[dict[str, Any]]:
    listed = answer.get("SmsSendDetailDTOs")
    rows = listed.get("SmsSendDetailDTO") if isinstance(listed, dict) else None
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Unavailable("unreadable answer", sent=True)
    return rows


def _act(action: str, parameters: Mapping[str, str]) -> dict[str, Any]:
    return act(settings.ALIYUN_BASE_URL, action, parameters, codes=CODES, seconds=SECONDS)
