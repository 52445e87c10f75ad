"""What was told of incidents, and about which there may be something to tell."""

import datetime as dt

from django.db.models import Q, QuerySet

from complaints.models import Incident, IncidentNotice
from complaints.states.incidents import INCIDENT_OPEN

LOOKS_BACK = dt.timedelta(hours=1)
"""What was resolved longer ago has its own durable work, from when its impacts were computed."""


def current(now: dt.datetime) -> QuerySet[Incident]:
    """Incidents that go on, or have just ended."""
    return Incident.objects.filter(
        Q(state__in=INCIDENT_OPEN) | Q(resolved_at__gt=now - LOOKS_BACK)
    ).order_by("pk")


def of_incident(incident: Incident) -> QuerySet[IncidentNotice]:
    return IncidentNotice.objects.filter(incident=incident)
