"""The bureau's own entrances: sessions, signed inquiries, one inquiry a request number.

The contract is docs/interface/pboc.yaml; sections named below are those of its description.
"""

import hmac
import re
import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass

from simulators.bureau.inquiry import BadField, Inquiry, Unreadable, another
from simulators.bureau.pboc_wire import (
    LARGEST_REQUEST,
    envelope,
    read_inquiry,
    session_key,
    sign,
    signed_answer,
    signed_request,
)
from simulators.bureau.people import WORKING_SECONDS, judge
from simulators.bureau.register import Entry, OtherContent, Register
from simulators.bureau.report import report_base64
from simulators.exchange import Answer, Request
from simulators.faults import Fault
from simulators.mainland import rfc3339
from simulators.nonces import Nonces

REGIONS = ("east", "south", "southwest")
CLOCK_SKEW = 300  # seconds, section 3
SESSION_SECONDS = 600

# Result code -> HTTP status and text: the table x-result-codes.
CODES = {
    "AAA000": (200, "成功"),
    "AAA001": (202, "已受理，处理中"),
    "AAA002": (200, "未见该请求编号"),
    "BUS001": (200, "无此人信用档案"),
    "BUS002": (200, "身份信息核对不一致"),
    "BUS003": (200, "授权缺失或已失效"),
    "BUS004": (200, "查询原因不在授权范围"),
    "BUS005": (409, "同一请求编号内容不同"),
    "REQ001": (400, "报文无法解析"),
    "REQ002": (400, "报文要素缺失或格式不符"),
    "REQ003": (404, "无此接口"),
    "REQ004": (413, "报文过大"),
    "AUT001": (401, "机构不存在"),
    "AUT002": (401, "签名错误"),
    "AUT003": (401, "会话不存在或已过期"),
    "AUT004": (401, "时钟偏差过大"),
    "AUT005": (401, "随机数重复"),
    "AUT006": (403, "机构查询权限已停用"),
    "SYS001": (503, "系统忙"),
    "SYS002": (429, "超过访问频率"),
    "SYS003": (500, "系统内部错误"),
    "SYS004": (503, "系统维护"),
}

# What a fault at the door says; nothing is done then.
AT_THE_DOOR = {
    "error": "SYS003",
    "busy": "SYS001",
    "throttle": "SYS002",
    "maintenance": "SYS004",
    "suspended": "AUT006",
}
WITH_RETRY_AFTER = {"SYS001", "SYS002", "SYS004"}


@dataclass(frozen=True)
class Session:
    region: str
    key: bytes
    expires: float


@dataclass(frozen=True)
class Key:
    """What an answer is signed with; the name goes into X-PBOC-Signed-With."""

    name: str
    value: bytes = b""


UNSIGNED = Key("none")


@dataclass
class Refused(Exception):
    code: str
    key: Key = UNSIGNED
    after: str = ""


