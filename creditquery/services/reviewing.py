"""What a manual review does to its query: it begins beside the machine's work, and ends it."""

import datetime as dt

from django.db import transaction

from creditquery.models import CreditQuery
from creditquery.services import moves
from creditquery.states import QueryState
from portal.work import services as work


def begin(*, query: CreditQuery, now: dt.datetime) -> None:
    """A person takes the query on; raises evidence.services.IllegalMove where no edge leads."""
    with transaction.atomic():
        moves.query(_locked(query), to=QueryState.MANUAL_REVIEW, now=now)


def end(*, query: CreditQuery, approved: bool, now: dt.datetime) -> None:
    """Two people decided: nothing is asked of the bureau any more, whatever still waits."""
    to = QueryState.REVIEWED if approved else QueryState.DECLINED
    with transaction.atomic():
        locked = _locked(query)
        moves.query(locked, to=to, now=now)
        work.wake(now=now, reason=to, subject=locked.request_no, kind="creditquery.tasks.run_query")


def reopen(*, query: CreditQuery, now: dt.datetime) -> None:
    """The borrower objected to the decision."""
    with transaction.atomic():
        moves.query(_locked(query), to=QueryState.MANUAL_REVIEW, now=now)


def _locked(query: CreditQuery) -> CreditQuery:
    return CreditQuery.objects.select_for_update(of=("self",)).get(pk=query.pk)
