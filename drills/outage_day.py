"""Six hours of outage on a compressed clock, while processes, Redis and PostgreSQL are harmed.

Borrowers sign all the while, most of them through the services, some through the web. First the
breaker is timed at five calls a second: an entrance that hangs, then one that refuses. Then the
primary channel goes down, its backup flaps, both are down (for a while only a blind channel is
there), and the primary comes back, warming up, to a backlog and to borrowers who have just come.

lost and doubled: drills/judge.py. What happens when: drills/script.py.
"""

import datetime as dt
import logging
import time
from collections.abc import Mapping
from functools import partial

from django.utils import timezone

from creditquery.states import Region
from drills import judge, script
from drills.arrivals import Arrival, Arrivals
from drills.entrances import BLIND, add_blind, prefer, settle_after, use_blind, use_tls
from drills.harm import CUT, UNDONE, Harm
from drills.harness import Figure, Row, Timeline, wait_for
from drills.observer import Observer
from drills.people import apply_for_loans, sign
from drills.recovery import Recovery
from drills.script import (
    BOTH_DOWN,
    FLAPPING,
    FLAPS,
    HANGING,
    HARD_DOWN,
    NORMAL,
    PRIMARY_DOWN,
    RECOVERY,
)
from drills.stage import CouldNotRun, Stage
from drills.visitors import Visitor
from drills.weather import FAILING, FINE, REFUSING, SILENT, Fault, Weather, everywhere

N = 2000
PATIENCE_SECONDS = 150.0
UPSTREAM_THREADS, MESSAGE_THREADS = 80, 8
THREADED = ("upstream-1", "upstream-2", "message-1")
FORKING = ("upstream-3", "message-2")
CUT_SECONDS = 6.0
STANDSTILL_SECONDS = 19.0
SETTLE_SECONDS = 24
"""The simulators begin nothing 20 s after it was sent (SIMULATOR_SETTLE)."""
WARM_SECONDS, WARM_FROM = 20.0, 0.2
BLIND_A_SECOND = 4.0
ONE_IN_A_HUNDRED, MOST_VISITORS = 0.01, 200

PBOC, BANK, END = "pboc", "bank", "end"
TIMED_ROUTE = "pboc.east"
# One call in twenty: takes effect without an answer, takes effect late, or is dripped. The late
# effect comes when the call has ended, and before the bank's number counts as settled.
TROUBLE: dict[str, Fault] = {
    Region.EAST: {"mode": "effect_then_timeout", "rate": 0.05},
    Region.SOUTH: {"mode": "late_effect", "rate": 0.05, "seconds": 15},
    Region.SOUTHWEST: {"mode": "drip", "rate": 0.05},
}
NOTES = (
    "calls end after 12 s, leases after 16 s, not seen counts after 24 s, a stopped worker stands "
    "still for 19 s, a route is cut off for 3 to 15 s; a child is one process of a prefork pool "
    "(upstream-3, message-2)"
)


def play(stage: Stage, *, n: int | None, seed: int) -> Row:
    n = N if n is None else n
    if n < script.FEWEST:
        raise CouldNotRun(f"the day needs {script.FEWEST} queries or more")
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # its server is stopped on purpose
    day = Day(stage, n, seed)
    day.run()
    return day.row()


