"""A query from the wish to its end, but for the calls themselves (services.attempts)."""

import datetime as dt
import secrets
import string
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from accounts.selectors import Identity
from accounts.services import messages
from creditquery.models import Attempt, Consent, CreditQuery, LoanApplication
from creditquery.services import consents, moves, reports
from creditquery.states import (
    QUERY_CANCELLABLE,
    QUERY_EXPIRABLE,
    QUERY_LIVE,
    AttemptState,
    QueryState,
)
from evidence.services import record
from portal.work import services as work
from portal.work.states import Lane

RUN: Final = "creditquery.tasks.run_query"
ALPHABET: Final = string.digits + string.ascii_uppercase
BATCH = 500


class TooLate(Exception):
    """An inquiry was made or may have been made: it cannot be cancelled any more."""


def wish(*, person: User, loan: LoanApplication, purpose: str, now: dt.datetime) -> CreditQuery:
    """The live query of this person for this loan; a new one, not yet signed, when there is none.

    So however often a form is sent, one inquiry at most comes of it.
    """
    live = CreditQuery.objects.filter(person=person, loan=loan, state__in=QUERY_LIVE)
    if (query := live.first()) is not None:
        return query
    try:
        with transaction.atomic():
            query = CreditQuery.objects.create(
                request_no="".join(secrets.choice(ALPHABET) for _ in range(24)),
                person=person,
                loan=loan,
                purpose=purpose,
                created_at=now,
                changed_at=now,
            )
            body = {"purpose": purpose, "loan": loan.pk}
            kind = "creditquery.creditquery.created"
            record(kind=kind, subject=query.request_no, body=body, now=now)
            return query
    except IntegrityError:  # the other press of the same button was faster
        return live.get()


def sign(
    *, query: CreditQuery, identity: Identity, language: str, signed_with: str, now: dt.datetime
) -> None:
    """Sign the consent and queue the query; nothing when it has been signed before."""
    with transaction.atomic():
        locked = CreditQuery.objects.select_for_update().get(pk=query.pk)
        if locked.state != QueryState.CREATED:
            return
        consent = consents.write(
            query=locked, identity=identity, language=language, signed_with=signed_with, now=now
        )
        moves.query(locked, to=QueryState.CONSENTED, now=now, consent=consent)
        moves.query(locked, to=QueryState.QUEUED, now=now, queued_at=now)
        number = locked.request_no
        work.add(kind=RUN, subject=number, lane=Lane.UPSTREAM, now=now, dedup_key=f"query/{number}")


def cancel(*, query: CreditQuery, now: dt.datetime) -> None:
    """The person changes their mind; raises TooLate once an inquiry may have been made."""
    with transaction.atomic():
        locked = CreditQuery.objects.select_for_update().get(pk=query.pk)
        if locked.state == QueryState.CANCELLED:
            return
        if locked.state not in QUERY_CANCELLABLE or _may_have_inquired(locked):
            raise TooLate(locked.request_no)
        _stop(locked, to=QueryState.CANCELLED, now=now, reason="query-cancelled")


def withdraw(*, query: CreditQuery, now: dt.datetime) -> None:
    """Withdraw the consent (个人信息保护法 第十五条): no further call is begun, a query that may
    still be cancelled is, and a stored report is deleted at once (第四十七条)."""
    with transaction.atomic():
        locked = CreditQuery.objects.select_for_update().get(pk=query.pk)
        unwithdrawn = Consent.objects.filter(query=locked, withdrawn_at=None)
        if unwithdrawn.update(withdrawn_at=now) != 1:
            return
        record(kind="creditquery.consent.withdrawn", subject=locked.request_no, now=now)
        if locked.state == QueryState.SUCCEEDED:
            reports.purge(locked, now=now, reason="consent-withdrawn")
        elif locked.state in QUERY_CANCELLABLE and not _may_have_inquired(locked):
            _stop(locked, to=QueryState.CANCELLED, now=now, reason="consent-withdrawn")


def expire_due(*, now: dt.datetime) -> int:
    """End the open queries whose consent or loan deadline is over; returns how many."""
    today = timezone.localtime(now).date()
    over = Q(consent__expires_at__lt=now) | Q(loan__decision_deadline__lt=today)
    due = CreditQuery.objects.filter(over, state__in=QUERY_EXPIRABLE).order_by("pk")
    expired = 0
    for pk in list(due.values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            locked = CreditQuery.objects.select_for_update().get(pk=pk)
            if locked.state in QUERY_EXPIRABLE:
                _stop(locked, to=QueryState.EXPIRED, now=now, reason="query-expired")
                if locked.consent_id is not None:  # who never signed waits for nothing
                    context = {"no": locked.request_no[-4:]}
                    messages.send(
                        user=locked.person,
                        kind="creditquery.query_expired",
                        context=context,
                        now=now,
                    )
                expired += 1
    return expired


def wake_parked(*, now: dt.datetime, limit: int = BATCH) -> int:
    """Queue parked queries again, the oldest first; for a bureau that says it is open."""
    parked = CreditQuery.objects.filter(state=QueryState.PARKED).order_by("changed_at")
    woken = 0
    for pk in list(parked.values_list("pk", flat=True)[:limit]):
        with transaction.atomic():
            locked = CreditQuery.objects.select_for_update().get(pk=pk)
            if locked.state != QueryState.PARKED:
                continue
            moves.query(locked, to=QueryState.QUEUED, now=now, tries=0)
            work.wake(now=now, reason="the bureau is open", kind=RUN, subject=locked.request_no)
            woken += 1
    return woken


def _stop(query: CreditQuery, *, to: str, now: dt.datetime, reason: str) -> None:
    """End a query in the caller's transaction; its waiting work is woken to find that out."""
    moves.query(query, to=to, now=now, reason=reason)
    work.wake(now=now, reason=to, kind=RUN, subject=query.request_no)


def _may_have_inquired(query: CreditQuery) -> bool:
    """Whether the last inquiry's outcome is unknown and no later question has settled it."""
    inquiry = query.attempts.filter(kind=Attempt.Kind.INQUIRE).order_by("pk").last()
    if inquiry is None or inquiry.state not in {AttemptState.SENDING, AttemptState.UNKNOWN}:
        return False
    settled = {"kind": Attempt.Kind.ASK, "state": AttemptState.ANSWERED, "pk__gt": inquiry.pk}
    return not query.attempts.filter(**settled).exists()
