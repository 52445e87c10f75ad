"""One call for a query: what is committed before it, and what is written after it.

The order is what makes it safe to kill the process anywhere. `begin` commits state and attempt
before a byte leaves; the call runs outside any transaction; `settle` writes result and end of
work in one fenced transaction. Whoever finds a query half done asks the bureau by its number.
"""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.selectors import identity
from accounts.services import messages
from creditquery import verdicts
from creditquery.channels import Call, Delivered, Outcome, Unusable, checked, refused, result_of
from creditquery.gateways.inquiry import Access, Inquiry, NotSeen, Person, Report
from creditquery.models import Attempt, CreditQuery, CreditReport, UnusedAnswer
from creditquery.selectors import callbacks, channels
from creditquery.services import moves, reports
from creditquery.services.routes import Way, Wish
from creditquery.states import QUERY_MOVING, AttemptState, ChannelKind, QueryState
from portal import tracing
from portal.deadline import Deadline
from portal.gateway import Rejected
from portal.routing.route import NoRoute
from portal.routing.states import Result
from portal.work import services as work
from portal.work.services import Claim, WorkState
from portal.work.states import Priority

BESIDE = frozenset({QueryState.MANUAL_REVIEW, QueryState.REVIEWED, QueryState.DECLINED})
"""A person reviews it or has decided; what became of an inquiry is asked all the same."""
ASKED = BESIDE | {QueryState.AMBIGUOUS}
NOTICES: dict[str, str] = {
    QueryState.SUCCEEDED: "creditquery.report_ready",
    QueryState.REFUSED: "creditquery.query_refused",
    QueryState.NEEDS_PERSON: "creditquery.query_needs_person",
}
TELL_AFTER = dt.timedelta(minutes=5)
"""A person who has waited so long is told that the query goes on by itself."""
CALLED_BACK = "callback"
"""Stands as endpoint where the channel came to us."""
LOOK_AGAIN_SECONDS = 5.0
"""At most so long until somebody whose own channel is cut off looks again."""


# --- Which way --------------------------------------------------------------------------------


def wish(claim: Claim) -> Wish | None:
    """None when no call is wanted: the query has ended, the channel has told what became of it by
    itself, or it can never be asked."""
    if claim.fence == 1:  # nobody has worked on it before; `begin` holds against a new work row
        return Wish()
    query = CreditQuery.objects.only("state", "bound_to", "tries").get(request_no=claim.subject)
    waits = query.state in {QueryState.QUEUED, QueryState.PARKED}
    if not waits and query.state not in {QueryState.SENDING, *ASKED}:
        return None
    if _told(query) is not None or (not waits and _is_blind(query)):
        return None
    avoid: tuple[str, ...] = ()
    if waits and query.tries:
        failed = query.attempts.filter(state=AttemptState.NOT_EXECUTED).order_by("-pk")
        names = failed.values_list("channel", "endpoint")[: query.tries]
        avoid = tuple(f"{channel}.{endpoint}" for channel, endpoint in names)
    return Wish(query.bound_to, avoid, retry=waits and query.tries > 0)


def _told(query: CreditQuery) -> Report | Rejected | None:
    """What a channel has called back with; also one that had been waited for in vain."""
    if query.state == QueryState.QUEUED and not query.attempts.exists():
        return None
    return callbacks.answer_for(query, query.bound_to)


def _is_blind(query: CreditQuery) -> bool:
    return bool(query.bound_to) and channels.rules(query.bound_to).kind == ChannelKind.BLIND


# --- Before the call --------------------------------------------------------------------------


