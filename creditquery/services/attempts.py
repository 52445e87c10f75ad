"""One call for a query: what is committed before it, and what is written after it.

The order is what makes it safe to kill the process anywhere. `begin` commits state and attempt
before a byte leaves; the call runs outside any transaction; `settle` writes result and end of
work in one fenced transaction. Whoever finds a query half done asks the bureau by its number.
"""

import datetime as dt

from django.conf import settings
from django.db import transaction

from accounts.selectors import identity
from accounts.services import messages
from creditquery import channels, verdicts
from creditquery.channels import Call, Delivered, Outcome, Unusable
from creditquery.gateways.pboc import Inquiry, Person
from creditquery.models import Attempt, CreditQuery, CreditReport, UnusedAnswer
from creditquery.services import moves, reports
from creditquery.states import QUERY_MOVING, AttemptState, QueryState
from portal.work import services as work
from portal.work.services import Claim, WorkState

ASKED = frozenset({QueryState.AMBIGUOUS, QueryState.MANUAL_REVIEW})
NOTICES: dict[str, str] = {
    QueryState.SUCCEEDED: "creditquery.report_ready",
    QueryState.REFUSED: "creditquery.query_refused",
    QueryState.NEEDS_PERSON: "creditquery.query_refused",
}
TELL_AFTER = dt.timedelta(minutes=5)
"""A person who has waited so long is told that the query goes on by itself."""


# --- Before the call ------------------------------------------------------------------------


def begin(*, claim: Claim, now: dt.datetime) -> tuple[Attempt, Call] | None:
    """Commit the attempt that the work's next call makes; None when there is nothing to call.

    Raises LeaseLost. One claim makes one call, so request number and fence name the attempt.
    """
    with transaction.atomic():
        query = _locked(claim.subject)
        work.extend(claim, now=now)
        _close_orphans(query, now)
        if query.state == QueryState.QUEUED:
            _start_sending(query, now)
        if query.state != QueryState.SENDING and not _is_asked_about(query):
            with work.ending(claim, to=WorkState.DONE, now=now, reason=query.state):
                return None
        attempt = Attempt.objects.create(
            ref=f"{query.request_no}.{claim.fence}",
            query=query,
            kind=_kind(query),
            channel=channels.PBOC,
            endpoint=channels.ENDPOINT,
            sent_at=now,
        )
        return attempt, _call(query, attempt)


def _locked(request_no: str) -> CreditQuery:
    rows = CreditQuery.objects.select_related("consent", "person", "loan")
    return rows.select_for_update(of=("self",)).get(request_no=request_no)


def _close_orphans(query: CreditQuery, now: dt.datetime) -> None:
    """The process of an earlier claim died during its call: nobody knows what came of it."""
    for orphan in query.attempts.filter(state=AttemptState.SENDING):
        moves.attempt(orphan, to=AttemptState.UNKNOWN, now=now)
    if query.state == QueryState.SENDING:
        moves.query(query, to=QueryState.AMBIGUOUS, now=now)


def _start_sending(query: CreditQuery, now: dt.datetime) -> None:
    """Into sending, unless the consent is no longer good: this is the last moment to see that."""
    consent = query.consent
    assert consent is not None  # a constraint of the table
    if consent.withdrawn_at is not None:
        moves.query(query, to=QueryState.CANCELLED, now=now, reason="consent-withdrawn")
    elif consent.expires_at <= now or identity(query.person) is None:
        moves.query(query, to=QueryState.EXPIRED, now=now, reason="query-expired")
    else:
        moves.query(query, to=QueryState.SENDING, now=now)


def _is_asked_about(query: CreditQuery) -> bool:
    if query.state not in ASKED or CreditReport.objects.filter(query=query).exists():
        return False
    return query.attempts.filter(state=AttemptState.UNKNOWN).exists()


def _kind(query: CreditQuery) -> str:
    sending = query.state == QueryState.SENDING
    return Attempt.Kind.INQUIRE if sending else Attempt.Kind.ASK


