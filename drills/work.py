"""Queries are signed while workers are killed with -9, Redis is wiped and beat is killed.

Every operation is one signed query of one person.
lost: signed queries that do not end with a report and one inquiry at the bureau within two minutes
after the last fault; whatever else became of them would be the portal's doing.
doubled: inquiries at the bureau beyond one for each person, or under a number we never gave.
"""

import datetime as dt
import itertools
import time
from collections import Counter
from collections.abc import Callable
from functools import partial

from django.db.models import F, Max

from creditquery.models import Attempt, CreditQuery
from creditquery.services import queries
from creditquery.states import QueryState
from drills.harness import Figure, Row, Timeline, wait_for
from drills.people import apply_for_loans, sign
from drills.stage import Stage
from portal.work.models import Work
from portal.work.states import WorkState

N = 2000
A_SECOND = 20  # signatures
SHORTEST_SECONDS = 15.0
PATIENCE_SECONDS = 120.0
REDIS_DOWN_SECONDS = 2.0
BUREAU_SECONDS = 0.5  # how long the bureau takes, so that a kill finds calls in the air
WORKERS = {"upstream-1": "upstream", "upstream-2": "upstream", "message": "message"}
KILLED, WIPED, BEAT = "worker killed", "redis wiped", "beat killed"
FAULTS = {KILLED: 25, WIPED: 6, BEAT: 3}  # at N queries or more; fewer for a smaller drill
LEAST = {KILLED: 3, WIPED: 1, BEAT: 1}


def play(stage: Stage, *, n: int | None, seed: int) -> Row:
    n = N if n is None else n
    began = time.monotonic()
    stage.ask("/faults.json", {"service": "pboc", "mode": "slow", "seconds": BUREAU_SECONDS})
    for name, lane in WORKERS.items():
        stage.start_worker(name, lane, threads=16)
    stage.start_beat()
    timeline, caught = Timeline(seed), Counter[str]()
    plan(timeline, stage, apply_for_loans(n), caught)
    tell = partial(print_progress, timeline, n)
    timeline.play(tell)
    wait_for(lambda: succeeded() == n, seconds=PATIENCE_SECONDS, tell=tell)
    tell(time.monotonic() - began)
    return judge(stage, timeline, n=n, seed=seed, began=began, caught=caught)


# --- What happens ---------------------------------------------------------------------------


def plan(timeline: Timeline, stage: Stage, loans: list[int], caught: Counter[str]) -> None:
    n = len(loans)
    seconds = max(SHORTEST_SECONDS, n / A_SECOND)
    share = min(1.0, n / N)
    count = {kind: max(LEAST[kind], round(FAULTS[kind] * share)) for kind in FAULTS}
    middle = {"start": 0.1 * seconds, "end": 0.95 * seconds}
    victims = timeline.chance.choices(list(WORKERS), weights=[2, 2, 1], k=count[KILLED])
    timeline.spread("signed", [partial(sign, loan) for loan in loans], start=0, end=seconds)
    timeline.spread(KILLED, [partial(kill, stage, name, caught) for name in victims], **middle)
    timeline.spread(BEAT, [partial(stage.kill, "beat")] * count[BEAT], **middle)
    ways: list[Callable[[], object]] = [partial(destroy_redis, stage), stage.flush_redis]
    timeline.spread(WIPED, itertools.islice(itertools.cycle(ways), count[WIPED]), **middle)


def kill(stage: Stage, name: str, caught: Counter[str]) -> None:
    """Kill a worker group, and note how much work it had in hand."""
    pid = stage.actors[name].process.pid
    stage.kill(name)
    caught["in hand"] += Work.objects.filter(
        state=WorkState.LEASED, holder__endswith=f":{pid}"
    ).count()


def destroy_redis(stage: Stage) -> None:
    stage.destroy_redis()
    time.sleep(REDIS_DOWN_SECONDS)
    stage.restart("redis")


# --- What came of it ------------------------------------------------------------------------


def succeeded() -> int:
    return CreditQuery.objects.filter(state=QueryState.SUCCEEDED).count()


def print_progress(timeline: Timeline, n: int, seconds: float) -> None:
    harm = ", ".join(f"{timeline.done[kind]}/{timeline.planned(kind)} {kind}" for kind in FAULTS)
    print(f"{seconds:5.0f} s  {timeline.done['signed']}/{n} signed, {succeeded()} reports  {harm}")


def judge(
    stage: Stage, timeline: Timeline, *, n: int, seed: int, began: float, caught: Counter[str]
) -> Row:
    inquiries = stage.ask("/bureau/inquiries.json")
    inquired = Counter(inquiry["person"] for inquiry in inquiries)
    ours = set(CreditQuery.objects.values_list("request_no", flat=True))
    strange = sum(inquiry["request_no"] not in ours for inquiry in inquiries)
    reports = CreditQuery.objects.filter(state=QueryState.SUCCEEDED, report__isnull=False).count()
    undone = Work.objects.filter(kind=queries.RUN).exclude(state=WorkState.DONE).count()
    again = Work.objects.filter(kind=queries.RUN, fence__gt=1).count()
    asked = Attempt.objects.filter(kind=Attempt.Kind.ASK).count()
    return Row(
        drill="work",
        n=n,
        seed=seed,
        seconds=round(time.monotonic() - began, 1),
        faults={kind: timeline.done[kind] for kind in FAULTS},
        operations=len(ours),
        lost=n - min(reports, len(inquired)),
        doubled=sum(count - 1 for count in inquired.values()) + strange,
        figures={
            "work_left_open": Figure(undone, "work", 0, undone == 0),
            "in_hand_when_killed": Figure(caught["in hand"], "work"),
            "taken_up_again": Figure(again, "work"),
            "asked_by_number": Figure(asked, "calls"),
            "slowest": Figure(round(slowest(), 1), "s"),
        },
        notes="leases 6 s, call deadline 4 s, sweep each second; the bureau takes 0.5 s",
    )


def slowest() -> float:
    """Longest time from signature to report."""
    waited = Max(F("changed_at") - F("queued_at"))
    done = CreditQuery.objects.filter(state=QueryState.SUCCEEDED).aggregate(waited=waited)
    return (done["waited"] or dt.timedelta()).total_seconds()
