"""Durable work about complaints."""

import datetime as dt

from django.utils import timezone

from complaints.services import asked_claims, cases, handling
from portal.work import services as work
from portal.work.handlers import periodic
from portal.work.services import Claim, WorkState
from portal.work.states import Lane


def notify(claim: Claim) -> None:
    """Lane upkeep: send the decision on the complaint whose number is the subject."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        handling.notify(number=claim.subject, now=now)


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(hours=1))
def tidy(claim: Claim) -> None:
    """Lane upkeep: close what was not objected to, delete drafts that nobody went on with."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        handling.close_due(now=now)
        cases.forget_drafts(now=now)


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(minutes=1))
def claim_asked(claim: Claim) -> None:
    """Lane upkeep: file a complaint for each borrower who was asked for a code."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        asked_claims.claim(now=now)
