"""Asking what became of a message, and looking after one that was accepted."""

import datetime as dt

from django.utils import timezone

from accounts.gateways.sending import Fate, Found, Sent
from accounts.models import Delivery
from accounts.selectors import vendors
from accounts.sending.tasks.ending import (
    LONGEST_WAIT,
    blame,
    done,
    ending,
    go_elsewhere,
    patience,
    try_later,
)
from accounts.sending.tasks.handing import GATEWAYS, accept
from accounts.services import deliveries, routes
from accounts.states import Channel, DeliveryState, Trouble, Vendor
from portal.gateway import Rejected, Unavailable
from portal.work.claims import Claim

TELLS_NEVER = frozenset({(Vendor.ALIYUN, Channel.SMS)})
"""Whoever lists what is still on its way, so that "nothing known" means "never came here"."""
SETTLE = dt.timedelta(seconds=15)
"""Longer than the vendor needs for one message: "never seen" counts only after it."""
FATES = {
    Fate.REACHED: DeliveryState.DELIVERED,
    Fate.FAILED: DeliveryState.UNDELIVERED,
    Fate.WAITING: DeliveryState.ACCEPTED,
}


def ask(claim: Claim, delivery: Delivery) -> None:
    """What became of a message whose sending was not answered."""
    now = timezone.now()
    if delivery.channel == Channel.EMAIL:
        # Mail servers cannot be asked. The same Message-ID twice is one mail to most of them.
        return try_later(claim, delivery, to=DeliveryState.PREPARED, reason="not confirmed")
    answered, found = _find(delivery)
    if found is not None:
        return _settle(claim, delivery, found)
    settled = SETTLE if delivery.challenge or _tells_never(delivery) else LONGEST_WAIT
    never = answered and now - _sent_at(delivery) >= settled
    lost = delivery.challenge is not None and (never or not answered)
    if lost and deliveries.may_go_elsewhere(delivery, now=now):
        with ending(claim, reason="gone to another vendor") as now:
            blame(delivery, Trouble.VENDOR)
            deliveries.go_elsewhere(delivery, now=now)
        return None
    to = DeliveryState.PREPARED if never else ""
    return try_later(claim, delivery, to=to, reason="not known there")


def _find(delivery: Delivery) -> tuple[bool, Found | None]:
    """Whether the vendor answered, and what it knows."""
    sent = Sent(
        phone=delivery.address,
        at=_sent_at(delivery),
        number=str(delivery.pk),
        vendor_id=delivery.vendor_id,
    )
    try:
        return True, GATEWAYS[delivery.vendor, delivery.channel].find(sent)
    except (Unavailable, Rejected):
        return False, None


def _tells_never(delivery: Delivery) -> bool:
    return (delivery.vendor, delivery.channel) in TELLS_NEVER


def _sent_at(delivery: Delivery) -> dt.datetime:
    return delivery.sent_at or delivery.created_at


def _settle(claim: Claim, delivery: Delivery, found: Found) -> None:
    """What the vendor told when it was asked."""
    values = {"vendor_id": found.vendor_id[:64]} if found.vendor_id else {}
    if found.fate == Fate.WAITING:
        return accept(claim, delivery, **values)
    with ending(claim) as now:
        deliveries.settle(
            delivery,
            to=FATES[found.fate],
            now=now,
            error_code=found.error_code[:60],
            trouble=found.trouble,
            **values,
        )
        if found.fate == Fate.FAILED:
            go_elsewhere(delivery, found.trouble, now)
    came = found.fate == Fate.REACHED or found.trouble not in vendors.OWN_FAULT
    routes.judge(delivery, came=came, now=now)
    return None


# --- Looking after what was accepted ---------------------------------------------------------


def watch(claim: Claim, delivery: Delivery) -> None:
    """No receipt in time: the vendor is asked; if it knows no better, the code goes elsewhere."""
    if delivery.epoch is None:  # nobody waits for it
        return done(claim)
    left = (delivery.accepted_at or timezone.now()) + patience(delivery) - timezone.now()
    if left > dt.timedelta(0):
        with ending(claim, wait=left):
            return None
    if delivery.challenge is not None and deliveries.was_entered(delivery):
        done(claim)
        routes.judge(delivery, came=True, now=timezone.now())
        return None
    _, found = _find(delivery)
    if found is not None and found.fate != Fate.WAITING:
        return _settle(claim, delivery, found)
    with ending(claim, reason="no receipt") as now:
        blame(delivery, Trouble.SILENT)
        if delivery.channel == Channel.SMS:  # a phone that rang need not ring again
            go_elsewhere(delivery, Trouble.SILENT, now)
    routes.judge(delivery, came=False, now=now)
    return None


def mend(claim: Claim, delivery: Delivery) -> None:
    """A receipt says that it did not arrive, and that the vendor is why."""
    with ending(claim) as now:
        go_elsewhere(delivery, delivery.trouble, now)
