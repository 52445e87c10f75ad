"""What was told of incidents, and about which there may be something to tell."""

from django.db.models import QuerySet

from complaints.models import Incident, IncidentNotice
from complaints.states.incidents import INCIDENT_OPEN


def going_on() -> QuerySet[Incident]:
    """What was resolved has work of its own, from when its impacts were computed."""
    return Incident.objects.filter(state__in=INCIDENT_OPEN).order_by("pk")


def of_incident(incident: Incident) -> QuerySet[IncidentNotice]:
    return IncidentNotice.objects.filter(incident=incident)
