"""A bank's platform before the bureau: dynamic keys, sealed inquiries, results at once or later.

The contract is docs/interface/bank.yaml; sections named below are those of its description. It
executes whatever arrives in time and never compares request numbers.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

from simulators.bureau import bank_wire as wire
from simulators.bureau.bank_callbacks import Callbacks
from simulators.bureau.bank_keys import BadKey, DynamicKeys, KeyPair, KeyRing, PublicKey, StaticKeys
from simulators.bureau.bank_outcomes import CODES, content_of
from simulators.bureau.inquiry import BadField, Unreadable
from simulators.bureau.people import WORKING_SECONDS, judge
from simulators.bureau.register import Entry, Register
from simulators.exchange import Answer, Request
from simulators.faults import REGIONS, Fault
from simulators.nonces import Nonces

CLOCK_SKEW = 300  # seconds, section 9
NONCE_SECONDS = 600

# What a fault at the door says; nothing is done then.
AT_THE_DOOR = {
    "error": "000099",
    "busy": "000090",
    "throttle": "000091",
    "maintenance": "000092",
    "suspended": "000021",
}
WITH_RETRY_AFTER = {"000090", "000091", "000092"}


@dataclass(frozen=True)
class Call:
    """One request on its way through the checks of section 8."""

    request: Request
    region: str
    now: float
    head: wire.ReqHead
    body: object = None
    keys: DynamicKeys | None = None
    mode: str = "ok"


@dataclass
class Refused(Exception):
    call: Call
    code: str
    field: str = ""


class Bank:
    """`channel` is the name under which the register keeps it: bank (by reference) or blind."""

    def __init__(
        self,
        channel: Literal["bank", "blind"],
        institution: str,
        statics: StaticKeys,
        register: Register,
        callbacks: Callbacks | None,
        *,
        settle_seconds: float,
        later_seconds: float,
    ) -> None:
        self._channel, self._institution = channel, institution
        self._statics, self._register, self._callbacks = statics, register, callbacks
        self._settle_seconds, self._later_seconds = settle_seconds, later_seconds
        self._ring = KeyRing()
        self._nonces = Nonces(NONCE_SECONDS)

    def forget(self) -> None:
        """Dynamic keys and nonces, as a restart does."""
        self._ring.forget()
        self._nonces.clear()

    def has_effect(self, request: Request) -> bool:
        return request.method == "POST" and request.rest.endswith("/inquiries")

    def answer(self, request: Request, now: float, fault: Fault | None = None) -> Answer:
        call = Call(request, "", now, wire.ReqHead(), mode=fault.mode if fault else "ok")
        try:
            return self._route(call)
        except Refused as refusal:
            more: dict[str, Any] = {"field": refusal.field} if refusal.field else {}
            return self._reply(refusal.call, refusal.code, **more)

    def turn_away(self, request: Request, now: float, fault: Fault) -> Answer:
        code = AT_THE_DOOR[fault.mode]
        more: dict[str, Any] = {}
        if code in WITH_RETRY_AFTER:
            more["retry_after"] = max(1, round(fault.seconds))
        call = Call(request, "", now, wire.glance(request.body))
        return self._reply(call, code, **more)

    def _route(self, call: Call) -> Answer:
        found = re.fullmatch(r"/(\w+)/v1/(\w+)", call.request.rest)
        handlers: dict[tuple[str, str], Callable[[Call], Answer]] = {
            ("GET", "status"): lambda call: self._reply(call, "000000"),
            ("POST", "keys"): self._open_keys,
            ("POST", "inquiries"): self._inquire,
            ("POST", "outcomes"): self._ask,
        }
        handler = handlers.get((call.request.method, found[2])) if found else None
        if not found or found[1] not in REGIONS or handler is None:
            raise Refused(call, "000032")
        return handler(replace(call, region=found[1]))

    # The three calls

    def _open_keys(self, call: Call) -> Answer:
        call = self._admit(call)
        try:
            other = PublicKey.read(call.body["public_key"] if isinstance(call.body, dict) else "")
        except (KeyError, BadKey):
            raise Refused(call, "000031", "public_key") from None
        head = wire.resp_head(call.head, "000000", CODES["000000"][1], call.now)
        keys, own = self._ring.open(
            other,
            institution=call.head.institution,
            region=call.region,
            nonces=call.head.nonce + head["nonce"],
            now=call.now,
        )
        head["key_id"] = keys.key_id
        lives = round(keys.expires - call.now)
        return self._signed(call, head, {"public_key": own.text, "expires_in": lives})

    def _inquire(self, call: Call) -> Answer:
        call, plain = self._open(self._admit(call))
        try:
            inquiry = wire.read_inquiry(plain)
        except Unreadable:
            raise Refused(call, "000030") from None
        except BadField as error:
            raise Refused(call, "000031", str(error)) from None
        if call.now - call.head.sent_at > self._settle_seconds:
            raise Refused(call, "000027")
        # No number is looked up: whatever arrives in time is an inquiry of its own.
        code = judge(inquiry, call.now)
        wait = WORKING_SECONDS if code == "AAA001" else 0.0
        if call.head.wants_later:
            wait = wait or self._later_seconds
        if self._callbacks is None:  # a blind platform has no way to say anything later
            wait = 0.0
        entry = self._register.enter(
            inquiry,
            channel=self._channel,
            institution=call.head.institution,
            region=call.region,
            code="AAA000" if code == "AAA001" else code,
            now=call.now,
            ready_at=call.now + wait,
            once=False,
            rqst_id=call.head.rqst_id,
        )
        if self._callbacks and (wait or call.head.wants_later):
            self._callbacks.schedule(entry, wait)
            return self._working(call, entry)
        return self._outcome(call, entry)

    def _ask(self, call: Call) -> Answer:
        call, plain = self._open(self._admit(call))
        if self._callbacks is None:
            raise Refused(call, "000034")
        try:
            number = wire.read_question(plain)
        except Unreadable:
            raise Refused(call, "000030") from None
        except BadField as error:
            raise Refused(call, "000031", str(error)) from None
        entry = self._register.find(self._channel, call.head.institution, number)
        if entry is None:
            return self._reply(call, "000002", {"request_no": number})
        if call.now < entry.ready_at:
            return self._working(call, entry)
        return self._outcome(call, entry)

    # Checks, in the order of section 8

    def _admit(self, call: Call) -> Call:
        """The call with its head, once size, envelope, signer, clock and nonce are right."""
        request = call.request
        call = replace(call, head=wire.glance(request.body))
        if len(request.body) > wire.LARGEST_REQUEST:
            raise Refused(call, "000033")
        try:
            head, body = wire.read_request(request.body)
        except Unreadable:
            raise Refused(call, "000030") from None
        except BadField as error:
            raise Refused(call, "000031", str(error)) from None
        if head.institution != self._institution:
            raise Refused(call, "000020")
        text = wire.signed_request(request.method, request.path, request.body)
        kid, signature = request.header("X-Bank-Key"), request.header("X-Bank-Signature")
        if not self._statics.verified(kid, signature, text):
            raise Refused(call, "000024")
        if abs(head.sent_at - call.now) > CLOCK_SKEW:
            raise Refused(call, "000022")
        if not self._nonces.first(head.nonce, call.now):
            raise Refused(call, "000023")
        return replace(call, head=head, body=body)

    def _open(self, call: Call) -> tuple[Call, bytes]:
        keys = self._ring.find(call.head.key_id, region=call.region, now=call.now)
        if keys is None:
            raise Refused(call, "000025")
        plain = keys.incoming.open(call.body, call.head.additional(call.request.path))
        if plain is None:
            raise Refused(call, "000026")
        return replace(call, keys=keys), plain

    # Answers

    def _working(self, call: Call, entry: Entry) -> Answer:
        wait = max(1, round(entry.ready_at - call.now + 0.5))
        return self._reply(call, "000001", {"request_no": entry.request_no}, retry_after=wait)

    def _outcome(self, call: Call, entry: Entry) -> Answer:
        code, content = content_of(entry, call.mode)
        return self._reply(call, code, content)

    def _reply(
        self, call: Call, code: str, content: dict[str, Any] | None = None, **more: Any
    ) -> Answer:
        head = wire.resp_head(call.head, code, CODES[code][1], call.now, **more)
        body = None
        if content is not None:
            assert call.keys is not None
            plain = wire.dump(content)
            body = call.keys.outgoing.close(plain, wire.additional("BANK1-ANSWER", head))
        return self._signed(call, head, body)

    def _signed(self, call: Call, head: dict[str, Any], body: dict[str, Any] | None) -> Answer:
        status = CODES[head["resp_cd"]][0]
        document = wire.dump({"respHead": head, "body": body})
        if call.request.method == "GET":
            return Answer(status, document, "application/json")
        # Forged is what somebody in between says: under the bank's kid, with a key of his own.
        signer = KeyPair.new() if call.mode == "forged" else self._statics.signer
        text = wire.signed_answer(status, call.request.body, document)
        headers = {
            "X-Bank-Key": self._statics.signer.public.kid,
            "X-Bank-Signature": signer.sign(text),
        }
        return Answer(status, document, "application/json", headers)
