"""Compensation by durable work: assessing, batches, offers."""

import datetime as dt

from django.utils import timezone

from complaints.models import CompensationBatch, Incident
from complaints.services import compensation, compensation_batches, parts
from complaints.services.parts import Part
from portal.work import services as work
from portal.work.handlers import periodic
from portal.work.services import Claim, WorkState
from portal.work.states import Lane


def follow(claim: Claim) -> None:
    """Lane upkeep: compensations of the next whom the incident touched, as it stands now."""
    now = timezone.now()

    def assess(incident: Incident, part: Part) -> int | None:
        return compensation.assess(incident=incident, now=now, after=part.after, until=part.until)

    parts.perform(claim, act=assess, now=now)


def gather(claim: Claim) -> None:
    """Lane upkeep: put a proposed batch together."""
    batch = CompensationBatch.objects.select_related("incident", "proposed_by").get(
        pk=claim.subject
    )
    while compensation_batches.gather(batch=batch, now=timezone.now()):
        work.extend(claim, now=timezone.now())
    with work.ending(claim, to=WorkState.DONE, now=timezone.now()):
        pass


def settle(claim: Claim) -> None:
    """Lane upkeep: carry the decision on a batch to its rows, and offer what was approved."""
    batch = CompensationBatch.objects.get(pk=claim.subject)
    while compensation_batches.settle(batch=batch, now=timezone.now()):
        work.extend(claim, now=timezone.now())
    _offer(claim)


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(minutes=1))
def resume(claim: Claim) -> None:
    """Lane upkeep: offer what waits for the fund as soon as it reaches; end old offers."""
    while compensation.expire_due(now=timezone.now()) == compensation.BATCH:
        work.extend(claim, now=timezone.now())
    _offer(claim)


def _offer(claim: Claim) -> None:
    after: int | None = 0
    while after is not None:
        after = compensation_batches.offer(now=timezone.now(), after=after)
        work.extend(claim, now=timezone.now())
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        compensation_batches.look_after_fund(now=now)
