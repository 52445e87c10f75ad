"""Tencent SMS 2021-01-11: SendSms, PullSmsSendStatusByPhoneNumber and receipts (SmsStatus).

Source: Tencent Cloud API, "SendSms", "PullSmsSendStatusByPhoneNumber", "Callback of delivery". What
is pulled are receipts: a message without one is not in the list.
"""

import re
import secrets
import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

from simulators.exchange import Answer, Request
from simulators.faults import Fault
from simulators.handsets import (
    TAIL_BLOCKED,
    TAIL_CAPPED,
    TAIL_NO_SIGNAL,
    TAIL_OFF,
    TAIL_UNREACHABLE,
    Story,
    story,
)
from simulators.limits import Cap, Limits
from simulators.mainland import beijing
from simulators.phones import Inboxes, Message
from simulators.pushing import Pusher
from simulators.sms_templates import CODES, TEMPLATES, BadParameters, places, render
from simulators.tencent_tc3 import Refused, check, read, refuse, respond, turn_away

VERSION = "2021-01-11"
REGIONS = ("ap-beijing", "ap-guangzhou", "ap-nanjing")
SENT_KEPT = 20_000
RETRY_SECONDS = (2, 10, 60)
CAPS: dict[str, tuple[Cap, ...]] = {
    "code": (
        (30, 1, "LimitExceeded.PhoneNumberThirtySecondLimit"),
        (3600, 5, "LimitExceeded.PhoneNumberOneHourLimit"),
        (86400, 10, "LimitExceeded.PhoneNumberDailyLimit"),
    ),
    "notice": ((86400, 50, "LimitExceeded.PhoneNumberDailyLimit"),),
}
FAILURES = {
    TAIL_UNREACHABLE: ("MK:0001", "空号"),
    TAIL_OFF: ("EXPIRED", "手机关机"),
    TAIL_NO_SIGNAL: ("UNDELIV", "不在服务区"),
    TAIL_CAPPED: ("LIMIT", "运营商限制下发"),
}
PARAMETERS = {
    "isv.TEMPLATE_PARAMS_ILLEGAL": "InvalidParameterValue.TemplateParameterFormatError",
    "isv.PARAM_LENGTH_LIMIT": "InvalidParameterValue.TemplateParameterLengthLimit",
    "isv.PARAM_NOT_SUPPORT_URL": "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter",
}
MISMATCH = "FailedOperation.TemplateParamSetNotMatchApprovedTemplate"


@dataclass(frozen=True)
class Sent:
    at: float
    phone: str
    serial: str
    session: str
    story: Story


