"""An institution written from docs/interface/pboc.yaml alone: it signs, asks and checks."""

import base64
import hashlib
import hmac
import secrets
import time
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field
from datetime import UTC, datetime

from simulators.tests.conftest import Reply, Running
from simulators.tests.signers import hkdf_sha256

CODE, SECRET = "A10311000H0001", b"development-pboc-secret"
NUMBER = "20260101000000ABCDEFGH12"
PERSON = {"Name": "李明", "IdType": "10", "IdNumber": "110101199003070011", "Phone": "13911112222"}


def hmac_hex(key: bytes, *lines: str) -> str:
    return hmac.new(key, "\n".join(lines).encode(), hashlib.sha256).hexdigest()


def parse(xml: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(xml)  # noqa: S314  (the simulator's own)


def inquiry(number: str = NUMBER, **other: str) -> bytes:
    """An inquiry's envelope; keyword arguments replace or (empty) drop elements."""
    signed_at = datetime.now(UTC).isoformat(timespec="seconds")
    consent = {"Reference": "C-1", "Sha256": "ab" * 32, "SignedAt": signed_at}

    def markup(values: dict[str, str]) -> str:
        values = {name: other.get(name, value) for name, value in values.items()}
        return "".join(f"<{name}>{value}</{name}>" for name, value in values.items() if value)

    return (
        "<Document><Head><Version>1.0</Version></Head><Msg>"
        f"{markup({'RequestNo': number})}<Person>{markup(PERSON)}</Person>"
        f"{markup({'QueryReason': '02'})}<Consent>{markup(consent)}</Consent></Msg></Document>"
    ).encode()


@dataclass
class Institution:
    outside: Running
    region: str = "east"
    session: str = ""
    key: bytes = SECRET
    headers: dict[str, str] = field(default_factory=dict)  # of the last request

    def open(self) -> "Institution":
        self.session, self.key = "", SECRET
        reply = self.send("POST", "session")
        assert self.code(reply) == "AAA000" and self.verified(reply, SECRET)
        nonces = self.headers["X-PBOC-Nonce"] + self.text(reply, "ServerNonce")
        self.session = self.text(reply, "SessionId")
        info = b"PBOC1 session " + self.session.encode()
        self.key = hkdf_sha256(SECRET, bytes.fromhex(nonces), info)
        return self

    def sign(self, method: str, path: str, body: bytes, **other: str) -> dict[str, str]:
        headers = {
            "X-PBOC-Institution": CODE,
            "X-PBOC-Timestamp": str(int(time.time())),
            "X-PBOC-Nonce": secrets.token_hex(16),
            **({"X-PBOC-Session": self.session} if self.session else {}),
            **other,
        }
        headers["X-PBOC-Signature"] = hmac_hex(
            self.key,
            "PBOC1-REQUEST",
            method,
            path,
            headers["X-PBOC-Institution"],
            self.session or "-",
            headers["X-PBOC-Timestamp"],
            headers["X-PBOC-Nonce"],
            hashlib.sha256(body).hexdigest(),
        )
        return headers

    def send(self, method: str, noun: str, body: bytes = b"", **other: str) -> Reply:
        path = f"/pboc/{self.region}/v1/{noun}"
        self.headers = self.sign(method, path, body, **other)
        return self.outside.call(method, path, self.headers, body)

    def inquire(self, body: bytes = b"") -> Reply:
        return self.send("POST", "inquiries", body or inquiry())

    def ask(self, number: str = NUMBER) -> Reply:
        return self.send("GET", f"inquiries/{number}")

    def verified(self, reply: Reply, key: bytes | None = None) -> bool:
        """Does the answer to the last request carry the bureau's signature?"""
        right = hmac_hex(
            key or self.key,
            "PBOC1-ANSWER",
            str(reply.status),
            self.headers["X-PBOC-Nonce"],
            reply.headers["X-PBOC-Timestamp"],
            hashlib.sha256(reply.body).hexdigest(),
        )
        return reply.headers["X-PBOC-Signature"] == right

    def code(self, reply: Reply) -> str:
        return self.text(reply, "ResultCode")

    @staticmethod
    def text(reply: Reply, name: str) -> str:
        return parse(reply.body).findtext(f"Msg/{name}") or ""

    def report(self, reply: Reply) -> ElementTree.Element:
        return parse(base64.b64decode(self.text(reply, "ReportMessage")))
