"""Codes by a call through Tencent Cloud VMS 2020-09-02: SendTtsVoice.

Source: Tencent Cloud, SendTtsVoice, "Voice callbacks". The vendor has no way to ask what became of
a call: its receipts are pushed or nothing.
"""

from collections.abc import Mapping

from django.conf import settings

from accounts.gateways import tc3, tencent_sms
from accounts.gateways.sending import DAY as A_DAY
from accounts.gateways.sending import NOT_DONE, NUMBER, TEXT, Code, Errand, Found, Sent, cap, fail
from accounts.states import Trouble
from portal.gateway import Unavailable

SECONDS = 5.0
TIMES = 2  # a code is read twice, since nobody has a pen at once

CODES: Mapping[str, Code] = {
    **tencent_sms.CODES,
    "FailedOperation.InsufficientBalance": NOT_DONE,
    "InvalidParameterValue.AppIdOrCallerNumberInvalid": NOT_DONE,
    "UnauthorizedOperation.VoiceSdkAppidIsDisabled": NOT_DONE,
    "UnauthorizedOperation.VoiceSdkAppidVerifyFail": NOT_DONE,
    "LimitExceeded.DeliveryFrequencyLimit": cap(A_DAY),
    "InvalidParameterValue.CalledNumberVerifyFail": NUMBER,
    "InvalidParameterValue.TemplateInvalid": TEXT,
    "FailedOperation.TemplateParamSetNotMatchApprovedTemplate": TEXT,
}
# Of `voicecode_callback` and `voiceprompt_callback`; why it was not delivered comes separately.
ANSWERED = "0"
RECEIPTS: Mapping[str, Trouble] = {"1": Trouble.UNANSWERED, "2": Trouble.NO_SIGNAL}
# Of `voice_failure_callback`; only the unassigned number is documented by its code.
FAILURES: Mapping[str, Trouble] = {"8": Trouble.NUMBER}
NOT_THROUGH = Trouble.NO_SIGNAL


def send(errand: Errand) -> str:
    """As `Gateway.send`: returns the CallId."""
    template, values = tc3.positions(errand.text, errand.values)
    content = {
        "TemplateId": template,
        "CalledNumber": f"+86{errand.phone}",
        "VoiceSdkAppid": settings.TENCENT_VOICE_APP_ID,
        "TemplateParamSet": values,
        "PlayTimes": TIMES,
        "SessionContext": errand.number,
    }
    product = tc3.Product(
        "vms", "2020-09-02", settings.TENCENT_VOICE_BASE_URL, settings.TENCENT_REGION
    )
    told = tc3.act(product, "SendTtsVoice", content, seconds=SECONDS)
    if code := tc3.error(told):
        raise fail(code, CODES.get(code))
    status = told.get("SendStatus")
    if not isinstance(status, dict):
        raise Unavailable("unreadable answer", sent=True)
    return str(status.get("CallId", ""))


def find(sent: Sent) -> Found | None:
    """As `Gateway.find`: always Unavailable."""
    raise Unavailable("the vendor cannot be asked about a call", sent=False)
