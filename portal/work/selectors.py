"""Reading durable work: what waits, for how long, and at which place."""

import datetime as dt

from django.db.models import Count, Min, Q

from portal.work.models import Work
from portal.work.states import WorkState


def find(*, kind: str, subject: str) -> Work | None:
    """The newest work of this kind about this subject."""
    return Work.objects.filter(kind=kind, subject=subject).order_by("-id").first()


def place(work: Work) -> int | None:
    """How many ready pieces of work of its lane come before it; None when it is not waiting."""
    if work.state != WorkState.READY:
        return None
    same_moment = Q(run_after=work.run_after, id__lt=work.pk)
    ahead = Q(run_after__lt=work.run_after) | same_moment
    return Work.objects.filter(ahead, lane=work.lane, state=WorkState.READY).count()


def counts() -> dict[tuple[str, str], int]:
    """(lane, state) -> how many."""
    rows = Work.objects.values_list("lane", "state").annotate(Count("id"))
    return {(lane, state): number for lane, state, number in rows}


def oldest_due(*, lane: str, now: dt.datetime) -> dt.timedelta | None:
    """How long the longest due piece of work of a lane has waited; None when none waits."""
    due = Work.objects.filter(lane=lane, state=WorkState.READY, run_after__lte=now)
    since = due.aggregate(Min("run_after"))["run_after__min"]
    return None if since is None else now - since
