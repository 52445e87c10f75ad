"""The bureau's direct channel, written from docs/interface/pboc.yaml.

It takes and gives plain values. `Unavailable` says by `sent` whether an inquiry may have been
made; `Unbelievable` is an answer that proves nothing; `Rejected` is the bureau's final word.
"""

import base64
import binascii
import hmac
import secrets
import threading
import time
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlsplit

from django.conf import settings

from creditquery.gateways import pboc_wire as wire
from creditquery.gateways.pboc_wire import Inquiry, Person
from portal.deadline import Answer, Deadline, call
from portal.gateway import Rejected, Unavailable

__all__ = ["Bureau", "Inquiry", "NotSeen", "Person", "Report", "Unbelievable", "Working", "bureau"]

# Vendor codes, by what they mean for an inquiry (x-result-codes of the interface).
FINAL = {
    "BUS001": "no file about this person",
    "BUS002": "identity differs from the register",
    "BUS003": "consent missing or no longer valid",
    "BUS004": "reason not allowed to this institution",
    "BUS005": "same request number, other content",
}
NOT_EXECUTED = {
    "REQ001": "body not readable",
    "REQ002": "element missing or malformed",
    "REQ003": "no such interface",
    "REQ004": "body too large",
    "AUT002": "signature wrong",
    "AUT003": "session unknown or over",
    "AUT004": "our clock is wrong",
    "AUT005": "nonce repeated",
    "AUT006": "institution's rights suspended",
    "SYS001": "busy",
    "SYS002": "too many calls",
    "SYS004": "maintenance",
}
UNKNOWN = {"SYS003": "internal error"}
ABOUT_SESSION = {"AUT002", "AUT003", "AUT006"}  # the only ones that may be signed with the secret
NEW_SESSION = {"AUT002", "AUT003"}
ASK_AGAIN_SECONDS = 5
SESSION_MARGIN_SECONDS = 30
"""A session is replaced this long before it ends, so that none ends under a running call."""


class Unbelievable(Unavailable):
    """An answer that proves nothing: forged, garbled, too large. `raw` is kept for a person."""

    def __init__(self, reason: str, raw: bytes) -> None:
        super().__init__(reason, sent=True)
        self.raw = raw


@dataclass(frozen=True, slots=True)
class Report:
    number: str
    xml: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Working:
    """Received, and no result yet: ask by the number after so many seconds."""

    retry_after: int


@dataclass(frozen=True, slots=True)
class NotSeen:
    """The bureau does not know the number (yet): the same inquiry may be sent."""


@dataclass(frozen=True, slots=True)
class _Session:
    ident: str
    key: bytes = field(repr=False)
    good_until: float  # on the monotonic clock


@dataclass(frozen=True, slots=True)
class _Signed:
    """An answer whose signature holds."""

    message: dict[str, str] = field(repr=False)
    headers: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def code(self) -> str:
        return self.message["ResultCode"]


