"""A backlog that was parked while the bureau was down meets an upstream that warms up.

The upstream does 20 calls a second once it is warm, and a fifth of that at first; whatever it is
asked beyond that makes all its answers slow. Fresh borrowers come meanwhile, one for ten calls.
lost, doubled: drills/judge.py.
"""

import logging
import time
from functools import partial

from creditquery.models import Channel, CreditQuery
from creditquery.states import QueryState
from drills import judge
from drills.arrivals import Arrival, Arrivals
from drills.harness import Row, wait_for
from drills.observer import Observer
from drills.people import apply_for_loans, sign
from drills.recovery import Recovery
from drills.stage import CouldNotRun, Stage
from drills.weather import FINE, REFUSING, Weather, everywhere

N = 1000
PBOC, BACKUP = "pboc", "bank"
PER_SECOND = 20.0
WARM_FROM = 0.2
WARM_SHARE = 1 / 20
"""The upstream is warm after so many seconds for each parked query, but within ten minutes."""
LONGEST_WARM_SECONDS = 600.0
FRESH_SHARE = 0.1
SIGNERS = 4
PATIENCE = 3.0
"""Times as long as an upstream needs that is warm from the first moment on."""


def play(stage: Stage, *, n: int | None, seed: int) -> Row:
    n = N if n is None else n
    began = time.monotonic()
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
    weather, observer = Weather(stage), Observer()
    Channel.objects.filter(name=BACKUP).update(enabled=False)
    weather.change(everywhere(PBOC, REFUSING))
    start_workers(stage)
    fresh = round(n * FRESH_SHARE)
    loans = apply_for_loans(n + fresh)
    observer.start()
    tell = partial(print_progress, observer, began)

    parking = Arrivals([Arrival(0, partial(sign, loan)) for loan in loans[:n]], threads=SIGNERS)
    parking.start()
    if not wait_for(lambda: parked() == n, seconds=n / 10 + 60, tell=tell):
        raise CouldNotRun(f"of {n} queries {parked()} were parked")

    warm = min(LONGEST_WARM_SECONDS, n * WARM_SHARE)
    recovery = Recovery(PBOC, per_second=PER_SECOND, warm_seconds=warm, warm_from=WARM_FROM)
    recovery.begin(weather)
    weather.change(everywhere(PBOC, FINE))
    every = 1 / (PER_SECOND * FRESH_SHARE)
    coming = Arrivals(
        [Arrival(k * every, partial(sign, loan)) for k, loan in enumerate(loans[n:])],
        threads=SIGNERS,
    )
    coming.start()
    patience = PATIENCE * n / PER_SECOND + warm + 60
    wait_for(lambda: recovery.is_over(observer), seconds=patience, tell=tell)
    coming.stop()
    wait_for(judge.settled, seconds=60, tell=tell)
    observer.stop()

    inquiries = stage.ask("/bureau/inquiries.json")
    doubled = judge.doubled(inquiries)
    return Row(
        drill="drain",
        n=n,
        seed=seed,
        seconds=round(time.monotonic() - began, 1),
        faults={"outage": 1},
        operations=judge.accepted().count(),
        lost=judge.lost(),
        doubled=doubled.total(),
        figures={**recovery.figures(observer, inquiries), **judge.work()},
        notes=f"{PER_SECOND:g} calls a second, from {WARM_FROM:.0%} to all in {warm:.0f} s; "
        "the bureau's routes are cut off for 3 to 15 s",
    )


def start_workers(stage: Stage) -> None:
    names = {"upstream-1": "upstream", "upstream-2": "upstream", "message": "message"}
    for name, lane in names.items():
        stage.start_worker(name, lane, threads=80 if lane == "upstream" else 8)
    stage.start_worker("upkeep", "upkeep", threads=4)
    stage.start_beat()
    stage.until_workers_answer(*names, "upkeep")


def parked() -> int:
    return CreditQuery.objects.filter(state=QueryState.PARKED).count()


def print_progress(observer: Observer, began: float, seconds: float) -> None:
    print(f"{time.monotonic() - began:5.0f} s  {observer.last}", flush=True)
