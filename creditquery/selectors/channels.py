"""The entrances to the bureau as administrators keep them, in the order in which they are tried."""

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from creditquery.gateways.inquiry import Access
from creditquery.models import Attempt, Channel, Endpoint
from portal.database import shared_time
from portal.routing import selectors as routing
from portal.routing.route import Past, Route, Window
from portal.routing.states import Result, RouteState

KEPT_SECONDS = 1.0
"""How long a process goes by what it has read: a forced state is obeyed within this."""
HISTORY = 400
"""Calls of the past that a lost window is rebuilt from, at most."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """One endpoint with all that a call through it needs."""

    route: Route
    access: Access
    adapter: str
    kind: str
    settle: dt.timedelta
    rank: tuple[int, int]
    weight: int

    @property
    def channel(self) -> str:
        return self.access.channel


_read: tuple[float, tuple[Entrance, ...]] = (0.0, ())


def entrances() -> tuple[Entrance, ...]:
    """Every enabled entrance, as it was at most a second ago."""
    global _read
    until, known = _read
    if time.monotonic() >= until:
        known = _entrances()
        _read = (time.monotonic() + KEPT_SECONDS, known)
    return known


def forget() -> None:
    """Read the tables again at the next look."""
    global _read
    _read = (0.0, ())


def _entrances() -> tuple[Entrance, ...]:
    rows = Endpoint.objects.filter(enabled=True, channel__enabled=True).select_related("channel")
    endpoints = list(rows.order_by("pk"))
    forced = routing.forced([row.route for row in endpoints], now=shared_time())
    return tuple(_entrance(row, forced.get(row.route, "")) for row in endpoints)


def _entrance(row: Endpoint, forced: str) -> Entrance:
    channel = row.channel
    secrets = (channel.secret, *([channel.next_secret] if channel.next_secret else []))
    return Entrance(
        route=Route(row.route, settings.ROUTING, forced),
        access=Access(
            channel=channel.name,
            endpoint=row.name,
            url=row.url,
            institution=channel.institution,
            secrets=secrets,
            peer_key=channel.peer_key,
        ),
        adapter=channel.adapter,
        kind=channel.kind,
        settle=dt.timedelta(seconds=channel.settle_seconds),
        rank=(channel.priority, row.priority),
        weight=row.weight,
    )


def ordered(
    latencies: Mapping[str, float], *, bound_to: str = "", avoid: Sequence[str] = ()
) -> list[Entrance]:
    """The entrances to try: by rank, then the nearest by observed latency for its weight.

    One that was not measured lately counts as the nearest, so that it is measured. Those in
    `avoid` have just failed for this query and come last. `bound_to` names the only channel.
    """
    usable = [each for each in entrances() if bound_to in ("", each.channel)]

    def preference(each: Entrance) -> tuple[bool, tuple[int, int], float]:
        name = each.route.name
        return name in avoid, each.rank, latencies.get(name, 0.0) / each.weight

    return sorted(usable, key=preference)


def entrance(route: str) -> Entrance | None:
    return next((each for each in entrances() if each.route.name == route), None)


def is_held_back(name: str) -> bool:
    """Whether a person holds something back by forcing it open as if it were a route."""
    return routing.forced([name], now=shared_time()).get(name) == RouteState.OPEN


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be done about an unknown outcome on a channel, whether or not it is enabled."""

    kind: str
    settle: dt.timedelta


def rules(channel: str) -> Rules:
    """Raises Channel.DoesNotExist; no channel is ever deleted."""
    for each in entrances():
        if each.channel == channel:
            return Rules(each.kind, each.settle)
    row = Channel.objects.only("kind", "settle_seconds").get(name=channel)
    return Rules(row.kind, dt.timedelta(seconds=row.settle_seconds))


def history(route: str) -> Window:
    """What PostgreSQL knows of a route whose window in Redis is gone."""
    channel, _, endpoint = route.partition(".")
    since = shared_time() - dt.timedelta(seconds=settings.ROUTING.window_seconds)
    told = Attempt.objects.filter(channel=channel, endpoint=endpoint, sent_at__gte=since)
    told = told.filter(result__in=[Result.OK, Result.FAILED]).order_by("-sent_at")[:HISTORY]
    past = tuple(
        Past(at or since, result == Result.FAILED, host)
        for at, result, host in told.values_list("finished_at", "result", "host")
    )
    return routing.left(route, past=past[::-1])
