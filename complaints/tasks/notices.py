"""Durable work: tell the people whom an incident touched."""

import datetime as dt

from django.utils import timezone

from complaints.models import Incident
from complaints.selectors import notices as selectors
from complaints.services import notices
from portal.work import services as work
from portal.work.claims import Claim
from portal.work.handlers import periodic
from portal.work.states import Lane, WorkState


def follow(claim: Claim) -> None:
    """After the impacts of an incident have been computed."""
    _tell(claim, list(Incident.objects.filter(pk=claim.subject)))


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(minutes=1))
def look(claim: Claim) -> None:
    """An incident grows old enough to be told of, or ends, without anybody computing anything."""
    _tell(claim, list(selectors.current(timezone.now())))


def _tell(claim: Claim, incidents: list[Incident]) -> None:
    """Batch after batch, each a transaction of its own: whoever takes over goes on from there."""
    for incident in incidents:
        while notices.tell(incident=incident, now=timezone.now()):
            work.extend(claim, now=timezone.now())
    with work.ending(claim, to=WorkState.DONE, now=timezone.now()):
        pass
