"""Results that the bank sends by itself, and the ways in which a callback can go wrong.

The contract is docs/interface/bank.yaml, section 10.
"""

import json
import threading
import time
import urllib.error
import urllib.request
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

from simulators.background import Background
from simulators.bureau import bank_wire as wire
from simulators.bureau.bank_keys import KeyPair, Seal, StaticKeys
from simulators.bureau.bank_outcomes import CODES, content_of
from simulators.bureau.register import Entry
from simulators.faults import Fault, Switchboard

RETRY_SECONDS = (2, 10, 60, 300)
TIMEOUT = 10  # seconds
OVERSIZED = 17 * 1024 * 1024  # bytes; the interface allows 16 MiB
AGAIN_SECONDS = 0.2  # until a replay or an overtaken message
TRIES_KEPT = 20_000


@dataclass(frozen=True)
class Sealed:
    """A callback as it goes out."""

    request_no: str
    sequence: int
    code: str
    body: bytes
    headers: dict[str, str]


@dataclass(frozen=True)
class Try:
    """What became of one sending. `status` is 0 when nobody answered."""

    request_no: str
    sequence: int
    code: str
    mode: str
    status: int
    received: bool


class Callbacks:
    def __init__(
        self, url: str, statics: StaticKeys, switches: Switchboard, background: Background
    ) -> None:
        self._url = url
        self._statics, self._switches, self._background = statics, switches, background
        self._lock = threading.Lock()
        self._tries: deque[Try] = deque(maxlen=TRIES_KEPT)

    def schedule(self, entry: Entry, seconds: float) -> None:
        """Send the outcome of an inquiry after so many seconds."""
        if self._url:
            self._background.after(seconds, lambda: self._play(entry))

    def tries(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(one) for one in self._tries]

    def reset(self) -> None:
        with self._lock:
            self._tries.clear()

    def _play(self, entry: Entry) -> None:
        fault = self._switches.draw("bank.callback") or Fault("ok", 0.0)
        match fault.mode:
            case "lost":
                pass
            case "slow":
                self._background.after(fault.seconds, lambda: self._send(entry))
            case "forged":
                self._once(self._forge(entry), "forged")
                self._send(entry)
            case "replayed":
                sealed = self._result(entry)
                self._once(sealed, "ok")
                self._background.after(AGAIN_SECONDS, lambda: self._once(sealed, "replayed"))
            case "stale":
                self._once(self._result(entry, now=time.time() - fault.seconds), "stale")
            case "reordered":
                working = self._working(entry)
                self._once(self._result(entry, sequence=2), "ok")
                self._background.after(AGAIN_SECONDS, lambda: self._once(working, "reordered"))
            case "oversized":
                self._once(self._oversized(entry), "oversized")
            case "wrong_person":
                self._once(self._result(entry, mode="wrong_person"), "wrong_person")
            case _:
                self._send(entry)

    # Messages

    def _result(
        self, entry: Entry, *, sequence: int = 1, mode: str = "ok", now: float | None = None
    ) -> Sealed:
        code, content = content_of(entry, mode)
        return self._seal(entry, code, content, sequence, now)

    def _working(self, entry: Entry) -> Sealed:
        return self._seal(entry, "000001", {"request_no": entry.request_no}, 1, None)

    def _forge(self, entry: Entry) -> Sealed:
        """What a stranger would send: the kid is the bank's, the key and the verdict are not."""
        content = {"request_no": entry.request_no}
        return self._seal(entry, "100001", content, 9, None, signer=KeyPair.new())

    def _oversized(self, entry: Entry) -> Sealed:
        sealed = self._result(entry)
        body = sealed.body + b" " * (OVERSIZED - len(sealed.body))
        return Sealed(entry.request_no, 1, sealed.code, body, self._headers(body))

    def _seal(
        self,
        entry: Entry,
        code: str,
        content: dict[str, Any],
        sequence: int,
        now: float | None,
        signer: KeyPair | None = None,
    ) -> Sealed:
        of = wire.ReqHead(entry.rqst_id, entry.institution)
        head = wire.resp_head(of, code, CODES[code][1], time.time() if now is None else now)
        to, own = self._statics.institution[-1], KeyPair.new()
        info = wire.lines("BANK1 callback", entry.institution, to.kid)
        key = own.derive(to, salt=bytes.fromhex(head["nonce"]), info=info, length=32)
        sealed = Seal(key).close(
            wire.dump(content | {"sequence": sequence}),
            wire.additional("BANK1-CALLBACK", head, to.kid),
        )
        envelope = {"to": to.kid, "public_key": own.public.text} | sealed
        body = wire.dump({"respHead": head, "body": envelope})
        return Sealed(entry.request_no, sequence, code, body, self._headers(body, signer))

    def _headers(self, body: bytes, signer: KeyPair | None = None) -> dict[str, str]:
        return {
            "Content-Type": "application/json",
            "X-Bank-Key": self._statics.signer.public.kid,
            "X-Bank-Signature": (signer or self._statics.signer).sign(wire.signed_callback(body)),
        }

    # Sending

    def _send(self, entry: Entry, tried: int = 0) -> None:
        """At least once: sealed afresh each time, until it is taken or refused."""
        status = self._once(self._result(entry), "ok")
        settled = status == 200 or (400 <= status < 500 and status not in (408, 429))
        if not settled and tried < len(RETRY_SECONDS):
            again = RETRY_SECONDS[tried]
            self._background.after(again, lambda: self._send(entry, tried + 1))

    def _once(self, sealed: Sealed, mode: str) -> int:
        status, received = _post(self._url, sealed)
        made = Try(sealed.request_no, sealed.sequence, sealed.code, mode, status, received)
        with self._lock:
            self._tries.append(made)
        # Status 200 that does not say "received" comes from something else at that address.
        return status if status != 200 or received else 0


def _post(url: str, sealed: Sealed) -> tuple[int, bool]:
    """The answer's status, 0 without one, and whether it says that the message was received."""
    request = urllib.request.Request(  # noqa: S310  (the address is our operator's setting)
        url, data=sealed.body, headers=sealed.headers, method="POST"
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            said = json.loads(answer.read(10_000))
            return answer.status, isinstance(said, dict) and said.get("received") is True
    except urllib.error.HTTPError as error:
        with error:
            return error.code, False
    except (OSError, ValueError):
        return 0, False
