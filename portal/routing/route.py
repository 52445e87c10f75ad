"""What goes in and out of the breaker: plain values."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field

from portal.routing.policy import Policy


@dataclass(frozen=True, slots=True)
class Route:
    """One way to somebody outside. `forced` is a RouteState while a person or planned maintenance
    holds it; "" lets the breaker decide."""

    name: str
    policy: Policy
    forced: str = ""


@dataclass(frozen=True, slots=True)
class Permit:
    """Leave for one call. Its report counts only while the route is in the same epoch."""

    route: str
    token: str
    epoch: int
    probe: bool = False
    policy: Policy = field(default_factory=Policy, repr=False)


@dataclass(frozen=True, slots=True)
class NoRoute:
    """Why no call may be made: "open" (all cut off), "full" (all at their concurrency), or
    "budget" (too many repeated calls). `after`: seconds until it is worth asking again."""

    why: str
    after: float


@dataclass(frozen=True, slots=True)
class Transition:
    """A change of state as the script reports it, `at` by the clock of Redis; `host` when it
    concerns one host alone."""

    route: str
    epoch: int
    at: dt.datetime
    from_state: str
    to_state: str
    reason: str
    figures: Mapping[str, float]
    host: str = ""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A route at this moment. Counts are of the window; `state` is the breaker's own."""

    route: str
    state: str
    since: dt.datetime | None
    until: dt.datetime | None
    reason: str
    calls: int
    failures: int
    in_flight: int
    concurrency: int
    latency_ms: float
    quarantined: tuple[str, ...] = ()
    forced: str = ""
    known: bool = True  # False: Redis is gone, this is what this process knows

    @property
    def effective(self) -> str:
        """The state as calls meet it: a person's word, or maintenance, goes before the breaker."""
        return self.forced or self.state


@dataclass(frozen=True, slots=True)
class Past:
    """One finished call of the past, from which a lost window is rebuilt."""

    at: dt.datetime
    failed: bool
    host: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """Calls and failures of a route, oldest first, and what state its last transition left."""

    past: tuple[Past, ...] = ()
    state: str = "closed"
    epoch: int = 0
    since: dt.datetime | None = None
    figures: Mapping[str, float] = field(default_factory=dict)
