"""Durable work of subscriptions: find what is new, tell subscribers, forget who was told."""

import datetime as dt

from django.utils import timezone

from complaints.models import IncidentUpdate
from complaints.services import subscriptions
from portal.work import services as work
from portal.work.claims import Claim
from portal.work.handlers import periodic
from portal.work.states import Lane, WorkState


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(seconds=20))
def look_for_news(claim: Claim) -> None:
    """Lane upkeep: what somebody said about an incident since the last round."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        subscriptions.announce_news(now=now)


def announce(claim: Claim) -> None:
    """Lane upkeep: one update to all who subscribed, a batch a transaction."""
    update = IncidentUpdate.objects.select_related("incident").get(pk=claim.subject)
    while subscriptions.tell(update=update, now=timezone.now()):
        work.extend(claim, now=timezone.now())
    with work.ending(claim, to=WorkState.DONE, now=timezone.now()):
        pass  # everybody was told in transactions of their own


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(days=1))
def forget(claim: Claim) -> None:
    """Lane upkeep: who was told of what is kept as long as it could be told twice."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        subscriptions.forget(now=now)
