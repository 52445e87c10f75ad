"""Figures of queries and of the routes to the bureau (portal/metrics.py)."""

import datetime as dt
from collections.abc import Iterator
from itertools import accumulate
from typing import Final

from prometheus_client.core import GaugeHistogramMetricFamily, Metric

from creditquery.models import Attempt, CreditQuery
from creditquery.selectors import calls, channels
from creditquery.selectors.operations import waiting
from creditquery.services.routes import bureau
from creditquery.states import AttemptState, QueryState
from portal.metrics import estimated_rows, gauge
from portal.routing.states import RouteState

SPAN: Final = dt.timedelta(minutes=1)
"""Calls are those of so long, so that a scrape reads few rows however many there are."""
BOUNDS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 30.0)


def families(now: dt.datetime) -> Iterator[Metric]:
    yield from _queries(now)
    yield from _routes()
    yield _durations(now)


def _queries(now: dt.datetime) -> Iterator[Metric]:
    standing = waiting()
    yield gauge(
        "portal_queries",
        "Queries that wait for something",
        ["state"],
        [((state,), each.count) for state, each in standing.items()],
    )
    since = standing[QueryState.PARKED].since
    yield gauge(
        "portal_parked_oldest_seconds",
        "For how long the query that was parked first has been waiting",
        [],
        [((), (now - since).total_seconds() if since else 0)],
    )
    rows = estimated_rows(CreditQuery._meta.db_table)
    yield gauge("portal_queries_all", "Queries of all states, estimated", [], [((), rows)])
    unknown = Attempt.objects.filter(
        state=AttemptState.UNKNOWN, query__state__in=[QueryState.AMBIGUOUS, QueryState.NEEDS_PERSON]
    )
    yield gauge(
        "portal_ambiguous_attempts",
        "Calls whose outcome is unknown, of queries that are not settled",
        [],
        [((), unknown.count())],
    )


def _routes() -> Iterator[Metric]:
    seen = bureau.look([each.route for each in channels.entrances()])
    yield gauge(
        "portal_route_state",
        "1 for the state that a route is in",
        ["route", "state"],
        [
            ((name, state), state == each.effective)
            for name, each in seen.items()
            for state in RouteState.values
        ],
    )
    for name, meaning in (
        ("in_flight", "Calls under way"),
        ("concurrency", "Calls at once, at most"),
        ("calls", "Calls in the breaker's window"),
        ("failures", "Failed calls in the breaker's window"),
    ):
        samples = [((route,), getattr(each, name)) for route, each in seen.items()]
        yield gauge(f"portal_route_{name}", meaning, ["route"], samples)


def _durations(now: dt.datetime) -> Metric:
    family = GaugeHistogramMetricFamily(
        "portal_call_seconds", "Calls of the last minute by their duration", labels=["route"]
    )
    routes = [each.route.name for each in channels.entrances()]
    limits = [*(str(bound) for bound in BOUNDS), "+Inf"]
    found = calls.histograms(routes=routes, since=now - SPAN, bounds=BOUNDS)
    for route, histogram in found.items():
        buckets = list(zip(limits, map(float, accumulate(histogram.counts)), strict=True))
        family.add_metric([route], buckets, histogram.seconds)
    return family
