"""Borrowers ask for reports while one machine after the other is cut off and loses its power.

Two web hosts, two worker hosts, database, Redis and the outside world, each with a network of its
own; borrowers come through a balancer. Every operation is one query that a borrower asked the web
for until the portal had taken it on.
lost: such queries without a report and an inquiry a minute and a half after the last calm.
doubled: inquiries at the bureau beyond one for each person, or under a number we never gave.
"""

import random
import time
from collections.abc import Iterable
from functools import partial

from django.db import connection
from django.utils import timezone

from creditquery.models import CreditQuery
from creditquery.states import QueryState
from drills.aftermath import BACK_GOAL, Fault, Span, judge
from drills.browsers import Balancer, log_in
from drills.crowd import Crowd
from drills.harness import Row, wait_for
from drills.machines import MACHINES, SITE, WEB, WEB_PORT, Machines
from drills.people import apply_for_loans

N = 600
LANES = {"upstream": 16, "message": 2, "upkeep": 2}
CALM_SECONDS = 6.0  # between two faults, so that each is seen alone
TAIL_SECONDS = BACK_GOAL  # after the last: a host is given back by calls that it makes
PATIENCE_SECONDS = 90.0
BUREAU_SECONDS = 0.3


def play(stage: Machines, *, n: int | None, seed: int) -> Row:
    n = N if n is None else n
    began = time.monotonic()
    stage.ask("/faults.json", {"service": "pboc", "mode": "slow", "seconds": BUREAU_SECONDS})
    stage.furnish_web()
    stage.furnish_workers(LANES)
    browsers = log_in(apply_for_loans(n))
    # A database that dies would end this process's connection, too: it looks again at the end.
    connection.close()
    balancer = Balancer([f"{MACHINES[name].address}:{WEB_PORT}" for name in WEB], SITE)
    if not wait_for(lambda: browsers[0].sees(balancer), seconds=60):
        raise RuntimeError("no page came before the first fault")
    chance = random.Random(seed)
    planned = chance.sample(faults(stage), k=len(faults(stage)))
    with Crowd(browsers, balancer, chance=chance, seconds=length(planned)) as crowd:
        spans = [endure(fault) for fault in planned]
        time.sleep(TAIL_SECONDS)
    wait_for(lambda: succeeded() == n, seconds=PATIENCE_SECONDS)
    return judge(stage, spans, crowd.looks, n=n, seed=seed, began=began, busy=n >= N)


# --- What happens ---------------------------------------------------------------------------


def faults(stage: Machines) -> list[Fault]:
    """Power, cable, and a way between two machines, one each; long enough to be noticed."""
    cut, heal, part = stage.network.cut, stage.network.heal, stage.network.separate
    off, on = stage.power_off, stage.power_on

    def power(name: str, seconds: float, **stops: bool) -> Fault:
        return Fault(
            f"{name} without power", partial(off, name), partial(on, name), seconds, **stops
        )

    def cable(name: str, seconds: float, **stops: bool) -> Fault:
        return Fault(f"{name} cut off", partial(cut, name), partial(heal, name), seconds, **stops)

    def way(one: str, other: str, seconds: float) -> Fault:
        ends = (one, other)
        return Fault(f"{one} without {other}", partial(part, *ends), partial(heal, *ends), seconds)

    return [
        power("web1", 5),
        cable("web2", 8),
        power("worker1", 8),
        cable("worker2", 12),  # longer than a lease
        power("redis", 5),
        cable("redis", 8),
        power("db", 4, stops_pages=True, stops_reports=True),
        cable("db", 8, stops_pages=True, stops_reports=True),
        way("worker1", "outside", 30),  # until the breaker has seen enough of it
        way("worker2", "redis", 10),
    ]


def succeeded() -> int:
    return CreditQuery.objects.filter(state=QueryState.SUCCEEDED).count()


def length(planned: Iterable[Fault]) -> float:
    return sum(fault.seconds + CALM_SECONDS for fault in planned) + TAIL_SECONDS


def endure(fault: Fault) -> Span:
    began = timezone.now()
    fault.harm()
    time.sleep(fault.seconds)
    fault.heal()
    healed = timezone.now()
    time.sleep(CALM_SECONDS)
    print(f"{fault.name}: {fault.seconds:.0f} s, healed", flush=True)
    return Span(fault, began, healed, timezone.now())
