"""The breaker in Redis: one script, one round trip a command.

Every command may raise `Gone`; then nobody asks again for QUIET_SECONDS, since each try costs the
time-out of portal/redis.py.
"""

import hashlib
import json
import logging
import struct
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, fields
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
SHA: Final = hashlib.sha1(SCRIPT.encode(), usedforsecurity=False).hexdigest()
QUIET_SECONDS: Final = 2.0

_RANDOM: Final = SystemRandom()

Answer = dict[str, Any]
Word = str | bytes | float


class NotAsked(redis.ConnectionError):
    """Redis did not answer a moment ago, and is left alone."""


@cache
def _packed(policy: Policy) -> bytes:
    return struct.pack(f">{len(fields(policy))}I", *astuple(policy))


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
        self._connections = _Connections()
        self._quiet_until = 0.0

    def admit(self, routes: Sequence[Route], token: str, retry: bool) -> Answer:
        each: list[Word] = []
        for route in routes:
            each += (route.forced, _packed(route.policy))
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
        names: list[str] = []
        words: list[Word] = []
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

    def _ask(self, command: str, names: Iterable[str], *words: Word) -> Answer:
        if time.monotonic() < self._quiet_until:
            raise NotAsked
        keys = [_key(name) for name in names]
        words = (command, self._clock(), self._process, self._random(), *words)
        try:
            reply = self._evaluate(len(keys), *keys, *words)
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

    def _evaluate(self, *words: Word) -> bytes:
        try:
            return self._send("EVALSHA", SHA, *words)
        except redis.exceptions.NoScriptError:
            return self._send("EVAL", SCRIPT, *words)

    def _send(self, *words: Word) -> bytes:
        """By a connection of the thread's own. What the client wraps around a command takes longer
        than the command, and every call to the outside waits for two of them."""
        connection = self._connections.mine()
        connection.send_packed_command([_wire(words)], check_health=False)
        reply: bytes = connection.read_response()
        return reply


class _Connections(threading.local):
    def __init__(self) -> None:
        self._connection = portal_redis.client().connection_pool.make_connection()

    def mine(self) -> redis.connection.ConnectionInterface:
        """Connected; one that Redis has closed meanwhile is made anew."""
        connection = self._connection
        if connection.is_connected and _is_spent(connection):
            connection.disconnect()
        if not connection.is_connected:
            connection.connect()
        return connection


def _is_spent(connection: redis.connection.ConnectionInterface) -> bool:
    """Whether there is something to read, be it only the end: nothing was asked yet."""
    try:
        return bool(connection.can_read())
    except (Gone, OSError):
        return True


def _wire(words: Sequence[Word]) -> bytes:
    """A command as Redis reads it."""
    parts = [word if isinstance(word, bytes) else str(word).encode() for word in words]
    return b"*%d\r\n" % len(parts) + b"".join([b"$%d\r\n%b\r\n" % (len(p), p) for p in parts])


def _names(routes: Sequence[Route]) -> list[str]:
    return [route.name for route in routes]
