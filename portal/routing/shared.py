"""The breaker in Redis: one script, one round trip a command.

Every command may raise `Gone`; then nobody asks again for QUIET_SECONDS, since each try costs the
time-out of portal/redis.py.
"""

import json
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from random import SystemRandom
from typing import Any, Final

import redis

from portal import redis as portal_redis
from portal.redis import Gone
from portal.routing.policy import Policy
from portal.routing.route import Route

logger = logging.getLogger(__name__)

SCRIPT: Final = "".join(
    Path(__file__).with_name(name).read_text() for name in ("rules.lua", "breaker.lua")
)
QUIET_SECONDS: Final = 2.0

_RANDOM: Final = SystemRandom()

Answer = dict[str, Any]


@cache
def _packed(policy: Policy) -> str:
    return json.dumps(asdict(policy))


def _key(name: str) -> str:
    return f"routing:{name}"


class SharedBreaker:
    """`clock` is given only by tests, in milliseconds; else the time is that of Redis."""

    def __init__(
        self,
        process: str,
        *,
        clock: Callable[[], int | str] = str,
        random: Callable[[], float] = _RANDOM.random,
    ) -> None:
        self._process = process
        self._clock = clock
        self._random = random
        self._script = portal_redis.client().register_script(SCRIPT)
        self._quiet_until = 0.0

    def admit(self, routes: Sequence[Route], token: str, retry: bool) -> Answer:
        each = [word for route in routes for word in (route.forced, _packed(route.policy))]
        return self._ask("admit", _names(routes), token, "1" if retry else "", *each)

    def report(
        self,
        name: str,
        policy: Policy,
        token: str,
        epoch: int,
        result: str,
        milliseconds: float,
        after: float,
    ) -> Answer:
        told = (token, epoch, result, milliseconds, after)
        return self._ask("report", [name], *told, _packed(policy))

    def look(self, routes: Sequence[Route]) -> Answer:
        return self._ask("look", _names(routes), *(_packed(route.policy) for route in routes))

    def restore(self, records: Iterable[tuple[dict[str, Any], Policy]]) -> Answer:
        names, words = [], []
        for record, policy in records:
            names.append(record["name"])
            words += [json.dumps(record), _packed(policy)]
        return self._ask("restore", names, *words)

    def latencies(self, names: Sequence[str]) -> Answer:
        return self._ask("latencies", names)

    def acknowledge(self, name: str, epochs: Sequence[int]) -> Answer:
        return self._ask("acknowledge", [name], *epochs)

    def pulse(self, tokens: Sequence[tuple[str, str]]) -> Answer:
        return self._ask("pulse", [name for name, _ in tokens], *(token for _, token in tokens))

    def rest(self) -> None:
        """Ask nothing for a while."""
        self._quiet_until = time.monotonic() + QUIET_SECONDS

    def _ask(self, command: str, names: Iterable[str], *words: str | float) -> Answer:
        if time.monotonic() < self._quiet_until:
            raise Gone("not asked")
        try:
            reply = self._script(
                keys=[_key(name) for name in names],
                args=[command, self._clock(), self._process, self._random(), *words],
            )
        except redis.ResponseError:
            logger.exception("breaker: Redis refuses the script")
            self.rest()
            raise
        except Gone as error:
            logger.warning("breaker: %s, quiet for %.0f s", type(error).__name__, QUIET_SECONDS)
            self.rest()
            raise
        answer: Answer = json.loads(reply)
        return answer


def _names(routes: Sequence[Route]) -> list[str]:
    return [route.name for route in routes]
