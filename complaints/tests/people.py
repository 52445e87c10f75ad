"""Whom an incident touched, made by hand for the tests."""

from accounts.models import User
from complaints.models import Incident, IncidentImpact
from creditquery.models import CreditQuery


def touched(incident: Incident, person: User, asked: CreditQuery | None = None) -> IncidentImpact:
    """The incident touched this person, by this query or by a login."""
    window = incident.windows.first()
    assert window is not None
    return IncidentImpact.objects.create(
        incident=incident,
        component=window.component,
        person=person,
        account_hash=person.phone_hash or "",
        query=asked,
        loan=asked.loan if asked else None,
        touched_from=incident.began_at,
        touched_until=incident.ended_at,
        revision=incident.revision,
    )
