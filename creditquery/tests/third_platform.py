"""A third platform: its adapter, as somebody would write it, and a counterpart with faults.

The format is a plain one (JSON, one secret, no sessions). The two share their signed texts, since
what is tested here is the conformance kit, not the format.
"""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from django.utils import timezone

from creditquery.gateways.errand import Errand, clock_words
from creditquery.gateways.inquiry import (
    Access,
    Deadline,
    Health,
    Inquiry,
    NotSeen,
    Report,
    Throttled,
    Unbelievable,
    Working,
)
from creditquery.report.samples import tree
from portal.gateway import Rejected, Unavailable

SECRET = "third-platform-secret"
FINAL = {"consent": "BUS003", "conflict": "BUS005"}
NOT_EXECUTED = {"signature", "clock", "replayed", "malformed", "too-large", "unknown-path"}


def mark(secret: str, *parts: str) -> str:
    return hmac.new(secret.encode(), "\n".join(parts).encode(), hashlib.sha256).hexdigest()


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


# --- The adapter ----------------------------------------------------------------------------


class Third:
    """As short as an adapter can be: three calls over an Errand, one table of codes."""

    compares_numbers = True

    def inquire(self, access: Access, inquiry: Inquiry, *, deadline: Deadline) -> Report | Working:
        person = inquiry.person
        told = {
            "number": inquiry.request_no,
            "name": person.name,
            "id_type": person.id_type,
            "id_number": person.id_number,
            "reason": inquiry.reason,
            "consent": inquiry.consent_reference,
            "signed_at": inquiry.consent_signed_at.timestamp(),
        }
        said = self._said(Errand(access, deadline), "POST", "inquiries", json.dumps(told).encode())
        if isinstance(said, NotSeen):
            raise Unbelievable("not seen, though just sent", b"")
        return said

    def ask(
        self, access: Access, request_no: str, *, deadline: Deadline
    ) -> Report | Working | NotSeen:
        return self._said(Errand(access, deadline), "GET", f"inquiries/{request_no}", b"")

    def probe(self, access: Access, *, deadline: Deadline) -> Health:
        message, skew = self._exchange(Errand(access, deadline), "GET", "hello", b"")
        return Health(open=message["code"] == "ok", skew=skew, why=message["code"])

    def _said(
        self, errand: Errand, method: str, tail: str, body: bytes
    ) -> Report | Working | NotSeen:
        message, skew = self._exchange(errand, method, tail, body)
        code = message["code"]
        if code in FINAL:
            raise Rejected(FINAL[code])
        if code == "busy":
            raise Throttled(code, vendor_code=code)
        if code in NOT_EXECUTED:
            why = self.clock_words(skew) if code == "clock" else code
            raise Unavailable(why, sent=False, vendor_code=code)
        if code == "working":
            return Working(1)
        if code == "unseen":
            return NotSeen()
        if code != "done":
            raise Unavailable(code, sent=True, vendor_code=code)
        return Report(message["report_no"], base64.b64decode(message["report"]))

    def _exchange(
        self, errand: Errand, method: str, tail: str, body: bytes
    ) -> tuple[dict[str, Any], float]:
        stamp, nonce, secret = (
            str(int(errand.now())),
            secrets.token_hex(16),
            errand.access.secrets[0],
        )
        text = (method, errand.path(tail), stamp, nonce, digest(body))
        headers = {"T-Time": stamp, "T-Nonce": nonce, "T-Sign": mark(secret, *text)}
        answer = errand.send(method, tail, headers=headers, body=body, most=2**23)
        theirs = answer.headers.get("t-time", "0")
        expected = mark(secret, str(answer.status), nonce, theirs, digest(answer.body))
        if not self.same(expected, answer.headers.get("t-sign", "")):
            raise Unbelievable(f"unsigned or forged, status {answer.status}", answer.body)
        return json.loads(answer.body), errand.now() - int(theirs)

    def same(self, expected: str, given: str) -> bool:
        return hmac.compare_digest(expected, given)

    def clock_words(self, skew: float) -> str:
        return clock_words(skew)


class Broken(Third):
    """An adapter with a mistake in it."""

    def ask(self, access: Access, request_no: str, *, deadline: Deadline) -> NotSeen:
        raise KeyError(request_no)


class Credulous(Third):
    """An adapter that does not look at signatures."""

    def same(self, expected: str, given: str) -> bool:
        return True


