"""Handlers of durable work on recoveries: ids in, one service call."""

import datetime as dt

from django.utils import timezone

from portal.gateway import Unavailable
from portal.intake.refusals import IntakeRefused
from portal.work import services as work
from portal.work.handlers import periodic
from portal.work.services import Claim, WorkState
from portal.work.states import Lane
from recovery.models import RecoveryTicket
from recovery.services import papers, retention, telling, waiting
from reviews.tasks import cleaned_under


def tell(claim: Claim) -> None:
    """Lane message: every known address of the account hears that somebody asked; nobody, where
    there is no account."""
    now = timezone.now()
    ticket = RecoveryTicket.objects.select_related("account").get(pk=claim.subject)
    with work.ending(claim, to=WorkState.DONE, now=now):
        if not telling.told_often(ticket, now=now):
            telling.owner(ticket, stage=telling.OPENED, now=now)


def sanitise(claim: Claim) -> None:
    """Lane intake: the paper whose key is the subject, rebuilt in a child process."""
    paper = papers.wanted(claim=claim, now=timezone.now())
    if paper is None:
        return
    try:
        cleaned = cleaned_under(claim, bytes(paper.original or b""), None)
    except IntakeRefused as refused:
        papers.turned_away(claim=claim, paper=paper, code=refused.code, now=timezone.now())
    except Unavailable as error:
        papers.postponed(claim=claim, reason=str(error), now=timezone.now())
    else:
        papers.sanitised(claim=claim, paper=paper, cleaned=cleaned, now=timezone.now())


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(minutes=1))
def release(claim: Claim) -> None:
    """Lane upkeep: the waiting time of these is over."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        waiting.release_due(now=now)
        waiting.watch_due(now=now)


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(hours=1))
def tidy(claim: Claim) -> None:
    """Lane upkeep: end what nobody goes on with, delete what is past its day."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        waiting.lapse_due(now=now)
        waiting.clear_old(now=now)
        retention.forget(now=now)
