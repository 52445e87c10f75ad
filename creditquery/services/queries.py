"""A query from the wish to its end, but for the calls themselves (services.attempts)."""

import datetime as dt
import secrets
import string
from collections.abc import Collection
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.selectors import Identity
from accounts.services import messages
from creditquery.models import Consent, CreditQuery, LoanApplication
from creditquery.services import consents, moves, reports
from creditquery.states import QUERY_CANCELLABLE, QUERY_EXPIRABLE, QUERY_LIVE, QueryState
from evidence.services import record
from portal.work import services as work
from portal.work.states import Lane, Priority

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
        rows = CreditQuery.objects.select_related("loan").select_for_update(of=("self",))
        locked = rows.get(pk=query.pk)
        if locked.state != QueryState.CREATED:
            return
        consent = consents.write(
            query=locked, identity=identity, language=language, signed_with=signed_with, now=now
        )
        moves.query(locked, to=QueryState.CONSENTED, now=now, consent=consent)
        soon = locked.loan.decision_deadline <= _urgent_until(now)
        priority = Priority.URGENT if soon else Priority.FRESH
        moves.query(locked, to=QueryState.QUEUED, now=now, queued_at=now, priority=priority)
        number = locked.request_no
        work.add(
            kind=RUN,
            subject=number,
            lane=Lane.UPSTREAM,
            now=now,
            dedup_key=f"query/{number}",
            priority=priority,
        )


def cancel(*, query: CreditQuery, now: dt.datetime) -> None:
    """The person changes their mind; raises TooLate once an inquiry may have been made."""
    with transaction.atomic():
        locked = CreditQuery.objects.select_for_update().get(pk=query.pk)
        if locked.state == QueryState.CANCELLED:
            return
        if locked.state not in QUERY_CANCELLABLE or locked.bound_to:
            raise TooLate(locked.request_no)
        _stop(locked, to=QueryState.CANCELLED, now=now, reason="query-cancelled")


def withdraw(*, query: CreditQuery, now: dt.datetime) -> None:
    """Withdraw the consent (个人信息保护法 第十五条): no further call is begun, a query that may
    still be cancelled is, and what was brought is deleted at once (第四十七条); while the outcome
    is being asked for, as soon as it is known."""
    with transaction.atomic():
        locked = CreditQuery.objects.select_for_update().get(pk=query.pk)
        unwithdrawn = Consent.objects.filter(query=locked, withdrawn_at=None)
        if unwithdrawn.update(withdrawn_at=now) != 1:
            return
        record(kind="creditquery.consent.withdrawn", subject=locked.request_no, now=now)
        if locked.state in QUERY_CANCELLABLE and not locked.bound_to:
            _stop(locked, to=QueryState.CANCELLED, now=now, reason="consent-withdrawn")
        reports.forget(locked, now=now)


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


def feed(*, room: int, now: dt.datetime) -> int:
    """Queue parked queries again: the urgent ones first, then whoever has waited longest.

    `room`: how many the routes will take until the next feeding. Returns how many go on.
    Whoever is bound to a channel may wait for that one alone, and takes nobody's turn. What is in
    manual review meanwhile is asked for beside it, and stays there.
    """
    queued = CreditQuery.objects.filter(state=QueryState.QUEUED, bound_to="")
    if (limit := room - queued[:room].count()) <= 0:
        return 0
    with transaction.atomic():
        parked = CreditQuery.objects.filter(Q(state=QueryState.PARKED) | Q(beside=True))
        first = parked.order_by("priority", "queued_at", "pk").select_for_update(skip_locked=True)
        chosen = list(first.values_list("pk", "request_no", "priority", "beside")[:limit])
        numbers = {pk: number for pk, number, _, beside in chosen if not beside}
        moves.queries(numbers, to=QueryState.QUEUED, now=now)
        reviewed = [pk for pk, *_, beside in chosen if beside]
        CreditQuery.objects.filter(pk__in=reviewed).update(beside=False)
        for priority in {priority for _, _, priority, _ in chosen}:
            subjects = [number for _, number, own, _ in chosen if own == priority]
            work.wake_many(
                kind=RUN, subjects=subjects, priority=priority, now=now, reason="a route is back"
            )
    return len(chosen)


def hasten(*, now: dt.datetime) -> int:
    """Put the parked queries whose loan is decided soon before the others; returns how many."""
    late = CreditQuery.objects.filter(state=QueryState.PARKED, priority__gt=Priority.URGENT)
    soon = late.filter(loan__decision_deadline__lte=_urgent_until(now)).order_by("pk")
    return late.filter(pk__in=soon.values("pk")[:BATCH]).update(priority=Priority.URGENT)


def put_first(*, people: Collection[int]) -> int:
    """Put what these people still wait for before the others, in review too; returns how many
    queries."""
    waits = [QueryState.PARKED, QueryState.MANUAL_REVIEW]
    return _put_first(CreditQuery.objects.filter(person__in=people, state__in=waits))


def put_reviews_first(*, queries: Collection[int]) -> int:
    """An incident held these up: those that people review are reviewed before the others. What
    waits for the bureau is not, since an outage holds up everybody alike."""
    reviewed = CreditQuery.objects.filter(pk__in=queries, state=QueryState.MANUAL_REVIEW)
    return _put_first(reviewed)


def _put_first(chosen: QuerySet[CreditQuery]) -> int:
    late = chosen.filter(priority__gt=Priority.URGENT)
    with transaction.atomic():
        rows = late.select_for_update(of=("self",), skip_locked=True).order_by("pk")
        pks = list(rows.values_list("pk", flat=True))
        return CreditQuery.objects.filter(pk__in=pks).update(priority=Priority.URGENT)


def _urgent_until(now: dt.datetime) -> dt.date:
    return timezone.localtime(now).date() + dt.timedelta(days=settings.QUERY_URGENT_DAYS)


def _stop(query: CreditQuery, *, to: str, now: dt.datetime, reason: str) -> None:
    """End a query in the caller's transaction; its waiting work is woken to find that out."""
    moves.query(query, to=to, now=now, reason=reason)
    work.wake(now=now, reason=to, kind=RUN, subject=query.request_no)
