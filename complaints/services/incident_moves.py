"""The one way to move an incident or a post-mortem: from the state in which the caller read it."""

import datetime as dt
from typing import Any

from complaints.models import Incident, PostMortem
from complaints.states.aftermath import POSTMORTEM_TRANSITIONS
from complaints.states.incidents import INCIDENT_TRANSITIONS
from evidence.services import move


def incident(moved: Incident, *, to: str, now: dt.datetime, **values: Any) -> None:
    """Raises evidence.services.IllegalMove."""
    move(
        Incident,
        pk=moved.pk,
        to=to,
        table=INCIDENT_TRANSITIONS,
        now=now,
        subject=moved.number,
        body={"revision": moved.revision},
        came_from=moved.state,
        **values,
    )
    _follow(moved, to, values)


def postmortem(moved: PostMortem, *, to: str, now: dt.datetime, **values: Any) -> None:
    """Raises evidence.services.IllegalMove."""
    move(
        PostMortem,
        pk=moved.pk,
        to=to,
        table=POSTMORTEM_TRANSITIONS,
        now=now,
        subject=f"{moved.incident.number}/{moved.version}",
        came_from=moved.state,
        **values,
    )
    _follow(moved, to, values)


def _follow(moved: Incident | PostMortem, to: str, values: dict[str, Any]) -> None:
    moved.state = to
    for name, value in values.items():
        setattr(moved, name, value)