class TencentSms:
    def __init__(
        self,
        secret_id: str,
        secret_key: str,
        app_id: str,
        sign_name: str,
        phones: Inboxes,
        receipts: Pusher,
    ) -> None:
        self._id = secret_id
        self._key = secret_key
        self._app_id = app_id
        self._sign_name = sign_name
        self._phones = phones
        self._receipts = receipts
        self._limits = Limits()
        self._lock = threading.Lock()
        self._sent: deque[Sent] = deque(maxlen=SENT_KEPT)

    def reset(self) -> None:
        self._limits.reset()
        with self._lock:
            self._sent.clear()

    def has_effect(self, request: Request) -> bool:
        return request.header("X-TC-Action") == "SendSms"

    def answer(self, request: Request, now: float, fault: Fault | None = None) -> Answer:
        try:
            check(request, service="sms", secret_id=self._id, key=self._key, now=now)
            return respond(self._act(request, now, fault))
        except Refused as error:
            return refuse(error.code, error.message)

    def turn_away(self, request: Request, now: float, fault: Fault) -> Answer:
        return turn_away(fault.mode)

    def _act(self, request: Request, now: float, fault: Fault | None) -> dict[str, Any]:
        if request.header("X-TC-Version") != VERSION:
            raise Refused("InvalidAction", "The request action does not exist.")
        if request.header("X-TC-Region") not in REGIONS:
            raise Refused("UnsupportedRegion", "The region is not supported.")
        asked = read(request)
        if asked.get("SmsSdkAppId") != self._app_id:
            raise Refused("UnauthorizedOperation.SmsSdkAppIdVerifyFail", "SmsSdkAppId is wrong.")
        if request.header("X-TC-Action") == "SendSms":
            return {"SendStatusSet": self._send(asked, now, fault)}
        if request.header("X-TC-Action") == "PullSmsSendStatusByPhoneNumber":
            return {"PullSmsSendStatusSet": self._pull(asked, now)}
        raise Refused("InvalidAction", "The request action does not exist.")

    def _send(self, asked: dict[str, Any], now: float, fault: Fault | None) -> list[dict[str, Any]]:
        numbers = asked.get("PhoneNumberSet")
        if not isinstance(numbers, list) or not 1 <= len(numbers) <= 200:
            raise Refused("InvalidParameterValue", "PhoneNumberSet holds 1 to 200 numbers.")
        return [self._send_one(str(number), asked, now, fault) for number in numbers]

    def _send_one(
        self, number: str, asked: dict[str, Any], now: float, fault: Fault | None
    ) -> dict[str, Any]:
        session = str(asked.get("SessionContext", ""))
        status = {"PhoneNumber": number, "SessionContext": session, "Fee": 0, "SerialNo": ""}
        try:
            text, code = self._text(number, asked)
            template = str(asked.get("TemplateId"))
            caps = CAPS["code" if template in CODES else "notice"]
            kind = "code" if template in CODES else "notice"
            if limit := self._limits.bitten(f"{kind} {number}", caps, now):
                raise Refused(limit, "Too many messages to this number.")
        except Refused as error:
            return status | {"Code": error.code, "Message": error.message}
        sent = Sent(now, number[-11:], _serial(), session, story(number, fault))
        with self._lock:
            self._sent.append(sent)
        mode = fault.mode if fault else "ok"
        for _ in range(2 if mode == "duplicate" else 1):
            self._deliver(sent, text, code)
        if mode == "forged":
            self._push(Sent(now, sent.phone, _serial(), "", Story(why=TAIL_OFF)))
        return status | {"SerialNo": sent.serial, "Fee": 1, "Code": "Ok", "Message": "send success"}

    def _text(self, number: str, asked: dict[str, Any]) -> tuple[str, str]:
        """The message and the code in it; raises Refused as the vendor refuses one number."""
        if not re.fullmatch(r"\+861[3-9]\d{9}", number):
            raise Refused("InvalidParameterValue.IncorrectPhoneNumber", "The number is wrong.")
        if number.endswith(TAIL_BLOCKED):
            raise Refused("FailedOperation.PhoneNumberInBlacklist", "The number is blocked.")
        if asked.get("SignName") != self._sign_name:
            raise Refused("FailedOperation.SignatureIncorrectOrUnapproved", "SignName is wrong.")
        template, values = str(asked.get("TemplateId")), asked.get("TemplateParamSet", [])
        if template not in TEMPLATES:
            raise Refused("FailedOperation.TemplateUnapprovedOrNotExist", "No such template.")
        text, code = read_out(template, values)
        return f"【{self._sign_name}】{text}", code

    def _deliver(self, sent: Sent, text: str, code: str) -> None:
        if sent.story.arrives:
            self._phones.deliver(sent.phone, Message(sent.at, "tencent", text, code))
        if sent.story.told:
            self._push(sent)

    def _push(self, sent: Sent) -> None:
        code, words = FAILURES.get(sent.story.why, ("DELIVRD", "用户短信送达成功"))
        receipt = {
            "user_receive_time": f"{beijing(sent.at + 1):%Y-%m-%d %H:%M:%S}",
            "nationcode": "86",
            "mobile": sent.phone,
            "report_status": "FAIL" if sent.story.why else "SUCCESS",
            "errmsg": code,
            "description": words,
            "sid": sent.serial,
        }
        self._receipts.push([receipt], sent.serial, RETRY_SECONDS, later=sent.story.later)

    def _pull(self, asked: dict[str, Any], now: float) -> list[dict[str, Any]]:
        number, since, most = asked.get("PhoneNumber"), asked.get("BeginTime"), asked.get("Limit")
        if asked.get("Offset") != 0 or not isinstance(since, int) or not isinstance(most, int):
            raise Refused("InvalidParameterValue", "BeginTime, Limit or Offset is wrong.")
        with self._lock:
            sent = [each for each in self._sent if f"+86{each.phone}" == number]
        told = [
            each
            for each in sent
            if each.at >= since and each.story.told and now >= each.at + each.story.later
        ]
        return [_status(each) for each in told[:most]]


def read_out(template: str, values: Any) -> tuple[str, str]:
    """A text filled by place, and the code in it; raises Refused."""
    names = places(template)
    if not isinstance(values, list) or len(values) != len(names):
        raise Refused(MISMATCH, "TemplateParamSet does not match the template.")
    named = dict(zip(names, values, strict=True))
    try:
        return render(template, named), str(named.get("code", ""))
    except BadParameters as error:
        raise Refused(PARAMETERS.get(str(error), MISMATCH), "A parameter is wrong.") from None


def _status(sent: Sent) -> dict[str, Any]:
    code, _words = FAILURES.get(sent.story.why, ("DELIVRD", ""))
    return {
        "UserReceiveTime": int(sent.at + 1),
        "CountryCode": "86",
        "SubscriberNumber": sent.phone,
        "PhoneNumber": f"+86{sent.phone}",
        "SerialNo": sent.serial,
        "ReportStatus": "FAIL" if sent.story.why else "SUCCESS",
        "Description": code,
        "SessionContext": sent.session,
    }


def _serial() -> str:
    return f"5000:{secrets.randbelow(10**24):024d}"
