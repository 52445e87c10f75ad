"""What an outcome means for query, attempt and work: pure, so that every case can be read and
tested in one place. The rules are those of docs/interface/*.yaml and docs/reliability.md."""

import datetime as dt
from dataclasses import dataclass
from random import SystemRandom

from creditquery.channels import (
    Deferred,
    Delivered,
    NotExecuted,
    NotSeen,
    Outcome,
    Refused,
    Unknown,
    Unusable,
)
from creditquery.states import AttemptState, ChannelKind, QueryState
from portal.work.states import WorkState

TRIES = 6
"""Calls in a row that were not executed before the query waits for a route."""
SENDINGS = 6
"""Sendings that were never seen at the bureau before the query waits, likewise."""
UNUSABLE = 4
"""Answers that cannot be used before a member of staff looks."""
ASK_FOR = dt.timedelta(hours=24)
"""How long an unknown outcome is asked about before a member of staff looks."""
FIRST_WAIT, LONGEST_WAIT = 1.0, 300.0  # seconds; doubled each time, give or take a fifth

REFUSALS = {
    "BUS001": "bureau-no-file",
    "BUS002": "bureau-identity-differs",
    "BUS003": "bureau-consent-missing",
    "BUS004": "bureau-reason-refused",
}
PARKED, NEEDS_PERSON = "query-parked", "query-needs-person"
OUTCOME_UNKNOWN = "query-outcome-unknown"
"""Like NEEDS_PERSON, but nothing came: what the borrower reads is not about an answer."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Where the query stands when an outcome arrives (counts without this call).

    `kind`: what its channel allows. `unsettled`: how long until "not seen" counts there.
    `inquired`: this call was an inquiry, not a question by number.
    `again`: the inquiry repeated an earlier one whose outcome is unknown, so that its own failure
    proves nothing about that one. `withdrawn`: nothing may be sent any more. `budget`: how long the
    query may still be tried before it parks.
    """

    state: str
    kind: str = ChannelKind.IDEMPOTENT
    tries: int = 0
    sendings: int = 1
    unusable: int = 0
    ambiguous_for: dt.timedelta = dt.timedelta()
    unsettled: dt.timedelta = dt.timedelta()
    again: bool = False
    withdrawn: bool = False
    budget: dt.timedelta = dt.timedelta(hours=1)
    inquired: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """`path`: the query's states to walk, in order; empty = it stays. `wait` in seconds. `free`:
    proven that this channel made no inquiry, so that any other may."""

    attempt: str
    path: tuple[str, ...] = ()
    work: str = WorkState.READY
    reason: str = ""
    wait: float = 0
    tries: int = 0
    free: bool = False


def back_off(tries: int) -> float:
    """Seconds until the next call after so many without result."""
    return min(FIRST_WAIT * 2**tries, LONGEST_WAIT) * SystemRandom().uniform(0.8, 1.2)


def decide(outcome: Outcome, query: Situation) -> Verdict:
    """The rule for one outcome; `query` is the query as it stood when the outcome came."""
    if query.state == QueryState.SENDING:
        return _of_inquiry(outcome, query)
    if query.inquired:
        return _of_inquiry_beside(outcome, query)
    return _of_question(outcome, query)


def _of_inquiry(outcome: Outcome, query: Situation) -> Verdict:
    match outcome:
        case Delivered():
            return Verdict(AttemptState.ANSWERED, (QueryState.SUCCEEDED,), WorkState.DONE)
        case Refused(code):
            reason = REFUSALS.get(code, NEEDS_PERSON)
            path = (QueryState.REFUSED,)
            return Verdict(AttemptState.REFUSED, path, WorkState.DONE, reason, free=True)
        case NotExecuted():
            return _send_later(query)
        case Deferred() if not query.budget:
            return _park(AttemptState.NOT_EXECUTED, free=not query.again)
        case Deferred(after=after, away=away):
            # Nothing failed, so no try is counted; whoever is away leaves the way to the others.
            wait = 0.0 if away else max(after, back_off(0))
            path = (QueryState.QUEUED,)
            attempt, free = AttemptState.NOT_EXECUTED, not query.again
            return Verdict(attempt, path, wait=wait, tries=query.tries, free=free)
        case Unusable(final=final):
            return _of_unusable(final, (QueryState.AMBIGUOUS,), query)
        case Unknown() | NotSeen():
            if query.kind == ChannelKind.BLIND:  # nobody can be asked, and it is never sent again
                path = (QueryState.AMBIGUOUS,)
                return _to_person(AttemptState.UNKNOWN, path, query, OUTCOME_UNKNOWN)
            wait = getattr(outcome, "after", 0) or back_off(0)
            return Verdict(AttemptState.UNKNOWN, (QueryState.AMBIGUOUS,), wait=wait)


