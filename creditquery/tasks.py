"""Handlers of durable work: ids in, one service call on either side of what takes long."""

import datetime as dt

from django.conf import settings
from django.utils import timezone

from creditquery import channels
from creditquery.report.printing import pdf
from creditquery.selectors import queries as selectors
from creditquery.services import attempts, callbacks, loans, queries, reports, routes, shares, watch
from portal import tracing
from portal.deadline import Deadline
from portal.pdf import encrypt
from portal.routing.route import NoRoute
from portal.work import services as work
from portal.work.handlers import gate, periodic
from portal.work.services import Claim, WorkState
from portal.work.states import Lane

FEED = dt.timedelta(seconds=2)


def run_query(claim: Claim) -> None:
    """Lane upstream: one call to the bureau for the query whose request number is the subject."""
    deadline = Deadline(settings.QUERY_DEADLINE_SECONDS)
    wish = attempts.wish(claim)
    way = None if wish is None else routes.take(wish)
    if way is None or isinstance(way, NoRoute):
        attempts.begin(claim=claim, way=way, deadline=deadline, now=timezone.now())
        return
    with routes.flight(way) as flight:
        begun = attempts.begin(claim=claim, way=way, deadline=deadline, now=timezone.now())
        if begun is None:
            return
        attempt, call = begun
        flight.take_off()
        with tracing.span(attempt.kind, route=way.permit.route, attempt=attempt.ref) as span:
            outcome = channels.make(call)
            span.note(outcome=type(outcome).__name__)
        flight.landed(outcome)
    attempts.settle(claim=claim, attempt=attempt, outcome=outcome, now=timezone.now())


@gate(lane=Lane.UPSTREAM)
def has_room() -> bool:
    """A call that could not be made now is not taken up, so that the order of the queue holds."""
    return not routes.is_full()


@periodic(lane=Lane.UPKEEP, every=FEED)
def feed(claim: Claim) -> None:
    """Lane upkeep: parked queries go on as far as the routes in use have room for them."""
    room, now = routes.room(FEED), timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        queries.feed(room=room, now=now)


def make_file(claim: Claim) -> None:
    """Lane render: the PDF of a report under its reader's password."""
    file = reports.wanted(claim=claim, now=timezone.now())
    if file is None:
        return
    plain = bytes(file.report.pdf or pdf(selectors.document(file.report)))
    protected = encrypt(plain, file.password or "")
    reports.finish_file(claim=claim, file=file, pdf=plain, protected=protected, now=timezone.now())


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(minutes=10))
def tidy(claim: Claim) -> None:
    """Lane upkeep: delete what is past its day, end what nobody may run any more."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        reports.purge_due(now=now)
        shares.end_due(now=now)
        callbacks.purge_due(now=now)
        queries.expire_due(now=now)
        queries.hasten(now=now)
        loans.lapse_due(now=now)


# --- Watching the entrances -----------------------------------------------------------------


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(seconds=5))
def plan_probes(claim: Claim) -> None:
    """Lane upkeep: a probe for each entrance whose turn it is, so that none waits for another."""
    now = timezone.now()
    watch.plan_probes(now=now)  # asks the breaker, which is not done within a transaction
    with work.ending(claim, to=WorkState.DONE, now=now):
        pass


def probe(claim: Claim) -> None:
    """Lane upkeep: one free call of the entrance that is the subject."""
    probed, now = watch.probe(claim.subject), timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        if probed is not None:
            watch.keep(probed, now=now)


@periodic(lane=Lane.UPKEEP, every=dt.timedelta(minutes=1))
def count_calls(claim: Claim) -> None:
    """Lane upkeep: the calls of the last minutes, and whether a route is unlike itself."""
    now = timezone.now()
    with work.ending(claim, to=WorkState.DONE, now=now):
        watch.count(now=now)
