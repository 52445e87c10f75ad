"""What is demanded of a channel. Each check returns a sentence that says what it saw.

A check makes as few inquiries as it can: each stands on the file of the test identity.
"""

import datetime as dt
import re
import time
from dataclasses import replace

from creditquery.conformance.kit import Check, Failed, Skipped, Subject
from creditquery.conformance.line import (
    AlteredAnswer,
    AlteredRequest,
    Line,
    Replay,
    StaleAnswer,
    UnsignedAnswer,
    WrongClock,
)
from creditquery.gateways.inquiry import Gateway, Inquiry, NotSeen, Unbelievable, Working
from creditquery.report.read import ReportError, WrongPerson, check_person, read_report
from creditquery.states import ChannelKind
from portal.gateway import Rejected, Unavailable

SKEW_SECONDS = 30
PROBE_SECONDS = 5
HOUR = 3600
CONFLICT, CONSENT = "BUS005", "BUS003"
TLS = ("TLSv1.2", "TLSv1.3")


# --- Without any inquiry --------------------------------------------------------------------


def status_and_keys(subject: Subject) -> str:
    """A free call proves address, keys and clock."""
    begun = time.monotonic()
    health = subject.fresh().probe(subject.access, deadline=subject.deadline())
    took = time.monotonic() - begun
    if not health.open:
        raise Failed(f"not open: {health.why or 'no reason given'}")
    if took > PROBE_SECONDS:
        raise Failed(f"the free call took {took:.1f} s, at most {PROBE_SECONDS} s are good")
    if abs(health.skew) > SKEW_SECONDS:
        raise Failed(f"clocks are {health.skew:+.0f} s apart")
    return f"open, keys taken, clocks {abs(health.skew):.1f} s apart, {took * 1000:.0f} ms"


def encryption(subject: Subject) -> str:
    """TLS 1.2 or newer wherever there is TLS; production refuses an address without."""
    if not subject.access.url.startswith("https:"):
        raise Skipped("plain http, as on a development machine")
    tls = subject.fresh().probe(subject.access, deadline=subject.deadline()).tls
    if tls is None or tls.version not in TLS:
        raise Failed(f"speaks {tls.version if tls else 'no TLS'}")
    return f"{tls.version}, {tls.cipher}"


def signature(subject: Subject) -> str:
    """A request that was altered on its way is refused."""
    line = AlteredRequest()
    _is_refused(subject, line, "a request that was altered on its way")
    return "a request that was altered on its way is refused"


def replay(subject: Subject) -> str:
    """The same request, byte by byte, is refused when it arrives a second time."""
    line = Replay()
    _is_refused(subject, line, "a repeated request", first=1)
    return "the same bytes are refused the second time"


def clock(subject: Subject) -> str:
    """A request of another time is refused, and both sides' clocks can be told apart."""
    for ahead in (HOUR, -HOUR):
        line = WrongClock(ahead)
        error = _is_refused(subject, line, f"a request signed {ahead:+d} s from now", warm=False)
        named = re.search(r"clock is (\d+) s (ahead|behind)", error.reason)
        side = "ahead" if ahead > 0 else "behind"
        if named is None or named[2] != side or abs(int(named[1]) - HOUR) > SKEW_SECONDS:
            raise Failed(f"a clock {HOUR} s {side} is refused as “{error.reason}”")
    return "requests an hour off are refused, and the refusal tells by how much"


def tampered_answer(subject: Subject) -> str:
    """An answer that was altered, that is unsigned or belongs to another request, is noticed."""
    for line in (AlteredAnswer(), UnsignedAnswer(), StaleAnswer()):
        gateway, spoilt = _warm(subject), subject.over(line)
        if isinstance(line, StaleAnswer):
            _ask(spoilt, gateway)  # is heard; the next question is told the same
        try:
            _ask(spoilt, gateway)
        except Unbelievable:
            continue
        raise Failed(f"{type(line).__name__} was believed")
    return "altered, unsigned and old answers are not believed"


