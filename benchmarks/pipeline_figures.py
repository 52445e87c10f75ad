"""The figures of `pipeline`: rate beside a plain Celery task, calls in flight, drain, growth."""

import os
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

from django.db import connection
from django.utils import timezone

from benchmarks import pipeline_rows
from benchmarks.peers import plain_celery, plain_tasks
from creditquery.models import Attempt, CreditQuery
from creditquery.selectors import waiting
from creditquery.states import AttemptState, QueryState
from dev import plan
from drills.people import apply_for_loans, sign
from drills.stage import CouldNotRun, Stage
from portal.work import tasks
from portal.work.models import Work
from portal.work.states import Lane, Priority, WorkState

Figure = dict[str, object]
Take = Callable[[int], list[int]]

N = 600
ROUNDS = 3
"""Ours and the peer by turns; the middle one of each counts."""
PROCESSES, THREADS, SIGNERS, WARM_UP = 2, 16, 4, 20
OVERHEAD = 1.5
SLOW_CALLS, SLOW_SECONDS, WATCHED_SECONDS = 150, 10, 5.0
PARKED, BACKLOG = 3000, 120_000
SMALL, LARGE, BLOCKS, BLOCK, GROWTH = 10_000, 1_000_000, 7, 60, 1.3
PLACES, PLACE_MS = 300, 10
PATIENCE_SECONDS = 400.0


def figures(stage: Stage) -> Iterator[Figure]:
    wanted = 2 * ROUNDS * (N + WARM_UP) + 1 + SLOW_CALLS + PARKED + WARM_UP + BLOCKS * BLOCK
    take = partial(some, iter(apply_for_loans(wanted)))
    stage.start_beat()
    stage.start_worker("upkeep", Lane.UPKEEP, threads=4)
    yield from rate(stage, take)
    yield from in_flight(stage, take)
    yield from drain(stage, take)
    for actor in ("beat", "upkeep"):
        stage.actors[actor].stop()
    yield from growth(take)
    yield from places()


def some(loans: Iterator[int], number: int) -> list[int]:
    """The next so many loan applications that nobody has asked about."""
    return [next(loans) for _ in range(number)]


# --- Queries a second -----------------------------------------------------------------------


def rate(stage: Stage, take: Take) -> Iterator[Figure]:
    ours, plain = [], []
    for _ in range(ROUNDS):
        ours.append(through(stage, start_ours, sign, take))
        plain.append(through(stage, start_plain, plain_tasks.order, take))
    value, peer = statistics.median(ours), statistics.median(plain)
    yield {
        "figure": "queries through the pipeline",
        "value": round(value, 1),
        "unit": "/s",
        "peer": "plain Celery task",
        "peer_value": round(peer, 1),
        "goal": round(peer / OVERHEAD, 1),
        "more": True,
    }


def through(
    stage: Stage, start: Callable[[Stage], list[str]], order: Callable[[int], object], take: Take
) -> float:
    """Queries a second from the first signature to the last report, workers warm."""
    names = start(stage)
    finish(order, take(WARM_UP))
    seconds = finish(order, take(N))
    stop(stage, names)
    return N / seconds


def finish(order: Callable[[int], object], loans: list[int]) -> float:
    """Order a report for each, and wait for the last; returns the seconds that it took."""
    wanted, began = succeeded() + len(loans), time.monotonic()
    with ThreadPoolExecutor(SIGNERS) as signers:
        list(signers.map(partial(alone, order), loans))
    wait_for(lambda: succeeded() >= wanted)
    return time.monotonic() - began


def alone(order: Callable[[int], object], loan: int) -> None:
    """With a connection given back afterwards, as a web request does it."""
    try:
        order(loan)
    finally:
        connection.close()


def start_ours(stage: Stage) -> list[str]:
    names = [f"upstream-{number}" for number in range(PROCESSES)]
    for name in names:
        stage.start_worker(name, Lane.UPSTREAM, threads=THREADS)
    return names


def start_plain(stage: Stage) -> list[str]:
    names = [f"plain-{number}" for number in range(PROCESSES)]
    for name in names:
        options = [f"--queues={plain_celery.QUEUE}", f"--hostname={name}@%h", "--without-gossip"]
        pool = ["--without-mingle", "--pool=threads", f"--concurrency={THREADS}"]
        app = [plan.PYTHON, "-m", "celery", f"--app={plain_celery.__name__}", "--quiet"]
        stage.start(name, [*app, "worker", *options, *pool])
    return names


# --- Calls in flight ------------------------------------------------------------------------


def in_flight(stage: Stage, take: Take) -> Iterator[Figure]:
    """One process as `make run` starts it, and a bureau that takes its time."""
    threads = next(word for word in plan.LANES["upstream"] if word.startswith("--concurrency="))
    stage.start_worker("slow", Lane.UPSTREAM, threads=int(threads.partition("=")[2]))
    finish(sign, take(1))  # the session with the bureau stands
    time.sleep(WATCHED_SECONDS)
    idle = busy_share(stage, "slow")
    stage.ask("/faults.json", {"service": "pboc", "mode": "slow", "seconds": SLOW_SECONDS})
    with ThreadPoolExecutor(SIGNERS) as signers:
        list(signers.map(partial(alone, sign), take(SLOW_CALLS)))
    sending = Attempt.objects.filter(state=AttemptState.SENDING)
    most = 0
    end = time.monotonic() + PATIENCE_SECONDS
    while (
        sending.exists() or Work.objects.filter(lane=Lane.UPSTREAM, state=WorkState.READY).exists()
    ):
        most = max(most, sending.count())
        time.sleep(0.1)
        if time.monotonic() > end:
            raise CouldNotRun("slow calls did not end")
    memory = resident_mib(stage, "slow")
    stage.ask("/faults.json", {"service": "pboc", "mode": "ok"})
    stop(stage, ["slow"])
    goal = {"goal": SLOW_CALLS, "more": True}
    yield {"figure": "calls in flight, one process", "value": most, "unit": "calls", **goal}
    yield {"figure": "its memory with so many", "value": memory, "unit": "MiB"}
    yield {"figure": "its CPU while idle", "value": idle, "unit": "%"}


