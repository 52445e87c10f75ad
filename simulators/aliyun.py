"""Aliyun Dysmsapi 2017-05-25: SendSms, QuerySendDetails and delivery receipts."""

import json
import re
import secrets
import threading
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Any

from simulators.aliyun_acs3 import Unsigned, check
from simulators.exchange import Answer, Request, as_json
from simulators.faults import Fault
from simulators.handsets import (
    TAIL_BLOCKED,
    Story,
    story,
)
from simulators.mainland import beijing
from simulators.nonces import Nonces
from simulators.phones import Inboxes, Message
from simulators.receipts import FAILURES, Receipts
from simulators.sms_templates import CODES, TEMPLATES, BadParameters, render

VERSION = "2017-05-25"
SENT_KEPT = 20_000

# (window in seconds, messages, name in the vendor's sentence), by kind of template.
CAPS = {
    "code": ((60, 1, "分钟级"), (3600, 5, "小时级"), (86400, 10, "天级")),
    "notice": ((86400, 50, "天级"),),
}
MESSAGES = {
    "isv.MOBILE_NUMBER_ILLEGAL": "非法手机号",
    "isv.SMS_SIGNATURE_ILLEGAL": "短信签名不合法",
    "isv.SMS_TEMPLATE_ILLEGAL": "短信模板不合法",
    "isv.INVALID_JSON_PARAM": "JSON参数不合法，只接受字符串值",
    "isv.TEMPLATE_MISSING_PARAMETERS": "模板缺少变量",
    "isv.TEMPLATE_PARAMS_ILLEGAL": "模板变量里包含非法关键字",
    "isv.PARAM_LENGTH_LIMIT": "参数超出长度限制",
    "isv.PARAM_NOT_SUPPORT_URL": "不支持URL",
    "isv.BLACK_KEY_CONTROL_LIMIT": "黑名单管控",
}


@dataclass
class Refused(Exception):
    code: str
    message: str = ""


@dataclass(frozen=True)
class Sent:
    at: float
    phone: str
    biz_id: str
    out_id: str
    template: str
    text: str
    story: Story


class Aliyun:
    def __init__(
        self, key_id: str, secret: str, sign_name: str, phones: Inboxes, receipts: Receipts
    ) -> None:
        self._key_id = key_id
        self._secret = secret
        self._sign_name = sign_name
        self._phones = phones
        self._receipts = receipts
        self._nonces = Nonces(1800)
        self._lock = threading.Lock()
        self._times: defaultdict[tuple[str, str], deque[float]] = defaultdict(deque)
        self._sent: deque[Sent] = deque(maxlen=SENT_KEPT)

    def reset(self) -> None:
        with self._lock:
            self._times.clear()
            self._sent.clear()
        self._nonces.clear()

    def has_effect(self, request: Request) -> bool:
        return request.header("x-acs-action") == "SendSms"

    def answer(self, request: Request, now: float, fault: Fault | None = None) -> Answer:
        try:
            check(
                request, key_id=self._key_id, secret=self._secret, now=now, nonces=self._nonces
            )  # fmt: skip
            return self._act(request, now, fault)
        except Unsigned as error:
            return failure(error.status, error.code, error.message)
        except Refused as error:
            message = error.message or MESSAGES[error.code]
            return as_json({"Code": error.code, "Message": message, "RequestId": request_id()})

    def turn_away(self, request: Request, now: float, fault: Fault) -> Answer:
        if fault.mode == "busy":
            return failure(400, "Throttling.User", "Request was denied due to user flow control.")
        return failure(500, "InternalError", "The request processing has failed.")

    def _act(self, request: Request, now: float, fault: Fault | None) -> Answer:
        actions = {"SendSms": self._send, "QuerySendDetails": self._details}
        action = actions.get(request.header("x-acs-action"))
        if action is None or request.header("x-acs-version") != VERSION:
            raise Unsigned(404, "InvalidAction.NotFound", "Specified api is not found.")
        return action(parameters_of(request), now, fault)

    def _send(self, parameters: dict[str, str], now: float, fault: Fault | None) -> Answer:
        phone = parameters.get("PhoneNumbers", "")
        template = parameters.get("TemplateCode", "")
        text, code = self._text(parameters, phone, template)
        self._count(phone, "code" if template in CODES else "notice", now)
        out_id, mode = parameters.get("OutId", ""), fault.mode if fault else "ok"
        sent = Sent(now, phone, _biz_id(), out_id, template, text, story(phone, fault))
        with self._lock:
            self._sent.append(sent)
        for _ in range(2 if mode == "duplicate" else 1):
            self._deliver(sent, code)
        if mode == "forged":
            self._receipts.forge(sent.phone, sent.at)
        done = {"Code": "OK", "Message": "OK", "BizId": sent.biz_id, "RequestId": request_id()}
        return as_json(done)

    def _text(self, parameters: dict[str, str], phone: str, template: str) -> tuple[str, str]:
        """The message and the one-time code in it; `Refused` as the vendor refuses."""
        if not re.fullmatch(r"(?:\+?86)?1[3-9]\d{9}", phone):
            raise Refused("isv.MOBILE_NUMBER_ILLEGAL")
        if phone.endswith(TAIL_BLOCKED):
            raise Refused("isv.BLACK_KEY_CONTROL_LIMIT")
        if parameters.get("SignName") != self._sign_name:
            raise Refused("isv.SMS_SIGNATURE_ILLEGAL")
        if template not in TEMPLATES:
            raise Refused("isv.SMS_TEMPLATE_ILLEGAL")
        values = _json_object(parameters.get("TemplateParam", "{}"))
        try:
            text = render(template, values)
        except BadParameters as error:
            raise Refused(str(error)) from None
        return f"【{self._sign_name}】{text}", str(values.get("code", ""))

    def _count(self, phone: str, kind: str, now: float) -> None:
        with self._lock:
            times = self._times[phone[-11:], kind]
            while times and times[0] <= now - 86400:
                times.popleft()
            for window, most, name in CAPS[kind]:
                if sum(at > now - window for at in times) >= most:
                    raise Refused(
                        "isv.BUSINESS_LIMIT_CONTROL", f"触发{name}流控Permits:{most}"
                    )  # fmt: skip
            times.append(now)

    def _deliver(self, sent: Sent, code: str) -> None:
        if sent.story.arrives:
            message = Message(sent.at, "aliyun", sent.text, code)
            self._phones.deliver(sent.phone[-11:], message)
        if sent.story.told:
            self._receipts.post(
                phone=sent.phone,
                biz_id=sent.biz_id,
                out_id=sent.out_id,
                why=sent.story.why,
                parts=_parts(sent.text),
                now=sent.at,
                later=sent.story.later,
            )

    def _details(self, parameters: dict[str, str], now: float, fault: Fault | None) -> Answer:
        wanted, biz_id = parameters.get("PhoneNumber", ""), parameters.get("BizId", "")
        day = parameters.get("SendDate", "")
        with self._lock:
            found = [
                sent
                for sent in reversed(self._sent)
                if sent.phone == wanted and biz_id in ("", sent.biz_id) and _sent_on(sent.at, day)
            ]
        size, page = _whole(parameters, "PageSize"), _whole(parameters, "CurrentPage")
        rows = [_detail(sent, now) for sent in found[(page - 1) * size : page * size]]
        return as_json(
            {
                "Code": "OK",
                "Message": "OK",
                "RequestId": request_id(),
                "TotalCount": str(len(found)),
                "SmsSendDetailDTOs": {"SmsSendDetailDTO": rows},
            }
        )


