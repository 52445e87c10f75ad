"""Durable work: tell the people whom an incident touched."""

import datetime as dt

from django.utils import timezone

from complaints.models import Incident
from complaints.selectors import notices as selectors
from complaints.services import notices, parts
from complaints.services.parts import Part
from complaints.states.incidents import INCIDENT_OPEN
from portal.work import services as work
from portal.work.claims import Claim
from portal.work.handlers import periodic
from portal.work.states import Lane, WorkState


def follow(claim: Claim) -> None:
    """Lane upkeep: tell a part of those whom an incident touched that it is over."""
    now = timezone.now()

    def tell(incident: Incident, part: Part) -> None:
        notices.tell(incident=incident, now=now, after=part.after, until=part.until)

    parts.perform(claim, act=tell, now=now)


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(minutes=1))
def look(claim: Claim) -> None:
    """Lane upkeep: an incident grows old enough to be told of without anybody computing anything.

    Some hundred people a transaction: whoever takes over goes on from there.
    """
    for incident in selectors.going_on():
        # When it is over meanwhile, the rest is told that.
        while incident.state in INCIDENT_OPEN and notices.tell(
            incident=incident, now=timezone.now(), limit=parts.SIZE
        ):
            work.extend(claim, now=timezone.now())
            incident.refresh_from_db()
    with work.ending(claim, to=WorkState.DONE, now=timezone.now()):
        pass
