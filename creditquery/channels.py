"""Routes to the bureau: one call of one endpoint, told as a plain outcome.

What went on the wire stays in the gateways; what to do about an outcome is decided in verdicts.
"""

from dataclasses import dataclass, field

from creditquery.gateways import pboc
from creditquery.report.read import ReportError, WrongPerson, check_person, read_report
from portal.gateway import Rejected, Unavailable

PBOC = "pboc"
ENDPOINT = "east"
CONFLICT = "BUS005"


@dataclass(frozen=True, slots=True)
class Call:
    """One call to make: the inquiry itself, or (`ask`) the question what became of it."""

    inquiry: pboc.Inquiry
    ask: bool
    endpoint: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Delivered:
    """A report that can be read and is about the right person."""

    number: str
    xml: bytes = field(repr=False)


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
class NotSeen:
    """Asked: the bureau does not know the number."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Whether it happened cannot be told yet; ask after so many seconds."""

    why: str
    code: str = ""
    after: float = 0


@dataclass(frozen=True, slots=True)
class Unusable:
    """An answer that may not be used: not believable, not readable, or about someone else.

    `final` when the next answer would be the same, so that a person looks at once.
    """

    why: str
    raw: bytes = field(repr=False)
    final: bool = False


Outcome = Delivered | Refused | NotExecuted | NotSeen | Unknown | Unusable


def make(call: Call) -> Outcome:
    """Make the call; takes at most `call.seconds`, holds no transaction and never raises for
    anything that the other side does."""
    try:
        answer = _send(call)
    except Rejected as error:
        if error.code == CONFLICT:
            return Unusable(error.code, b"", final=True)
        return Refused(error.code)
    except pboc.Unbelievable as error:
        return Unusable(error.reason, error.raw)
    except Unavailable as error:
        outcome = Unknown if error.sent else NotExecuted
        return outcome(error.reason, error.vendor_code)
    if isinstance(answer, pboc.NotSeen):
        return NotSeen()
    if isinstance(answer, pboc.Working):
        return Unknown("working", after=answer.retry_after)
    return _checked(answer, call.inquiry.person)


def is_open(endpoint: str) -> bool:
    return pboc.bureau().is_open(endpoint=endpoint, seconds=5)


def _send(call: Call) -> pboc.Report | pboc.Working | pboc.NotSeen:
    bureau, inquiry = pboc.bureau(), call.inquiry
    if call.ask:
        return bureau.ask(inquiry.request_no, endpoint=call.endpoint, seconds=call.seconds)
    return bureau.inquire(inquiry, endpoint=call.endpoint, seconds=call.seconds)


def _checked(answer: pboc.Report, person: pboc.Person) -> Outcome:
    """A signed report is still somebody's: read it, and see that it is the right person's."""
    try:
        check_person(read_report(answer.xml), id_number=person.id_number, name=person.name)
    except WrongPerson:
        return Unusable("wrong-person", answer.xml, final=True)
    except ReportError as error:
        return Unusable(type(error).__name__, answer.xml)
    return Delivered(answer.number, answer.xml)