def _detail(sent: Sent, now: float) -> dict[str, Any]:
    silent = not sent.story.told or now < sent.at + sent.story.later
    failure = FAILURES.get(sent.story.why)
    return {
        "PhoneNum": sent.phone,
        "SendStatus": 1 if silent else 2 if failure else 3,
        "ErrCode": "" if silent else failure[0] if failure else "DELIVERED",
        "TemplateCode": sent.template,
        "Content": sent.text,
        "SendDate": f"{beijing(sent.at):%Y-%m-%d %H:%M:%S}",
        "ReceiveDate": f"{beijing(sent.at + 1):%Y-%m-%d %H:%M:%S}",
        "OutId": sent.out_id,
    }


def parameters_of(request: Request) -> dict[str, str]:
    """RPC parameters come in the query, in a form body, or in both."""
    query = Request("GET", "/", {}, request.raw_query.encode()).form()
    is_form = request.header("Content-Type").startswith("application/x-www-form-urlencoded")
    return query | (request.form() if is_form else {})


def _json_object(text: str) -> dict[str, object]:
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise Refused("isv.INVALID_JSON_PARAM")
    return value


def _whole(parameters: dict[str, str], name: str) -> int:
    text = parameters.get(name, "")
    if not text.isdecimal() or not 1 <= int(text) <= 50:
        raise Refused("isv.PAGE_ILLEGAL", f"{name} must be 1 to 50")
    return int(text)


def failure(status: int, code: str, message: str) -> Answer:
    body = {
        "RequestId": request_id(),
        "HostId": "dysmsapi.aliyuncs.com",
        "Code": code,
        "Message": message,
    }
    return as_json(body, status)


def request_id() -> str:
    text = secrets.token_hex(16).upper()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"


def _biz_id() -> str:
    return f"{secrets.randbelow(10**15):015d}^0"


def _sent_on(at: float, day: str) -> bool:
    return day in ("", f"{beijing(at):%Y%m%d}")


def _parts(text: str) -> int:
    """A message of up to 70 characters is one; longer ones are cut every 67."""
    return 1 if len(text) <= 70 else -(-len(text) // 67)
