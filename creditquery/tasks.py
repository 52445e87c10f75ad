"""Handlers of durable work: ids in, one service call on either side of what takes long."""

import datetime as dt

from django.utils import timezone

from creditquery import channels
from creditquery.report.printing import pdf
from creditquery.selectors import queries as selectors
from creditquery.services import attempts, loans, queries, reports
from portal.pdf import encrypt
from portal.work import services as work
from portal.work.handlers import periodic
from portal.work.services import Claim, WorkState
from portal.work.states import Lane


def run_query(claim: Claim) -> None:
    """Lane upstream: one call to the bureau for the query whose request number is the subject."""
    begun = attempts.begin(claim=claim, now=timezone.now())
    if begun is None:
        return
    attempt, call = begun
    outcome = channels.make(call)
    attempts.settle(claim=claim, attempt=attempt, outcome=outcome, now=timezone.now())


def make_file(claim: Claim) -> None:
    """Lane render: the PDF of a report under its reader's password."""
    file = reports.wanted(claim=claim, now=timezone.now())
    if file is None:
        return
    plain = bytes(file.report.pdf or pdf(selectors.document(file.report)))
    protected = encrypt(plain, file.password or "")
    reports.finish_file(claim=claim, file=file, pdf=plain, protected=protected, now=timezone.now())


@periodic(lane=Lane.UPSTREAM, every=dt.timedelta(seconds=30))
def wake_parked(claim: Claim) -> None:
    """Lane upstream: when the bureau says it is open, parked queries go on."""
    is_open = channels.is_open(channels.ENDPOINT)
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now, reason="open" if is_open else "shut"):
        if is_open:
            queries.wake_parked(now=now)


@periodic(lane=Lane.RENDER, every=dt.timedelta(minutes=10))
def tidy(claim: Claim) -> None:
    """Lane render: delete what is past its day, end what nobody may run any more."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        reports.purge_due(now=now)
        queries.expire_due(now=now)
        loans.lapse_due(now=now)
