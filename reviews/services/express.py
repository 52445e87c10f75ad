"""The priority lane (快速通道): computed from what happened, never asked for."""

import datetime as dt
from typing import Final

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from creditquery.models import CreditQuery
from evidence.services import record
from portal.work.states import Priority
from portal.workdays.selectors import calendar
from reviews.models import ReviewPolicy, ReviewTask
from reviews.services import clocks
from reviews.states.cases import REVIEW_UNDECIDED, Express

BATCH: Final = 500


def of(query: CreditQuery, *, policy: ReviewPolicy, now: dt.datetime) -> str:
    """Why a review of this query goes first; "" when it takes its turn.

    A query is urgent because its loan is decided soon, or because an incident touched it
    (creditquery.services.queries.put_first): where it is not the one it is the other.
    """
    if query.loan.decision_deadline <= _soon(policy, now):
        return Express.DEADLINE
    return Express.INCIDENT if query.priority == Priority.URGENT else ""


def refresh(*, now: dt.datetime) -> int:
    """Put the cases first that have become urgent since they were sent; returns how many. Whoever
    was promised the priority lane keeps it."""
    put = 0
    for policy in ReviewPolicy.objects.filter(pk__in=_waiting().values("policy")):
        deadline = Q(query__loan__decision_deadline__lte=_soon(policy, now))
        urgent = _waiting().filter(deadline | Q(query__priority=Priority.URGENT), policy=policy)
        for pk in list(urgent.order_by("pk").values_list("pk", flat=True)[:BATCH]):
            put += _hasten(pk, now)
    return put


def _waiting() -> QuerySet[ReviewTask]:
    return ReviewTask.objects.filter(state__in=REVIEW_UNDECIDED, express="")


def _hasten(pk: int, now: dt.datetime) -> bool:
    with transaction.atomic():
        rows = _waiting().select_related("query__loan", "policy", "institution")
        locked = rows.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
        if locked is None:
            return False
        locked.express = of(locked.query, policy=locked.policy, now=now)
        ReviewTask.objects.filter(pk=pk).update(express=locked.express)
        clocks.hasten(task=locked, now=now)
        body = {"express": locked.express}
        record(kind="reviews.reviewtask.express", subject=locked.number or "", body=body, now=now)
    return True


def _soon(policy: ReviewPolicy, now: dt.datetime) -> dt.date:
    return calendar().add(timezone.localtime(now).date(), policy.express_deadline_days).day
