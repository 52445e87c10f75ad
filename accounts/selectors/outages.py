"""Reading which channels no vendor serves now, so that a page promises none of them."""

import datetime as dt

from accounts.carriers import carrier_of
from accounts.selectors import vendors
from accounts.states import Channel
from portal.routing import selectors as routing
from portal.routing.states import RouteState


def without_route(phone: str, *, now: dt.datetime) -> frozenset[str]:
    """Channels to this number whose every route is cut off, or that nobody offers. By the rows of
    the breakers: what is being tried is not in use yet."""
    carrier = carrier_of(phone)
    routes = {
        channel: [vendors.route_name(name, channel, carrier) for name in vendors.in_order(channel)]
        for channel in (Channel.SMS, Channel.VOICE)
    }
    names = [name for found in routes.values() for name in found]
    states = routing.last_states(names) | routing.forced(names, now)
    in_use = {name for name in names if states.get(name, RouteState.CLOSED) == RouteState.CLOSED}
    return frozenset(channel for channel, found in routes.items() if not in_use.intersection(found))
