"""Whatever happens, the script in Redis and the breaker in Python answer alike.

The Python one is the model; three processes on two hosts share either. Thresholds are small, so
that a few steps reach every state.
"""

import secrets

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from portal import redis as portal_redis
from portal.routing.local import LocalBreaker, Memory
from portal.routing.past import record
from portal.routing.policy import Policy
from portal.routing.route import Route, Window
from portal.routing.shared import SharedBreaker
from portal.routing.states import ROUTE_TRANSITIONS, Result, RouteState

SMALL = Policy(
    window_seconds=20,
    bucket_seconds=5,
    failure_percent=25,
    min_calls=4,
    busy_calls_a_minute=12,
    min_calls_busy=6,
    consecutive=3,
    stall_seconds=5,
    stall_calls=3,
    open_seconds=4,
    open_most_seconds=10,
    calm_seconds=12,
    probes=2,
    flight_seconds=15,
    start_concurrency=1,
    usual_concurrency=5,
    most_concurrency=8,
    slow_milliseconds=100,
    retry_reserve=2,
)
START = 1_800_000_000_000
PROCESSES = ("a|1", "a|2", "b|1")


def alike(answer):
    """Without what is legitimately different: order, and the last digits of a float."""
    match answer:
        case dict():
            return {
                key: alike(value)
                for key, value in sorted(answer.items())
                if value is not None and value != [] and key != "given"
            }
        case list() | tuple():
            parts = [alike(part) for part in answer]
            return sorted(parts) if all(isinstance(part, str) for part in parts) else parts
        case bool() | str():
            return answer
        case _:
            return round(float(answer), 6)


class Breakers(RuleBasedStateMachine):
    def __init__(self):
        super().__init__()
        self.now, self.chance, self.number = START, 0.5, 0
        channel = f"m{secrets.token_hex(6)}"
        self.names = (f"{channel}.one", f"{channel}.two")
        self.redis = portal_redis.client()
        self.memory = Memory()
        self.held = []
        self.seen = {}
        self.pairs = {process: self.pair(f"{channel}{process}") for process in PROCESSES}
        self.wipe()

    def pair(self, process):
        given = {"process": process, "clock": lambda: self.now, "random": lambda: self.chance}
        return SharedBreaker(**given), LocalBreaker(**given, memory=self.memory)

    def both(self, process, command):
        answers = [command(breaker) for breaker in self.pairs[process]]
        assert alike(answers[0]) == alike(answers[1])
        for item in answers[1].get("news", ()):
            assert item["to"] in ROUTE_TRANSITIONS[item["from"]]
            once = self.seen.setdefault((item["route"], item["epoch"]), item)
            assert {**once, "given": 0} == {**item, "given": 0}
        return answers[1]

    def routes(self, forced=""):
        return [Route(name, SMALL, forced) for name in self.names]

    processes = st.sampled_from(PROCESSES)

    results = st.sampled_from([*Result, *[Result.OK, Result.FAILED] * 4])
    milliseconds = st.sampled_from([10, 90, 400])

    @rule(
        process=processes,
        retry=st.sampled_from([False, False, False, True]),
        forced=st.sampled_from(["", "", "", "", RouteState.OPEN, RouteState.CLOSED]),
        times=st.integers(1, 4),
    )
    def admit(self, process, retry, forced, times):
        for _ in range(times):
            self.begin(process, retry=retry, forced=forced)

    @rule(
        place=st.integers(0, 30),
        result=results,
        milliseconds=milliseconds,
        after=st.sampled_from([0, 2.5]),
        times=st.integers(1, 4),
    )
    @precondition(lambda self: self.held)
    def report(self, place, result, milliseconds, after, times):
        for _ in range(min(times, len(self.held))):
            self.end(place % len(self.held), result, milliseconds, after)

    @rule(process=processes, result=results, milliseconds=milliseconds, times=st.integers(1, 6))
    def calls(self, process, result, milliseconds, times):
        self.call(process, result, milliseconds, times)

    def call(self, process, result, milliseconds, times):
        for _ in range(times):
            if self.begin(process):
                self.end(-1, result, milliseconds)

    @rule(result=st.sampled_from([Result.FAILED, Result.OK]), times=st.integers(1, 4))
    def differ(self, result, times):
        """Host b does well while host a may not."""
        self.call("b|1", Result.OK, 10, 2)
        self.call("a|1", result, 10, times)

    @rule(process=processes, times=st.integers(3, 5), seconds=st.sampled_from([5, 5.1]))
    def hang(self, process, times, seconds):
        for _ in range(times):
            self.begin(process)
        self.advance(seconds, 0.5)

    def begin(self, process, *, retry=False, forced=""):
        self.number += 1
        token = f"{self.pairs[process][1]._process}|{self.number}"
        answer = self.both(process, lambda b: b.admit(self.routes(forced), token, retry))
        if "permit" in answer:
            self.held.append((process, token, *answer["permit"][:2]))
        return "permit" in answer

    def end(self, place, result, milliseconds, after=0):
        process, token, name, epoch = self.held.pop(place)
        told = (name, SMALL, token, epoch, str(result), milliseconds, after)
        self.both(process, lambda b: b.report(*told))

    @rule(seconds=st.sampled_from([0.3, 2, 3.1, 5, 6, 13]), chance=st.sampled_from([0, 0.5, 0.99]))
    def advance(self, seconds, chance):
        self.now += round(seconds * 1000)
        self.chance = chance

    @rule(process=processes)
    def pulse(self, process):
        self.both(process, lambda b: b.pulse([]))

    @rule(process=processes)
    def kill(self, process):
        """What it held is never reported; it gives no sign of life until it is asked again."""
        self.held = [held for held in self.held if held[0] != process]

    @rule(process=processes)
    def ask_for_room(self, process):
        self.both(process, lambda b: b.admit(self.routes(), "", False))

    @rule(process=processes, name=st.integers(0, 1), epochs=st.lists(st.integers(1, 9)))
    def acknowledge(self, process, name, epochs):
        self.both(process, lambda b: b.acknowledge(self.names[name], epochs))

    @rule()
    def wipe(self):
        for name in self.names:
            self.redis.delete(f"routing:{name}", f"routing:{name}:flights")
        self.redis.delete(f"routing:{self.names[0].partition('.')[0]}:retries")
        self.redis.zrem("routing:alive", *(pair[1]._process for pair in self.pairs.values()))
        self.memory.lines.clear()
        self.memory.alive.clear()
        self.memory.retries.clear()
        last = max((epoch for _, epoch in self.seen), default=0)
        window = Window(state=self.left(), epoch=last)
        records = [(record(name, window, SMALL, now=self.now), SMALL) for name in self.names]
        self.both("a|1", lambda b: b.admit(self.routes(), "", False))
        self.both("a|1", lambda b: b.restore(records))

    def left(self):
        shared = [item for item in self.seen.values() if not item["host"]]
        return max(shared, key=lambda item: item["epoch"])["to"] if shared else "closed"

    @invariant()
    def look_alike(self):
        for line in self.both("b|1", lambda b: b.look(self.routes()))["routes"]:
            assert 1 <= line["limit"] <= SMALL.most_concurrency
            assert line["failures"] <= line["calls"]

    def teardown(self):
        self.redis.delete(*self.redis.keys(f"routing:{self.names[0].partition('.')[0]}*"))
        self.redis.zrem("routing:alive", *(pair[1]._process for pair in self.pairs.values()))


TestBreakers = Breakers.TestCase
TestBreakers.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
