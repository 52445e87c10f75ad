"""A bank's platform, written from docs/interface/bank.yaml; by reference and blind alike.

It takes and gives plain values (gateways.inquiry); `gateway` is the one of this process.
"""

import datetime as dt
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from creditquery.gateways import bank_wire as wire
from creditquery.gateways.bank_callbacks import message_id, opened
from creditquery.gateways.bank_codes import (
    ABOUT_INQUIRY,
    DONE,
    NEW_KEYS,
    NOT_SEEN,
    REFUSALS,
    SIGNATURE,
    UNKNOWN,
    said,
)
from creditquery.gateways.bank_wire import CLOCKS_APART, MOST_BYTES, BadMessage, Head, Signer
from creditquery.gateways.errand import Errand
from creditquery.gateways.inquiry import (
    Access,
    Health,
    Inquiry,
    Notice,
    NotSeen,
    Report,
    Unbelievable,
    Working,
)
from creditquery.gateways.sessions import Sessions, good_for
from portal.deadline import Answer, Deadline
from portal.gateway import Rejected, Unavailable


@dataclass(frozen=True, slots=True)
class _Keys:
    """Dynamic keys of one entrance."""

    ident: str
    pair: wire.KeyPair
    good_until: float  # on the monotonic clock


@dataclass(frozen=True, slots=True)
class _Signed:
    """An answer whose signature holds; `plain` is what its body says, sealed or not."""

    head: Head
    plain: dict[str, Any] = field(repr=False)
    body: bytes = field(repr=False)
    nonce: str  # of the request
    skew: float  # our clock minus theirs, in seconds

    @property
    def code(self) -> str:
        return self.head.resp_cd


class Bank:
    """The wire format as a gateway. It remembers dynamic keys, and which static key of ours each
    entrance took. `asynchronous`: inquiries are accepted at once, their results come later."""

    compares_numbers = False

    def __init__(self, *, asynchronous: bool = False) -> None:
        self._asynchronous = asynchronous
        self._sessions: Sessions[_Keys] = Sessions()
        self._taken: dict[tuple[str, str], str] = {}

    def inquire(self, access: Access, inquiry: Inquiry, *, deadline: Deadline) -> Report | Working:
        """Make the inquiry: whatever arrives is executed, so that nothing is sent again here
        unless the bank has signed that nothing happened."""
        errand, plain = Errand(access, deadline), wire.inquiry_body(inquiry)
        answer = self._in_session(errand, "inquiries", plain, inquiry.request_no)
        result = _result(answer, inquiry.request_no)
        if isinstance(result, NotSeen):
            raise Unbelievable("not seen, though just sent", answer.body)
        return result

    def ask(
        self, access: Access, request_no: str, *, deadline: Deadline
    ) -> Report | Working | NotSeen:
        """What became of a request number; free. A blind platform does not tell: Unavailable."""
        plain = {"request_no": request_no}
        answer = self._in_session(Errand(access, deadline), "outcomes", plain, request_no)
        return _result(answer, request_no)

    def probe(self, access: Access, *, deadline: Deadline) -> Health:
        """Status, which is unsigned and only a hint; then new keys, which prove the rest."""
        errand = Errand(access, deadline)
        told = errand.status()
        try:
            head = wire.read_head(wire.json_object(told.body))
        except BadMessage as error:
            return Health(open=False, why=f"status: {error}", tls=told.tls)
        if head.resp_cd != DONE:
            return REFUSALS.health(head.resp_cd, after=head.retry_after, skew=0.0, tls=told.tls)
        try:
            answer, keys = self._opened(errand)
        except Unbelievable as error:
            return Health(open=False, why=error.reason, keys=False, tls=told.tls)
        if keys is None:
            return REFUSALS.health(
                answer.code, after=answer.head.retry_after, skew=answer.skew, tls=told.tls
            )
        self._sessions.keep(access, keys)
        return Health(open=True, skew=answer.skew, tls=told.tls)

    def opened(
        self, access: Access, headers: Mapping[str, str], raw: bytes, *, now: dt.datetime
    ) -> Notice:
        return opened(access, headers, raw, now=now)

    # --- Keys -------------------------------------------------------------------------------

    def _in_session(
        self, errand: Errand, tail: str, plain: Mapping[str, Any], request_no: str
    ) -> _Signed:
        """Send under dynamic keys; once more under fresh ones when the bank has lost ours."""
        keys = self._keys(errand)
        answer = self._signed(errand, tail, plain, request_no, keys)
        if answer.code in NEW_KEYS:
            self._sessions.drop(errand.access, keys)
            answer = self._signed(errand, tail, plain, request_no, self._keys(errand))
        return answer

    def _keys(self, errand: Errand) -> _Keys:
        def open_some() -> _Keys:
            answer, keys = self._opened(errand)
            if keys is None:
                raise REFUSALS.error(answer.code, after=answer.head.retry_after, skew=answer.skew)
            return keys

        return self._sessions.current(errand.access, errand.deadline, open_some)

    def _opened(self, errand: Errand) -> tuple[_Signed, _Keys | None]:
        """The bank's answer to new keys, and the keys unless they were refused."""
        own = wire.new_key()
        answer = self._signed(errand, "keys", {"public_key": wire.public_text(own)}, "", None)
        if answer.code != DONE:
            return answer, None
        try:
            pair = wire.dynamic_keys(
                own,
                str(answer.plain["public_key"]),
                nonces=(answer.nonce, answer.head.nonce),
                institution=errand.access.institution,
                key_id=answer.head.key_id,
            )
            lives = int(answer.plain["expires_in"])
        except (BadMessage, KeyError, TypeError, ValueError, OverflowError):
            raise Unbelievable("keys incomplete", b"") from None
        return answer, _Keys(answer.head.key_id, pair, good_for(lives))

    def _signed(
        self,
        errand: Errand,
        tail: str,
        plain: Mapping[str, Any],
        request_no: str,
        keys: _Keys | None,
    ) -> _Signed:
        """One exchange. While one static key of ours replaces the other, the next is tried where
        one is refused: first what this entrance took last time, else the newest."""
        place = (errand.access.channel, errand.access.url)
        newest_first, taken = wire.signers(errand.access.secrets)[::-1], self._taken.get(place)
        for signer in sorted(newest_first, key=lambda each: each.kid != taken):
            head = _head(errand, request_no, keys)
            if self._asynchronous and tail == "inquiries":
                head["async"] = True
            answer = _exchange(errand, tail, head, plain, keys, signer)
            if answer.code != SIGNATURE:
                self._taken[place] = signer.kid
                break
        return answer


