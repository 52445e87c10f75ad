"""What one call pays for the breaker: the decision before it and the report after it.

pybreaker with its Redis storage is the only peer that shares its state between processes. Both use
the same Redis and the same client, in alternating rounds.

"alone": one thread, calls that do nothing. "together": calls of 5 ms from the threads of one
process, as the upstream lane makes them; counted is what a call takes beyond its 5 ms. pybreaker
holds its lock during the call, so that the calls of one process go one after the other.

pybreaker counts failures in a row and nothing else. The table of what each breaker can tell is in
docs/reliability.md.
"""

import json
import secrets
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
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
THREADS, CALLS_TOGETHER, SECONDS = 16, 160, 0.005
MICROSECONDS = 1_000_000
PEER = CHECKOUT / "benchmarks" / "peers" / "pybreaker_redis.py"

Times = dict[str, list[float]]


def measure() -> Iterator[Row]:
    name = f"bench{secrets.token_hex(4)}"
    caller = Caller([Route(f"{name}.{place}", Policy()) for place in ("east", "south", "west")])
    ours: list[Times] = []
    theirs: list[Times] = []
    with _peer(name) as peer:
        for _ in range(1 + ROUNDS):
            ours.append(caller.go())
            theirs.append(peer.go())
    for figure in ("together", "alone"):
        value, other = (_median([times[figure] for times in side[1:]]) for side in (ours, theirs))
        yield Row(
            bench="breaker",
            figure=f"decision and report, {figure}",
            value=value,
            unit="µs",
            peer=environment.PYBREAKER[0],
            peer_value=other,
            goal=other,
        )


def _peer(name: str) -> Child:
    words = {
        "redis": settings.REDIS_URL,
        "name": name,
        "calls": CALLS,
        "threads": THREADS,
        "calls_together": CALLS_TOGETHER,
        "seconds": SECONDS,
    }
    command: list[str | Path] = [environment.python(*environment.PYBREAKER), PEER]
    return Child(command, json.dumps(words).encode())


class Caller:
    def __init__(self, routes: list[Route]) -> None:
        self._routes = routes
        self._router = Router(note=lambda transition: None, history=lambda route: Window())

    def go(self) -> Times:
        alone = [self._beyond(0) for _ in range(CALLS)]
        with ThreadPoolExecutor(THREADS) as pool:
            together = list(pool.map(self._beyond, [SECONDS] * CALLS_TOGETHER))
        return {"alone": alone, "together": together}

    def _beyond(self, seconds: float) -> float:
        began = time.perf_counter()
        permit = self._router.admit(self._routes)
        assert isinstance(permit, Permit)
        if seconds:
            time.sleep(seconds)
        self._router.report(permit, Result.OK, seconds=seconds)
        return time.perf_counter() - began - seconds


def _median(rounds: list[list[float]]) -> float:
    """Of the medians of the rounds: one that was disturbed does not count. In microseconds."""
    return round(statistics.median(map(statistics.median, rounds)) * MICROSECONDS, 1)
