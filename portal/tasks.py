"""Periodic work of the portal itself."""

import datetime as dt

from django.utils import timezone

from portal.watch import services as watch
from portal.work import selectors
from portal.work import services as work
from portal.work.handlers import periodic
from portal.work.states import Lane, WorkState

KEEP_DONE = dt.timedelta(days=30)


@periodic(lane=Lane.MESSAGE, every=dt.timedelta(days=1))
def forget_done_work(claim: work.Claim) -> None:
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        work.forget(before=now - KEEP_DONE)


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(minutes=1))
def note_lanes(claim: work.Claim) -> None:
    """Lane upkeep: how long each queue is, for the charts of the operations page."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        watch.keep_lanes(sums=selectors.census(), now=now)
