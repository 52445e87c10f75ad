"""Periodic work of the portal itself."""

import datetime as dt

from django.utils import timezone

from portal.work import services as work
from portal.work.handlers import periodic
from portal.work.states import Lane, WorkState

KEEP_DONE = dt.timedelta(days=30)


@periodic(lane=Lane.MESSAGE, every=dt.timedelta(days=1))
def forget_done_work(claim: work.Claim) -> None:
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        work.forget(before=now - KEEP_DONE)
