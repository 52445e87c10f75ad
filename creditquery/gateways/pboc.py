"""The bureau's direct channel, written from docs/interface/pboc.yaml.

It takes and gives plain values (gateways.inquiry); `gateway` is the one of this process.
"""

import base64
import binascii
import hmac
import secrets
from dataclasses import dataclass, field

from creditquery.gateways import pboc_wire as wire
from creditquery.gateways.errand import Errand
from creditquery.gateways.inquiry import (
    Access,
    Health,
    Inquiry,
    NotSeen,
    Report,
    Unbelievable,
    Working,
)
from creditquery.gateways.refusals import Refusals
from creditquery.gateways.sessions import Sessions, good_for
from portal.deadline import Answer, Deadline
from portal.gateway import Rejected, Unavailable

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
SIGNATURE = "AUT002"
# What the secret may sign inside a session: it settles no inquiry.
SIGNED_WITH_SECRET = {"AUT002", "AUT003", "AUT006", "SYS001", "SYS002", "SYS003", "SYS004"}
NEW_SESSION = {"AUT002", "AUT003"}
REFUSALS = Refusals(
    NOT_EXECUTED,
    busy={"SYS001", "SYS002"},
    maintenance="SYS004",
    clock="AUT004",
    our_keys={"AUT002", "AUT006"},
    otherwise="no session",
)
ASK_AGAIN_SECONDS = 5
MOST_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Session:
    """`ident` is empty while none is open and the secret signs."""

    ident: str
    key: bytes = field(repr=False)
    good_until: float = 0.0  # on the monotonic clock


