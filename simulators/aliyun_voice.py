"""Aliyun Dyvmsapi 2017-05-25: SingleCallByTts, QueryCallDetailByCallId and receipts of calls."""

import json
import re
import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass

from simulators.aliyun import failure, parameters_of, request_id
from simulators.aliyun_acs3 import Unsigned, check
from simulators.exchange import Answer, Request, as_json
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
from simulators.nonces import Nonces
from simulators.phones import Inboxes, Message
from simulators.pushing import Pusher
from simulators.sms_templates import VOICES, BadParameters, render

VERSION = "2017-05-25"
PRODUCTS = ("11010000138001", "11000000300006")
CALLS_KEPT = 20_000
RETRY_SECONDS = (2, 10, 60, 300)
CAPS: tuple[Cap, ...] = ((60, 1, "分钟级"), (3600, 5, "小时级"), (86400, 20, "天级"))
HEARD = "200000"
STATES = {
    TAIL_UNREACHABLE: "200011",
    TAIL_OFF: "200010",
    TAIL_NO_SIGNAL: "200007",
    TAIL_CAPPED: "200105",
}


@dataclass
class Refused(Exception):
    code: str
    message: str = ""


@dataclass(frozen=True)
class Call:
    at: float
    phone: str
    call_id: str
    out_id: str
    story: Story

    @property
    def state(self) -> str:
        return STATES.get(self.story.why, HEARD)


class AliyunVoice:
    def __init__(self, key_id: str, secret: str, phones: Inboxes, receipts: Pusher) -> None:
        self._key_id = key_id
        self._secret = secret
        self._phones = phones
        self._receipts = receipts
        self._nonces = Nonces(1800)
        self._limits = Limits()
        self._lock = threading.Lock()
        self._calls: OrderedDict[str, Call] = OrderedDict()

    def reset(self) -> None:
        self._limits.reset()
        with self._lock:
            self._calls.clear()
        self._nonces.clear()

    def has_effect(self, request: Request) -> bool:
        return request.header("x-acs-action") == "SingleCallByTts"

    def answer(self, request: Request, now: float, fault: Fault | None = None) -> Answer:
        try:
            check(
                request, key_id=self._key_id, secret=self._secret, now=now, nonces=self._nonces
            )  # fmt: skip
            return self._act(request, now, fault)
        except Unsigned as error:
            return failure(error.status, error.code, error.message)
        except Refused as error:
            told = {"Code": error.code, "Message": error.message, "RequestId": request_id()}
            return as_json(told)

    def turn_away(self, request: Request, now: float, fault: Fault) -> Answer:
        if fault.mode == "busy":
            return failure(400, "Throttling.User", "Request was denied due to user flow control.")
        return failure(500, "InternalError", "The request processing has failed.")

    def _act(self, request: Request, now: float, fault: Fault | None) -> Answer:
        action, asked = request.header("x-acs-action"), parameters_of(request)
        if request.header("x-acs-version") != VERSION:
            raise Unsigned(404, "InvalidAction.NotFound", "Specified api is not found.")
        if action == "SingleCallByTts":
            return self._call(asked, now, fault)
        if action == "QueryCallDetailByCallId":
            return self._detail(asked, now)
        raise Unsigned(404, "InvalidAction.NotFound", "Specified api is not found.")

    def _call(self, asked: dict[str, str], now: float, fault: Fault | None) -> Answer:
        phone, template = asked.get("CalledNumber", ""), asked.get("TtsCode", "")
        text, code = _text(phone, template, asked.get("TtsParam", "{}"))
        if limit := self._limits.bitten(phone, CAPS, now):
            raise Refused("isv.BUSINESS_LIMIT_CONTROL", f"触发{limit}流控")
        call = Call(now, phone, _call_id(), asked.get("OutId", ""), story(phone, fault))
        with self._lock:
            self._calls[call.call_id] = call
            while len(self._calls) > CALLS_KEPT:
                self._calls.popitem(last=False)
        self._ring(call, text, code)
        done = {"Code": "OK", "Message": "OK", "CallId": call.call_id, "RequestId": request_id()}
        return as_json(done)

    def _ring(self, call: Call, text: str, code: str) -> None:
        if call.story.arrives:
            self._phones.deliver(call.phone, Message(call.at, "aliyun-voice", text, code))
        if call.story.told:
            report = {
                "voice_type": "voice",
                "call_id": call.call_id,
                "callee": call.phone,
                "status_code": call.state,
                "start_time": f"{beijing(call.at):%Y-%m-%d %H:%M:%S}",
                "end_time": f"{beijing(call.at + 9):%Y-%m-%d %H:%M:%S}",
                "duration": "9" if call.state == HEARD else "0",
                "out_id": call.out_id,
            }
            self._receipts.push([report], call.call_id, RETRY_SECONDS, later=call.story.later)

    def _detail(self, asked: dict[str, str], now: float) -> Answer:
        if asked.get("ProdId") not in PRODUCTS or not asked.get("QueryDate", "").isdecimal():
            raise Refused("isv.INVALID_PARAMETERS", "ProdId or QueryDate is wrong")
        with self._lock:
            call = self._calls.get(asked.get("CallId", ""))
        data = ""
        if call is not None:
            over = call.story.told and now >= call.at + call.story.later
            detail = {"callee": call.phone, "state": call.state if over else "", "duration": 9}
            data = json.dumps(detail, ensure_ascii=False)
        return as_json({"Code": "OK", "Message": "OK", "Data": data, "RequestId": request_id()})


def _text(phone: str, template: str, given: str) -> tuple[str, str]:
    """What is read out and the code in it; raises Refused as the vendor refuses."""
    if not re.fullmatch(r"1[3-9]\d{9}", phone):
        raise Refused("isv.MOBILE_NUMBER_ILLEGAL", "非法手机号")
    if phone.endswith(TAIL_BLOCKED):
        raise Refused("isv.BLACK_KEY_CONTROL_LIMIT", "黑名单管控")
    if template not in VOICES:
        raise Refused("isv.TTS_TEMPLATE_ILLEGAL", "模板不合法")
    try:
        values = json.loads(given)
        text = render(template, values)
    except (ValueError, AttributeError):
        raise Refused("isv.INVALID_JSON_PARAM", "JSON参数不合法") from None
    except BadParameters as error:
        raise Refused(str(error), "参数不合法") from None
    return text, str(values.get("code", ""))


def _call_id() -> str:
    return f"{secrets.randbelow(10**12):012d}^{secrets.randbelow(10**12):012d}"
