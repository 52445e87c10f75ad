"""Durable work of incidents: look for them, follow planned maintenance, remind of what is due."""

import datetime as dt

from django.utils import timezone

from complaints.services import aftermath, detection, maintenance
from portal.work import services as work
from portal.work.claims import Claim
from portal.work.handlers import periodic
from portal.work.states import Lane, WorkState


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(seconds=10))
def watch(claim: Claim) -> None:
    """Lane upkeep: open, join and close incidents by what was measured."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        detection.watch(now=now)


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(seconds=30))
def mirror(claim: Claim) -> None:
    """Lane upkeep: planned maintenance of routes, as borrowers know it."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        maintenance.mirror(now=now)


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(minutes=1))
def remind(claim: Claim) -> None:
    """Lane upkeep: what a regulator is owed, and post-mortems that are missing."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        aftermath.remind(now=now)
