"""Where a waiting query stands and when its turn may come; cheap enough for everybody to ask often.

Those in the queue go first, then those that are parked: by priority, then by who came first. Few
ahead are counted; beyond that the place is read off milestones of the parked queue, which a
process sets anew every few seconds, so that it costs the same in front of ten and of 120,000.
"""

import datetime as dt
import threading
import time
from bisect import bisect_left
from dataclasses import dataclass

from django.db.models import Count, F, Min, Q, Window
from django.db.models.functions import RowNumber

from creditquery.models import CreditQuery
from creditquery.selectors import channels
from creditquery.services.routes import BACKLOG, bureau
from creditquery.states import QueryState
from portal.routing import selectors as routing
from portal.routing.states import RouteState

EXACT = 200
"""So many ahead are counted one by one; of more, "about" is all that anybody wants to know."""
STEP = 100
"""Parked queries from one milestone to the next."""
KEPT_SECONDS = 10.0
"""How long a process goes by one survey."""
PACE = dt.timedelta(minutes=3)
"""The pace is that of the last minutes: an outage that is over says nothing about it."""
PACE_LEAST = 5
"""Fewer answers are no pace."""
ENDED = (QueryState.SUCCEEDED, QueryState.REFUSED, QueryState.NEEDS_PERSON)

Key = tuple[int, dt.datetime, int]


@dataclass(frozen=True, slots=True)
class Waiting:
    """`place`: how many go before. `eta` is None when nobody can know. `in_use`: whether some
    route to the bureau is; `maintenance_until` when none is and that was planned. `held_back`:
    a person holds those that are parked."""

    place: int
    eta: dt.datetime | None
    in_use: bool
    maintenance_until: dt.datetime | None
    held_back: bool


@dataclass(frozen=True, slots=True)
class Survey:
    """What holds for all that wait, as it was some seconds ago; `pace` in queries a second.
    `held_back`: a person holds the parked ones back."""

    milestones: tuple[Key, ...]
    pace: float
    in_use: bool
    maintenance_until: dt.datetime | None
    held_back: bool = False


def waiting(query: CreditQuery, now: dt.datetime) -> Waiting | None:
    """None for a query that does not wait for its turn."""
    if query.state not in (QueryState.QUEUED, QueryState.PARKED) or query.queued_at is None:
        return None
    known = survey(now)
    place = _place(query, known)
    held_back = known.held_back and query.state == QueryState.PARKED
    eta = None
    if known.pace and known.in_use and not held_back:
        eta = now + dt.timedelta(seconds=(place + 1) / known.pace)
    return Waiting(place, eta, known.in_use, known.maintenance_until, held_back)


# --- The place ------------------------------------------------------------------------------


def _place(query: CreditQuery, known: Survey) -> int:
    if query.state == QueryState.QUEUED:
        return _ahead(query)
    queued = CreditQuery.objects.filter(state=QueryState.QUEUED).count()
    parked = _ahead(query, most=EXACT + 1)
    if parked > EXACT:
        assert query.queued_at is not None
        key = (query.priority, query.queued_at, query.pk)
        parked = max(EXACT, bisect_left(known.milestones, key) * STEP)
    return queued + parked


def _ahead(query: CreditQuery, *, most: int | None = None) -> int:
    """Those in the same state that go before, counted up to `most`: two ranges of one index."""
    rows = CreditQuery.objects.filter(state=query.state)
    came_first = Q(queued_at__lt=query.queued_at) | Q(pk__lt=query.pk)
    ranges = (
        rows.filter(priority__lt=query.priority),
        rows.filter(came_first, priority=query.priority, queued_at__lte=query.queued_at),
    )
    return sum(range_[:most].count() for range_ in ranges)


# --- The survey -----------------------------------------------------------------------------

_kept: tuple[float, Survey] | None = None
_surveying = threading.Lock()


def survey(now: dt.datetime) -> Survey:
    """The survey of some seconds ago; one thread makes the next while the others go by the old."""
    global _kept
    kept = _kept
    if kept and (time.monotonic() < kept[0] or not _surveying.acquire(blocking=False)):
        return kept[1]
    try:
        made = _survey(now)
        _kept = (time.monotonic() + KEPT_SECONDS, made)
        return made
    finally:
        if kept:
            _surveying.release()


def forget() -> None:
    """Survey again at the next question."""
    global _kept
    _kept = None


def _survey(now: dt.datetime) -> Survey:
    seen = bureau.look([each.route for each in channels.entrances()])
    in_use = any(each.effective == RouteState.CLOSED for each in seen.values())
    until = None if in_use else routing.under_way(now).aggregate(end=Min("ends_at"))["end"]
    return Survey(_milestones(), pace(now), in_use, until, channels.is_held_back(BACKLOG))


def _milestones() -> tuple[Key, ...]:
    """Every STEP-th of the parked queue, in its order."""
    order = ("priority", "queued_at", "pk")
    number = Window(RowNumber(), order_by=order)
    rows = CreditQuery.objects.filter(state=QueryState.PARKED).annotate(number=number)
    rows = rows.annotate(odd=F("number") % STEP).filter(odd=0).order_by(*order)
    return tuple(rows.values_list(*order))


def pace(now: dt.datetime) -> float:
    """Queries a second that got their answer lately; 0.0 when they are too few to tell."""
    ended = CreditQuery.objects.filter(state__in=ENDED, changed_at__gt=now - PACE)
    found = ended.aggregate(many=Count("pk"), first=Min("changed_at"))
    if found["many"] < PACE_LEAST:
        return 0.0
    return found["many"] / max(1.0, (now - found["first"]).total_seconds())