def begin(
    *, claim: Claim, way: Way | NoRoute | None, deadline: Deadline, now: dt.datetime
) -> tuple[Attempt, Call] | None:
    """Commit the attempt that the work's next call makes; None when there is nothing to call, or
    no way to do it: then the query waits, and no attempt is burnt.

    Raises LeaseLost. One claim makes one call, so request number and fence name the attempt.
    """
    with transaction.atomic():
        query = _locked(claim.subject, "person")
        work.extend(claim, now=now)
        _close_orphans(query, now)
        if query.state == QueryState.PARKED:  # a person sent its work off, or a channel called back
            moves.query(query, to=QueryState.QUEUED, now=now)
        if _may_inquire(query):
            _check_consent(query, now)
        if not _may_inquire(query) and not _is_asked_about(query):
            with work.ending(claim, to=WorkState.DONE, now=now, reason=query.state):
                return None
        if claim.fence > 1 and (told := _told(query)) is not None:
            _settle_told(query, claim, told, now)
            return None
        if isinstance(way, Way) and query.bound_to not in ("", way.entrance.channel):
            way = None  # whatever it was taken for: no other channel may be given this number
        if not isinstance(way, Way):
            _wait(query, claim, way, now)
            return None
        attempt = _attempt(query, claim, way.entrance.access, now)
        ask = attempt.kind == Attempt.Kind.ASK
        call = Call(way.entrance.adapter, way.entrance.access, inquiry_of(query), ask, deadline)
        return attempt, call


def _locked(request_no: str, *related: str) -> CreditQuery:
    """The query's row for writing; of what is sealed, only what `related` names is opened."""
    rows = CreditQuery.objects.select_related("consent", *related).defer("consent__document")
    return rows.select_for_update(of=("self",)).get(request_no=request_no)


def _close_orphans(query: CreditQuery, now: dt.datetime) -> None:
    """The process of an earlier claim died during its call: nobody knows what came of it, and on a
    blind channel nobody ever will."""
    if query.state in {QueryState.SENDING, *ASKED}:
        for orphan in query.attempts.filter(state=AttemptState.SENDING):
            moves.attempt(orphan, to=AttemptState.UNKNOWN, now=now, result=Result.NOTHING)
    if query.state == QueryState.SENDING:
        moves.query(query, to=QueryState.AMBIGUOUS, now=now)
    if query.state == QueryState.AMBIGUOUS and _is_blind(query):
        _leave_to_person(query, now)


def _leave_to_person(query: CreditQuery, now: dt.datetime) -> None:
    """Nobody can be asked any more what became of the inquiry."""
    reason = verdicts.OUTCOME_UNKNOWN
    moves.query(query, to=QueryState.NEEDS_PERSON, now=now, reason=reason)
    _tell(query, (QueryState.NEEDS_PERSON,), now)


def _check_consent(query: CreditQuery, now: dt.datetime) -> None:
    """The last moment to see that the consent is no longer good. Of what may have been sent before
    its withdrawal nothing is sent again, but somebody has to know what became of it."""
    consent = query.consent
    assert consent is not None  # a constraint of the table
    if consent.withdrawn_at is not None and query.bound_to:
        moves.query(query, to=QueryState.AMBIGUOUS, now=now)
    elif consent.withdrawn_at is not None:
        moves.query(query, to=QueryState.CANCELLED, now=now, reason="consent-withdrawn")
    elif consent.expires_at <= now or identity(query.person) is None:
        moves.query(query, to=QueryState.EXPIRED, now=now, reason="query-expired")


def _may_inquire(query: CreditQuery) -> bool:
    """Also for what waited for a route when a person took it into review: its report may still come
    first, and joins the case. Once that is decided nothing is inquired any more."""
    if query.state == QueryState.MANUAL_REVIEW and not query.bound_to:
        return not CreditReport.objects.filter(query=query).exists()
    return query.state == QueryState.QUEUED


def _is_asked_about(query: CreditQuery) -> bool:
    if query.state not in ASKED or not query.bound_to or _is_blind(query):
        return False
    return not CreditReport.objects.filter(query=query).exists()


