"""Reading the vendors of messages: who may send what, in which order, over which routes."""

import datetime as dt
from collections.abc import Collection, Sequence

from django.conf import settings

from accounts.models import Delivery, MessageVendor
from accounts.states import Channel, Trouble, Vendor
from portal.routing import selectors as routing
from portal.routing.route import Past, Route, Window

HISTORY = 500
MAY = {Channel.SMS: "sends_sms", Channel.VOICE: "makes_calls"}
OWN_FAULT = (Trouble.VENDOR, Trouble.SILENT)
"""What speaks against a vendor; every other trouble is of the handset, the number or our text."""


def in_order(channel: str) -> list[str]:
    """The vendors of a channel, the preferred one first; as shipped while nobody keeps a table."""
    rows = list(MessageVendor.objects.order_by("rank", "name"))
    if not rows:
        return list(Vendor.values)
    may = MAY[Channel(channel)]
    return [row.name for row in rows if row.enabled and getattr(row, may)]


def route_name(vendor: str, channel: str, carrier: str) -> str:
    """Vendor and channel before the dot: an administrator can force all carriers at once."""
    return f"{vendor}-{channel}.{carrier}"


def vendor_of(route: str) -> str:
    return route.partition("-")[0]


def routes(
    channel: str, carrier: str, *, avoid: Collection[str] = (), now: dt.datetime
) -> list[Route]:
    """The ways for one message, in order."""
    names = [route_name(v, channel, carrier) for v in in_order(channel) if v not in avoid]
    forced = routing.forced(names, now)
    return [Route(name, settings.VENDOR_ROUTING, forced.get(name, "")) for name in names]


def chain(delivery: Delivery) -> list[Delivery]:
    """The tries that led to this one, itself first."""
    found = [delivery]
    while (earlier := found[-1].replaces) is not None:
        found.append(earlier)
    return found


def others(delivery: Delivery, tried: Sequence[Delivery]) -> list[str]:
    """Vendors of the channel that none of these tries went to."""
    known = {each.vendor for each in tried}
    return [name for name in in_order(delivery.channel) if name not in known]


def history(route: str) -> Window:
    """What PostgreSQL knows of a route whose window in Redis is gone."""
    last = Delivery.objects.filter(route=route).order_by("-created_at")[:HISTORY]
    told = last.values_list("judged_at", "trouble")
    past = [Past(at, trouble in OWN_FAULT) for at, trouble in told if at is not None]
    return routing.left(route, past=past[::-1])
