"""Reading durable work: the newest work about something, and all of it in sum."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Min, Q

from portal.work.models import Work
from portal.work.states import TROUBLED, WorkState


def find(*, kind: str, subject: str) -> Work | None:
    """The newest work of this kind about this subject."""
    return Work.objects.filter(kind=kind, subject=subject).order_by("-id").first()


@dataclass(frozen=True, slots=True)
class Sum:
    """So much work of a lane is in a state. `since`: when the oldest came into it; of ready work,
    from when on the oldest could have been taken up, which may be later than now."""

    lane: str
    state: str
    count: int
    since: dt.datetime


def census() -> list[Sum]:
    """All work that is not done, by lane and state.

    Three questions, because each is answered by a partial index of its own: one for all states
    would read the millions of rows that are done.
    """
    parts = (
        (Q(state=WorkState.READY), "run_after"),
        (Q(state=WorkState.LEASED), "moved_at"),
        (Q(state__in=sorted(TROUBLED)), "moved_at"),
    )
    return [
        Sum(*row)
        for states, since in parts
        for row in Work.objects.filter(states)
        .values_list("lane", "state")
        .annotate(Count("id"), Min(since))
        .order_by("lane", "state")
    ]