def unknown_number(subject: Subject) -> str:
    """What was never sent is not seen; a blind channel says that it does not tell."""
    gateway = subject.fresh()
    if subject.kind == ChannelKind.BLIND:
        try:
            subject.ask(gateway)
        except Unavailable as error:
            if error.sent:
                return f"asking is refused ({error.vendor_code}), as a blind channel must"
        raise Failed("a blind channel tells what became of a number")
    said = subject.ask(gateway)
    if not isinstance(said, NotSeen):
        raise Failed(f"a number that nobody sent is answered with {type(said).__name__}")
    return "a number that nobody sent is not seen"


def sessions(subject: Subject) -> str:
    """New keys do not end the old ones: two processes work side by side."""
    first, second = subject.fresh(), subject.fresh()
    for gateway in (first, second, first, second):
        _ask(subject, gateway)
    for _ in range(2):
        first.probe(subject.access, deadline=subject.deadline())
        _ask(subject, first)
        _ask(subject, second)
    return "new keys are taken at any time, and the old ones live on"


def rotation(subject: Subject) -> str:
    """While one secret of ours replaces the other, either opens the door."""
    if len(subject.access.secrets) == 1:
        raise Skipped("no next secret is entered")
    for place, secret in zip(("present", "next"), subject.access.secrets, strict=True):
        alone = replace(subject.access, secrets=(secret,))
        if not subject.fresh().probe(alone, deadline=subject.deadline()).open:
            raise Failed(f"the {place} secret is not taken")
    return "either secret is taken"


# --- Refused inquiries ----------------------------------------------------------------------


def malformed(subject: Subject) -> str:
    """An inquiry with a member that is none is provably refused, and nothing happened."""
    person = replace(subject.person, id_type="ZZ")
    what = "a malformed inquiry"
    error = _leaves_nothing(subject, subject.inquiry(person=person), what)
    if error.sent:
        raise Failed(f"{what} is refused in a way that proves nothing: {error.reason}")
    return f"{what} is refused ({error.vendor_code}), and nothing happened"


def oversized(subject: Subject) -> str:
    """A body far over the limit is refused at the door, be it unread, and nothing happened."""
    what = "a body of 64 KiB"
    _leaves_nothing(subject, subject.inquiry(consent_reference="x" * 65_536), what)
    return f"{what} is refused, and nothing happened"


def final_refusal(subject: Subject) -> str:
    """A consent that is too old is a final word, not a failure."""
    old = dt.datetime.now(dt.UTC) - dt.timedelta(days=400)
    inquiry = subject.inquiry(consent_signed_at=old)
    try:
        subject.inquire(subject.fresh(), inquiry)
    except Rejected as error:
        if error.code == CONSENT:
            return f"a consent of last year is refused for good ({error.code})"
        raise Failed(f"a consent of last year is refused as {error.code}") from None
    raise Failed("an inquiry under a consent of last year is answered with a report")


# --- Inquiries ------------------------------------------------------------------------------


def inquiry_and_asking(subject: Subject) -> str:
    """A report about the right person; asking gives the same one, as often as it is asked."""
    gateway, inquiry = subject.fresh(), subject.inquiry()
    begun = time.monotonic()
    report = subject.inquire(gateway, inquiry)
    took = time.monotonic() - begun
    try:
        found = read_report(report.source)
        check_person(found, id_number=subject.person.id_number, name=subject.person.name)
    except WrongPerson:
        raise Failed("the report is about somebody else") from None
    except ReportError as error:
        raise Failed(f"the report cannot be read: {type(error).__name__}") from None
    if found.header.mark.number != report.number:
        raise Failed(f"report {report.number} calls itself {found.header.mark.number}")
    if subject.kind == ChannelKind.BLIND:
        return f"a report in {took:.1f} s; asking is not offered"
    for _ in range(2):
        if subject.ask(gateway, inquiry.request_no) != report:
            raise Failed("asking by the number gives another answer than the inquiry did")
    return f"a report in {took:.1f} s, and the same when asked by its number"