@dataclass(frozen=True, slots=True)
class _Signed:
    """An answer whose signature holds; `skew` is our clock minus theirs, in seconds."""

    message: dict[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    after: int
    skew: float

    @property
    def code(self) -> str:
        return self.message["ResultCode"]


class Pboc:
    """The wire format as a gateway. It remembers sessions, and which secret each entrance took."""

    compares_numbers = True

    def __init__(self) -> None:
        self._sessions: Sessions[_Session] = Sessions()
        self._taken: dict[tuple[str, str], str] = {}

    def inquire(self, access: Access, inquiry: Inquiry, *, deadline: Deadline) -> Report | Working:
        """Make the inquiry, or have its stored answer again."""
        body = wire.inquiry_body(inquiry)
        answer = self._in_session(Errand(access, deadline), "POST", "inquiries", body)
        result = _result(answer, inquiry.request_no)
        if isinstance(result, NotSeen):
            raise Unbelievable("not seen, though just sent", answer.body)
        return result

    def ask(
        self, access: Access, request_no: str, *, deadline: Deadline
    ) -> Report | Working | NotSeen:
        """What became of a request number; free, and leaves nothing on anybody's file."""
        answer = self._in_session(Errand(access, deadline), "GET", f"inquiries/{request_no}", b"")
        return _result(answer, request_no)

    def probe(self, access: Access, *, deadline: Deadline) -> Health:
        """Status, which is unsigned and only a hint; then a new session, which proves the rest."""
        errand = Errand(access, deadline)
        told = errand.status()
        try:
            code = wire.read_envelope(told.body)["ResultCode"]
        except wire.BadEnvelope as error:
            return Health(open=False, why=f"status: {error}", tls=told.tls)
        if code != "AAA000":
            after = _seconds(told.headers.get("retry-after", ""))
            return REFUSALS.health(code, after=after, skew=0.0, tls=told.tls)
        try:
            answer, session = self._opened(errand)
        except Unbelievable as error:
            return Health(open=False, why=error.reason, keys=False, tls=told.tls)
        if session is None:
            return REFUSALS.health(answer.code, after=answer.after, skew=answer.skew, tls=told.tls)
        self._sessions.keep(access, session)
        return Health(open=True, skew=answer.skew, tls=told.tls)

    # --- Sessions ---------------------------------------------------------------------------

    def _in_session(self, errand: Errand, method: str, tail: str, body: bytes) -> _Signed:
        """Send in a session; once more in a fresh one when the bureau has forgotten ours."""
        session = self._session(errand)
        answer = _exchange(errand, method, tail, body, session)
        if answer.code in NEW_SESSION:
            self._sessions.drop(errand.access, session)
            answer = _exchange(errand, method, tail, body, self._session(errand))
        return answer

    def _session(self, errand: Errand) -> _Session:
        def open_one() -> _Session:
            answer, session = self._opened(errand)
            if session is None:
                raise REFUSALS.error(answer.code, after=answer.after, skew=answer.skew)
            return session

        return self._sessions.current(errand.access, errand.deadline, open_one)

    def _opened(self, errand: Errand) -> tuple[_Signed, _Session | None]:
        """The bureau's answer to a new session, and the session unless it was refused.

        While one secret replaces the other, the next is tried where one is refused: first what
        this entrance took last time, else the newest.
        """
        place = (errand.access.channel, errand.access.url)
        newest_first, taken = errand.access.secrets[::-1], self._taken.get(place)
        nonce = secrets.token_hex(16)
        for secret in sorted(newest_first, key=lambda each: each != taken):
            key = _Session("", secret.encode())
            answer = _exchange(errand, "POST", "session", b"", key, nonce)
            if answer.code == "AAA000":
                self._taken[place] = secret
                return answer, _derived(answer, secret, nonce)
            if answer.code != SIGNATURE:
                break
            nonce = secrets.token_hex(16)
        return answer, None


def _derived(answer: _Signed, secret: str, nonce: str) -> _Session:
    try:
        ident, lives = answer.message["SessionId"], int(answer.message["ExpiresIn"])
        server_nonce = answer.message["ServerNonce"]
        key = wire.session_key(secret.encode(), nonce, server_nonce, ident)
    except (KeyError, ValueError):
        raise Unbelievable("session answer incomplete", b"") from None
    return _Session(ident, key, good_for(lives))


# --- One signed exchange --------------------------------------------------------------------


def _exchange(
    errand: Errand, method: str, tail: str, body: bytes, session: _Session, nonce: str = ""
) -> _Signed:
    nonce = nonce or secrets.token_hex(16)
    path, institution = errand.path(tail), errand.access.institution
    headers = _headers(method, path, institution, nonce, body, session, errand.now())
    answer = errand.send(method, tail, headers=headers, body=body, most=MOST_BYTES)
    return _checked(answer, nonce, session, errand)


def _headers(
    method: str,
    path: str,
    institution: str,
    nonce: str,
    body: bytes,
    session: _Session,
    now: float,
) -> dict[str, str]:
    timestamp = str(int(now))
    text = wire.request_text(method, path, institution, session.ident, timestamp, nonce, body)
    headers = {
        "X-PBOC-Institution": institution,
        "X-PBOC-Timestamp": timestamp,
        "X-PBOC-Nonce": nonce,
        "X-PBOC-Signature": wire.sign(session.key, text),
    }
    if session.ident:
        headers["X-PBOC-Session"] = session.ident
    if method == "POST":
        headers["Content-Length"] = str(len(body))
        headers["Content-Type"] = "application/xml; charset=UTF-8"
    return headers


def _checked(answer: Answer, nonce: str, session: _Session, errand: Errand) -> _Signed:
    """The answer, once its signature over the raw bytes holds under a right key."""
    signed_with = answer.headers.get("x-pboc-signed-with", "none")
    keys = {
        "session": [session.key] if session.ident else [],
        "secret": [secret.encode() for secret in errand.access.secrets],
    }
    timestamp = answer.headers.get("x-pboc-timestamp", "")
    text = wire.answer_text(answer.status, nonce, timestamp, answer.body)
    given = answer.headers.get("x-pboc-signature", "").encode()
    expected = (wire.sign(key, text).encode() for key in keys.get(signed_with, []))
    if not any(hmac.compare_digest(each, given) for each in expected):
        raise Unbelievable(f"unsigned or forged, status {answer.status}", answer.body)
    try:
        message, skew = wire.read_envelope(answer.body), errand.now() - int(timestamp)
    except (wire.BadEnvelope, ValueError, OverflowError) as error:
        raise Unbelievable(f"envelope: {error}", answer.body) from None
    signed = _Signed(message, answer.body, _seconds(answer.headers.get("retry-after", "")), skew)
    if session.ident and signed_with == "secret" and signed.code not in SIGNED_WITH_SECRET:
        raise Unbelievable("settled outside the session", answer.body)
    return signed


def _seconds(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 4 else 0


# --- What an answer says --------------------------------------------------------------------


def _result(answer: _Signed, request_no: str) -> Report | Working | NotSeen:
    code = answer.code
    if code in FINAL:
        raise Rejected(code, FINAL[code])
    if code in REFUSALS:
        raise REFUSALS.error(answer.code, after=answer.after, skew=answer.skew)
    if code in UNKNOWN:
        raise Unavailable(UNKNOWN[code], sent=True, vendor_code=code)
    if answer.message.get("RequestNo") != request_no:
        raise Unbelievable("another request number", answer.body)
    if code == "AAA000":
        return _report(answer)
    if code == "AAA001":
        return Working(answer.after or ASK_AGAIN_SECONDS)
    if code == "AAA002":
        return NotSeen()
    raise Unbelievable("unknown result code", answer.body)


def _report(answer: _Signed) -> Report:
    try:
        xml = base64.b64decode(answer.message.get("ReportMessage", ""), validate=True)
    except binascii.Error:
        raise Unbelievable("report is not Base64", answer.body) from None
    number = answer.message.get("ReportNo", "")
    if not xml or len(number) != 22 or not (number.isascii() and number.isdecimal()):
        raise Unbelievable("report or its number is missing", answer.body)
    return Report(number, xml)


gateway = Pboc()
