"""How one look at a message ends: with its outcome, or with the time of the next look."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.utils import timezone

from accounts.models import Delivery
from accounts.services import deliveries
from accounts.states import Channel, DeliveryState, Trouble
from portal.work import services as work
from portal.work.claims import Claim
from portal.work.states import WorkState

ASK_AFTER, ASK_AGAIN = dt.timedelta(seconds=5), dt.timedelta(seconds=3)
LONGEST_WAIT = dt.timedelta(minutes=10)
RING_AND_READ = dt.timedelta(seconds=75)
"""A call is told of when it has ended: ringing, and the code read out twice."""
NOTICE_ELSEWHERE = frozenset({Trouble.VENDOR, Trouble.TEXT})
CODE_ELSEWHERE = NOTICE_ELSEWHERE | {Trouble.SILENT, Trouble.BLOCKED, Trouble.CAP}
"""What another vendor may do better. Nobody's block or limit is got round for a mere notice."""


@contextmanager
def ending(
    claim: Claim, *, wait: dt.timedelta | None = None, reason: str = ""
) -> Iterator[dt.datetime]:
    """One transaction for what was found and the end of the work; with `wait`, it is looked at
    again after that time, which burns no attempt."""
    now = timezone.now()
    to, later = (WorkState.DONE, None) if wait is None else (WorkState.READY, now + wait)
    with work.ending(claim, to=to, now=now, reason=reason, run_after=later, burn=False):
        yield now


def done(claim: Claim) -> None:
    with ending(claim):
        pass  # somebody else has already seen to it


def write(claim: Claim, delivery: Delivery, *, to: str, **values: object) -> None:
    with ending(claim) as now:
        deliveries.settle(delivery, to=to, now=now, **values)


def try_later(claim: Claim, delivery: Delivery, *, to: str, reason: str, **values: object) -> None:
    """Once more in some seconds, while the message is still of use."""
    now = timezone.now()
    over = deliveries.too_late(delivery, now=now)
    with ending(claim, wait=None if over else wait_of(delivery, now), reason=reason) as now:
        if to:
            deliveries.settle(delivery, to=to, now=now, **values)
        if over and delivery.state == DeliveryState.PREPARED:
            deliveries.settle(delivery, to=DeliveryState.DROPPED, now=now)


def wait_of(delivery: Delivery, now: dt.datetime) -> dt.timedelta:
    """A code is wanted at once; any other message waits longer the longer it has waited."""
    if delivery.challenge is not None:
        return ASK_AGAIN
    return min(max(ASK_AFTER, (now - delivery.created_at) / 4), LONGEST_WAIT)


def at_once(delivery: Delivery) -> dt.timedelta:
    return ASK_AFTER if delivery.challenge is None else dt.timedelta(0)


def patience(delivery: Delivery) -> dt.timedelta:
    if delivery.channel == Channel.VOICE:
        return RING_AND_READ
    return dt.timedelta(seconds=settings.MESSAGE_PATIENCE_SECONDS)


def go_elsewhere(delivery: Delivery, trouble: str, now: dt.datetime) -> None:
    wanted = NOTICE_ELSEWHERE if delivery.challenge is None else CODE_ELSEWHERE
    if trouble in wanted and deliveries.may_go_elsewhere(delivery, now=now):
        deliveries.go_elsewhere(delivery, now=now)


def blame(delivery: Delivery, trouble: str) -> None:
    """What holds it up; its state says no more than is known. A receipt that was faster stands."""
    Delivery.objects.filter(pk=delivery.pk, state=delivery.state).update(trouble=trouble)
