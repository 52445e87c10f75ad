"""Thirty officers decide on thousands of cases at once, while their processes are killed with -9.

Three of them work on the portal's own pages, the others through its services. They give cases back,
hand them over, ask for more, walk away and come back to a page under an old lease; some have to
stand aside, some loans ask for three people.

lost: cases undecided at the end, decisions without outcome, evidence or message, and acts that an
officer was told are done and of which the tables know nothing. doubled: cases that were decided
twice, or held by two officers at a time. Whoever judges uses SQL of its own (drills/desk_judge.py).
"""

import sys
import time
from collections import Counter
from functools import partial
from pathlib import Path
from random import Random

from drills import desk_judge as judge
from drills.desk_people import LEASE_MINUTES, OFFICERS, answer, assemble
from drills.harness import Figure, Row, wait_for
from drills.stage import Stage

N = 5000
AT_THE_WEB = 3
GANGS = 5
"""Processes among which the other officers are divided."""
KILLS_AT_N, LEAST_KILLS = 40, 4
KILL_EVERY_SECONDS = (1.0, 4.0)
PATIENCE_SECONDS, EACH_SECONDS = 300.0, 0.4
"""At least so long, and so much more for each case."""


def play(stage: Stage, *, n: int | None, seed: int) -> Row:
    n = N if n is None else n
    began = time.monotonic()
    cast = assemble(n, seed)
    stage.start_web()
    stage.start_worker("upkeep", "upkeep", threads=4)
    stage.start_beat()
    stage.until_workers_answer("upkeep")
    print(f"{n} cases wait after {time.monotonic() - began:.0f} s", flush=True)
    gangs = set_to_work(stage, cast.officers, seed)
    killer = Killer(stage, list(gangs), Random(seed), kills(n))
    at = time.monotonic()
    wait_for(
        lambda: is_over(killer),
        seconds=PATIENCE_SECONDS + EACH_SECONDS * n,
        tell=partial(tell, n, killer),
    )
    took = time.monotonic() - at
    for name in gangs:
        stage.actors[name].kill()
    return row(list(gangs.values()), killer, n=n, seed=seed, began=began, took=took)


def kills(n: int) -> int:
    return max(LEAST_KILLS, round(KILLS_AT_N * min(1.0, n / N)))


def set_to_work(stage: Stage, officers: list[str], seed: int) -> dict[str, Path]:
    """The journal of each process, by its name."""
    at_services = officers[AT_THE_WEB:]
    groups = {f"gang-{g}": at_services[g::GANGS] for g in range(GANGS)}
    groups["web-gang"] = officers[:AT_THE_WEB]
    journals = {name: stage.folder / f"{name}.journal" for name in groups}
    for name, members in groups.items():
        web = ["--web", stage.web] if name == "web-gang" else []
        words = [str(journals[name]), str(seed), *web, *members]
        stage.start(name, [sys.executable, "-m", "drills.desk_gang", *words])
    return journals


class Killer:
    """Kills one process of officers after the other and starts it again; asked once a second."""

    def __init__(self, stage: Stage, names: list[str], chance: Random, count: int) -> None:
        self._stage, self._names, self._chance, self._count = stage, names, chance, count
        self.done = 0
        self._wait()

    def look(self) -> None:
        if self.done < self._count and time.monotonic() >= self._next:
            self._stage.kill(self._chance.choice(self._names))
            self.done += 1
            self._wait()

    def _wait(self) -> None:
        self._next = time.monotonic() + self._chance.uniform(*KILL_EVERY_SECONDS)


def is_over(killer: Killer) -> bool:
    killer.look()
    answer()
    return judge.undecided() == 0


def tell(n: int, killer: Killer, seconds: float) -> None:
    print(
        f"{seconds:5.0f} s  {n - judge.undecided()}/{n} decided, {killer.done} killed", flush=True
    )


def row(
    journals: list[Path], killer: Killer, *, n: int, seed: int, began: float, took: float
) -> Row:
    found = judge.figures(journals)
    steps = judge.steps()
    said = Counter(f"{line[0]} {line[1]}" for line in judge.lines(journals) if len(line) == 2)
    stale = Counter({k: v for k, v in said.items() if k.startswith("stale")})
    broken = sum(v for k, v in said.items() if k.startswith("broken"))
    print(dict(said), dict(steps), flush=True)
    return Row(
        drill="desk",
        n=n,
        seed=seed,
        seconds=round(time.monotonic() - began, 1),
        faults={"officers killed": killer.done, "leases expired": steps["expired"]},
        operations=sum(steps.values()),
        lost=sum(found[name] for name in judge.LOST),
        doubled=sum(found[name] for name in judge.DOUBLED),
        figures={
            **{name: Figure(value, "cases", 0, value == 0) for name, value in found.items()},
            "acts_that_broke": Figure(broken, "acts", 0, broken == 0),
            "stale_acts_refused": Figure(stale["stale desk-lease-lost"], "acts"),
            "officers": Figure(OFFICERS, "people"),
            "decisions_a_second": Figure(round(n / took, 1), "/s"),
        },
        notes=f"{AT_THE_WEB} of the officers at the pages; leases of {LEASE_MINUTES} min; "
        "the others in 5 processes",
    )
