"""The breaker inside one process, for the time without Redis: the commands of breaker.lua.

It starts from what the rows tell (`restore`), so that a route which was cut off stays so.
"""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from portal.routing.policy import Policy
from portal.routing.route import Route
from portal.routing.rules import Ended, Entry, Gate, Line, Moment
from portal.routing.states import RouteState

NEWS_AGAIN_MS: Final = 2000
NEWS_MOST: Final = 50
PROBE_WAIT_SECONDS: Final = 1.0

Answer = dict[str, Any]
"""As the script answers: "unknown", "permit", "why" and "after", "routes", "news"."""


@dataclass
class Memory:
    """All that the breaker knows; the script's is in Redis."""

    lines: dict[str, Line] = field(default_factory=dict)
    alive: dict[str, int] = field(default_factory=dict)
    retries: dict[str, float] = field(default_factory=dict)


class LocalBreaker:
    """`clock` tells milliseconds since 1970, `random` a number from 0 to 1."""

    def __init__(
        self,
        *,
        process: str,
        clock: Callable[[], int],
        random: Callable[[], float],
        memory: Memory | None = None,
    ) -> None:
        self._process = process
        self._host = process.partition("|")[0]
        self._clock = clock
        self._random = random
        self._memory = memory or Memory()
        self._lock = threading.Lock()

    @property
    def used(self) -> bool:
        return bool(self._memory.lines)

    # --- Commands ---------------------------------------------------------------------------

    def admit(self, routes: Sequence[Route], token: str, retry: bool) -> Answer:
        """The first route that lets a call through; with the token "" nothing goes, and the
        answer tells whether one might."""
        answer: Answer = {}
        whys = set()
        with self._lock:
            for route in routes:
                line = self._memory.lines.get(route.name)
                if line is None:
                    return self._unknown(routes)
                moment = self._moment(route.policy)
                entry = self._entry(line, moment)
                moment.judge(line)
                refused = self._refusal(line, entry, moment, route.forced, retry)
                if refused is not None:
                    whys.add(refused[0])
                    answer["after"] = min(answer.get("after", refused[1]), refused[1])
                elif token:
                    answer["permit"] = _let_through(line, entry, moment, route.forced, token)
                    self._spend(line, route.policy, retry)
                self._save(line, moment, answer)
                if refused is None:
                    answer.pop("after", None)
                    return answer
        return answer | {"why": next((w for w in ("full", "budget") if w in whys), "open")}

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
        answer: Answer = {}
        with self._lock:
            line = self._memory.lines.get(name)
            if line is None:
                return answer
            moment = self._moment(policy)
            call = Ended(token, result, milliseconds, after, len(line.flights))
            line.flights.pop(token, None)
            entry = self._entry(line, moment)
            entry.seen = moment.now
            if epoch == max(line.epoch, entry.epoch):
                moment.hear(line, entry, call)
            moment.judge(line)
            self._save(line, moment, answer)
        return answer

    def look(self, routes: Sequence[Route]) -> Answer:
        answer: Answer = {"routes": []}
        with self._lock:
            for route in routes:
                line = self._memory.lines.get(route.name)
                if line is None:
                    return self._unknown(routes)
                moment = self._moment(route.policy)
                moment.judge(line)
                answer["routes"].append(_described(line, moment))
                self._save(line, moment, answer)
        return answer

    def restore(self, records: Iterable[tuple[dict[str, Any], Policy]]) -> Answer:
        answer: Answer = {}
        with self._lock:
            for record, policy in records:
                if record["name"] not in self._memory.lines:
                    line = Line.restored(record, self._clock())
                    self._memory.lines[line.name] = line
                    moment = self._moment(policy)
                    moment.judge(line)
                    self._save(line, moment, answer)
        return answer

    def latencies(self, names: Sequence[str]) -> Answer:
        lines, now = self._memory.lines, self._clock()
        return {
            "latencies": [lines[name].latency_at(now) if name in lines else 0 for name in names]
        }

    def acknowledge(self, name: str, epochs: Sequence[int]) -> Answer:
        with self._lock:
            line = self._memory.lines.get(name)
            if line is not None:
                line.news = [item for item in line.news if item["epoch"] not in epochs]
        return {}

    def pulse(self, tokens: Iterable[tuple[str, str]]) -> Answer:
        with self._lock:
            self._memory.alive[self._process] = self._clock()
            for name, token in tokens:
                if (line := self._memory.lines.get(name)) is not None:
                    line.flights.pop(token, None)
        return {}

    # --- Letting a call through ---------------------------------------------------------------

    def _refusal(
        self, line: Line, entry: Entry, moment: Moment, forced: str, retry: bool
    ) -> tuple[str, float] | None:
        """Why no call may go now, and for how many seconds; None when one may."""
        policy, now = moment.policy, moment.now
        if forced == RouteState.OPEN:
            return "open", policy.open_seconds
        if not forced:
            for gate in line.gates(entry):
                if wait := _shut(line, gate, moment):
                    return "open", wait
        if now < line.paused:
            return "full", (line.paused - now) / 1000
        limit = policy.usual_concurrency if forced else line.limit
        probing = not forced and not line.state == entry.state == RouteState.CLOSED
        if not probing and _flying(line, moment, limit) >= limit:
            return "full", min(max(line.latency / limit / 1000, 0.1), 5)
        if retry and self._memory.retries.get(_channel(line), policy.retry_reserve) < 1:
            return "budget", policy.open_seconds
        return None

    def _spend(self, line: Line, policy: Policy, retry: bool) -> None:
        channel = _channel(line)
        left = self._memory.retries.get(channel, policy.retry_reserve)
        left += -1 if retry else policy.retry_percent / 100
        self._memory.retries[channel] = min(round(left, 2), policy.retry_reserve)

    # --- Loading and saving -------------------------------------------------------------------

    def _moment(self, policy: Policy) -> Moment:
        now = self._clock()

        def is_awaited(token: str, began: int) -> bool:
            if began <= now - policy.flight_seconds * 1000:
                return False
            owner = token.rpartition("|")[0]
            last_sign = max(began, self._memory.alive.get(owner, 0))
            return owner == self._process or last_sign >= now - policy.alive_seconds * 1000

        return Moment(now, self._random(), policy, is_awaited)

    def _entry(self, line: Line, moment: Moment) -> Entry:
        return line.hosts.setdefault(self._host, Entry(host=self._host, seen=moment.now))

    def _save(self, line: Line, moment: Moment, answer: Answer) -> None:
        line.news = line.news[-NEWS_MOST:]
        for item in line.news:
            if moment.now - item.get("given", 0) >= NEWS_AGAIN_MS:
                item["given"] = moment.now
                answer.setdefault("news", []).append(dict(item))
        policy = moment.policy
        idle = moment.now - (policy.calm_seconds + policy.window_seconds) * 1000
        line.hosts = {
            name: entry
            for name, entry in line.hosts.items()
            if entry.seen >= idle or entry.state != RouteState.CLOSED
        }

    def _unknown(self, routes: Sequence[Route]) -> Answer:
        known = self._memory.lines
        return {"unknown": [i for i, r in enumerate(routes, start=1) if r.name not in known]}


