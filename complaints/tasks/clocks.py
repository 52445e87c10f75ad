"""Durable work about clocks."""

import datetime as dt

from django.utils import timezone

from complaints.services import clocks
from portal.work import services as work
from portal.work.handlers import periodic
from portal.work.services import Claim, WorkState
from portal.work.states import Lane


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(minutes=1))
def watch(claim: Claim) -> None:
    """Lane upkeep: mark and tell what is too late, count again what was provisional."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        clocks.miss_due(now=now)
        clocks.recount(now=now)
