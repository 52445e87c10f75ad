"""Reading what the public status page says, and what the banner says beforehand."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import F, Prefetch, Q, QuerySet

from accounts.models import User
from complaints.incident.spans import Span, merged
from complaints.models import (
    Component,
    Incident,
    IncidentImpact,
    IncidentUpdate,
    IncidentWindow,
)
from complaints.states.incidents import (
    DOWN,
    INCIDENT_OPEN,
    MAINTENANCE_RUNNING,
    WORSE,
    ComponentStatus,
    Impact,
    IncidentKind,
    IncidentState,
)
from complaints.status import board
from complaints.status.board import Board, Event, Part, Word
from portal.beijing import midnight

NEVER_SHOWN = (IncidentState.MERGED, IncidentState.CANCELLED)
GOING_ON = INCIDENT_OPEN | MAINTENANCE_RUNNING
BANNER = "complaints.banner"
BANNER_KEPT_SECONDS = 10
BANNER_IMPACTS = (Impact.CRITICAL, Impact.MAJOR, Impact.MINOR)
"""The worst first; of an incident without impact nobody needs to read on every page."""


# --- The board ------------------------------------------------------------------------------


def read_board(*, now: dt.datetime) -> Board:
    """Components, incidents and maintenance as the public may know them. Five queries."""
    first = board.first_day(now)
    events = [_event(incident) for incident in _incidents(since=midnight(first))]
    return Board(
        at=_whole(now),
        parts=_parts(first=first, now=now),
        open=tuple(event for event in events if event.is_open),
        planned=tuple(reversed([event for event in events if event.is_planned])),
        past=tuple(event for event in events if not (event.is_open or event.is_planned)),
    )


def _incidents(*, since: dt.datetime) -> QuerySet[Incident]:
    shown = Incident.objects.exclude(state__in=NEVER_SHOWN).filter(
        Q(began_at__gte=since) | Q(ended_at=None) | Q(ended_at__gte=since)
    )
    windows = IncidentWindow.objects.filter(revision=F("incident__revision"))
    return shown.order_by("-began_at", "-pk").prefetch_related(
        Prefetch("windows", windows.select_related("component").order_by("component__order")),
        Prefetch("updates", IncidentUpdate.objects.order_by("-at", "-pk")),
    )


def _event(incident: Incident) -> Event:
    updates = list(incident.updates.all())
    said = {update.pk: _whole(update.at) for update in updates}
    corrected = {update.corrects_id for update in updates}
    parts = {w.component_id: w.component for w in incident.windows.all()}.values()
    return Event(
        number=incident.number,
        kind=IncidentKind(incident.kind),
        state=IncidentState(incident.state),
        impact=Impact(incident.impact),
        title_zh=incident.title_zh,
        title_en=incident.title_en,
        began_at=_whole(incident.began_at),
        ended_at=_whole(incident.ended_at) if incident.ended_at else None,
        parts=tuple((part.key, part.name_zh, part.name_en) for part in parts),
        words=tuple(
            Word(
                at=_whole(update.at),
                state=IncidentState(update.state),
                text_zh=update.text_zh,
                text_en=update.text_en,
                corrects=said.get(update.corrects_id) if update.corrects_id else None,
                is_corrected=update.pk in corrected,
            )
            for update in updates
        ),
    )


def _whole(at: dt.datetime) -> dt.datetime:
    return at.replace(microsecond=0)


def _parts(*, first: dt.date, now: dt.datetime) -> tuple[Part, ...]:
    """Each component; what went down in two incidents at once is counted once."""
    current: dict[int, list[tuple[ComponentStatus, dt.datetime]]] = defaultdict(list)
    down: dict[int, list[Span]] = defaultdict(list)
    for window in _windows(since=midnight(first), now=now):
        ends = window.ends_at or now
        if window.status in DOWN:
            down[window.component_id].append((window.starts_at, min(ends, now)))
        going_on = window.incident.state in GOING_ON
        if going_on and (window.ends_at is None or window.ends_at > now):
            current[window.component_id].append((ComponentStatus(window.status), window.starts_at))
    found = []
    for component in Component.objects.all():
        status, since = board.current(current[component.pk], WORSE)
        found.append(
            Part(
                key=component.key,
                name_zh=component.name_zh,
                name_en=component.name_en,
                status=status,
                since=_whole(since) if since else None,
                first_day=first,
                down=board.seconds_by_day(merged(down[component.pk]), first=first),
            )
        )
    return tuple(found)


def _windows(*, since: dt.datetime, now: dt.datetime) -> QuerySet[IncidentWindow]:
    return (
        IncidentWindow.objects.filter(
            Q(ends_at=None) | Q(ends_at__gt=since),
            revision=F("incident__revision"),
            starts_at__lte=now,
        )
        .exclude(incident__state__in=NEVER_SHOWN)
        .select_related("incident")
    )


# --- The banner -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outage:
    """The worst incident that is going on, in short."""

    pk: int
    number: str
    impact: str
    title_zh: str
    title_en: str
    began_at: dt.datetime

    @property
    def title(self) -> str:
        return board.said_in(self.title_zh, self.title_en)


def outage() -> Outage | None:
    """What borrowers read on every page, as it was at most ten seconds ago."""
    kept = cache.get(BANNER)
    if kept is None:
        kept = (_outage(),)
        cache.set(BANNER, kept, BANNER_KEPT_SECONDS)
    (known,) = kept
    return known


def _outage() -> Outage | None:
    going_on = Incident.objects.filter(
        kind=IncidentKind.OUTAGE, state__in=INCIDENT_OPEN, impact__in=BANNER_IMPACTS
    )
    fields = ("pk", "number", "impact", "title_zh", "title_en", "began_at")
    rows = [Outage(*values) for values in going_on.order_by("began_at").values_list(*fields)]
    return min(rows, key=lambda row: BANNER_IMPACTS.index(Impact(row.impact)), default=None)


def touches(known: Outage, person: User) -> bool:
    """Whether this borrower is among those whom the incident touched."""
    return IncidentImpact.objects.filter(
        incident_id=known.pk, person=person, withdrawn_in=None
    ).exists()