def busy_share(stage: Stage, name: str) -> float:
    """Percent of one core that an actor uses while it is watched."""
    before = ticks(stage, name)
    time.sleep(WATCHED_SECONDS)
    used = (ticks(stage, name) - before) / os.sysconf("SC_CLK_TCK")
    return round(100 * used / WATCHED_SECONDS, 1)


def ticks(stage: Stage, name: str) -> int:
    stat = Path(f"/proc/{stage.actors[name].process.pid}/stat").read_text()
    user, system = stat.rpartition(")")[2].split()[11:13]
    return int(user) + int(system)


def resident_mib(stage: Stage, name: str) -> int:
    status = Path(f"/proc/{stage.actors[name].process.pid}/status").read_text()
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS")]
    return int(line.split()[1]) // 1024


# --- The backlog after an outage ------------------------------------------------------------


def drain(stage: Stage, take: Take) -> Iterator[Figure]:
    with ThreadPoolExecutor(SIGNERS) as signers:
        list(signers.map(partial(alone, sign), take(PARKED)))
    backlog = {"priority": Priority.BACKLOG}
    CreditQuery.objects.filter(state=QueryState.QUEUED).update(state=QueryState.PARKED, **backlog)
    Work.objects.filter(lane=Lane.UPSTREAM, state=WorkState.READY).update(
        state=WorkState.PARKED, **backlog
    )
    wanted, began = succeeded() + PARKED, time.monotonic()
    names = start_ours(stage)
    wait_for(lambda: succeeded() >= wanted)
    rate = PARKED / (time.monotonic() - began)
    stop(stage, names)
    minutes = BACKLOG / rate / 60
    yield {"figure": "parked queries drained", "value": round(rate, 1), "unit": "/s"}
    yield {"figure": f"{BACKLOG} drained, projected", "value": round(minutes, 1), "unit": "min"}


# --- Growth ---------------------------------------------------------------------------------


def growth(take: Take) -> Iterator[Figure]:
    """Two databases by turns, so that a busy machine is as unkind to one as to the other."""
    cost(take(WARM_UP))  # whatever is done once is done
    pipeline_rows.fill(SMALL)
    pipeline_rows.copy("large")
    with pipeline_rows.inside("large"):
        pipeline_rows.fill(LARGE)
    small, large = [], []
    for _ in range(BLOCKS):
        loans = take(BLOCK)
        small.append(p95(cost(loans)))
        with pipeline_rows.inside("large"):
            large.append(p95(cost(loans)))
    few, many = statistics.median(small), statistics.median(large)
    yield {"figure": f"p95 a query, {SMALL} behind it", "value": round(few, 1), "unit": "ms"}
    yield {"figure": f"p95 a query, {LARGE} behind it", "value": round(many, 1), "unit": "ms"}
    ratio = statistics.median(b / a for a, b in zip(small, large, strict=True))
    yield {"figure": "growth of that", "value": round(ratio, 2), "unit": "times", "goal": GROWTH}


def cost(loans: Sequence[int]) -> list[float]:
    """Milliseconds of each query from wish to report, one after the other, in this process."""
    taken = []
    for loan in loans:
        began = time.perf_counter()
        sign(loan)
        performed = tasks.drain(Lane.UPSTREAM)
        taken.append(1000 * (time.perf_counter() - began))
        assert performed == 1, performed
    return taken


def places() -> Iterator[Figure]:
    """What a page that asks again costs while everybody waits."""
    pipeline_rows.park(BACKLOG)
    waits = CreditQuery.objects.filter(state=QueryState.PARKED).order_by("queued_at")
    asked = [waits[place] for place in range(0, BACKLOG, BACKLOG // PLACES)]
    now = timezone.now()
    waiting.waiting(asked[0], now)  # the survey, which a process makes every few seconds
    taken = []
    for query in asked:
        began = time.perf_counter()
        waiting.waiting(query, now)
        taken.append(1000 * (time.perf_counter() - began))
    figure = f"p95 a place among {BACKLOG} parked"
    yield {"figure": figure, "value": round(p95(taken), 1), "unit": "ms", "goal": PLACE_MS}


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]


# --- Waiting --------------------------------------------------------------------------------


def succeeded() -> int:
    return CreditQuery.objects.filter(state=QueryState.SUCCEEDED).count()


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > end:
            raise CouldNotRun(f"no end after {PATIENCE_SECONDS:.0f} s")
        time.sleep(0.05)


def stop(stage: Stage, names: Sequence[str]) -> None:
    for name in names:
        stage.actors[name].stop()
