"""Asks the breaker which route may be used, and tells it what became of the call.

    permit = router.admit(routes)
    if isinstance(permit, NoRoute): …
    try: result = …
    finally: router.report(permit, result, seconds=…)

Every permit must be reported, with `Result.NOTHING` when no call was made. Do not ask within a
transaction: a transition that was noted in one that is taken back would be lost.
"""

import datetime as dt
import logging
import math
import os
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

from django.conf import settings

from portal.redis import Gone
from portal.routing.local import LocalBreaker
from portal.routing.past import record
from portal.routing.process import Process
from portal.routing.route import NoRoute, Permit, Route, Snapshot, Transition, Window
from portal.routing.shared import Answer, NotAsked, SharedBreaker
from portal.routing.states import Result

logger = logging.getLogger(__name__)

LATENCIES_SECONDS: Final = 1.0
RESTORES: Final = 3
NOWHERE_SECONDS: Final = 30.0

Breaker = SharedBreaker | LocalBreaker


class Router:
    """`note` writes a transition down and may be told one twice; `history` tells from rows what
    is known of a route, when Redis has lost it. Safe for threads, and across a fork."""

    def __init__(
        self, *, note: Callable[[Transition], None], history: Callable[[str], Window]
    ) -> None:
        self._note = note
        self._history = history
        self._process: Process | None = None
        self._latencies: dict[str, float] = {}
        self._latencies_until = 0.0

    # --- Calls ------------------------------------------------------------------------------

    def admit(self, routes: Sequence[Route], *, retry: bool = False) -> Permit | NoRoute:
        """Leave for one call on the first route of this order that lets one through. `retry`: the
        call repeats one that failed, which the channel's budget limits."""
        if not routes:
            return NoRoute("open", NOWHERE_SECONDS)
        process = self._here()
        token = process.token()
        process.hold(token)
        answer: Answer = {}
        try:
            answer = self._told(routes, lambda breaker: breaker.admit(routes, token, retry), token)
        finally:
            if "permit" not in answer:
                process.let_go(token)
        if "permit" not in answer:
            return NoRoute(answer["why"], answer["after"])
        name, epoch, probe = answer["permit"]
        policy = next(route.policy for route in routes if route.name == name)
        return Permit(name, token, epoch, probe, policy)

    def report(self, permit: Permit, result: Result, *, seconds: float, after: float = 0.0) -> None:
        """`seconds`: how long the call took; `after`: how long the other side asked us to wait."""
        most = permit.policy.open_most_seconds
        if result == Result.AWAY:
            most = permit.policy.away_most_seconds
        told = (
            permit.route,
            permit.policy,
            permit.token,
            permit.epoch,
            str(result),
            round(_within(seconds, 86_400) * 1000, 3),
            _within(after, most),
        )
        process = self._here()
        process.let_go(permit.token)
        breaker, answer = self._ask(
            lambda breaker: breaker.report(*told), [permit.route], permit.token, began=True
        )
        self._hear(breaker, answer)

    def is_full(self, routes: Sequence[Route]) -> bool:
        """Whether no call may go at this moment, and some route is in use but has its fill."""
        if not routes:
            return False
        answer = self._told(routes, lambda breaker: breaker.admit(routes, "", False))
        return answer.get("why") == "full"

    # --- Looking ----------------------------------------------------------------------------

    def look(self, routes: Sequence[Route]) -> dict[str, Snapshot]:
        if not routes:
            return {}
        answer = self._told(routes, lambda breaker: breaker.look(routes))
        known = not answer.get("alone", False)
        return {
            route.name: _snapshot(line, forced=route.forced, known=known)
            for route, line in zip(routes, answer["routes"], strict=True)
        }

    def latencies(self, names: Iterable[str]) -> dict[str, float]:
        """Milliseconds of a usual call of each route, at most a second old; 0 where not known."""
        wanted = list(names)
        known = self._latencies  # another thread may replace it meanwhile
        if time.monotonic() >= self._latencies_until or not set(wanted) <= set(known):
            _, answer = self._ask(lambda breaker: breaker.latencies(wanted))
            self._latencies = known = dict(zip(wanted, answer["latencies"], strict=True))
            self._latencies_until = time.monotonic() + LATENCIES_SECONDS
        return {name: known[name] for name in wanted}

    # --- Asking -----------------------------------------------------------------------------

    def _here(self) -> Process:
        """After a fork the child's own, since neither threads nor identity are inherited."""
        if self._process is None or self._process.pid != os.getpid():
            self._process = self._start()
        return self._process

    def _start(self) -> Process:
        return Process(host=settings.HOST_NAME, shared=SharedBreaker)

    def _told(
        self, routes: Sequence[Route], command: Callable[[Breaker], Answer], token: str = ""
    ) -> Answer:
        """The answer, after what Redis did not know was restored from rows."""
        names = [route.name for route in routes]
        for _ in range(RESTORES):
            breaker, answer = self._ask(command, names, token)
            if "unknown" not in answer:
                self._hear(breaker, answer)
                return answer | {"alone": breaker is not self._here().shared}
            self._restore([routes[place - 1] for place in answer["unknown"]])
        self._here().shared.rest()  # it forgets what it is told: as good as gone
        return self._told(routes, command, token)

    def _ask(
        self,
        command: Callable[[Breaker], Answer],
        names: Sequence[str] = (),
        token: str = "",
        *,
        began: bool = False,
    ) -> tuple[Breaker, Answer]:
        """`token`: the call that Redis may hold under one of these names, if it does not answer;
        with `began` it does so even when it is not asked."""
        process = self._here()
        try:
            answer = command(process.shared)
        except Gone as error:
            if token and (began or not isinstance(error, NotAsked)):
                process.leave(names, token)
            return process.local, command(process.local)
        process.back()
        return process.shared, answer

    def _restore(self, routes: Sequence[Route]) -> None:
        now = self._here().clock()
        records = [
            (record(route.name, self._history(route.name), route.policy, now=now), route.policy)
            for route in routes
        ]
        breaker, answer = self._ask(lambda breaker: breaker.restore(records))
        self._hear(breaker, answer)

    # --- Transitions ------------------------------------------------------------------------

    def _hear(self, breaker: Breaker, answer: Answer) -> None:
        """Hand on what is new; the breaker tells it again until it is acknowledged."""
        noted: dict[str, list[int]] = {}
        alone = self._here().host if isinstance(breaker, LocalBreaker) else ""
        for item in answer.get("news", ()):
            try:
                self._note(_transition(item, alone))
            except Exception:
                logger.exception("route %s, epoch %s: not noted yet", item["route"], item["epoch"])
            else:
                noted.setdefault(item["route"], []).append(item["epoch"])
        for name, epochs in noted.items():
            try:
                breaker.acknowledge(name, epochs)
            except Gone:
                return  # told again later; the row is unique


