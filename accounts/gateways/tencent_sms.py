"""Text messages through Tencent Cloud SMS 2021-01-11: positional parameters, no idempotency key.

Source: Tencent Cloud, SendSms, PullSmsSendStatusByPhoneNumber, "Error codes" of SMS. Only what has
a receipt already can be pulled: a message that is still on its way cannot be told from one that
never came there.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.conf import settings

from accounts.gateways import tc3
from accounts.gateways.sending import (
    BLOCKED,
    DAY,
    HOUR,
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
    fail,
    trouble_of,
)
from accounts.states import Trouble
from portal.gateway import Unavailable

SECONDS = 5.0
MOST_ROWS = 100
EARLY = dt.timedelta(seconds=60)
"""Asked from so long before the sending on: the vendor's clock decides what "since" is."""

CODES: Mapping[str, Code] = {
    # Our account, key or signature, or their service.
    "RequestLimitExceeded": NOT_DONE,
    "LimitExceeded.AppDailyLimit": NOT_DONE,
    "LimitExceeded.AppCountryOrRegionDailyLimit": NOT_DONE,
    "LimitExceeded.DeliveryFrequencyLimit": NOT_DONE,
    "FailedOperation.InsufficientBalanceInSmsPackage": NOT_DONE,
    "FailedOperation.SignatureIncorrectOrUnapproved": NOT_DONE,
    "FailedOperation.MissingSignatureList": NOT_DONE,
    "FailedOperation.NotEnterpriseCertification": NOT_DONE,
    "InvalidParameterValue.SdkAppIdNotExist": NOT_DONE,
    "UnauthorizedOperation.ServiceSuspendDueToArrears": NOT_DONE,
    "UnauthorizedOperation.SdkAppIdIsDisabled": NOT_DONE,
    "UnauthorizedOperation.SmsSdkAppIdVerifyFail": NOT_DONE,
    "AuthFailure.SignatureFailure": NOT_DONE,
    "AuthFailure.SignatureExpire": NOT_DONE,
    "AuthFailure.SecretIdNotFound": NOT_DONE,
    "AuthFailure.InvalidAuthorization": NOT_DONE,
    # Their side broke while it worked.
    "InternalError": UNKNOWN,
    "InternalError.Timeout": UNKNOWN,
    "InternalError.OtherError": UNKNOWN,
    "InternalError.UnknownError": UNKNOWN,
    "InternalError.SendAndRecvFail": UNKNOWN,
    # This message.
    "LimitExceeded.PhoneNumberThirtySecondLimit": cap(dt.timedelta(seconds=30)),
    "LimitExceeded.PhoneNumberOneHourLimit": cap(HOUR),
    "LimitExceeded.PhoneNumberDailyLimit": cap(DAY),
    "LimitExceeded.PhoneNumberSameContentDailyLimit": cap(DAY),
    "FailedOperation.PhoneNumberInBlacklist": BLOCKED,
    "InvalidParameterValue.IncorrectPhoneNumber": NUMBER,
    "FailedOperation.ContainSensitiveWord": TEXT,
    "FailedOperation.TemplateUnapprovedOrNotExist": TEXT,
    "FailedOperation.TemplateIncorrectOrUnapproved": TEXT,
    "FailedOperation.TemplateParamSetNotMatchApprovedTemplate": TEXT,
    "InvalidParameterValue.TemplateParameterFormatError": TEXT,
    "InvalidParameterValue.TemplateParameterLengthLimit": TEXT,
    "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter": TEXT,
}
# Of receipts: what the operators report (states of SMPP stand in sending.py).
RECEIPTS: Mapping[str, Trouble] = {
    "MK:0001": Trouble.NUMBER,  # the operators' codes for a number that is not given out
    "MN:0001": Trouble.NUMBER,
    "MK:0005": Trouble.NUMBER,
    "MI:0024": Trouble.NO_SIGNAL,
    "MK:0012": Trouble.OFF,
    "MBBLACK": Trouble.BLOCKED,
    "BLACKLIST": Trouble.BLOCKED,
    "LIMIT": Trouble.CAP,
    "KEYWORD": Trouble.TEXT,
}


def send(errand: Errand) -> str:
    """As `Gateway.send`: returns the SerialNo."""
    template, values = tc3.positions(errand.text, errand.values)
    content = {
        "PhoneNumberSet": [f"+86{errand.phone}"],
        "SmsSdkAppId": settings.TENCENT_SMS_APP_ID,
        "SignName": settings.TENCENT_SIGN_NAME,
        "TemplateId": template,
        "TemplateParamSet": values,
        "SessionContext": errand.number,
    }
    statuses = _act("SendSms", content).get("SendStatusSet")
    status = statuses[0] if isinstance(statuses, list) and statuses else None
    if not isinstance(status, dict):
        raise Unavailable("unreadable answer", sent=True)
    code = str(status.get("Code", ""))
    if code.lower() != "ok":
        raise fail(code, CODES.get(code))
    return str(status.get("SerialNo", ""))


def find(sent: Sent) -> Found | None:
    """As `Gateway.find`, by our number, which the vendor gives back, or by its own."""
    content = {
        "BeginTime": int((sent.at - EARLY).timestamp()),
        "Offset": 0,
        "Limit": MOST_ROWS,
        "PhoneNumber": f"+86{sent.phone}",
        "SmsSdkAppId": settings.TENCENT_SMS_APP_ID,
    }
    rows = _act("PullSmsSendStatusByPhoneNumber", content).get("PullSmsSendStatusSet")
    if not isinstance(rows, list):
        raise Unavailable("unreadable answer", sent=True)
    for row in rows:
        if isinstance(row, dict) and _is(row, sent):
            return _found(row)
    return None


def _is(row: Mapping[str, Any], sent: Sent) -> bool:
    serial = str(row.get("SerialNo", ""))
    return row.get("SessionContext") == sent.number or bool(serial and serial == sent.vendor_id)


def _found(row: Mapping[str, Any]) -> Found:
    serial = str(row.get("SerialNo", ""))
    if row.get("ReportStatus") == "SUCCESS":
        return Found(Fate.REACHED, vendor_id=serial)
    code = str(row.get("Description", ""))
    return Found(Fate.FAILED, code, trouble_of(code, RECEIPTS), serial)


def _act(action: str, content: Mapping[str, Any]) -> dict[str, Any]:
    product = tc3.Product(
        "sms", "2021-01-11", settings.TENCENT_SMS_BASE_URL, settings.TENCENT_REGION
    )
    told = tc3.act(product, action, content, seconds=SECONDS)
    if code := tc3.error(told):
        raise fail(code, CODES.get(code))
    return told
