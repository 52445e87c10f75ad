"""What every channel to the bureau takes and gives, whatever its wire format."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from creditquery.gateways.wire import WIRE, Wire
from portal.deadline import Deadline, TlsFacts
from portal.gateway import Rejected, Unavailable


@dataclass(frozen=True, slots=True)
class Person:
    """Whom an inquiry is about; not printable, since none of it may reach a log."""

    name: str = field(repr=False)
    id_type: str
    id_number: str = field(repr=False)
    phone: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Inquiry:
    """All that may not change while a request number is repeated."""

    request_no: str
    person: Person
    reason: str
    consent_reference: str
    consent_sha256: str
    consent_signed_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Access:
    """One entrance of a channel, and what proves to it who we are.

    `secrets`: the newest last; while one replaces the other, both may be good. `peer_key` is the
    other side's public key where the format has one.
    """

    channel: str
    endpoint: str
    url: str
    institution: str
    secrets: tuple[str, ...] = field(repr=False)
    peer_key: str = ""
    wire: Wire = field(default=WIRE, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Report:
    """The bureau's report as it came: XML or JSON of the bureau's structure."""

    number: str
    source: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Working:
    """Received, and no result yet: ask by the number after so many seconds."""

    retry_after: int


@dataclass(frozen=True, slots=True)
class NotSeen:
    """The other side does not know the number; `at` by its own clock, where that decides whether
    it may come to know it yet."""

    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Health:
    """What a free call told about an entrance: `skew` is our clock minus theirs, in seconds;
    `keys` whether it took ours; `tls` what the connection agreed on, None without TLS."""

    open: bool
    skew: float = 0.0
    why: str = ""
    keys: bool = True
    tls: TlsFacts | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """What a callback says, once its signature holds and its seal is open.

    `message` names the sending that it speaks of, and `sequence` its place among the callbacks
    about that one.
    """

    request_no: str
    message: str
    sequence: int
    nonce: str
    said: Report | Working | Rejected = field(repr=False)


class Untrusted(Exception):
    """A callback that is not believed; `reason` is one word for the record."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Throttled(Unavailable):
    """Too many calls, or busy: nothing was executed. `after` in seconds, 0 when not said."""

    def __init__(self, reason: str, *, vendor_code: str = "", after: float = 0) -> None:
        super().__init__(reason, sent=False, vendor_code=vendor_code)
        self.after = after


class Away(Throttled):
    """Planned maintenance on the other side: nothing was executed, and nothing has failed."""


class Unbelievable(Unavailable):
    """An answer that proves nothing: forged, garbled, too large. `raw` is kept for a person."""

    def __init__(self, reason: str, raw: bytes) -> None:
        super().__init__(reason, sent=True)
        self.raw = raw


class Gateway(Protocol):
    """A wire format. Every call ends by its deadline, and raises `Unavailable` (or one of its
    kinds above) or `Rejected` for whatever the other side does.

    `compares_numbers`: whether the other side knows a number that comes twice. Only then may a
    channel of this format be called idempotent.
    """

    compares_numbers: bool

    def inquire(
        self, access: Access, inquiry: Inquiry, *, deadline: Deadline
    ) -> Report | Working: ...

    def ask(
        self, access: Access, request_no: str, *, deadline: Deadline
    ) -> Report | Working | NotSeen: ...

    def probe(self, access: Access, *, deadline: Deadline) -> Health:
        """A free call that proves address, keys and clock; never an inquiry."""
        ...


@runtime_checkable
class CallsBack(Protocol):
    """A wire format in which the other side brings results by itself."""

    def opened(
        self, access: Access, headers: Mapping[str, str], raw: bytes, *, now: dt.datetime
    ) -> Notice:
        """Verify and open a callback (header names in lower case); raises Untrusted."""
        ...
