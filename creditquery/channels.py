"""Channels to the bureau: one call of one entrance, told as a plain outcome.

What went on the wire stays in the gateways; what to do about an outcome is decided in verdicts. A
further platform is one more line in GATEWAYS, and a pass of `manage.py check_channel`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils import timezone

from creditquery.gateways import bank, pboc
from creditquery.gateways.inquiry import (
    Access,
    Away,
    Gateway,
    Health,
    Inquiry,
    NotSeen,
    Report,
    Throttled,
    Unbelievable,
    Working,
)
from creditquery.report.plausible import Implausible, check_plausible
from creditquery.report.read import ReportError, WrongPerson, check_person, read_report
from portal.deadline import Deadline
from portal.gateway import Rejected, Unavailable
from portal.routing.states import Result

GATEWAYS: Mapping[str, Gateway] = {"pboc": pboc.gateway, "bank": bank.gateway}
CONFLICT = "BUS005"


@dataclass(frozen=True, slots=True)
class Call:
    """One call to make: the inquiry itself, or (`ask`) the question what became of it.

    The deadline runs since before the attempt was committed, so that a process that slept in
    between does not begin to send.
    """

    adapter: str
    access: Access
    inquiry: Inquiry
    ask: bool
    deadline: Deadline


@dataclass(frozen=True, slots=True)
class Delivered:
    """A report that can be read, is about the right person, and is possible."""

    number: str
    source: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Refused:
    """The bureau's final word; no inquiry was recorded."""

    code: str


@dataclass(frozen=True, slots=True)
class NotExecuted:
    """Provably nothing happened."""

    why: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Deferred:
    """Provably nothing happened, and nothing failed: come back after so many seconds. `away`:
    planned maintenance on the other side."""

    why: str
    code: str = ""
    after: float = 0
    away: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """Whether it happened cannot be told yet; ask after so many seconds. `working`: they said so
    themselves."""

    why: str
    code: str = ""
    after: float = 0
    working: bool = False


@dataclass(frozen=True, slots=True)
class Unusable:
    """An answer that may not be used: not believable, not readable, impossible, or about someone
    else. `final` when the next answer would be the same, so that a person looks at once."""

    why: str
    raw: bytes = field(repr=False)
    final: bool = False


Outcome = Delivered | Refused | NotExecuted | Deferred | NotSeen | Unknown | Unusable


def make(call: Call) -> Outcome:
    """Make the call; ends by its deadline, holds no transaction and never raises for anything
    that the other side does."""
    try:
        answer = _send(call)
    except Rejected as error:
        return refused(error)
    except Unbelievable as error:
        return Unusable(error.reason, error.raw)
    except Throttled as error:
        away = isinstance(error, Away)
        return Deferred(error.reason, error.vendor_code, error.after, away)
    except Unavailable as error:
        outcome = Unknown if error.sent else NotExecuted
        return outcome(error.reason, error.vendor_code)
    if isinstance(answer, NotSeen):
        return answer
    if isinstance(answer, Working):
        return Unknown("working", after=answer.retry_after, working=True)
    return checked(answer, call.inquiry)


def _send(call: Call) -> Report | Working | NotSeen:
    gateway = GATEWAYS[call.adapter]
    if call.ask:
        return gateway.ask(call.access, call.inquiry.request_no, deadline=call.deadline)
    return gateway.inquire(call.access, call.inquiry, deadline=call.deadline)


def refused(error: Rejected) -> Outcome:
    """The final word as an outcome; that a number came with another content is for a person."""
    if error.code == CONFLICT:
        return Unusable(error.code, b"", final=True)
    return Refused(error.code)


def checked(answer: Report, inquiry: Inquiry) -> Outcome:
    """A signed report is still somebody's: read it, and see whose and how possible it is."""
    person = inquiry.person
    try:
        report = read_report(answer.source)
        check_person(report, id_number=person.id_number, name=person.name)
        check_plausible(
            report, number=answer.number, since=inquiry.consent_signed_at, now=timezone.now()
        )
    except WrongPerson:
        return Unusable("wrong-person", answer.source, final=True)
    except Implausible as error:
        return Unusable(error.why, answer.source, final=True)
    except ReportError as error:
        return Unusable(type(error).__name__, answer.source)
    return Delivered(answer.number, answer.source)


def probe(adapter: str, access: Access, *, seconds: float) -> Health:
    """A free call that proves address, keys and clock; raises Unavailable."""
    return GATEWAYS[adapter].probe(access, deadline=Deadline(seconds))


# --- What an outcome tells the breaker ------------------------------------------------------


def result_of(outcome: Outcome) -> Result:
    """A business refusal is an answer. A channel that lies has failed."""
    match outcome:
        case Delivered() | Refused() | NotSeen() | Unknown(working=True):
            return Result.OK
        case Deferred(away=away):
            return Result.AWAY if away else Result.THROTTLED
        case NotExecuted() | Unknown() | Unusable():
            return Result.FAILED


def wait_of(outcome: Outcome) -> float:
    """Seconds that the other side asked us to keep away; 0 when it did not say."""
    return outcome.after if isinstance(outcome, Deferred) else 0.0
