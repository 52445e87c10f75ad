"""The policy on reviews that holds on a day."""

import datetime as dt

from reviews.models import ReviewPolicy


def current(day: dt.date) -> ReviewPolicy:
    """The newest version that has begun by then; the release ships the first."""
    begun = ReviewPolicy.objects.filter(effective_from__lte=day)
    return begun.order_by("-effective_from", "-pk")[:1].get()