class Vague(Third):
    """An adapter that does not say whose clock is wrong."""

    def clock_words(self, skew: float) -> str:
        return "refused"


# --- The counterpart ------------------------------------------------------------------------


class Platform:
    """What happens behind the door; `faults` names what it does wrong."""

    def __init__(self, faults: set[str], kind: str) -> None:
        self.faults, self.kind = faults, kind
        self.nonces: set[str] = set()
        self.stored: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {}

    def now(self) -> int:
        return int(time.time()) + 3600 * ("clock-off" in self.faults)

    def answer(
        self, method: str, path: str, headers: Any, body: bytes
    ) -> tuple[int, dict[str, Any]]:
        if "slow" in self.faults and "inquiries" in path:
            time.sleep(1)
        text = (method, path, headers["T-Time"], headers["T-Nonce"], digest(body))
        if mark(SECRET, *text) != headers["T-Sign"] and "takes-any-signature" not in self.faults:
            return 401, {"code": "signature"}
        if abs(self.now() - int(headers["T-Time"])) > 300 and not self.faults & {
            "takes-any-time",
            "clock-off",
        }:
            return 401, {"code": "clock"}
        if headers["T-Nonce"] in self.nonces and "takes-replays" not in self.faults:
            return 401, {"code": "replayed"}
        self.nonces.add(headers["T-Nonce"])
        if path.endswith("/hello"):
            return 200, {"code": "shut" if "shut" in self.faults else "ok"}
        return self.inquire(json.loads(body)) if method == "POST" else self.ask(path[-24:])

    def ask(self, number: str) -> tuple[int, dict[str, Any]]:
        if self.kind == "blind" and "tells-though-blind" not in self.faults:
            return 200, {"code": "internal"}
        if number in self.stored and "forgets" not in self.faults:
            return 200, self.stored[number][1]
        if "invents" in self.faults:
            return 200, self.report({"name": "X", "id_number": "1"})
        return 200, {"code": "unseen"}

    def inquire(self, told: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        number, known = told["number"], self.stored.get(told["number"])
        if len(told["consent"]) > 16_384 and "takes-any-size" not in self.faults:
            return 413, {"code": "too-large"}
        if told["id_type"] == "ZZ" and "takes-anything" not in self.faults:
            if "records-what-it-refuses" in self.faults:
                self.stored[number] = (told, self.report(told))
            return 400, {"code": "malformed"}
        if time.time() - told["signed_at"] > 90 * 86_400 and "any-consent" not in self.faults:
            return 200, {"code": "consent"}
        if known and known[0] != told and "mixes-contents" not in self.faults:
            return 409, {"code": "conflict"}
        if known is None or "doubles" in self.faults:
            self.stored[number] = (told, self.report(told))
        return 200, self.stored[number][1]

    def report(self, told: dict[str, Any]) -> dict[str, Any]:
        found, number = tree(), f"{secrets.randbelow(10**22):022d}"
        mark_, person = (found["PRH"]["PA01"][name] for name in ("PA01A", "PA01B"))
        mark_["PA01AI01"] = "1" * 22 if "calls-it-another" in self.faults else number
        mark_["PA01AR01"] = timezone.localtime().strftime("%Y-%m-%dT%H:%M:%S")
        person["PA01BQ01"] = "李四" if "wrong-person" in self.faults else told["name"]
        person["PA01BI01"] = told["id_number"]
        source = b"{" if "unreadable" in self.faults else json.dumps(found).encode()
        return {"code": "done", "report_no": number, "report": base64.b64encode(source).decode()}


@contextmanager
def platform(*faults: str, kind: str = "idempotent") -> Iterator[str]:
    """The address of its only entrance."""
    behind = Platform(set(faults), kind)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            body = self.rfile.read(length)
            status, message = behind.answer(self.command, self.path, self.headers, body)
            content, stamp = json.dumps(message).encode(), str(behind.now())
            self.send_response(status)
            self.send_header("T-Time", stamp)
            parts = (str(status), self.headers["T-Nonce"], stamp, digest(content))
            self.send_header("T-Sign", mark(SECRET, *parts))
            self.send_header("Content-Length", str(len(content)))
            with suppress(OSError):  # who did not wait has hung up
                self.end_headers()
                self.wfile.write(content)

        do_GET = do_POST

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/third"
    finally:
        server.shutdown()
        server.server_close()