class Day:
    def __init__(self, stage: Stage, n: int, seed: int) -> None:
        self.stage, self.n, self.seed = stage, n, seed
        self.script = script.write(n)
        self.weather, self.timeline, self.observer = Weather(stage), Timeline(seed), Observer()
        self.recovery = Recovery(
            PBOC, per_second=self.script.rate, warm_seconds=WARM_SECONDS, warm_from=WARM_FROM
        )
        self.marks: dict[str, dt.datetime] = {}
        self.began = time.monotonic()
        self.furnish()
        self.plan()

    def furnish(self) -> None:
        self.loans = apply_for_loans(self.n)
        prefer(TIMED_ROUTE)
        add_blind()
        settle_after(SETTLE_SECONDS)
        use_tls("bank.southwest")
        stage = self.stage
        stage.start_web()
        for name in ("upstream-1", "upstream-2"):
            stage.start_worker(name, "upstream", threads=UPSTREAM_THREADS)
        stage.start_worker("upstream-3", "upstream", processes=6)
        stage.start_worker("message-1", "message", threads=MESSAGE_THREADS)
        stage.start_worker("message-2", "message", processes=2)
        stage.start_worker("upkeep", "upkeep", threads=4)
        stage.start_beat()
        stage.until_workers_answer(*THREADED, *FORKING, "upkeep")
        print(f"{self.n} borrowers are ready after {time.monotonic() - self.began:.0f} s")

    # --- What happens -----------------------------------------------------------------------

    def plan(self) -> None:
        words = self.script
        self._plan_borrowers()
        self._plan_timing()
        self._plan_day()
        harm = Harm(self.stage, self.timeline)
        harm.plan(
            words.harm,
            words.day,
            threaded=THREADED,
            forking=FORKING,
            stop_seconds=STANDSTILL_SECONDS,
        )
        cut = partial(harm.cut, cut=self.weather.cut, mend=self.weather.mend, seconds=CUT_SECONDS)
        half = words.harm[CUT] // 2
        cut(half, words.phase(NORMAL), entrances=[f"{PBOC}.{region}" for region in Region])
        rest = words.harm[CUT] - half
        cut(rest, words.phase(PRIMARY_DOWN), entrances=[f"{BANK}.{region}" for region in Region])

    def _plan_borrowers(self) -> None:
        """A few of them, anywhere in the day, come through the web."""
        coming = list(zip(self.script.arrivals(), self.loans, strict=True))
        few = min(MOST_VISITORS, round(self.n * ONE_IN_A_HUNDRED))
        chosen = set(self.timeline.chance.sample(coming, few))
        self.visitors = {at: Visitor(self.stage, loan) for at, loan in sorted(chosen)}
        through_web = [Arrival(at, visitor.agree) for at, visitor in self.visitors.items()]
        others = [
            Arrival(at, partial(sign, loan)) for at, loan in coming if at not in self.visitors
        ]
        self.through_web = Arrivals(through_web, threads=4)
        self.through_services = Arrivals(others, threads=4)

    def _plan_timing(self) -> None:
        """One entrance hangs, later it refuses; the others are well."""
        self._weather(HANGING.start, "hanging", {TIMED_ROUTE: SILENT})
        self._weather(HANGING.end, UNDONE, {TIMED_ROUTE: FINE})
        self._weather(HARD_DOWN.start, "hard down", {TIMED_ROUTE: REFUSING})
        self._weather(HARD_DOWN.end, UNDONE, {TIMED_ROUTE: FINE})

    def _plan_day(self) -> None:
        words, at = self.script, self.timeline.at
        self._weather(words.day.start, NORMAL, trouble(PBOC) | trouble(BANK))
        down = words.phase(PRIMARY_DOWN)
        self._weather(down.start, PRIMARY_DOWN, everywhere(PBOC, REFUSING))
        self._weather(down.at(0.5), "primary silent", everywhere(PBOC, SILENT))
        flapping = words.phase(FLAPPING)
        at(flapping.start, "certificate expired", partial(self.weather.certificate, days=-1))
        for flap in range(FLAPS):
            part = flapping.part(flap / FLAPS, (flap + 1) / FLAPS)
            self._weather(part.start, FLAPPING, everywhere(BANK, FAILING))
            self._weather(part.at(0.5), UNDONE, trouble(BANK))
        self._weather(flapping.end, BOTH_DOWN, everywhere(BANK, REFUSING))
        at(flapping.end, UNDONE, partial(self.weather.certificate, days=90))
        at(words.blind.start, "blind channel used", self._open_blind)
        at(words.blind.end, UNDONE, partial(use_blind, False))
        self._weather(words.recovery.start, RECOVERY, everywhere(PBOC, FINE))
        at(words.recovery.start, UNDONE, partial(self.recovery.begin, self.weather))

    def _weather(self, moment: float, kind: str, faults: Mapping[str, Fault]) -> None:
        self.timeline.at(moment, kind, partial(self._change, kind, faults))

    def _change(self, kind: str, faults: Mapping[str, Fault]) -> None:
        self.weather.change(faults)
        self.marks.setdefault(kind, timezone.now())

    def _open_blind(self) -> None:
        self.weather.capacity(BLIND, per_second=BLIND_A_SECOND, warm_seconds=0, warm_from=1)
        self.weather.change({f"{BLIND}.east": {"mode": "effect_then_timeout", "rate": 0.3}})
        use_blind(True)

    def run(self) -> None:
        self.observer.start()
        self.through_web.start()
        self.through_services.start()
        self.timeline.play(self.tell)
        wait_for(self._all_came_and_drained, seconds=self.patience, tell=self.tell)
        self.marks[END] = timezone.now()
        self.weather.capacity(PBOC, per_second=0)
        self.weather.change(everywhere(PBOC, FINE) | everywhere(BANK, FINE))
        self.through_web.stop()
        self.through_services.stop()
        wait_for(judge.settled, seconds=self.patience, tell=self.tell)
        self.observer.stop()

    @property
    def patience(self) -> float:
        """A backlog of a full day takes longer than one of a short one, and a busy machine too."""
        return max(PATIENCE_SECONDS, 2 * self.script.day.length)

    def _all_came_and_drained(self) -> bool:
        over = self.through_services.over and self.through_web.over
        return over and self.recovery.is_over(self.observer)

    def tell(self, seconds: float) -> None:
        harm = sum(self.timeline.done[kind] for kind in self.script.harm)
        phase = next(reversed(self.marks), "start")
        print(
            f"{time.monotonic() - self.began:5.0f} s  {phase}: {self.through_services.accepted}"
            f" + {self.through_web.accepted} of {self.n} signed, harm {harm};"
            f" {self.observer.last}",
            flush=True,
        )

    # --- What came of it --------------------------------------------------------------------

    def row(self) -> Row:
        inquiries = self.stage.ask("/bureau/inquiries.json")
        doubled = judge.doubled(inquiries)
        doubled["messages at phones"] = judge.messages_twice(self.stage)
        print("doubled:", dict(doubled), "ended by themselves:", self.stage.fallen)
        faults = {kind: count for kind, count in self.timeline.done.items() if kind != UNDONE}
        return Row(
            drill="outage_day",
            n=self.n,
            seed=self.seed,
            seconds=round(time.monotonic() - self.began, 1),
            faults=faults,
            operations=judge.accepted().count(),
            lost=judge.lost(),
            doubled=doubled.total(),
            figures={
                **judge.detection(
                    "hard_down_detected_seconds", TIMED_ROUTE, self.marks["hard down"], 5
                ),
                **judge.detection("hang_detected_seconds", TIMED_ROUTE, self.marks["hanging"], 15),
                **self.recovery.figures(self.observer, inquiries),
                **judge.blind(BLIND),
                **judge.work(),
                "never_got_in": judge.none_of(self.n - judge.accepted().count(), "borrowers"),
                "ended_by_themselves": judge.none_of(len(self.stage.fallen), "processes"),
                **self._rates(),
                **self._seen(),
            },
            notes=NOTES,
        )

    def _rates(self) -> dict[str, Figure]:
        """Reports a second in each phase."""
        names = [NORMAL, PRIMARY_DOWN, FLAPPING, BOTH_DOWN, RECOVERY, END]
        moments = [self.marks[name].timestamp() for name in names]
        return {
            f"reports_a_second_{name.replace(' ', '_')}": Figure(
                round(self.observer.rate(start, end), 1), "/s"
            )
            for name, start, end in zip(names, moments, moments[1:], strict=False)
        }

    def _seen(self) -> dict[str, Figure]:
        """Of those who came through the web: whose page says in the end what became of it."""
        seen = sum(visitor.sees_an_end() for visitor in self.visitors.values())
        missing = len(self.visitors) - seen
        return {
            "came_through_the_web": Figure(len(self.visitors), "borrowers"),
            "left_without_a_word_on_the_web": judge.none_of(missing, "borrowers"),
        }


def trouble(channel: str) -> dict[str, Fault]:
    return {f"{channel}.{region}": fault for region, fault in TROUBLE.items()}
