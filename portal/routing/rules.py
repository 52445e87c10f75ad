"""The rules of rules.lua in Python: a route and its hosts as gates, and how they are judged.

Times are whole milliseconds; nothing here reads a clock.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from portal.routing.policy import Policy
from portal.routing.states import Result, RouteState

USUAL_RISES: Final = 1.02
NEAR_STALL: Final = 0.7
"""From this part of `stall_seconds` on some calls of a window come near to what is cut off."""
IN_A_ROW: Final = {Result.OK: False, Result.FAILED: True, Result.TAKEN: False}
"""What a result adds to a row of failures, and what to the share (below); others say nothing."""
IN_THE_SHARE: Final = {
    Result.OK: False,
    Result.FAILED: True,
    Result.CAME: False,
    Result.LATE: True,
}
LATENCY_WEIGHT: Final = 0.1
MEASURED_MS: Final = 60_000
"""An inquiry measured longer ago says nothing about the route any more."""

Figures = dict[str, float]


def host_of(token: str) -> str:
    return token.partition("|")[0]


@dataclass(slots=True)
class Gate:
    """A state, how long it lasts, and its probe: a route has one, and so has each of its hosts."""

    host: str = ""
    state: str = RouteState.CLOSED
    epoch: int = 0
    since: int = 0
    reopen: int = 0
    reason: str = ""
    openings: int = 0
    passed: int = 0
    probe: str = ""
    streak: int = 0


@dataclass(slots=True)
class Entry(Gate):
    """One host as the route knows it; a bucket is [calls, failures]."""

    seen: int = 0
    buckets: dict[int, list[int]] = field(default_factory=dict)

    def count(self, slot: int, *, failed: bool) -> None:
        bucket = self.buckets.setdefault(slot, [0, 0])
        bucket[0] += 1
        bucket[1] += failed

    def tally(self, slot: int, policy: Policy) -> tuple[int, int, int]:
        """Calls, failures and the first slot of the window."""
        over = slot - policy.window_seconds // policy.bucket_seconds
        self.buckets = {at: bucket for at, bucket in self.buckets.items() if at > over}
        calls, failures = (sum(b[i] for b in self.buckets.values()) for i in (0, 1))
        return calls, failures, min(self.buckets, default=slot)


@dataclass(slots=True)
class Line(Gate):
    """A route: its gate, its hosts, its calls under way, and how many may be."""

    name: str = ""
    serial: int = 0
    hosts: dict[str, Entry] = field(default_factory=dict)
    flights: dict[str, int] = field(default_factory=dict)
    news: list[dict[str, Any]] = field(default_factory=list)
    limit: int = 0
    done: int = 0
    spent: float = 0
    peak: int = 0
    eased: bool = False
    usual: float | None = None
    latency: float = 0
    measured: int = 0
    paused: int = 0

    @classmethod
    def restored(cls, record: Mapping[str, Any], now: int) -> "Line":
        hosts = {}
        for name, entry in record["hosts"].items():
            buckets = {slot: [calls, failures] for slot, calls, failures in entry["buckets"]}
            hosts[name] = Entry(**{**entry, "buckets": buckets, "seen": now})
        return cls(**{**record, "hosts": hosts, "news": []})

    def latency_at(self, now: int) -> float:
        return self.latency if now - self.measured <= MEASURED_MS else 0

    def gates(self, entry: Entry) -> tuple[Gate, Gate]:
        return self, entry

    def start_window(self) -> None:
        self.done, self.spent, self.peak, self.eased = 0, 0, 0, False


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of one call; `flying`: how many were under way, itself included."""

    token: str
    result: str
    milliseconds: float
    after: float
    flying: int