def _wait(query: CreditQuery, claim: Claim, no_route: NoRoute | None, now: dt.datetime) -> None:
    """No way at this moment. Whoever is bound to a channel waits for that one, to ask it first;
    everybody else is parked, until `queries.feed` finds room. A full route is only a matter of a
    moment."""
    full = no_route is not None and no_route.why == "full"
    if query.state == QueryState.QUEUED and not query.bound_to and not full:
        with work.ending(claim, to=WorkState.PARKED, now=now, reason=verdicts.PARKED):
            _park(query, now)
            _tell(query, (), now)
        return
    if query.state == QueryState.MANUAL_REVIEW and not query.bound_to and not full:
        with work.ending(claim, to=WorkState.PARKED, now=now, reason=verdicts.PARKED):
            CreditQuery.objects.filter(pk=query.pk).update(beside=True)
        return
    if query.state == QueryState.AMBIGUOUS and now - query.changed_at >= verdicts.ASK_FOR:
        with work.ending(claim, to=WorkState.DONE, now=now, reason=verdicts.OUTCOME_UNKNOWN):
            _leave_to_person(query, now)
        return
    after = min(no_route.after if no_route else LOOK_AGAIN_SECONDS, LOOK_AGAIN_SECONDS)
    later = now + dt.timedelta(seconds=after)
    with work.ending(claim, to=WorkState.READY, now=now, run_after=later, burn=False):
        if query.state == QueryState.QUEUED and not full:
            moves.query(query, to=QueryState.AMBIGUOUS, now=now)
        _tell(query, (), now)


def _park(query: CreditQuery, now: dt.datetime) -> None:
    """Wait for a route, behind whoever is new."""
    priority = query.priority if query.priority == Priority.URGENT else Priority.BACKLOG
    moves.query(
        query, to=QueryState.PARKED, now=now, reason=verdicts.PARKED, priority=priority, tries=0
    )


def _settle_told(
    query: CreditQuery, claim: Claim, told: Report | Rejected, now: dt.datetime
) -> None:
    """The channel has called back: that is the answer to a question nobody needs to ask."""
    if query.state == QueryState.QUEUED:
        moves.query(query, to=QueryState.SENDING, now=now)
    inquired = query.attempts.filter(kind=Attempt.Kind.INQUIRE).latest("pk")
    attempt = _write(query, claim, Attempt.Kind.ASK, inquired.channel, CALLED_BACK, now)
    outcome = refused(told) if isinstance(told, Rejected) else checked(told, inquiry_of(query))
    settle(claim=claim, attempt=attempt, outcome=outcome, now=now)


def _attempt(query: CreditQuery, claim: Claim, access: Access, now: dt.datetime) -> Attempt:
    if not _may_inquire(query):
        return _write(query, claim, Attempt.Kind.ASK, access.channel, access.endpoint, now)
    again = bool(query.bound_to)
    if query.state == QueryState.QUEUED:
        moves.query(query, to=QueryState.SENDING, now=now, bound_to=access.channel)
    else:
        bound = CreditQuery.objects.filter(pk=query.pk)
        bound.update(bound_to=access.channel, beside=False, changed_at=now)
    kind = Attempt.Kind.INQUIRE
    return _write(query, claim, kind, access.channel, access.endpoint, now, again=again)


def _write(
    query: CreditQuery,
    claim: Claim,
    kind: str,
    channel: str,
    endpoint: str,
    now: dt.datetime,
    *,
    again: bool = False,
) -> Attempt:
    return Attempt.objects.create(
        ref=f"{query.request_no}.{claim.fence}",
        query=query,
        kind=kind,
        again=again,
        channel=channel,
        endpoint=endpoint,
        host=settings.HOST_NAME,
        trace=tracing.trace_id(),
        sent_at=now,
    )


def inquiry_of(query: CreditQuery) -> Inquiry:
    person, consent = identity(query.person), query.consent
    assert person is not None and consent is not None
    return Inquiry(
        request_no=query.request_no,
        person=Person(person.name, person.id_type, person.id_number, person.phone),
        reason=query.purpose,
        consent_reference=consent.reference,
        consent_sha256=consent.sha256,
        consent_signed_at=consent.signed_at,
    )


# --- After the call ---------------------------------------------------------------------------


def settle(*, claim: Claim, attempt: Attempt, outcome: Outcome, now: dt.datetime) -> None:
    """Write what came of the call together with the end of its work; raises LeaseLost."""
    with transaction.atomic():
        query = _locked(claim.subject)
        verdict = verdicts.decide(outcome, _situation(query, attempt, outcome, now))
        later = now + dt.timedelta(seconds=verdict.wait)
        with work.ending(
            claim, to=verdict.work, now=now, reason=verdict.reason, run_after=later, burn=False
        ):
            code = getattr(outcome, "code", "")
            result = result_of(outcome)
            moves.attempt(attempt, to=verdict.attempt, now=now, vendor_code=code, result=result)
            _keep(query, attempt, outcome, now)
            _walk(query, verdict, now)
            _tell(query, verdict.path, now)
            _forget_if_withdrawn(query, now)


