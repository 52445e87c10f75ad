"""Borrowers ask for reports while one machine after the other is cut off and loses its power.

Two web hosts, two worker hosts, database, Redis and the outside world, each with a network of its
own; borrowers come through a balancer. Every operation is one query that a borrower asked the web
for until the portal had taken it on.
lost: such queries without a report and an inquiry two minutes after the last fault.
doubled: inquiries at the bureau beyond one for each person, or under a number we never gave.
"""

import datetime as dt
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from operator import attrgetter

from django.db import connection
from django.db.models import F
from django.utils import timezone

from creditquery.models import CreditQuery
from creditquery.states import QueryState
from drills.browsers import ANSWER_SECONDS, Balancer, Browser, log_in
from drills.harness import Figure, Row, wait_for
from drills.machines import MACHINES, SITE, WEB, WEB_PORT, Machines
from drills.people import apply_for_loans
from portal.routing.models import RouteTransition
from portal.routing.states import RouteState

N = 600
LONELY = "worker1 without outside"
LANES = {"upstream": 16, "message": 2, "upkeep": 2}
CALM_SECONDS = 6.0  # between two faults, so that each is seen alone
TAIL_SECONDS = 20.0  # after the last: a host is given back by calls that it makes
LOOK_SECONDS = 0.25
PAGE_SECONDS = 2.0
TRY_AGAIN_SECONDS = 1.0
PATIENCE_SECONDS = 90.0
BUREAU_SECONDS = 0.3
# Seconds. A web host that comes back takes connections before it has loaded what answers them.
NO_PAGE_GOAL, NO_REPORT_GOAL = 5.0, 10.0
START_SECONDS = 4.0  # of a database that was not stopped in good order


@dataclass(frozen=True)
class Fault:
    """What is done to whom, for how long, and whether it must stop the web or the reports."""

    name: str
    harm: Callable[[], object]
    heal: Callable[[], object]
    seconds: float
    stops_pages: bool = False
    stops_reports: bool = False


@dataclass(frozen=True)
class Span:
    """A fault as it was played: aware moments."""

    fault: Fault
    began: dt.datetime
    healed: dt.datetime
    ended: dt.datetime


@dataclass(frozen=True)
class Look:
    """One look at a borrower's page; it came when it did so within PAGE_SECONDS."""

    at: dt.datetime
    came: bool


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
    return judge(stage, spans, crowd.looks, n=n, seed=seed, began=began)


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


class Crowd:
    """Borrowers who agree at random moments and try again until they are taken on, and one who
    looks at the own page all the time."""

    def __init__(
        self,
        browsers: Sequence[Browser],
        balancer: Balancer,
        *,
        chance: random.Random,
        seconds: float,
    ) -> None:
        self.balancer, self.witness = balancer, browsers[0]
        self.arrivals = sorted((chance.uniform(0, seconds), browser) for browser in browsers)
        self.looks: list[Look] = []
        self.over, self.given_up = threading.Event(), threading.Event()

    def __enter__(self) -> "Crowd":
        self.pool = ThreadPoolExecutor(16)
        self.tasks = [threading.Thread(target=self._arrive), threading.Thread(target=self._look)]
        for task in self.tasks:
            task.start()
        return self

    def __exit__(self, error: type[BaseException] | None, *rest: object) -> None:
        self.over.set()
        if error is not None:
            self.given_up.set()
        for task in self.tasks:
            task.join()
        self.pool.shutdown(cancel_futures=error is not None)

    def _arrive(self) -> None:
        began = time.monotonic()
        for at, browser in self.arrivals:
            if self.given_up.wait(max(0.0, began + at - time.monotonic())):
                return
            self.pool.submit(self._insist, browser)

    def _insist(self, browser: Browser) -> None:
        for _ in range(60):
            if browser.agrees(self.balancer) or self.given_up.wait(TRY_AGAIN_SECONDS):
                return

    def _look(self) -> None:
        """Without waiting for the look before: one that hangs is not the end of the service."""
        with ThreadPoolExecutor(int(ANSWER_SECONDS * 2 / LOOK_SECONDS)) as eyes:
            while not self.over.wait(LOOK_SECONDS):
                eyes.submit(self._look_once)

    def _look_once(self) -> None:
        at, began = timezone.now(), time.monotonic()
        came = self.witness.sees(self.balancer)
        self.looks.append(Look(at, came and time.monotonic() - began < PAGE_SECONDS))


# --- What came of it ------------------------------------------------------------------------


def succeeded() -> int:
    return CreditQuery.objects.filter(state=QueryState.SUCCEEDED).count()


moment = attrgetter("at")


