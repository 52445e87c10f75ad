"""Durable work of impacts: whom an incident touched."""

import datetime as dt

from django.utils import timezone

from complaints.models import Incident
from complaints.services import impacts
from portal.work import services as work
from portal.work.claims import Claim
from portal.work.handlers import periodic
from portal.work.states import Lane, WorkState


def compute(claim: Claim) -> None:
    """Lane upkeep: the impacts of the incident whose primary key is the subject."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        impacts.compute(incident=Incident.objects.get(pk=claim.subject), now=now)


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(minutes=1))
def refresh(claim: Claim) -> None:
    """Lane upkeep: compute what is open, and put first what of it is in review."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        impacts.order_open(now=now)
        impacts.hasten_reviews()


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(minutes=10))
def introduce(claim: Claim) -> None:
    """Lane upkeep: people who opened an account since."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        impacts.introduce(now=now)
