"""What the portal does by itself about what it sees: opens, joins, closes and merges incidents."""

import datetime as dt
from collections.abc import Sequence
from itertools import combinations

from django.db import transaction
from django.db.models import F

from complaints.incident import severity, wording
from complaints.incident.severity import Piece
from complaints.incident.wording import both
from complaints.models import Incident, IncidentPolicy, IncidentSignal, IncidentWindow
from complaints.selectors import detection
from complaints.selectors.detection import Observation
from complaints.services import incidents
from complaints.states.incidents import (
    INCIDENT_OPEN,
    ComponentStatus,
    IncidentKind,
    IncidentState,
    Source,
)


def watch(*, now: dt.datetime) -> None:
    """Look at everything, and bring the incidents up to date. However many workers do it at once,
    each transition is claimed once and each outage is one incident."""
    with transaction.atomic():
        incidents.one_at_a_time()
        holds = detection.policy()
        observe(detection.everything(holds=holds, now=now), holds=holds, now=now)
        merge_overlapping(now=now)
        settle(now=now)


def observe(seen: Sequence[Observation], *, holds: IncidentPolicy, now: dt.datetime) -> None:
    """Take in what was seen, in its order; in the caller's transaction."""
    for each in seen:
        incident = _take(each, holds, now)
        if each.ref or incident is not None:
            IncidentSignal.objects.create(
                incident=incident or _current(each),
                component=each.component,
                source=each.source,
                ref=each.ref or f"{each.component.key}/{each.at.isoformat()}",
                at=each.at,
                detail=dict(each.detail),
            )


def _take(seen: Observation, holds: IncidentPolicy, now: dt.datetime) -> Incident | None:
    """The incident that has changed by it, if any."""
    window = _open_window(seen)
    if window is None:
        if seen.status == ComponentStatus.OPERATIONAL or not seen.tells:
            return None
        return _begin(seen, holds, now)
    incident = window.incident
    if window.status == seen.status or not _may_change(window, seen.status):
        return None
    recovered = seen.status == ComponentStatus.OPERATIONAL
    at = seen.ended if recovered and seen.ended else seen.at
    incidents.end_window(window, at=at, now=now)
    if not recovered:
        incidents.begin_window(incident, component=seen.component, to=seen.status, at=at, now=now)
    elif all(each.ends_at is not None for each in incidents.pieces(incident)):
        text = both(wording.WORKS_AGAIN)
        incidents.go(incident, to=IncidentState.MONITORING, text=text, now=now)
    return incident


def _open_window(seen: Observation) -> IncidentWindow | None:
    rows = IncidentWindow.objects.filter(
        component=seen.component,
        ends_at=None,
        revision=F("incident__revision"),
        incident__kind=IncidentKind.OUTAGE,
        incident__state__in=INCIDENT_OPEN,
    )
    return rows.select_related("incident", "component").order_by("incident__began_at").first()


def _current(seen: Observation) -> Incident | None:
    window = _open_window(seen)
    return window.incident if window else None


def _may_change(window: IncidentWindow, to: str) -> bool:
    """What a person has opened, a person ends: measurements only make it worse."""
    by_hand = window.incident.source == Source.HAND
    return not by_hand or severity.rank(to) > severity.rank(window.status)


def _begin(seen: Observation, holds: IncidentPolicy, now: dt.datetime) -> Incident:
    at = seen.began or seen.at
    incident = _to_join(seen, at, dt.timedelta(minutes=holds.join_minutes))
    if incident is None:
        title = both(wording.TITLES[seen.status], what=seen.component)
        incident = incidents.open_incident(
            kind=IncidentKind.OUTAGE,
            state=IncidentState.INVESTIGATING,
            source=seen.source,
            title=title,
            began_at=at,
            by=None,
            reason=f"{seen.source} {seen.ref}".strip(),
            now=now,
        )
        text = both(wording.OPENED[seen.status], what=seen.component)
        incidents.say(incident, text=text, now=now)
    elif incident.state == IncidentState.MONITORING:
        text = both(wording.CAME_BACK)
        incidents.go(incident, to=IncidentState.INVESTIGATING, text=text, now=now)
    else:
        incidents.say(incident, text=both(wording.SPREAD, what=seen.component), now=now)
    incidents.begin_window(incident, component=seen.component, to=seen.status, at=at, now=now)
    return incident


def _to_join(seen: Observation, at: dt.datetime, within: dt.timedelta) -> Incident | None:
    """The open incident that this is part of: of the same component, which has been quiet for less
    than the quiet time, or of another that began or ended a short while from it."""
    rows = Incident.objects.filter(kind=IncidentKind.OUTAGE, state__in=INCIDENT_OPEN)
    for incident in rows.order_by("began_at", "pk"):
        own = incidents.windows(incident)
        if any(each.component_id == seen.component.pk for each in own):
            return incident
        moments = [m for each in own for m in (each.starts_at, each.ends_at) if m is not None]
        if incident.source != Source.HAND and any(abs(at - moment) <= within for moment in moments):
            return incident
    return None


# --- The end --------------------------------------------------------------------------------


def settle(*, now: dt.datetime) -> None:
    """Resolve what has been quiet for long enough; what a person opened, a person resolves."""
    rows = Incident.objects.filter(kind=IncidentKind.OUTAGE, state__in=INCIDENT_OPEN)
    for incident in rows.exclude(source=Source.HAND).select_related("policy").order_by("pk"):
        holds = incident.policy or detection.policy()
        own = incidents.pieces(incident)
        if any(each.ends_at is None for each in own):
            continue
        quiet_since = incidents.last_end(own, default=incident.began_at)
        if now - quiet_since >= dt.timedelta(minutes=holds.quiet_minutes):
            incidents.resolve(incident, text=both(wording.RESOLVED), now=now)


def merge_overlapping(*, now: dt.datetime) -> None:
    """Two open incidents in which the same component fails at the same time are one."""
    rows = Incident.objects.filter(kind=IncidentKind.OUTAGE, state__in=INCIDENT_OPEN)
    for first, second in combinations(rows.order_by("began_at", "pk"), 2):
        if IncidentState.MERGED not in (first.state, second.state) and _overlap(
            incidents.pieces(first), incidents.pieces(second)
        ):
            merge(second, into=first, now=now)


def merge(incident: Incident, *, into: Incident, now: dt.datetime) -> None:
    """The windows of both become those of one, and the other touches nobody any more."""
    reason = f"joined with {incident.number}"
    together = [*incidents.pieces(into), *incidents.pieces(incident)]
    incidents.rewrite(into, new=together, by=None, reason=reason, now=now)
    text = both(wording.MERGED, number=into.number)
    incidents.go(incident, to=IncidentState.MERGED, text=text, now=now, merged_into=into)
    incidents.rewrite(incident, new=[], by=None, reason=f"joined to {into.number}", now=now)


def _overlap(one: Sequence[Piece], other: Sequence[Piece]) -> bool:
    return any(
        a.component == b.component
        and (b.ends_at is None or a.starts_at < b.ends_at)
        and (a.ends_at is None or b.starts_at < a.ends_at)
        for a in one
        for b in other
    )
