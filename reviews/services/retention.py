"""What people wrote about a review goes on the same day as its papers.

Steps, codes and hashes stay, so that it can be told what happened and who did it; the words, which
may say anything about anybody, do not. The privacy page (portal/privacy.py) says the same.
"""

import datetime as dt
from typing import Final

from django.db.models import DateTimeField, ExpressionWrapper, F, Min, Q

from evidence.services import record
from portal.append_only import unlocked
from reviews.models import ReviewPolicy, ReviewStep
from reviews.states.cases import REVIEW_LIVE

BATCH: Final = 500


def forget_words(*, now: dt.datetime) -> int:
    """Delete a batch of words of reviews that ended longer ago than their policy keeps them;
    returns how many steps lost theirs, 0 when nothing is left."""
    shortest = ReviewPolicy.objects.aggregate(days=Min("keep_days"))["days"]
    if shortest is None:
        return 0
    # What was said later cannot be due: so the index of what has words ends the search.
    said = ReviewStep.objects.filter(text__isnull=False, at__lt=now - dt.timedelta(days=shortest))
    due = said.exclude(task__state__in=REVIEW_LIVE).filter(_over(now)).order_by("at", "pk")
    pks = list(due.values_list("pk", flat=True)[:BATCH])
    if pks:
        with unlocked(ReviewStep):
            ReviewStep.objects.filter(pk__in=pks).update(text=None)
            kind, day = "reviews.words.deleted", f"{now:%Y-%m-%d}"
            record(kind=kind, subject=day, body={"steps": len(pks)}, now=now)
    return len(pks)


def _over(now: dt.datetime) -> Q:
    """Decided, taken back or lapsed more days ago than the policy of the case says."""
    kept = ExpressionWrapper(
        now - F("task__policy__keep_days") * dt.timedelta(days=1), output_field=DateTimeField()
    )
    return Q(task__decided_at__lt=kept) | Q(task__decided_at=None, task__changed_at__lt=kept)
