"""The machine was quicker, or as quick: a report that comes during a review joins its case."""

import datetime as dt

from django.db import transaction

from accounts.services import messages
from creditquery.models import CreditReport
from reviews.models import ReviewTask
from reviews.services import timeline
from reviews.states.cases import REVIEW_UNDECIDED, StepKind

JOINED = "reviews.review_report_joined"
BATCH = 200


def join_late(*, now: dt.datetime) -> int:
    """Note each report that came for a case nobody has decided yet, and tell the borrower, who can
    read it from then on; returns how many came. A second look finds nothing new."""
    # One filter: both conditions are of one review, not of any two of the query's.
    fresh = CreditReport.objects.filter(
        query__reviews__state__in=REVIEW_UNDECIDED, query__reviews__joined_at=None, purged_at=None
    )
    queries = list(fresh.values_list("query_id", flat=True)[:BATCH])
    with transaction.atomic():
        rows = ReviewTask.objects.filter(
            query__in=queries, state__in=REVIEW_UNDECIDED, joined_at=None
        )
        tasks = list(rows.select_related("person").select_for_update(of=("self",)))
        ReviewTask.objects.filter(pk__in=[task.pk for task in tasks]).update(joined_at=now)
        for task in tasks:
            timeline.add(task, kind=StepKind.REPORT_JOINED, now=now, shown=True)
            messages.send(user=task.person, kind=JOINED, context={"no": task.number}, now=now)
    return len(tasks)
