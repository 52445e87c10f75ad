"""What one call pays for the breaker: the decision before it and the report after it.

pybreaker with its Redis storage is the only peer that shares its state between processes. Both use
the same Redis and the same client, in alternating rounds. It counts failures in a row and nothing
else; docs/reliability.md has the table of what each breaker can tell.
"""

import json
import secrets
import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from benchmarks.child import Child
from benchmarks.peers import environment
from benchmarks.rows import Row
from dev.paths import CHECKOUT
from portal.routing.policy import Policy
from portal.routing.route import Permit, Route, Window
from portal.routing.router import Router
from portal.routing.states import Result

ROUNDS, CALLS = 9, 1000
MICROSECONDS = 1_000_000
PEER = CHECKOUT / "benchmarks" / "peers" / "pybreaker_redis.py"


def measure() -> Iterator[Row]:
    name = f"bench{secrets.token_hex(4)}"
    routes = [Route(f"{name}.{place}", Policy()) for place in ("east", "south", "southwest")]
    router = Router(note=lambda transition: None, history=lambda route: Window())
    words = {"redis": settings.REDIS_URL, "name": name, "calls": CALLS}
    command: list[str | Path] = [environment.python(*environment.PYBREAKER), PEER]
    ours, theirs = [], []
    with Child(command, json.dumps(words).encode()) as peer:
        for _ in range(1 + ROUNDS):
            ours.append([_call(router, routes) for _ in range(CALLS)])
            theirs.append(peer.go()["times"])
    for figure, place in (("median", 50), ("99th percentile", 99)):
        value, other = (_percentile(rounds[1:], place) for rounds in (ours, theirs))  # warm
        yield Row(
            bench="breaker",
            figure=f"decision and report, {figure}",
            value=value,
            unit="µs",
            peer=environment.PYBREAKER[0],
            peer_value=other,
            goal=other,
        )


def _call(router: Router, routes: list[Route]) -> float:
    began = time.perf_counter()
    permit = router.admit(routes)
    assert isinstance(permit, Permit)
    router.report(permit, Result.OK, seconds=0.1)
    return time.perf_counter() - began


def _percentile(rounds: list[list[float]], place: int) -> float:
    """Of each round, and of these the median: a round that was disturbed does not count."""
    each = [statistics.quantiles(times, n=100)[place - 1] for times in rounds]
    return round(statistics.median(each) * MICROSECONDS, 1)