def _of_inquiry_beside(outcome: Outcome, query: Situation) -> Verdict:
    """A person reviews the query, or decided during the call: its state stays, whatever came."""
    match outcome:
        case Refused():
            return Verdict(AttemptState.REFUSED, work=WorkState.DONE, free=True)
        case NotExecuted() | Deferred():
            return Verdict(AttemptState.NOT_EXECUTED, work=WorkState.PARKED, free=True)
        case Unknown() | NotSeen() if query.kind == ChannelKind.BLIND:
            return Verdict(AttemptState.UNKNOWN, work=WorkState.DONE)
    return _of_question(outcome, query)


def _of_question(outcome: Outcome, query: Situation) -> Verdict:
    """Asked by the number: the query is ambiguous, or a person has taken it into review since."""
    reviewed = query.state != QueryState.AMBIGUOUS
    may_repeat = query.kind == ChannelKind.IDEMPOTENT and not query.withdrawn and not reviewed
    match outcome:
        case Delivered():
            # In review the report joins the case; the reviewer decides what it changes.
            path = () if reviewed else (QueryState.SUCCEEDED,)
            return Verdict(AttemptState.ANSWERED, path, WorkState.DONE)
        case NotSeen() if query.unsettled and not may_repeat:
            return Verdict(AttemptState.ANSWERED, wait=query.unsettled.total_seconds())
        case Refused() | NotSeen() if reviewed:
            return Verdict(AttemptState.ANSWERED, work=WorkState.DONE, free=True)
        case Refused():
            # No inquiry was made. The same number gets the same refusal, as an answer this time.
            return Verdict(AttemptState.ANSWERED, (QueryState.QUEUED,), free=True)
        case NotSeen():
            return _send_again(query)
        case NotExecuted():
            return _ask_later(AttemptState.NOT_EXECUTED, 0, query)
        case Deferred(after=after):
            return _ask_later(AttemptState.NOT_EXECUTED, after, query)
        case Unknown(after=after):
            return _ask_later(AttemptState.UNKNOWN, after, query)
        case Unusable(final=final):
            return _of_unusable(final, (), query)


def _send_again(query: Situation) -> Verdict:
    """The number was never seen. Before it has settled, only the same channel may be given it
    again: there the number itself keeps a second inquiry away."""
    settled = not query.unsettled
    if query.sendings >= SENDINGS and settled:
        return _park(AttemptState.ANSWERED, free=True)
    return Verdict(AttemptState.ANSWERED, (QueryState.QUEUED,), free=settled)


def _send_later(query: Situation) -> Verdict:
    if query.tries + 1 >= TRIES or not query.budget:
        return _park(AttemptState.NOT_EXECUTED, free=not query.again)
    attempt, path, wait = AttemptState.NOT_EXECUTED, (QueryState.QUEUED,), back_off(query.tries)
    return Verdict(attempt, path, wait=wait, tries=query.tries + 1, free=not query.again)


def _park(attempt: str, *, free: bool) -> Verdict:
    path = (QueryState.QUEUED, QueryState.PARKED)
    return Verdict(attempt, path, WorkState.PARKED, PARKED, free=free)


def _ask_later(attempt: str, after: float, query: Situation) -> Verdict:
    if query.ambiguous_for >= ASK_FOR:
        return _to_person(attempt, (), query, OUTCOME_UNKNOWN)
    return Verdict(attempt, wait=after or back_off(query.tries), tries=query.tries + 1)


def _of_unusable(final: bool, path: tuple[str, ...], query: Situation) -> Verdict:
    last = query.unusable + 1 >= UNUSABLE or query.ambiguous_for >= ASK_FOR
    if final or last or query.kind == ChannelKind.BLIND:
        return _to_person(AttemptState.UNKNOWN, path, query, NEEDS_PERSON)
    wait = back_off(query.unusable)
    return Verdict(AttemptState.UNKNOWN, path, wait=wait, tries=query.tries + 1)


def _to_person(attempt: str, path: tuple[str, ...], query: Situation, reason: str) -> Verdict:
    if query.state not in {QueryState.SENDING, QueryState.AMBIGUOUS}:  # a person has it already
        return Verdict(attempt, work=WorkState.DONE)
    return Verdict(attempt, (*path, QueryState.NEEDS_PERSON), WorkState.DONE, reason)
