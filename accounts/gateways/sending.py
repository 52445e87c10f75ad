"""What the gateways of text messages and calls share: how they are asked, and how they refuse.

A vendor's refusals stand in a table at the top of its gateway: code -> `Code`. What a code says of
the request decides between `Unavailable` and `Declined`; its trouble is what a person can read.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from accounts.states import Trouble
from portal.gateway import Rejected, Unavailable


class Fate(StrEnum):
    """What became of a message, as the vendor tells it."""

    WAITING = "waiting"
    FAILED = "failed"
    REACHED = "reached"


@dataclass(frozen=True, slots=True)
class Found:
    fate: Fate
    error_code: str = ""
    trouble: str = ""
    vendor_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One message as it was handed over: by what its vendor can be asked about it."""

    phone: str
    at: dt.datetime
    number: str
    vendor_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One message to be handed over. `text` names what was filed with the vendor; `values` are
    strings: a number would lose the leading zeros of a code."""

    phone: str
    text: str
    values: Mapping[str, str]
    number: str


class Gateway(Protocol):
    def send(self, errand: Errand) -> str:
        """Hand it over; returns the vendor's number of it. Raises Unavailable (`sent=False` only
        when the vendor provably did nothing) or Declined."""
        ...

    def find(self, sent: Sent) -> Found | None:
        """What became of it; None when the vendor tells nothing about it. Raises Unavailable."""
        ...


class Declined(Rejected):
    """The vendor read the request and does not do it. `wait`: how long its limit lasts."""

    def __init__(self, code: str, *, trouble: str, wait: dt.timedelta | None = None) -> None:
        super().__init__(code)
        self.trouble = trouble
        self.wait = wait


class Says(StrEnum):
    """What an error code says about the request."""

    NOT_DONE = "not done"  # nothing was done, and the account, the key or the service is why
    UNKNOWN = "unknown"  # it may have been done
    REFUSED = "refused"  # nothing was done, and this message is why


@dataclass(frozen=True, slots=True)
class Code:
    says: Says
    trouble: Trouble = Trouble.VENDOR
    wait: dt.timedelta | None = field(default=None)


NOT_DONE, UNKNOWN = Code(Says.NOT_DONE), Code(Says.UNKNOWN)
TEXT = Code(Says.REFUSED, Trouble.TEXT)
NUMBER = Code(Says.REFUSED, Trouble.NUMBER)
BLOCKED = Code(Says.REFUSED, Trouble.BLOCKED)
MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)


def cap(wait: dt.timedelta) -> Code:
    return Code(Says.REFUSED, Trouble.CAP, wait)


def fail(
    code: str, known: Code | None, *, status: int = 200, wait: dt.timedelta | None = None
) -> Exception:
    """The error for a vendor's code. One that no table has is final, unless the vendor's own
    server failed: the request was read and refused."""
    if known is None:
        known = UNKNOWN if status >= 500 else Code(Says.REFUSED)
    if known.says == Says.REFUSED:
        return Declined(code, trouble=known.trouble, wait=wait or known.wait)
    return Unavailable(code, sent=known.says == Says.UNKNOWN, vendor_code=code)


# What the operators' own switches report, whoever asked them: states of SMPP 3.4 (5.2.28), as both
# vendors pass them on.
SWITCHES = {
    "EXPIRED": Trouble.OFF,
    "UNDELIV": Trouble.NO_SIGNAL,
    "DELETED": Trouble.VENDOR,
    "REJECTD": Trouble.VENDOR,
    "UNKNOWN": Trouble.VENDOR,
}


def trouble_of(code: str, known: Mapping[str, Trouble]) -> Trouble:
    """What a receipt's code means to a person; one that nobody has listed is the vendor's."""
    return known.get(code) or SWITCHES.get(code, Trouble.VENDOR)
