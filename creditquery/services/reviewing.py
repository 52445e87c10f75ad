"""What a manual review does to its query: it begins beside the machine's work, and ends it."""

import datetime as dt

from django.db import transaction

from creditquery.models import CreditQuery, CreditReport
from creditquery.services import moves
from creditquery.services.queries import RUN
from creditquery.states import AttemptState, QueryState
from portal.work import services as work


def begin(*, query: CreditQuery, now: dt.datetime) -> None:
    """A person takes the query on; raises evidence.services.IllegalMove where no edge leads.

    One that waits for a route goes on waiting beside its review, and whatever comes first counts.
    """
    with transaction.atomic():
        locked = _locked(query)
        waits = locked.state == QueryState.PARKED
        moves.query(locked, to=QueryState.MANUAL_REVIEW, now=now, beside=waits)


def end(*, query: CreditQuery, approved: bool, now: dt.datetime) -> None:
    """Two people decided: no inquiry is begun any more. What became of one that is out is asked
    for all the same, because it stands on the person's file."""
    to = QueryState.REVIEWED if approved else QueryState.DECLINED
    with transaction.atomic():
        locked = _locked(query)
        moves.query(locked, to=to, now=now)
        work.wake(now=now, reason=to, kind=RUN, subject=locked.request_no)


def reopen(*, query: CreditQuery, now: dt.datetime) -> None:
    """The borrower objected to the decision."""
    with transaction.atomic():
        moves.query(_locked(query), to=QueryState.MANUAL_REVIEW, now=now)


def withdraw(*, query: CreditQuery, now: dt.datetime) -> None:
    """The borrower takes the review back: the query is where the machine stands meanwhile."""
    with transaction.atomic():
        locked = _locked(query)
        if locked.consent_id is None:  # never signed: nothing that a machine may go on with
            moves.query(locked, to=QueryState.CANCELLED, now=now, reason="query-cancelled")
        elif CreditReport.objects.filter(query=locked, purged_at=None).exists():
            moves.query(locked, to=QueryState.SUCCEEDED, now=now)
        elif locked.bound_to:  # an inquiry may stand on the person's file: somebody has to look
            moves.query(locked, to=QueryState.NEEDS_PERSON, now=now, reason="query-needs-person")
        elif locked.attempts.filter(state=AttemptState.REFUSED).exists():
            moves.query(locked, to=QueryState.CANCELLED, now=now, reason="query-cancelled")
        else:
            moves.query(locked, to=QueryState.PARKED, now=now, reason="query-parked")


def _locked(query: CreditQuery) -> CreditQuery:
    return CreditQuery.objects.select_for_update(of=("self",)).get(pk=query.pk)