def without_page(looks: Sequence[Look], span: Span) -> float:
    """Seconds of a span from each look that failed to the next that did not."""
    within = sorted((look for look in looks if span.began <= look.at < span.ended), key=moment)
    missed, since = dt.timedelta(), None
    for look in within:
        if not look.came:
            since = since or look.at
        elif since is not None:
            missed, since = missed + (look.at - since), None
    return (missed + (span.ended - since if since else dt.timedelta())).total_seconds()


def without_report(reports: Sequence[dt.datetime], span: Span) -> float:
    """The longest time within a span in which no report came, seconds."""
    within = [at for at in reports if span.began < at < span.ended]
    moments = [span.began, *within, span.ended]
    return max((b - a).total_seconds() for a, b in pairwise(moments))


def stillness(
    span: Span, looks: Sequence[Look], reports: Sequence[dt.datetime]
) -> dict[str, Figure]:
    """How long a borrower of that time went without page and without report."""
    fault, figures = span.fault, {}
    page, report = without_page(looks, span), without_report(reports, span)
    goal = NO_PAGE_GOAL + fault.stops_pages * (fault.seconds + START_SECONDS)
    figures[f"{fault.name}: no page"] = Figure(round(page, 1), "s", goal, page <= goal)
    goal = NO_REPORT_GOAL + fault.stops_reports * (fault.seconds + START_SECONDS)
    figures[f"{fault.name}: no report"] = Figure(round(report, 1), "s", goal, report <= goal)
    return figures


def first_change(to: RouteState, after: dt.datetime, **of: str) -> RouteTransition | None:
    """The first time after that moment that a route changed for one host alone."""
    changes = RouteTransition.objects.filter(at__gte=after, to_state=to, **of).exclude(host="")
    return changes.order_by("at").first()


def given_back(span: Span) -> RouteTransition | None:
    """The first return, on whatever route, of the host that was cut off in this span: a route is
    given back when there are calls for it, and the preferred one has them."""
    shut = first_change(RouteState.OPEN, span.began)
    if shut is None:
        return None
    return first_change(RouteState.CLOSED, span.healed, host=shut.host)


def quarantine(span: Span, *, busy: bool) -> dict[str, Figure]:
    """A host whose own way to the bureau was cut is cut off by itself, and given back; unless there
    are too few calls to tell it from bad luck."""
    shut, back = first_change(RouteState.OPEN, span.began), given_back(span)
    early = shut is not None and shut.at < span.healed
    away = (shut.at - span.began).total_seconds() if shut else -1.0
    home = (back.at - span.healed).total_seconds() if back else -1.0
    soon = 0 < home <= TAIL_SECONDS
    return {
        "host quarantined after": Figure(
            round(away, 1), "s", span.fault.seconds if busy else None, early or not busy
        ),
        "host given back after": Figure(
            round(home, 1), "s", TAIL_SECONDS if busy else None, soon or not busy
        ),
    }


def judge(
    stage: Machines,
    spans: Sequence[Span],
    looks: Sequence[Look],
    *,
    n: int,
    seed: int,
    began: float,
) -> Row:
    inquiries = stage.ask("/bureau/inquiries.json")
    inquired = Counter(inquiry["person"] for inquiry in inquiries)
    ours = set(CreditQuery.objects.values_list("request_no", flat=True))
    strange = sum(inquiry["request_no"] not in ours for inquiry in inquiries)
    done = CreditQuery.objects.filter(state=QueryState.SUCCEEDED, report__isnull=False)
    reports = list(done.order_by("changed_at").values_list("changed_at", flat=True))
    waits = sorted(
        done.annotate(wait=F("changed_at") - F("queued_at")).values_list("wait", flat=True)
    )
    figures: dict[str, Figure] = {}
    for span in spans:
        figures |= stillness(span, looks, reports)
        if span.fault.name == LONELY:
            figures |= quarantine(span, busy=n >= N)
    for share in (50, 95, 100):
        wait = waits[min(len(waits) * share // 100, len(waits) - 1)] if waits else dt.timedelta()
        figures[f"wait p{share}"] = Figure(round(wait.total_seconds(), 1), "s")
    return Row(
        drill="hosts",
        n=n,
        seed=seed,
        seconds=round(time.monotonic() - began, 1),
        faults={span.fault.name: 1 for span in spans},
        operations=len(ours),
        lost=n - min(len(reports), len(inquired)),
        doubled=sum(count - 1 for count in inquired.values()) + strange,
        figures=figures,
        notes="two web and two worker hosts, database, Redis and outside, each in a network "
        "namespace; leases 6 s, call deadline 4 s, the bureau takes 0.3 s; breaker: window 20 s, "
        "6 in a row, open 3 to 6 s" + leftovers(),
    )


def leftovers() -> str:
    """In which states the queries without a report are."""
    open_ones = CreditQuery.objects.exclude(state=QueryState.SUCCEEDED)
    states = Counter(open_ones.values_list("state", "reason"))
    return "".join(f"; {n} {state} {reason}" for (state, reason), n in sorted(states.items()))