def _channel(line: Line) -> str:
    return line.name.partition(".")[0]


def _flying(line: Line, moment: Moment, limit: int) -> int:
    return len(moment.living(line)) if len(line.flights) >= limit else len(line.flights)


def _shut(line: Line, gate: Gate, moment: Moment) -> float:
    """Seconds until the gate may let a call through, or 0."""
    if gate.state == RouteState.OPEN:
        return max(0, gate.reopen - moment.now) / 1000
    began = line.flights.get(gate.probe)
    waits = began is not None and moment.is_awaited(gate.probe, began)
    return PROBE_WAIT_SECONDS if gate.state == RouteState.HALF_OPEN and waits else 0


def _let_through(
    line: Line, entry: Entry, moment: Moment, forced: str, token: str
) -> tuple[str, int, bool]:
    probe = False
    for gate in line.gates(entry):
        if not forced and gate.state != RouteState.CLOSED:
            if gate.state == RouteState.OPEN:
                moment.move(line, gate, RouteState.HALF_OPEN, "time", {})
            gate.probe, probe = token, True
    line.flights[token] = moment.now
    return line.name, max(line.epoch, entry.epoch), probe


def _described(line: Line, moment: Moment) -> dict[str, Any]:
    calls, failures, _ = moment.shared_window(line)
    return {
        "name": line.name,
        "state": line.state,
        "since": line.since,
        "reopen": line.reopen if line.state == RouteState.OPEN else None,
        "reason": line.reason,
        "calls": calls,
        "failures": failures,
        "in_flight": len(moment.living(line)),
        "limit": line.limit,
        "latency": line.latency_at(moment.now),
        "quarantined": [e.host for e in line.hosts.values() if e.state != RouteState.CLOSED],
    }
