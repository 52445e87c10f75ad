"""Planned maintenance of routes (portal.routing) as incidents of their own kind: announced before,
begun and ended by the clock. It is no failure: nobody is touched by it, and nothing is owed."""

import datetime as dt
from collections.abc import Iterable
from typing import Final

from django.db import transaction

from complaints.incident import wording
from complaints.incident.wording import both
from complaints.models import Component, Incident, IncidentSignal
from complaints.services import incidents
from complaints.states.incidents import (
    MAINTENANCE_RUNNING,
    ComponentStatus,
    IncidentKind,
    IncidentState,
    Source,
)
from portal.routing.models import MaintenanceWindow

MIRRORED_BACK: Final = dt.timedelta(days=1)
"""What ended longer ago is not announced any more."""


def mirror(*, now: dt.datetime) -> None:
    """Bring every maintenance that concerns a component up to date with what was planned."""
    rows = MaintenanceWindow.objects.filter(ends_at__gt=now - MIRRORED_BACK).order_by("pk")
    components = list(Component.objects.exclude(routes=[]))
    with transaction.atomic():
        incidents.one_at_a_time()
        for planned in rows:
            component = _concerned(planned, components)
            if component is not None:
                _bring_up_to_date(planned, component, now)


def _concerned(planned: MaintenanceWindow, components: Iterable[Component]) -> Component | None:
    channel = planned.route.partition(".")[0]
    return next((c for c in components if planned.route in c.routes or channel in c.routes), None)


def _bring_up_to_date(planned: MaintenanceWindow, component: Component, now: dt.datetime) -> None:
    ref = f"maintenance/{planned.pk}"
    known = IncidentSignal.objects.filter(source=Source.MAINTENANCE, ref=ref)
    signal = known.select_related("incident").first()
    if signal is not None and signal.incident is not None:
        _go_on(signal.incident, planned, component, now)
    elif planned.cancelled_at is None and now < planned.ends_at:
        incident = _announce(planned, component, now)
        IncidentSignal.objects.create(
            incident=incident,
            component=component,
            source=Source.MAINTENANCE,
            ref=ref,
            at=planned.announced_at,
            detail={"route": planned.route},
        )
        _go_on(incident, planned, component, now)


def _announce(planned: MaintenanceWindow, component: Component, now: dt.datetime) -> Incident:
    """`ended_at` is when it is to end, until it has."""
    incident = incidents.open_incident(
        kind=IncidentKind.MAINTENANCE,
        state=IncidentState.SCHEDULED,
        source=Source.MAINTENANCE,
        title=both(wording.TITLES[ComponentStatus.MAINTENANCE], what=component),
        began_at=planned.starts_at,
        ended_at=planned.ends_at,
        by=None,
        reason=f"maintenance {planned.pk}",
        now=now,
    )
    incidents.say(incident, text=both(wording.PLANNED, what=component), now=now)
    return incident


def _go_on(
    incident: Incident, planned: MaintenanceWindow, component: Component, now: dt.datetime
) -> None:
    """Along the calendar: begin it, end it, or take it back."""
    taken_back = planned.cancelled_at
    if incident.state == IncidentState.SCHEDULED and taken_back is not None:
        text = both(wording.CANCELLED)
        incidents.go(incident, to=IncidentState.CANCELLED, text=text, now=now)
    elif incident.state == IncidentState.SCHEDULED and planned.starts_at <= now:
        text = both(wording.BEGUN)
        incidents.go(incident, to=IncidentState.IN_PROGRESS, text=text, now=now)
        to = ComponentStatus.MAINTENANCE
        incidents.begin_window(incident, component=component, to=to, at=planned.starts_at, now=now)
    if incident.state in MAINTENANCE_RUNNING and (end := taken_back or planned.ends_at) <= now:
        _complete(incident, end, now)


def _complete(incident: Incident, end: dt.datetime, now: dt.datetime) -> None:
    for window in incidents.windows(incident):
        if window.ends_at is None:
            incidents.end_window(window, at=end, now=now)
    incidents.go(
        incident,
        to=IncidentState.COMPLETED,
        text=both(wording.COMPLETED),
        now=now,
        ended_at=max(end, incident.began_at),
        resolved_at=now,
    )
