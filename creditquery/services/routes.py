"""The way of one call: which entrance it takes, and what it tells the breaker afterwards."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from django.db import transaction

from creditquery.channels import Outcome, result_of, wait_of
from creditquery.selectors import channels
from creditquery.selectors.channels import Entrance
from evidence.services import record
from portal.routing import services as routing
from portal.routing.route import NoRoute, Permit, Snapshot, Transition
from portal.routing.router import Router
from portal.routing.states import Result, RouteState

FAMILY = "creditquery.route"
ROOM_SECONDS = 0.05


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


bureau = Router(note=note, history=channels.history)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a query wants of its next call. `bound_to`: the only channel that may be asked.
    `avoid`: the routes that have just failed for it. `retry`: it costs of the retry budget."""

    bound_to: str = ""
    avoid: tuple[str, ...] = ()
    retry: bool = False


@dataclass(frozen=True, slots=True)
class Way:
    """Leave for one call through one entrance."""

    permit: Permit
    entrance: Entrance


def take(wish: Wish) -> Way | NoRoute:
    """A way for one call that is made at once; whoever takes it must end it with `flight`."""
    latencies = bureau.latencies([each.route.name for each in channels.entrances()])
    candidates = channels.ordered(latencies, bound_to=wish.bound_to, avoid=wish.avoid)
    permit = bureau.admit([each.route for each in candidates], retry=wish.retry)
    if isinstance(permit, NoRoute):
        return permit
    by_name = {each.route.name: each for each in candidates}
    return Way(permit, by_name[permit.route])


class Flight:
    """One call on its way; what is not landed told nothing."""

    def __init__(self) -> None:
        self.outcome: Outcome | None = None
        self.seconds = 0.0
        self._began = monotonic()

    def take_off(self) -> None:
        """What was committed before the call is our own time, and no measure of the route."""
        self._began = monotonic()

    def landed(self, outcome: Outcome) -> None:
        self.outcome, self.seconds = outcome, monotonic() - self._began


@contextmanager
def flight(way: Way) -> Iterator[Flight]:
    """The time of one call; at its end the breaker hears what the call told about its route."""
    flown = Flight()
    try:
        yield flown
    finally:
        outcome = flown.outcome
        result = Result.NOTHING if outcome is None else result_of(outcome)
        after = 0.0 if outcome is None else wait_of(outcome)
        bureau.report(way.permit, result, seconds=flown.seconds, after=after)


_room_until = 0.0


def is_full() -> bool:
    """Whether some entrance is in use and none of them may take another call now.

    That there is room is believed for a moment: whoever is wrong then gives the claim back.
    """
    global _room_until
    if monotonic() < _room_until:
        return False
    routes = [each.route for each in channels.entrances()]
    full = bool(routes) and bureau.is_full(routes)
    _room_until = 0.0 if full else monotonic() + ROOM_SECONDS
    return full


BACKLOG = "backlog"
"""What a person forces open to hold the backlog back, as if it were a route."""


MARGIN, MOST_ROOM, FASTEST_MS = 2, 1000, 20.0
"""A route that comes back takes more calls at once with each that succeeds: twice as much as it
would take now is enough until the next look. Beyond a thousand a look more is cheaper."""


def room(time: dt.timedelta) -> int:
    """How many queries the routes in use will take up within a time; 0 while there is none, or
    while a person holds the backlog back."""
    if channels.is_held_back(BACKLOG):
        return 0
    seen = bureau.look([each.route for each in channels.entrances()]).values()
    taken = sum(_taken(each, time) for each in seen if each.effective == RouteState.CLOSED)
    return min(round(MARGIN * taken), MOST_ROOM)


def _taken(seen: Snapshot, time: dt.timedelta) -> float:
    """Calls that a route takes: at once, and again for each that ends within the time."""
    turns = time / dt.timedelta(milliseconds=max(seen.latency_ms, FASTEST_MS))
    return seen.concurrency * (1 + turns)


def accuse(route: str) -> None:
    """A channel said something wrong by itself, outside any call: one failure of that route."""
    entrance = channels.entrance(route)
    permit = bureau.admit([entrance.route]) if entrance else None
    if isinstance(permit, Permit):
        bureau.report(permit, Result.FAILED, seconds=0)
