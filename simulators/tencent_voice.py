"""Tencent VMS 2020-09-02: SendTtsVoice and the receipts of calls (voicecode_callback).

Source: Tencent Cloud API, "SendTtsVoice", "Voice callbacks". There is nothing to ask.
"""

import re
import secrets
from typing import Any

from simulators.exchange import Answer, Request
from simulators.faults import Fault
from simulators.handsets import TAIL_BLOCKED, TAIL_UNREACHABLE, story
from simulators.limits import Cap, Limits
from simulators.phones import Inboxes, Message
from simulators.pushing import Pusher
from simulators.sms_templates import VOICES
from simulators.tencent_sms import REGIONS, read_out
from simulators.tencent_tc3 import Refused, check, read, refuse, respond, turn_away

VERSION = "2020-09-02"
RETRY_SECONDS = (2, 10, 60)
CAPS: tuple[Cap, ...] = (
    (30, 1, "LimitExceeded.DeliveryFrequencyLimit"),
    (86400, 10, "LimitExceeded.DeliveryFrequencyLimit"),
)
ANSWERED, NOT_THROUGH = "0", "2"


class TencentVoice:
    def __init__(
        self, secret_id: str, secret_key: str, app_id: str, phones: Inboxes, receipts: Pusher
    ) -> None:
        self._id = secret_id
        self._key = secret_key
        self._app_id = app_id
        self._phones = phones
        self._receipts = receipts
        self._limits = Limits()

    def reset(self) -> None:
        self._limits.reset()

    def has_effect(self, request: Request) -> bool:
        return True

    def answer(self, request: Request, now: float, fault: Fault | None = None) -> Answer:
        try:
            check(request, service="vms", secret_id=self._id, key=self._key, now=now)
            action = request.header("X-TC-Action"), request.header("X-TC-Version")
            if action != ("SendTtsVoice", VERSION):
                raise Refused("InvalidAction", "The request action does not exist.")
            if request.header("X-TC-Region") not in REGIONS:
                raise Refused("UnsupportedRegion", "The region is not supported.")
            return respond({"SendStatus": self._call(read(request), now, fault)})
        except Refused as error:
            return refuse(error.code, error.message)

    def turn_away(self, request: Request, now: float, fault: Fault) -> Answer:
        return turn_away(fault.mode)

    def _call(self, asked: dict[str, Any], now: float, fault: Fault | None) -> dict[str, str]:
        number, template = str(asked.get("CalledNumber")), str(asked.get("TemplateId"))
        if asked.get("VoiceSdkAppid") != self._app_id:
            raise Refused("UnauthorizedOperation.VoiceSdkAppidVerifyFail", "Wrong VoiceSdkAppid.")
        if not re.fullmatch(r"\+861[3-9]\d{9}", number):
            raise Refused("InvalidParameterValue.CalledNumberVerifyFail", "The number is wrong.")
        if number.endswith(TAIL_BLOCKED):
            raise Refused("FailedOperation.PhoneNumberInBlacklist", "The number is blocked.")
        if template not in VOICES:
            raise Refused("InvalidParameterValue.TemplateInvalid", "No such template.")
        text, code = read_out(template, asked.get("TemplateParamSet", []))
        if limit := self._limits.bitten(number, CAPS, now):
            raise Refused(limit, "Too many calls to this number.")
        call_id = f"{secrets.randbelow(10**15):015d}"
        self._ring(number[-11:], call_id, text, code, now, fault)
        return {"CallId": call_id, "SessionContext": str(asked.get("SessionContext", ""))}

    def _ring(
        self, phone: str, call_id: str, text: str, code: str, now: float, fault: Fault | None
    ) -> None:
        told = story(phone, fault)
        if told.arrives:
            self._phones.deliver(phone, Message(now, "tencent-voice", text, code))
        if not told.told:
            return
        about: dict[str, object] = {
            "mobile": phone,
            "nationcode": "86",
            "callid": call_id,
            "call_from": "",
        }
        times = {"accept_time": f"{now + 3:.0f}", "end_calltime": f"{now + 12:.0f}"}
        result = NOT_THROUGH if told.why else ANSWERED
        state = {"voicecode_callback": about | times | {"result": result, "fee": "1"}}
        if told.why == TAIL_UNREACHABLE:
            why = {"failure_code": 8, "failure_reason": "空号"}
            state = {"voice_failure_callback": about | why}
        self._receipts.push(state, call_id, RETRY_SECONDS, later=told.later)