class Bureau:
    """One institution's access. Sessions live in this process; each entrance has its own."""

    def __init__(self, base_url: str, institution: str, secret: str) -> None:
        self._base_url, self._institution = base_url, institution
        self._secret = secret.encode()
        self._sessions: dict[str, _Session] = {}
        self._opening = threading.Lock()

    def inquire(self, inquiry: Inquiry, *, endpoint: str, seconds: float) -> Report | Working:
        """Make the inquiry, or have its stored answer again; all of it within `seconds`."""
        body = wire.inquiry_body(inquiry)
        answer = self._in_session("POST", endpoint, "inquiries", body, Deadline(seconds))
        result = self._result(answer, inquiry.request_no)
        if isinstance(result, NotSeen):
            raise Unbelievable("not seen, though just sent", answer.body)
        return result

    def ask(self, request_no: str, *, endpoint: str, seconds: float) -> Report | Working | NotSeen:
        """What became of a request number; free, and leaves nothing on anybody's file."""
        tail = f"inquiries/{request_no}"
        answer = self._in_session("GET", endpoint, tail, b"", Deadline(seconds))
        return self._result(answer, request_no)

    def is_open(self, *, endpoint: str, seconds: float) -> bool:
        """Whether the entrance says that it is open; unsigned, so good for no more than a hint."""
        try:
            answer = call("GET", self._url(endpoint, "status"), seconds=seconds, max_bytes=65_536)
            return (
                answer.status == 200 and wire.read_envelope(answer.body)["ResultCode"] == "AAA000"
            )
        except (Unavailable, wire.BadEnvelope):
            return False

    # --- What an answer says ----------------------------------------------------------------

    def _result(self, answer: _Signed, request_no: str) -> Report | Working | NotSeen:
        code = answer.code
        if code in FINAL:
            raise Rejected(code, FINAL[code])
        if code in NOT_EXECUTED:
            raise Unavailable(NOT_EXECUTED[code], sent=False, vendor_code=code)
        if code in UNKNOWN:
            raise Unavailable(UNKNOWN[code], sent=True, vendor_code=code)
        if answer.message.get("RequestNo") != request_no:
            raise Unbelievable("another request number", answer.body)
        if code == "AAA000":
            return _report(answer)
        if code == "AAA001":
            after = answer.headers.get("retry-after", "")
            return Working(int(after) if after.isdecimal() else ASK_AGAIN_SECONDS)
        if code == "AAA002":
            return NotSeen()
        raise Unbelievable("unknown result code", answer.body)

    # --- Sessions ---------------------------------------------------------------------------

    def _in_session(
        self, method: str, endpoint: str, tail: str, body: bytes, deadline: Deadline
    ) -> _Signed:
        """Send in a session; once more in a fresh one when the bureau has forgotten ours."""
        session = self._session(endpoint, deadline)
        answer = self._signed(method, endpoint, tail, body, session, deadline)
        if answer.code in NEW_SESSION:
            self._sessions.pop(endpoint, None)
            session = self._session(endpoint, deadline)
            answer = self._signed(method, endpoint, tail, body, session, deadline)
        return answer

    def _session(self, endpoint: str, deadline: Deadline) -> _Session:
        """The open session; of many threads that need one, a single one opens it."""
        try:
            if not self._opening.acquire(timeout=deadline.left()):
                raise TimeoutError
            try:
                session = self._sessions.get(endpoint)
                if session is None or session.good_until < time.monotonic():
                    session = self._sessions[endpoint] = self._open(endpoint, deadline)
                return session
            finally:
                self._opening.release()
        except TimeoutError:
            raise Unavailable("timeout", sent=False) from None
        except Unavailable as error:  # the inquiry itself has not been sent
            raise Unavailable(error.reason, sent=False, vendor_code=error.vendor_code) from None

    def _open(self, endpoint: str, deadline: Deadline) -> _Session:
        nonce = secrets.token_hex(16)
        answer = self._signed("POST", endpoint, "session", b"", None, deadline, nonce)
        if answer.code != "AAA000":
            raise Unavailable("no session", sent=False, vendor_code=answer.code)
        try:
            ident, lives = answer.message["SessionId"], int(answer.message["ExpiresIn"])
            key = wire.session_key(self._secret, nonce, answer.message["ServerNonce"], ident)
        except (KeyError, ValueError):
            raise Unbelievable("session answer incomplete", b"") from None
        return _Session(ident, key, time.monotonic() + max(lives - SESSION_MARGIN_SECONDS, 1))

    # --- One signed exchange ----------------------------------------------------------------

    def _signed(
        self,
        method: str,
        endpoint: str,
        tail: str,
        body: bytes,
        session: _Session | None,
        deadline: Deadline,
        nonce: str = "",
    ) -> _Signed:
        url, nonce = self._url(endpoint, tail), nonce or secrets.token_hex(16)
        headers = self._headers(method, urlsplit(url).path, nonce, body, session)
        try:
            answer = call(method, url, headers=headers, body=body, seconds=deadline.left())
        except TimeoutError:
            raise Unavailable("timeout", sent=False) from None
        except Unavailable as error:
            if error.reason == "answer too large":
                raise Unbelievable(error.reason, b"") from None
            raise
        return self._checked(answer, nonce, session)

    def _headers(
        self, method: str, path: str, nonce: str, body: bytes, session: _Session | None
    ) -> dict[str, str]:
        timestamp = str(int(time.time()))
        ident, key = (session.ident, session.key) if session else ("", self._secret)
        text = wire.request_text(method, path, self._institution, ident, timestamp, nonce, body)
        headers = {
            "X-PBOC-Institution": self._institution,
            "X-PBOC-Timestamp": timestamp,
            "X-PBOC-Nonce": nonce,
            "X-PBOC-Signature": wire.sign(key, text),
        }
        if session:
            headers["X-PBOC-Session"] = session.ident
        if method == "POST":
            headers["Content-Length"] = str(len(body))
            headers["Content-Type"] = "application/xml; charset=UTF-8"
        return headers

    def _checked(self, answer: Answer, nonce: str, session: _Session | None) -> _Signed:
        """The answer, once its signature over the raw bytes holds under the right key."""
        signed_with = answer.headers.get("x-pboc-signed-with", "none")
        keys = {"session": session.key if session else b"", "secret": self._secret}
        key = keys.get(signed_with, b"")
        timestamp = answer.headers.get("x-pboc-timestamp", "")
        expected = wire.sign(key, wire.answer_text(answer.status, nonce, timestamp, answer.body))
        given = answer.headers.get("x-pboc-signature", "")
        if not key or not hmac.compare_digest(expected.encode(), given.encode()):
            raise Unbelievable(f"unsigned or forged, status {answer.status}", answer.body)
        try:
            message = wire.read_envelope(answer.body)
        except wire.BadEnvelope as error:
            raise Unbelievable(f"envelope: {error}", answer.body) from None
        if session and signed_with == "secret" and message["ResultCode"] not in ABOUT_SESSION:
            raise Unbelievable("settled outside the session", answer.body)
        return _Signed(message, dict(answer.headers), answer.body)

    def _url(self, endpoint: str, tail: str) -> str:
        return f"{self._base_url}/{endpoint}/v1/{tail}"


def _report(answer: _Signed) -> Report:
    try:
        xml = base64.b64decode(answer.message.get("ReportMessage", ""), validate=True)
    except binascii.Error:
        raise Unbelievable("report is not Base64", answer.body) from None
    number = answer.message.get("ReportNo", "")
    if not xml or len(number) != 22 or not number.isdecimal():
        raise Unbelievable("report or its number is missing", answer.body)
    return Report(number, xml)


def bureau() -> Bureau:
    """The access that the settings describe; one a process, since it holds the sessions."""
    return _bureau(settings.PBOC_BASE_URL, settings.PBOC_INSTITUTION_CODE, settings.PBOC_SECRET)


_bureau = cache(Bureau)