def _within(value: float, most: float) -> float:
    """What the outside says about seconds, made believable."""
    return min(max(value, 0.0), float(most)) if math.isfinite(value) else 0.0


def _time(milliseconds: float | None) -> dt.datetime | None:
    return dt.datetime.fromtimestamp(milliseconds / 1000, tz=dt.UTC) if milliseconds else None


def _transition(item: dict[str, Any], alone: str) -> Transition:
    """`alone`: this host, when it decided without Redis and so for itself only."""
    at = _time(item["at"])
    assert at is not None
    figures = {**item["figures"], "alone": 1} if alone else item["figures"]
    return Transition(
        route=item["route"],
        epoch=item["epoch"],
        at=at,
        from_state=item["from"],
        to_state=item["to"],
        reason=item["reason"],
        figures=figures,
        host=item["host"] or alone,
    )


def _snapshot(line: dict[str, Any], *, forced: str, known: bool) -> Snapshot:
    return Snapshot(
        route=line["name"],
        state=line["state"],
        since=_time(line["since"]),
        until=_time(line.get("reopen")),
        reason=line["reason"],
        calls=line["calls"],
        failures=line["failures"],
        in_flight=line["in_flight"],
        concurrency=line["limit"],
        latency_ms=line["latency"],
        quarantined=tuple(sorted(line.get("quarantined") or ())),
        forced=forced,
        known=known,
    )
