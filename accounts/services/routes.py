"""The way of one message: which vendor gets it, and what it tells the breaker, then and later.

A vendor that answers has proved little: whether it works shows when the message arrives. So an
accepted message ends a row of failures and nothing more, and counts when its receipt comes, or when
it has not come in time (docs/adr/0043).
"""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction

from accounts.models import Delivery
from accounts.selectors import vendors as selectors
from evidence.services import record
from portal.routing import services as routing
from portal.routing.route import NoRoute, Permit, Transition
from portal.routing.router import Router
from portal.routing.states import Result

FAMILY = "accounts.route"


def note(transition: Transition) -> None:
    """A transition as a row and as evidence, once, whoever saw it."""
    with transaction.atomic():
        row = routing.note(transition)
        if row is None:
            return
        body = {
            "from": transition.from_state,
            "epoch": transition.epoch,
            "reason": transition.reason,
            "figures": dict(transition.figures),
            "host": transition.host,
        }
        kind = f"{FAMILY}.{transition.to_state}"
        record(kind=kind, subject=transition.route, body=body, now=transition.at)


router = Router(note=note, history=selectors.history)


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave to hand one message to one vendor; whoever takes it ends it with one of those below."""

    permit: Permit
    vendor: str


def take(
    *, channel: str, carrier: str, avoid: Collection[str] = (), now: dt.datetime
) -> Leave | NoRoute:
    """The first vendor whose route is in use for this carrier."""
    permit = router.admit(selectors.routes(channel, carrier, avoid=avoid, now=now))
    if isinstance(permit, NoRoute):
        return permit
    return Leave(permit, selectors.vendor_of(permit.route))


def accepted(leave: Leave, *, seconds: float) -> None:
    """A trial stays under way until it is judged: that a vendor takes messages is no proof."""
    if not leave.permit.probe:
        router.report(leave.permit, Result.TAKEN, seconds=seconds)


def declined(leave: Leave, *, seconds: float) -> None:
    """An answer about this one message, which says nothing about the route."""
    told = Result.NOTHING if leave.permit.probe else Result.TAKEN
    router.report(leave.permit, told, seconds=seconds)


def failed(leave: Leave, *, seconds: float) -> None:
    router.report(leave.permit, Result.FAILED, seconds=seconds)


def unused(leave: Leave) -> None:
    router.report(leave.permit, Result.NOTHING, seconds=0)


def judge(delivery: Delivery, *, came: bool, now: dt.datetime) -> bool:
    """Tell the breaker, once, what became of a message; False when it was told, or never asked.

    What is learnt after the route has changed its state is ignored there, by its epoch.
    """
    waiting = Delivery.objects.filter(pk=delivery.pk, judged_at=None).exclude(epoch=None)
    if waiting.update(judged_at=now) != 1:
        return False
    permit = Permit(
        delivery.route, delivery.token, delivery.epoch or 0, policy=settings.VENDOR_ROUTING
    )
    router.report(permit, Result.CAME if came else Result.LATE, seconds=0)
    return True