def _walk(query: CreditQuery, verdict: verdicts.Verdict, now: dt.datetime) -> None:
    bound: dict[str, Any] = {"bound_to": ""} if verdict.free else {}
    for state in verdict.path:
        if state == QueryState.PARKED:
            _park(query, now)
        else:
            moves.query(
                query, to=state, now=now, reason=verdict.reason, tries=verdict.tries, **bound
            )
    if not verdict.path:
        waits = verdict.work == WorkState.PARKED and query.state == QueryState.MANUAL_REVIEW
        CreditQuery.objects.filter(pk=query.pk).update(tries=verdict.tries, beside=waits, **bound)


def _situation(
    query: CreditQuery, attempt: Attempt, outcome: Outcome, now: dt.datetime
) -> verdicts.Situation:
    if isinstance(outcome, Delivered):  # nothing of the past can change what that means
        return verdicts.Situation(query.state, inquired=attempt.kind == Attempt.Kind.INQUIRE)
    assert query.consent is not None
    rules = channels.rules(attempt.channel)
    sent = query.attempts.filter(kind=Attempt.Kind.INQUIRE).order_by("-pk")
    sendings = list(sent.values_list("sent_at", "finished_at")[: verdicts.SENDINGS])
    last = max((moment for pair in sendings[:1] for moment in pair if moment), default=now)
    seen = outcome.at if isinstance(outcome, NotSeen) and outcome.at else attempt.sent_at
    unknown_since = query.changed_at if query.state in ASKED else now
    budget = dt.timedelta(seconds=settings.QUERY_BUDGET_SECONDS)
    return verdicts.Situation(
        query.state,
        inquired=attempt.kind == Attempt.Kind.INQUIRE,
        kind=rules.kind,
        tries=query.tries,
        sendings=len(sendings),
        unusable=UnusedAnswer.objects.filter(attempt__query=query).count(),
        ambiguous_for=now - unknown_since,
        unsettled=max(last + rules.settle - seen, dt.timedelta()),
        again=attempt.again,
        withdrawn=query.consent.withdrawn_at is not None,
        budget=max(budget - (now - (query.queued_at or now)), dt.timedelta()),
    )


def _keep(query: CreditQuery, attempt: Attempt, outcome: Outcome, now: dt.datetime) -> None:
    if isinstance(outcome, Delivered):
        reports.keep(query=query, number=outcome.number, source=outcome.source, now=now)
    elif isinstance(outcome, Unusable):
        UnusedAnswer.objects.create(
            attempt=attempt,
            why=outcome.why[:40],
            content=outcome.raw,
            received_at=now,
            expires_at=reports.deletion_time(now),
        )


def _tell(query: CreditQuery, path: tuple[str, ...], now: dt.datetime) -> None:
    """A message to whoever has been told that the page may be closed."""
    context = {"no": query.request_no[-4:]}
    waited = now - (query.queued_at or now)
    late = query.state == QueryState.PARKED or waited >= TELL_AFTER
    if late and query.state in QUERY_MOVING and not query.slow:
        CreditQuery.objects.filter(pk=query.pk).update(slow=True)
        query.slow = True
        messages.send(user=query.person, kind="creditquery.query_delayed", context=context, now=now)
    elif path and query.state in NOTICES and _is_slow(query, now):
        messages.send(user=query.person, kind=NOTICES[query.state], context=context, now=now)


def _is_slow(query: CreditQuery, now: dt.datetime) -> bool:
    """Whether it has taken so long that the page tells to close it."""
    waited = now - (query.queued_at or now)
    return query.slow or waited >= dt.timedelta(seconds=settings.QUERY_SLOW_SECONDS)


def _forget_if_withdrawn(query: CreditQuery, now: dt.datetime) -> None:
    """The consent was withdrawn during the call: what it brought is not kept."""
    assert query.consent is not None
    if query.consent.withdrawn_at is not None:
        reports.forget(query, now=now)
