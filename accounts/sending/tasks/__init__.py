"""Sends one message, once: what was not answered is asked for, never blindly repeated.

A code is wanted at once, so it goes by another vendor, too, when the asking gets no answer or when
nobody confirms in time that it arrived: at most one message more than needed (docs/adr/0043).
"""

from collections.abc import Callable, Mapping

from django.utils import timezone

from accounts.models import Delivery
from accounts.sending.tasks.asking import ask, mend, watch
from accounts.sending.tasks.ending import done
from accounts.sending.tasks.handing import hand_over
from accounts.services import deliveries
from accounts.states import DeliveryState
from portal.work.claims import Claim

STEPS: Mapping[str, Callable[[Claim, Delivery], None]] = {
    DeliveryState.PREPARED: hand_over,
    DeliveryState.UNKNOWN: ask,
    DeliveryState.ACCEPTED: watch,
    DeliveryState.UNDELIVERED: mend,
}


def send(claim: Claim, delivery: Delivery) -> None:
    """One look at one message, whatever has become of it since the last."""
    if delivery.state == DeliveryState.SENDING:  # its last holder died in the middle
        deliveries.settle(delivery, to=DeliveryState.UNKNOWN, now=timezone.now())
    step = STEPS.get(delivery.state)
    if step is None:
        return done(claim)
    return step(claim, delivery)
