"""What pages show of incidents: borrowers the one going on, officers those behind a query."""

from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest

from complaints.models import IncidentImpact
from complaints.selectors import impacts, status


class IncidentsOf:
    """The incidents that held up a query, asked for by its key, and only where a page shows them:
    {{ incidents_of|of:query.pk }}. Apps to the left cannot import what complaints knows."""

    def get(self, query: int, _default: object = None) -> list[IncidentImpact]:
        return list(impacts.of_query(query))


def outage(request: HttpRequest) -> dict[str, object]:
    """The banner; staff see incidents at their desk, and beside a query."""
    user: Any = getattr(request, "user", None)
    try:
        if getattr(user, "is_staff", False):
            return {"incidents_of": IncidentsOf()}
        known = status.outage()
        touched = bool(known and user and user.is_authenticated and status.touches(known, user))
    except DatabaseError:
        return {}  # the page says what it can without
    return {"outage": known, "outage_touches_you": touched}
