"""What the faults of the hosts drill did to borrowers, read from their pages and reports."""

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter

from django.db.models import F

from creditquery.models import CreditQuery
from creditquery.states import QueryState
from drills.crowd import Look
from drills.harness import Figure, Row
from drills.machines import Machines
from portal.routing.models import RouteTransition
from portal.routing.states import RouteState

# Seconds. A web host that comes back takes connections before it has loaded what answers them.
NO_PAGE_GOAL, NO_REPORT_GOAL, BACK_GOAL = 5.0, 10.0, 20.0
START_SECONDS = 4.0  # of a database that was not stopped in good order
LONELY = "worker1 without outside"


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
    soon = 0 < home <= BACK_GOAL
    return {
        "host quarantined after": Figure(
            round(away, 1), "s", span.fault.seconds if busy else None, early or not busy
        ),
        "host given back after": Figure(
            round(home, 1), "s", BACK_GOAL if busy else None, soon or not busy
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
    busy: bool,
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
            figures |= quarantine(span, busy=busy)
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
