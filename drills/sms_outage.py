"""Two hundred borrowers log in while the first SMS vendor fails in three ways, and then both.

The vendor does not answer, answers with errors, takes messages that never arrive; in between it is
well and the breaker tries it again. At last both vendors are dead, and whoever asks then must find
other ways on the page itself.

Every operation is one borrower's login. lost: borrowers who were not let in. doubled: messages
beyond one more than needed for each code that was asked for.
"""

import random
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from django.db.models import Q
from django.utils import timezone

from accounts.models import Delivery, User
from drills.harness import Figure, Row, Timeline, wait_for
from drills.people import is_special, person
from drills.sms_visitors import BOTH_DEAD, Caller, Stranded
from drills.stage import Stage
from portal.routing.models import RouteTransition
from portal.routing.states import RouteState

N = 200
GOAL_SECONDS = 30.0
FIRST, SECOND = "aliyun.sms", "tencent.sms"
WELL = 12.0
"""Seconds before the first fault, and after each: the breaker tries the vendor again meanwhile."""
FAULTS = {"timeout": ("hang", 30.0), "error": ("error", 25.0), "undelivered": ("undelivered", 40.0)}
DEAD_SECONDS = 25.0
STRANDED = 5
AT_ONCE = 24
"""Borrowers at their browsers at the same moment; the next waits for one to be let in."""
PATIENCE_SECONDS = 120.0


@dataclass
class Phase:
    """One fault of the first vendor, by our clock."""

    name: str
    begins: float
    ends: float
    at: float = 0.0
    callers: list[Caller] = field(default_factory=list)


def play(stage: Stage, *, n: int | None, seed: int) -> Row:
    n = N if n is None else n
    for name in ("message-1", "message-2"):
        stage.start_worker(name, "message", threads=16)
    stage.start_worker("upkeep", "upkeep", threads=2)
    stage.start_beat()
    stage.start_web()
    stage.until_workers_answer("message-1", "message-2")
    day = Day(stage, n, seed)
    day.run()
    return day.row()


class Day:
    def __init__(self, stage: Stage, n: int, seed: int) -> None:
        self.stage, self.n, self.seed = stage, n, seed
        self.chance = random.Random(seed)
        self.timeline = Timeline(seed)
        self.began = time.monotonic()
        self.phases = phases()
        numbers = [number for number in range(2 * n + 400) if not is_special(number)]
        self.people = User.objects.bulk_create(
            person(number, timezone.now()) for number in numbers[: n + STRANDED]
        )
        self.callers: list[Caller] = []
        self.stranded: list[Stranded] = []

    def run(self) -> None:
        end = self.phases[-1].ends + WELL
        with ThreadPoolExecutor(AT_ONCE) as pool, ThreadPoolExecutor(STRANDED) as others:
            for user in self.people[: self.n]:
                moment = self.chance.uniform(0, end)
                self.timeline.at(moment, "login", partial(self._come, pool, user.phone))
            for phase in self.phases:
                self.timeline.at(phase.begins, phase.name, partial(self._break, phase))
                self.timeline.at(phase.ends, "well", partial(self._fault, FIRST, "ok"))
            self.timeline.at(end, BOTH_DEAD, partial(self._fault, "sms", "error"))
            for user in self.people[self.n :]:
                self.timeline.at(end + 1, "stranded", partial(self._strand, others, user.phone))
            self.timeline.at(end + DEAD_SECONDS, "well", partial(self._fault, "sms", "ok"))
            self.timeline.play(self._tell)
        wait_for(lambda: all(each.over for each in self.callers), seconds=PATIENCE_SECONDS)

    # --- What happens ---------------------------------------------------------------------------

    def _come(self, pool: ThreadPoolExecutor, phone: str) -> None:
        caller = Caller(self.stage, phone)
        self.callers.append(caller)
        pool.submit(caller.log_in)

    def _strand(self, pool: ThreadPoolExecutor, phone: str) -> None:
        stranded = Stranded(self.stage, phone)
        self.stranded.append(stranded)
        pool.submit(stranded.ask)

    def _break(self, phase: Phase) -> None:
        mode, _seconds = FAULTS[phase.name]
        self._fault(FIRST, mode)
        phase.at = time.time()

    def _fault(self, service: str, mode: str) -> None:
        self.stage.ask("/faults.json", {"service": service, "mode": mode})

    def _tell(self, seconds: float) -> None:
        inside = sum(caller.inside for caller in self.callers)
        print(f"{seconds:5.0f} s  {inside}/{len(self.callers)} of {self.n} let in")

    # --- What came of it ------------------------------------------------------------------------

    def row(self) -> Row:
        late = [c for c in self.callers if c.waited > GOAL_SECONDS or not c.inside]
        extra = Counter({c.phone: max(0, c.messages - c.asked) for c in self.callers})
        beyond = sum(max(0, c.messages - 2 * c.asked) for c in self.callers)
        for caller in late:
            print(f"late or lost: {caller}")
        return Row(
            drill="sms_outage",
            n=self.n,
            seed=self.seed,
            seconds=round(time.monotonic() - self.began, 1),
            faults={name: self.timeline.done[name] for name in (*FAULTS, BOTH_DEAD)},
            operations=len(self.callers),
            lost=sum(not caller.inside for caller in self.callers),
            doubled=beyond,
            figures=self._by_fault()
            | {
                "slowest_code_seconds": Figure(
                    round(max((c.waited for c in self.callers), default=0.0), 1),
                    "s",
                    GOAL_SECONDS,
                    not late,
                ),
                "http_500": errors([*self.callers, *self.stranded]),
                "one_message_more": Figure(sum(extra.values()), "messages"),
                "switched_away": switched(RouteState.OPEN, least=len(FAULTS)),
                "tried_and_taken_back": switched(RouteState.CLOSED, least=1),
                "by_the_second_vendor": Figure(
                    Delivery.objects.filter(vendor="tencent").count(), "messages"
                ),
                "pages_with_other_ways": pages(self.stranded),
            },
            notes="vendors are given up after 5 s and asked once; 12 s without a receipt are "
            "silence; the breaker tries again after 4 s",
        )

    def _by_fault(self) -> dict[str, Figure]:
        figures = {}
        for phase in self.phases:
            came = [c.first_by(SECOND, phase.at) for c in self.callers]
            seconds = min((at - phase.at for at in came if at), default=-1.0)
            figures[f"{phase.name}_first_code_by_the_other"] = Figure(
                round(seconds, 1), "s", GOAL_SECONDS, 0 <= seconds <= GOAL_SECONDS
            )
        return figures


def phases() -> list[Phase]:
    found, at = [], WELL
    for name, (_mode, seconds) in FAULTS.items():
        found.append(Phase(name, at, at + seconds))
        at += seconds + WELL
    return found


def errors(people: Sequence[Caller]) -> Figure:
    found = sum(status >= 500 for each in people for status in each.statuses)
    return Figure(found, "answers", 0, found == 0)


def switched(to: RouteState, *, least: int) -> Figure:
    rows = RouteTransition.objects.filter(Q(route__startswith="aliyun-sms."), to_state=to)
    count = rows.count()
    return Figure(count, "times", least, count >= least)


def pages(stranded: list[Stranded]) -> Figure:
    good = sum(each.found_other_ways for each in stranded)
    return Figure(good, "pages", len(stranded), good == len(stranded))
