"""Durable work: delete what has been kept long enough."""

import datetime as dt

from django.utils import timezone

from complaints.services import retention
from portal.work import services as work
from portal.work.claims import Claim
from portal.work.handlers import periodic
from portal.work.states import Lane, WorkState


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(days=1))
def forget(claim: Claim) -> None:
    """Lane upkeep: batch after batch, each a transaction of its own."""
    while retention.forget(now=timezone.now()):
        work.extend(claim, now=timezone.now())
    with work.ending(claim, to=WorkState.DONE, now=timezone.now()):
        pass