@dataclass(frozen=True, slots=True)
class Moment:
    """What a judgement is made with: the time, a random number, and who still lives."""

    now: int
    random: float
    policy: Policy
    is_awaited: Callable[[str, int], bool]

    @property
    def slot(self) -> int:
        return self.now // (self.policy.bucket_seconds * 1000)

    # --- Gates --------------------------------------------------------------------------------

    def move(self, line: Line, gate: Gate, to: str, reason: str, figures: Figures) -> None:
        to = str(to)
        line.serial += 1
        line.news.append(
            {
                "route": line.name,
                "host": gate.host,
                "epoch": line.serial,
                "at": self.now,
                "from": gate.state,
                "to": to,
                "reason": reason,
                "figures": {**figures, "openings": gate.openings},
            }
        )
        gate.state, gate.epoch, gate.since, gate.reason = to, line.serial, self.now, reason
        gate.probe, gate.passed = "", 0

    def cut_off(
        self, line: Line, gate: Gate, reason: str, figures: Figures, seconds: float | None = None
    ) -> None:
        """For the seconds given, else for the next of the doubling."""
        policy = self.policy
        if seconds is None:
            calm = self.now - gate.since >= policy.calm_seconds * 1000
            if gate.state == RouteState.CLOSED and calm:
                gate.openings = 0
            doubled = policy.open_seconds * 2 ** min(gate.openings, 20)
            spread = 1 + (2 * self.random - 1) * policy.jitter_percent / 100
            seconds = min(doubled, policy.open_most_seconds) * spread
            gate.openings += 1
        gate.reopen = self.now + int(seconds * 1000)
        self.move(line, gate, RouteState.OPEN, reason, {**figures, "seconds": seconds})

    def take_back(self, line: Line, gate: Gate) -> None:
        self.move(line, gate, RouteState.CLOSED, "probes", {"probes": self.policy.probes})
        for entry in list(line.hosts.values()) if gate is line else [gate]:
            assert isinstance(entry, Entry)
            entry.buckets, entry.streak = {}, 0
        if gate is line:
            line.streak, line.limit = 0, self.policy.start_concurrency
            line.start_window()

    # --- Judging ------------------------------------------------------------------------------

    def living(self, line: Line) -> dict[str, int]:
        """The calls under way; those of the dead are forgotten."""
        flights = line.flights.items()
        line.flights = {token: began for token, began in flights if self.is_awaited(token, began)}
        return line.flights

    def shared_window(self, line: Line) -> tuple[int, int, int]:
        """Calls and failures of the hosts in use, and how many calls are worth judging."""
        policy = self.policy
        entries = [e for e in line.hosts.values() if e.state == RouteState.CLOSED]
        tallies = [entry.tally(self.slot, policy) for entry in entries]
        calls, failures = (sum(tally[i] for tally in tallies) for i in (0, 1))
        latest = sum(entry.buckets.get(self.slot, [0])[0] for entry in entries)
        first = min((tally[2] for tally in tallies), default=self.slot)
        seconds = (self.slot - first) * policy.bucket_seconds
        busy = (
            seconds * 4 >= policy.window_seconds
            and (calls - latest) * 60 >= policy.busy_calls_a_minute * seconds
        )
        return calls, failures, policy.min_calls_busy if busy else policy.min_calls

    def stalled(self, line: Line) -> tuple[Collection[str], Figures] | None:
        policy = self.policy
        late = self.now - policy.stall_seconds * 1000
        # As in the script: few old calls are not worth looking for the dead among them.
        old_at_all = sum(began < late for began in line.flights.values())
        if len(line.flights) < policy.stall_calls or old_at_all * 2 <= policy.stall_calls:
            return None
        judged = {
            token: began
            for token, began in self.living(line).items()
            if (entry := line.hosts.get(host_of(token))) is not None
            and entry.state == RouteState.CLOSED
            and began >= max(line.since, entry.since)
        }
        old = [token for token, began in judged.items() if began < late]
        if len(judged) < policy.stall_calls or len(old) * 2 <= len(judged):
            return None
        return {host_of(token) for token in old}, {"in_flight": len(judged), "stalled": len(old)}

    def culprit(self, line: Line, troubled: Collection[str]) -> Entry | None:
        """The only host in trouble, while another one is active and has none."""
        sick, sound = [], False
        for entry in line.hosts.values():
            if entry.state == RouteState.CLOSED:
                calls, failures, _ = entry.tally(self.slot, self.policy)
                if failures or entry.host in troubled:
                    sick.append(entry)
                else:
                    sound = sound or calls > 0
        return sick[0] if sound and len(sick) == 1 else None

    def judge(self, line: Line) -> None:
        if line.state != RouteState.CLOSED:
            return
        policy = self.policy
        calls, failures, enough = self.shared_window(line)
        figures: Figures = {"calls": calls, "failures": failures}
        troubled: Collection[str] = ()
        reason = ""
        if line.streak >= policy.consecutive:
            reason = "consecutive"
        elif calls >= enough and failures * 100 > policy.failure_percent * calls:
            reason = "share"
        elif (waiting := self.stalled(line)) is not None:
            reason, (troubled, figures) = "stalled", waiting
        sick = self.culprit(line, troubled)
        if not reason and sick is not None and sick.streak >= policy.consecutive:
            reason = "consecutive"
        if reason:
            self.cut_off(line, sick or line, reason, figures)
            line.streak = 0 if sick else line.streak

    # --- How many calls at once ---------------------------------------------------------------

    def ease(self, line: Line, percent: int) -> None:
        if not line.eased:
            line.limit = max(1, line.limit * percent // 100)
            line.eased = True

    def adapt(self, line: Line, *, failed: bool, milliseconds: float, flying: int) -> None:
        policy = self.policy
        line.peak = max(line.peak, flying)
        line.done, line.spent = line.done + 1, line.spent + milliseconds
        if failed:
            self.ease(line, policy.ease_percent)
        if line.done < line.limit:
            return
        mean = line.spent / line.done
        usual = mean if line.usual is None else line.usual
        pushed = line.limit > 1 and line.peak * 2 >= line.limit
        if mean > max(policy.slow_milliseconds, 2 * usual):
            self.ease(line, policy.ease_percent)
        elif mean > policy.stall_seconds * 1000 * NEAR_STALL:
            # Slow as ever, or crowded by everybody: down to fewer than a stall is judged by.
            eased = line.limit * policy.ease_percent // 100
            line.limit = max(1, min(line.limit, max(policy.stall_calls - 1, eased)))
        elif not line.eased and line.peak * 2 >= line.limit:
            line.limit = min(line.limit + 1, policy.most_concurrency)
        # What a crowd of our own makes slow is not usual: that rises while few are under way.
        line.usual = min(mean, usual if pushed else usual * USUAL_RISES)
        line.start_window()

    # --- What a call told ---------------------------------------------------------------------

    def hear(self, line: Line, entry: Entry, call: Ended) -> None:
        if call.result == Result.AWAY and line.state != RouteState.OPEN:
            after = call.after if call.after > 0 else self.policy.open_seconds
            self.cut_off(line, line, "away", {}, after)
        elif call.result == Result.THROTTLED:
            self.ease(line, 50)
            line.paused = max(line.paused, self.now + int(call.after * 1000))
        share, row = (each.get(Result(call.result)) for each in (IN_THE_SHARE, IN_A_ROW))
        if share is not None:
            entry.count(self.slot, failed=share)
        if row is not None:
            self._count(line, entry, call, failed=row)
        for gate in line.gates(entry):
            self._hear_probe(line, gate, call)

    def _count(self, line: Line, entry: Entry, call: Ended, *, failed: bool) -> None:
        for gate in line.gates(entry):
            gate.streak = gate.streak + 1 if failed else 0
        if call.milliseconds <= 0:
            return  # a probe measures nothing
        if not failed:
            before = line.latency_at(self.now) or call.milliseconds
            line.latency = before + LATENCY_WEIGHT * (call.milliseconds - before)
            line.measured = self.now
        if line.state == entry.state == RouteState.CLOSED:
            self.adapt(line, failed=failed, milliseconds=call.milliseconds, flying=call.flying)

    def _hear_probe(self, line: Line, gate: Gate, call: Ended) -> None:
        if gate.probe != call.token:
            return
        gate.probe = ""
        failed = IN_THE_SHARE.get(Result(call.result))
        if failed:
            self.cut_off(line, gate, "probe", {})
        elif failed is False:
            gate.passed += 1
            if gate.passed >= self.policy.probes:
                self.take_back(line, gate)
