"""What an officer does about incidents: open one, say something, correct its times, name a cause.

Each act is refused with an entry of the catalogue where it makes no sense any more.
"""

import datetime as dt
from collections.abc import Mapping, Sequence

from django.db import transaction

from accounts.models import User
from accounts.refusals import Refused
from complaints.incident.severity import Piece
from complaints.incident.wording import Both
from complaints.models import Component, Incident, IncidentUpdate
from complaints.services import impacts, incidents
from complaints.states.incidents import (
    INCIDENT_OPEN,
    IncidentKind,
    IncidentState,
    Source,
)
from evidence.services import IllegalMove, record


def open_by_hand(
    *,
    failing: Mapping[Component, str],
    title: Both,
    text: Both,
    began_at: dt.datetime,
    by: User,
    now: dt.datetime,
) -> Incident:
    """An incident that nothing measured; a person ends it, too."""
    with transaction.atomic():
        incidents.one_at_a_time()
        incident = incidents.open_incident(
            kind=IncidentKind.OUTAGE,
            state=IncidentState.INVESTIGATING,
            source=Source.HAND,
            title=title,
            began_at=began_at,
            by=by,
            reason="opened by hand",
            now=now,
        )
        incidents.say(incident, text=text, by=by, now=now)
        for component, status in failing.items():
            incidents.begin_window(incident, component=component, to=status, at=began_at, now=now)
        impacts.order(incident=incident, now=now)
    return incident


def update(
    *,
    incident: Incident,
    text: Both,
    to: str = "",
    corrects: IncidentUpdate | None = None,
    by: User,
    now: dt.datetime,
) -> None:
    """Say something in public, and move the incident on when `to` names a state. Resolving it ends
    whatever is still down. Raises Refused when the incident has moved on meanwhile."""
    with transaction.atomic():
        incidents.one_at_a_time()
        incident.refresh_from_db()
        try:
            if to == IncidentState.RESOLVED and incident.state in INCIDENT_OPEN:
                _end_windows(incident, now)
                incidents.resolve(incident, text=text, by=by, now=now)
            elif to and to != incident.state:
                incidents.go(incident, to=to, text=text, by=by, now=now)
            else:
                incidents.say(incident, text=text, by=by, corrects=corrects, now=now)
        except IllegalMove:
            raise Refused("incident-moved-on") from None


def correct(
    *, incident: Incident, pieces: Sequence[Piece], reason: str, by: User, now: dt.datetime
) -> None:
    """Write the times anew as the next revision. Raises Refused when they cannot be: an end before
    its beginning, a time to come, or no end although it is over."""
    with transaction.atomic():
        incidents.one_at_a_time()
        incident.refresh_from_db()
        if incident.kind != IncidentKind.OUTAGE or incident.state == IncidentState.MERGED:
            raise Refused("incident-moved-on")
        over = incident.state not in INCIDENT_OPEN
        if not all(_possible(piece, over=over, now=now) for piece in pieces):
            raise Refused("incident-times")
        incidents.rewrite(incident, new=pieces, by=by, reason=reason, now=now)


def name_cause(*, incident: Incident, cause: str, by: User, now: dt.datetime) -> None:
    """What it came of, as far as is known; "" takes the word back."""
    with transaction.atomic():
        Incident.objects.filter(pk=incident.pk).update(cause=cause)
        body = {"cause": cause, "by": by.pk}
        record(kind="complaints.incident.cause", subject=incident.number, body=body, now=now)
    incident.cause = cause


def _possible(piece: Piece, *, over: bool, now: dt.datetime) -> bool:
    if piece.ends_at is None:
        return not over and piece.starts_at <= now
    return piece.starts_at < piece.ends_at <= now


def _end_windows(incident: Incident, now: dt.datetime) -> None:
    for window in incidents.windows(incident):
        if window.ends_at is None:
            incidents.end_window(window, at=now, now=now)
