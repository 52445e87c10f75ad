"""The calls of the last minutes, as the routes answered them; read from attempts, which are truth.

Each question goes by the index of (channel, endpoint, sent_at): however many attempts there are,
only those of the span are read.
"""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db import connection

from creditquery.models import Attempt

EACH_ROUTE: Final = f"""
FROM unnest(%(routes)s::text[]) AS asked(route)
CROSS JOIN LATERAL (
    SELECT extract(epoch FROM finished_at - sent_at)::float8 AS seconds, result
    FROM {Attempt._meta.db_table}
    WHERE channel = split_part(asked.route, '.', 1) AND endpoint = split_part(asked.route, '.', 2)
        AND sent_at >= %(since)s AND finished_at IS NOT NULL AND result <> 'nothing'
) AS call
"""  # noqa: S608 (the name of our own table)


@dataclass(frozen=True, slots=True)
class Answers:
    """Calls of a route that have ended; milliseconds within which so many of 100 did."""

    calls: int = 0
    failures: int = 0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0


@dataclass(frozen=True, slots=True)
class Histogram:
    """How many calls took at most so many seconds; the last bound is none at all."""

    counts: Sequence[int]
    seconds: float


def answers(*, routes: Collection[str], since: dt.datetime) -> dict[str, Answers]:
    """By route; one that was not called is left out."""
    rows = _rows(
        "SELECT route, count(*), count(*) FILTER (WHERE result = 'failed'),"
        " percentile_cont(ARRAY[0.5, 0.95, 0.99]) WITHIN GROUP (ORDER BY seconds * 1000)"
        f"{EACH_ROUTE} GROUP BY route",
        routes=list(routes),
        since=since,
    )
    return {route: Answers(calls, failures, *within) for route, calls, failures, within in rows}


def histograms(
    *, routes: Collection[str], since: dt.datetime, bounds: Sequence[float]
) -> dict[str, Histogram]:
    """By route, in one bucket more than there are bounds; every route asked for is there."""
    rows = _rows(
        "SELECT route, width_bucket(seconds, %(bounds)s::float8[]), count(*), sum(seconds)"
        f"{EACH_ROUTE} GROUP BY 1, 2",
        routes=list(routes),
        since=since,
        bounds=[bound + 1e-9 for bound in bounds],  # "at most", where SQL counts "less than"
    )
    counts = {route: [0] * (len(bounds) + 1) for route in routes}
    seconds = dict.fromkeys(routes, 0.0)
    for route, bucket, count, summed in rows:
        counts[route][bucket] += count
        seconds[route] += summed
    return {route: Histogram(counts[route], seconds[route]) for route in routes}


def _rows(statement: str, **values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()
