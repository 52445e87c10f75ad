"""What is late: brought before a lead, and said to the borrower before they have to ask."""

import datetime as dt

from django.db import transaction

from accounts.services import messages
from portal.beijing import last_day
from portal.watch import kinds
from portal.watch import services as watch
from portal.watch.models import Severity
from reviews.models import ReviewTask
from reviews.services import timeline
from reviews.states.cases import REVIEW_UNDECIDED, ReviewState, StepKind

OVERDUE = "reviews.review_overdue"
BATCH = 200
WAITS_FOR_US = sorted(REVIEW_UNDECIDED - {ReviewState.AWAITING})


def escalate_due(*, now: dt.datetime) -> int:
    """Bring each case that is past its day before a lead, once a round; returns how many. One alarm
    stands while any is late."""
    late = ReviewTask.objects.filter(state__in=WAITS_FOR_US, due_at__lte=now)
    pks = list(
        late.filter(escalated_at=None).order_by("due_at").values_list("pk", flat=True)[:BATCH]
    )
    with transaction.atomic():
        rows = late.filter(pk__in=pks, escalated_at=None).select_related("person", "query")
        tasks = list(rows.select_for_update(of=("self",), skip_locked=True))
        ReviewTask.objects.filter(pk__in=[task.pk for task in tasks]).update(escalated_at=now)
        for task in tasks:
            timeline.add(task, kind=StepKind.ESCALATED, now=now)
            assert task.due_at is not None  # it is late
            context = {"no": task.number, "day": last_day(task.due_at).isoformat()}
            messages.send(user=task.person, kind=OVERDUE, context=context, now=now)
    _alarm(late.order_by("due_at").first(), now)
    return len(tasks)


def _alarm(oldest: ReviewTask | None, now: dt.datetime) -> None:
    if oldest is None:
        watch.settle(kind=kinds.REVIEW_OVERDUE, now=now)
        return
    assert oldest.due_at is not None
    watch.raise_alarm(
        kind=kinds.REVIEW_OVERDUE,
        severity=Severity.WARNING,
        detail={"not_after": oldest.due_at.isoformat()},
        now=now,
    )