def duplicate_number(subject: Subject) -> str:
    """The same inquiry a second time gives the stored answer, where the channel promises that."""
    if subject.kind != ChannelKind.IDEMPOTENT:
        raise Skipped("would leave a second inquiry: on this channel nothing is sent twice")
    gateway, inquiry = subject.fresh(), subject.inquiry()
    first, second = (subject.inquire(gateway, inquiry) for _ in range(2))
    if first != second:
        raise Failed(f"one number left two reports, {first.number} and {second.number}")
    return "the same number is answered with the same report"


def other_content(subject: Subject) -> str:
    """Another content under a used number is refused, and the first answer stays."""
    if subject.kind != ChannelKind.IDEMPOTENT:
        raise Skipped("this channel does not compare numbers")
    gateway, inquiry = subject.fresh(), subject.inquiry()
    report = subject.inquire(gateway, inquiry)
    try:
        subject.inquire(gateway, replace(inquiry, reason="01"))
    except Rejected as error:
        if error.code != CONFLICT:
            raise Failed(f"another content is refused as {error.code}") from None
    else:
        raise Failed("another content under a used number is answered with a report")
    if subject.ask(gateway, inquiry.request_no) != report:
        raise Failed("another content has changed the stored answer")
    return "another content under a used number is refused"


CHECKS: tuple[Check, ...] = (
    status_and_keys,
    encryption,
    signature,
    tampered_answer,
    replay,
    clock,
    unknown_number,
    sessions,
    rotation,
    malformed,
    oversized,
    final_refusal,
    inquiry_and_asking,
    duplicate_number,
    other_content,
)


# --- What several need ----------------------------------------------------------------------


def _warm(subject: Subject) -> Gateway:
    """A gateway whose session is open, so that the next request is the one that matters."""
    gateway = subject.fresh()
    gateway.probe(subject.access, deadline=subject.deadline())
    return gateway


def _ask(subject: Subject, gateway: Gateway) -> None:
    """A free question. That a blind channel does not tell is an answer, too."""
    try:
        said = subject.ask(gateway)
    except Unbelievable:
        raise
    except Unavailable as error:
        if subject.kind == ChannelKind.BLIND and error.sent and error.vendor_code:
            return
        raise
    if not isinstance(said, NotSeen | Working):
        raise Failed("a number that nobody sent has a report")


def _is_refused(
    subject: Subject, line: Line, what: str, *, first: int = 0, warm: bool = True
) -> Unavailable:
    """The free question over a bad line is refused. Whether the refusal proves anything is not
    asked: an answer may be bound to what was heard, which is not what was said."""
    gateway = _warm(subject) if warm else subject.fresh()
    try:
        _ask(subject.over(line), gateway)
    except Unavailable as error:
        status = line.answers[first].status if len(line.answers) > first else 0
        if 400 <= status < 500:
            return error
        raise Failed(f"{what} is not refused but answered with status {status}") from None
    raise Failed(f"{what} is taken")


def _leaves_nothing(subject: Subject, inquiry: Inquiry, what: str) -> Unavailable:
    gateway, line = subject.fresh(), Line()
    try:
        subject.over(line).inquire(gateway, inquiry)
    except Unavailable as error:
        refusal = error
    else:
        raise Failed(f"{what} is answered with a report")
    status = line.answers[-1].status if line.answers else 0
    if not 400 <= status < 500:
        raise Failed(f"{what} is not refused but answered with status {status}")
    if subject.kind == ChannelKind.BLIND:
        return refusal
    if not isinstance(subject.ask(gateway, inquiry.request_no), NotSeen):
        raise Failed(f"{what} is refused, and yet its number is known")
    return refusal
