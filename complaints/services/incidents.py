"""The steps of which the life of an incident consists; who takes them is elsewhere: the portal by
itself (services.detection), an officer (services.incident_acts), the calendar
(services.maintenance).

All run in the caller's transaction, after `one_at_a_time`.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final

from django.db import connection
from django.utils import timezone

from accounts.models import User
from complaints.incident import severity
from complaints.incident.severity import Piece
from complaints.incident.wording import Both
from complaints.models import (
    Component,
    Incident,
    IncidentRevision,
    IncidentUpdate,
    IncidentWindow,
)
from complaints.selectors import detection
from complaints.services import impacts, incident_moves, status
from complaints.states.incidents import INCIDENT_OPEN, IncidentState
from evidence.services import record
from portal import masks

LOCK: Final = 4_302_902
"""Whoever writes incidents waits for whoever does. Any number, used here alone."""
INSTANT: Final = dt.timedelta(microseconds=1)
"""No window is empty: what ends where it began lasted this long."""


def one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def open_incident(
    *,
    kind: str,
    state: str,
    source: str,
    title: Both,
    began_at: dt.datetime,
    by: User | None,
    reason: str,
    now: dt.datetime,
    **values: Any,
) -> Incident:
    """A new incident without windows yet, under the policy that holds now."""
    made = Incident.objects.create(
        number=_number(now),
        kind=kind,
        state=state,
        source=source,
        title_zh=title.zh[:80],
        title_en=title.en[:120],
        policy=detection.policy(),
        began_at=began_at,
        opened_at=now,
        **values,
    )
    IncidentRevision.objects.create(incident=made, number=1, reason=reason, actor=by, at=now)
    body = {"kind": kind, "source": source, "began_at": began_at.isoformat(), "by": _pk(by)}
    record(kind="complaints.incident.opened", subject=made.number, body=body, now=now)
    return made


def _number(now: dt.datetime) -> str:
    """IN-20261122-001: by the day of Beijing; nobody else counts meanwhile."""
    day = f"IN-{timezone.localtime(now):%Y%m%d}"
    last = Incident.objects.filter(number__startswith=day).order_by("-number").first()
    return f"{day}-{int(last.number[-3:]) + 1 if last else 1:03d}"


# --- What is said ---------------------------------------------------------------------------


def say(
    incident: Incident,
    *,
    text: Both,
    by: User | None = None,
    corrects: IncidentUpdate | None = None,
    now: dt.datetime,
) -> IncidentUpdate:
    """One update in the state that the incident is in; the status page follows at once."""
    said = IncidentUpdate.objects.create(
        incident=incident,
        state=incident.state,
        text_zh=text.zh,
        text_en=text.en,
        corrects=corrects,
        author=by,
        at=now,
    )
    status.changed(now=now)
    return said


def go(
    incident: Incident,
    *,
    to: str,
    text: Both,
    by: User | None = None,
    now: dt.datetime,
    **values: Any,
) -> None:
    """Move an incident and say so; nothing when it is in that state already."""
    if incident.state != to:
        incident_moves.incident(incident, to=to, now=now, **values)
        say(incident, text=text, by=by, now=now)


# --- Windows --------------------------------------------------------------------------------


def windows(incident: Incident) -> list[IncidentWindow]:
    """Those of the newest revision, in order."""
    rows = incident.windows.filter(revision=incident.revision)
    return list(rows.select_related("component").order_by("starts_at", "pk"))


def pieces(incident: Incident) -> list[Piece]:
    return [
        Piece(each.component_id, each.status, each.starts_at, each.ends_at)
        for each in windows(incident)
    ]


def begin_window(
    incident: Incident, *, component: Component, to: str, at: dt.datetime, now: dt.datetime
) -> IncidentWindow:
    """The component is in this status from `at`, or from where its last window ended."""
    own = [each for each in windows(incident) if each.component_id == component.pk]
    ends = [each.ends_at for each in own if each.ends_at is not None]
    window = IncidentWindow.objects.create(
        incident=incident,
        revision=incident.revision,
        component=component,
        status=to,
        starts_at=max([at, *ends]),
    )
    incident.began_at = min(incident.began_at, window.starts_at)
    incident.impact = severity.impact(each.status for each in [*windows(incident), window])
    incident.save(update_fields=["began_at", "impact"])
    _record_window(incident, window, now)
    return window


def end_window(window: IncidentWindow, *, at: dt.datetime, now: dt.datetime) -> None:
    window.ends_at = max(at, window.starts_at + INSTANT)
    window.save(update_fields=["ends_at"])
    _record_window(window.incident, window, now)


def rewrite(
    incident: Incident,
    *,
    new: Sequence[Piece],
    by: User | None,
    reason: str,
    now: dt.datetime,
) -> None:
    """A new revision with a whole new set of windows; the old ones stay as they were. Impacts are
    computed anew, and all that follows from them."""
    incident.revision += 1
    flat = severity.flattened(new)
    IncidentRevision.objects.create(
        incident=incident, number=incident.revision, reason=reason, actor=by, at=now
    )
    IncidentWindow.objects.bulk_create(
        IncidentWindow(
            incident=incident,
            revision=incident.revision,
            component_id=each.component,
            status=each.status,
            starts_at=each.starts_at,
            ends_at=each.ends_at,
        )
        for each in flat
    )
    incident.impact = severity.impact(each.status for each in flat)
    incident.began_at = min((each.starts_at for each in flat), default=incident.began_at)
    if incident.state not in INCIDENT_OPEN:
        incident.ended_at = last_end(flat, default=incident.began_at)
    incident.save(update_fields=["revision", "impact", "began_at", "ended_at"])
    body = {
        "revision": incident.revision,
        "by": _pk(by),
        "reason": masks.line(reason),
        "windows": [
            [each.component, each.status, each.starts_at.isoformat(), _iso(each.ends_at)]
            for each in flat
        ],
    }
    record(kind="complaints.incident.revised", subject=incident.number, body=body, now=now)
    impacts.order(incident=incident, now=now)


def resolve(incident: Incident, *, text: Both, by: User | None = None, now: dt.datetime) -> None:
    """It is over since its last window ended; its impacts are computed once more."""
    ended_at = last_end(pieces(incident), default=incident.began_at)
    go(
        incident,
        to=IncidentState.RESOLVED,
        text=text,
        by=by,
        now=now,
        ended_at=max(ended_at, incident.began_at),
        resolved_at=now,
    )
    impacts.order(incident=incident, now=now)


def last_end(given: Iterable[Piece], *, default: dt.datetime) -> dt.datetime:
    return max((each.ends_at for each in given if each.ends_at is not None), default=default)


def _record_window(incident: Incident, window: IncidentWindow, now: dt.datetime) -> None:
    body = {
        "revision": window.revision,
        "component": window.component.key,
        "status": window.status,
        "from": window.starts_at.isoformat(),
        "until": _iso(window.ends_at),
    }
    record(kind="complaints.incident.window", subject=incident.number, body=body, now=now)


def _iso(moment: dt.datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _pk(person: User | None) -> int | None:
    return person.pk if person else None