def _call(query: CreditQuery, attempt: Attempt) -> Call:
    person, consent = identity(query.person), query.consent
    assert person is not None and consent is not None
    inquiry = Inquiry(
        request_no=query.request_no,
        person=Person(person.name, person.id_type, person.id_number, person.phone),
        reason=query.purpose,
        consent_reference=consent.reference,
        consent_sha256=consent.sha256,
        consent_signed_at=consent.signed_at,
    )
    return Call(
        inquiry,
        ask=attempt.kind == Attempt.Kind.ASK,
        endpoint=attempt.endpoint,
        seconds=settings.QUERY_DEADLINE_SECONDS,
    )


# --- After the call -------------------------------------------------------------------------


def settle(*, claim: Claim, attempt: Attempt, outcome: Outcome, now: dt.datetime) -> None:
    """Write what came of the call together with the end of its work; raises LeaseLost."""
    with transaction.atomic():
        query = _locked(claim.subject)
        verdict = verdicts.decide(outcome, _situation(query, attempt, now))
        later = now + dt.timedelta(seconds=verdict.wait)
        with work.ending(
            claim, to=verdict.work, now=now, reason=verdict.reason, run_after=later, burn=False
        ):
            moves.attempt(
                attempt, to=verdict.attempt, now=now, vendor_code=getattr(outcome, "code", "")
            )
            _keep(query, attempt, outcome, now)
            for state in verdict.path:
                moves.query(query, to=state, now=now, reason=verdict.reason, tries=verdict.tries)
            if not verdict.path:
                CreditQuery.objects.filter(pk=query.pk).update(tries=verdict.tries)
            _tell(query, verdict, now)
            _forget_if_withdrawn(query, now)


def _situation(query: CreditQuery, attempt: Attempt, now: dt.datetime) -> verdicts.Situation:
    unusable = UnusedAnswer.objects.filter(attempt__query=query).count()
    sendings = query.attempts.filter(kind=Attempt.Kind.INQUIRE).count()
    unknown_since = query.changed_at if query.state in ASKED else now
    return verdicts.Situation(
        query.state, query.tries, sendings, unusable, ambiguous_for=now - unknown_since
    )


def _keep(query: CreditQuery, attempt: Attempt, outcome: Outcome, now: dt.datetime) -> None:
    if isinstance(outcome, Delivered):
        reports.keep(query=query, number=outcome.number, xml=outcome.xml, now=now)
    elif isinstance(outcome, Unusable):
        UnusedAnswer.objects.create(
            attempt=attempt,
            why=outcome.why[:40],
            content=outcome.raw,
            received_at=now,
            expires_at=reports.deletion_time(now),
        )


def _tell(query: CreditQuery, verdict: verdicts.Verdict, now: dt.datetime) -> None:
    """A message to whoever has been told that the page may be closed."""
    context = {"no": query.request_no[-4:]}
    waited = now - (query.queued_at or now)
    late = query.state == QueryState.PARKED or waited >= TELL_AFTER
    if late and query.state in QUERY_MOVING and not query.slow:
        CreditQuery.objects.filter(pk=query.pk).update(slow=True)
        messages.send(user=query.person, kind="creditquery.query_delayed", context=context, now=now)
    elif verdict.path and query.state in NOTICES and _is_slow(query, now):
        messages.send(user=query.person, kind=NOTICES[query.state], context=context, now=now)


def _is_slow(query: CreditQuery, now: dt.datetime) -> bool:
    """Whether it has taken so long that the page tells to close it."""
    waited = now - (query.queued_at or now)
    return query.slow or waited >= dt.timedelta(seconds=settings.QUERY_SLOW_SECONDS)


def _forget_if_withdrawn(query: CreditQuery, now: dt.datetime) -> None:
    """The consent was withdrawn during the call: what it brought is not kept."""
    assert query.consent is not None
    if query.state == QueryState.SUCCEEDED and query.consent.withdrawn_at is not None:
        reports.purge(query, now=now, reason="consent-withdrawn")