# --- One signed exchange --------------------------------------------------------------------


def _head(errand: Errand, request_no: str, keys: _Keys | None) -> dict[str, Any]:
    return {
        "version": "1.0",
        "rqst_id": message_id(request_no),
        "institution": errand.access.institution,
        "key_id": keys.ident if keys else "",
        "timestamp": str(int(errand.now() * 1000)),
        "nonce": secrets.token_hex(16),
    }


def _exchange(
    errand: Errand,
    tail: str,
    head: Mapping[str, Any],
    plain: Mapping[str, Any],
    keys: _Keys | None,
    signer: Signer,
) -> _Signed:
    path, body = errand.path(tail), plain
    if keys:
        named = ("institution", "rqst_id", "key_id", "timestamp", "nonce")
        bound_to = ["BANK1-REQUEST", path, *(str(head[name]) for name in named)]
        body = wire.seal(keys.pair.ours, plain, bound_to)
    raw = json.dumps({"reqHead": head, "body": body}, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json",
        "X-Bank-Key": signer.kid,
        "X-Bank-Signature": signer.sign(wire.request_text("POST", path, raw)),
    }
    answer = errand.send("POST", tail, headers=headers, body=raw, most=MOST_BYTES)
    if not wire.holds(
        errand.access.peer_key, answer.headers, wire.answer_text(answer.status, raw, answer.body)
    ):
        raise Unbelievable(f"unsigned or forged, status {answer.status}", answer.body)
    try:
        return _checked(answer, head, keys, errand.now())
    except BadMessage as error:
        raise Unbelievable(f"message: {error}", answer.body) from None


def _checked(answer: Answer, asked: Mapping[str, Any], keys: _Keys | None, now: float) -> _Signed:
    """A signed answer, once it answers us, now, and opens; raises BadMessage."""
    message = wire.json_object(answer.body)
    head = wire.read_head(message)
    settles = head.resp_cd in ABOUT_INQUIRY
    ours = {"rqst_id": asked["rqst_id"], "institution": asked["institution"]}
    ours |= {"key_id": keys.ident} if keys else {}
    for name, value in ours.items():
        # What could not be read cannot be repeated; the signature is over our own bytes anyway.
        if getattr(head, name) not in ({value} if settles else {value, ""}):
            raise BadMessage(f"another {name}")
    skew = now - head.at.timestamp()
    if abs(skew) > CLOCKS_APART.total_seconds() and head.resp_cd != REFUSALS.clock:
        raise BadMessage("their clock is off")
    plain = message.get("body")
    if keys and settles:
        bound_to = ["BANK1-ANSWER", *wire.bound(head, head.key_id)]
        plain = wire.unseal(keys.pair.theirs, plain, bound_to)
    return _Signed(
        head, plain if isinstance(plain, dict) else {}, answer.body, asked["nonce"], skew
    )


# --- What an answer says --------------------------------------------------------------------


def _result(answer: _Signed, request_no: str) -> Report | Working | NotSeen:
    code = answer.code
    if code in REFUSALS:
        raise REFUSALS.error(answer.code, after=answer.head.retry_after, skew=answer.skew)
    if code in UNKNOWN:
        raise Unavailable(UNKNOWN[code], sent=True, vendor_code=code)
    if code not in ABOUT_INQUIRY:
        raise Unbelievable("unknown result code", answer.body)
    if answer.plain.get("request_no") != request_no:
        raise Unbelievable("another request number", answer.body)
    if code == NOT_SEEN:
        return NotSeen(answer.head.at)
    try:
        word = said(answer.head, answer.plain)
    except BadMessage as error:
        raise Unbelievable(str(error), answer.body) from None
    if isinstance(word, Rejected):
        raise word
    return word


gateway = Bank()