class Pboc:
    def __init__(self, code: str, secret: str, register: Register) -> None:
        self._code = code
        self._secret = secret.encode()
        self._register = register
        self._sessions: dict[str, Session] = {}
        self._nonces = Nonces(SESSION_SECONDS)
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Sessions and nonces, as a restart does."""
        with self._lock:
            self._sessions.clear()
        self._nonces.clear()

    def has_effect(self, request: Request) -> bool:
        return request.method == "POST" and request.rest.endswith("/inquiries")

    def answer(self, request: Request, now: float, fault: Fault | None = None) -> Answer:
        try:
            return self._route(request, now, fault.mode if fault else "ok")
        except Refused as refusal:
            return self._reply(request, now, refusal.code, refusal.key, refusal.after)

    def turn_away(self, request: Request, now: float, fault: Fault) -> Answer:
        code = AT_THE_DOOR[fault.mode]
        wait = {"Retry-After": f"{fault.seconds:.0f}"} if code in WITH_RETRY_AFTER else {}
        return self._reply(request, now, code, self._key(request), headers=wait)

    def _route(self, request: Request, now: float, mode: str) -> Answer:
        found = re.fullmatch(r"(?:/(\w+))?/v1/(session|inquiries|status)(?:/(\w+))?", request.rest)
        if not found or (found[1] or "east") not in REGIONS:
            raise Refused("REQ003")
        region, noun, number = found[1] or "east", found[2], found[3]
        handlers: dict[tuple[str, str, bool], Callable[[], Answer]] = {
            ("GET", "status", False): lambda: self._status(request, now, region),
            ("POST", "session", False): lambda: self._open(request, now, region),
            ("POST", "inquiries", False): lambda: self._inquire(request, now, region, mode),
            ("GET", "inquiries", True): lambda: self._ask(request, now, region, number),
        }
        handler = handlers.get((request.method, noun, number is not None))
        if handler is None:
            raise Refused("REQ003")
        return handler()

    # The four calls

    def _status(self, request: Request, now: float, region: str) -> Answer:
        return self._reply(request, now, "AAA000", UNSIGNED, f"<Region>{region}</Region>")

    def _open(self, request: Request, now: float, region: str) -> Answer:
        key = Key("secret", self._secret)
        self._check_institution(request)
        self._check_signature(request, key, session="", now=now)
        session_id, server_nonce = secrets.token_hex(16), secrets.token_hex(16)
        derived = session_key(
            self._secret, request.header("X-PBOC-Nonce"), server_nonce, session_id
        )
        with self._lock:
            self._forget_expired(now)
            self._sessions[session_id] = Session(region, derived, now + SESSION_SECONDS)
        after = (
            f"<SessionId>{session_id}</SessionId><ServerNonce>{server_nonce}</ServerNonce>"
            f"<ExpiresIn>{SESSION_SECONDS}</ExpiresIn>"
        )
        return self._reply(request, now, "AAA000", key, after)

    def _inquire(self, request: Request, now: float, region: str, mode: str) -> Answer:
        key = self._admit(request, now, region)
        inquiry = self._read(request, key)
        numbered = f"<RequestNo>{inquiry.request_no}</RequestNo>"
        code = judge(inquiry, now)
        working = code == "AAA001"
        try:
            entry = self._register.enter(
                inquiry,
                channel="pboc",
                institution=self._code,
                region=region,
                code="AAA000" if working else code,
                now=now,
                ready_at=now + WORKING_SECONDS if working else now,
                once=True,
            )
        except OtherContent:
            raise Refused("BUS005", key, numbered) from None
        return self._outcome(request, now, key, entry, mode)

    def _ask(self, request: Request, now: float, region: str, number: str) -> Answer:
        key = self._admit(request, now, region)
        if not re.fullmatch(r"[0-9A-Z]{24}", number):
            raise Refused("REQ002", key, "<Field>RequestNo</Field>")
        entry = self._register.find("pboc", self._code, number)
        if entry is None:
            raise Refused("AAA002", key, f"<RequestNo>{number}</RequestNo>")
        return self._outcome(request, now, key, entry)

    # Checks, in the order of section 6

    def _admit(self, request: Request, now: float, region: str) -> Key:
        """The session's key, once institution, session, signature, clock and nonce are right."""
        self._check_institution(request)
        session_id = request.header("X-PBOC-Session")
        session = self._sessions.get(session_id)
        if session is None or session.expires <= now or session.region != region:
            raise Refused("AUT003", Key("secret", self._secret))
        key = Key("session", session.key)
        self._check_signature(request, key, session=session_id, now=now)
        return key

    def _check_institution(self, request: Request) -> None:
        if request.header("X-PBOC-Institution") != self._code:
            raise Refused("AUT001")

    def _check_signature(self, request: Request, key: Key, *, session: str, now: float) -> None:
        stamp, nonce = request.header("X-PBOC-Timestamp"), request.header("X-PBOC-Nonce")
        text = signed_request(
            request.method, request.path, self._code, session, stamp, nonce, request.body
        )
        signature = request.header("X-PBOC-Signature")
        well_formed = re.fullmatch(r"\d{10}", stamp) and re.fullmatch(r"[0-9a-f]{32}", nonce)
        if not well_formed or not _same(signature, sign(key.value, text)):
            raise Refused("AUT002", key)
        if abs(int(stamp) - now) > CLOCK_SKEW:
            raise Refused("AUT004", key)
        if not self._nonces.first(nonce, now):
            raise Refused("AUT005", key)

    def _read(self, request: Request, key: Key) -> Inquiry:
        if len(request.body) > LARGEST_REQUEST:
            raise Refused("REQ004", key)
        try:
            return read_inquiry(request.body)
        except Unreadable:
            raise Refused("REQ001", key) from None
        except BadField as error:
            raise Refused("REQ002", key, f"<Field>{error}</Field>") from None

    def _forget_expired(self, now: float) -> None:
        for session_id in [name for name, s in self._sessions.items() if s.expires <= now]:
            del self._sessions[session_id]

    # Answers

    def _key(self, request: Request) -> Key:
        """The key of a caller who was not checked: good for an answer that settles nothing."""
        if request.header("X-PBOC-Institution") != self._code:
            return UNSIGNED
        session = self._sessions.get(request.header("X-PBOC-Session"))
        return Key("session", session.key) if session else Key("secret", self._secret)

    def _outcome(
        self, request: Request, now: float, key: Key, entry: Entry, mode: str = "ok"
    ) -> Answer:
        number = another(entry.request_no) if mode == "wrong_number" else entry.request_no
        after = f"<RequestNo>{number}</RequestNo>"
        if now < entry.ready_at:
            wait = {"Retry-After": str(int(entry.ready_at - now) + 1)}
            return self._reply(request, now, "AAA001", key, after, wait)
        if entry.code != "AAA000":
            return self._reply(request, now, entry.code, key, after)
        after += (
            f"<ReportNo>{entry.number}</ReportNo><InquiredAt>{rfc3339(entry.at)}</InquiredAt>"
            f"<ReportMessage>{report_base64(entry, 'xml', mode).decode()}</ReportMessage>"
        )
        if mode == "forged":  # by somebody in between, who has no key
            key = Key("session", secrets.token_bytes(32))
        return self._reply(request, now, "AAA000", key, after)

    def _reply(
        self,
        request: Request,
        now: float,
        code: str,
        key: Key,
        after: str = "",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        status, text = CODES[code]
        body = envelope(code, text, now, after=after)
        nonce, stamp = request.header("X-PBOC-Nonce"), str(int(now))
        headers = {
            "X-PBOC-Nonce": nonce if re.fullmatch(r"[0-9a-f]{32}", nonce) else "",
            "X-PBOC-Timestamp": stamp,
            "X-PBOC-Signed-With": key.name,
            **(headers or {}),
        }
        if key.value:
            headers["X-PBOC-Signature"] = sign(key.value, signed_answer(status, nonce, stamp, body))
        return Answer(status, body, "application/xml; charset=UTF-8", headers)


def _same(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(), right.encode())
