"""Reading how the entrances to the bureau did, and what borrowers are told beforehand."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection

from portal.watch.models import RouteMinute

# The index of attempts begins with channel and endpoint, so that these are given. Unfinished calls
# are counted when they have ended, by the count of a later minute.
COUNT = """
SELECT channel || '.' || endpoint, date_trunc('minute', sent_at), count(*),
    count(*) FILTER (WHERE result = 'failed'), count(*) FILTER (WHERE result = 'throttled'),
    sum(extract(epoch FROM finished_at - sent_at) * 1000)::bigint,
    percentile_cont(0.95) WITHIN GROUP (
        ORDER BY extract(epoch FROM finished_at - sent_at) * 1000
    )::integer
FROM creditquery_attempt
WHERE (channel || '.' || endpoint) = ANY(%(routes)s)
    AND channel = ANY(%(channels)s) AND endpoint = ANY(%(endpoints)s)
    AND sent_at >= %(begin)s AND sent_at < %(end)s AND finished_at IS NOT NULL
GROUP BY 1, 2
"""


def minutes(*, routes: Sequence[str], begin: dt.datetime, end: dt.datetime) -> list[RouteMinute]:
    """The finished calls of routes by the minute in which they began, not yet stored."""
    parts = [route.partition(".") for route in routes]
    values: dict[str, Any] = {
        "routes": list(routes),
        "channels": sorted({channel for channel, _, _ in parts}),
        "endpoints": sorted({endpoint for _, _, endpoint in parts}),
        "begin": begin,
        "end": end,
    }
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        return [
            RouteMinute(
                route=route,
                minute=minute,
                calls=calls,
                failures=failures,
                throttled=throttled,
                sum_ms=max(sum_ms, 0),
                p95_ms=max(p95_ms, 0),
            )
            for route, minute, calls, failures, throttled, sum_ms, p95_ms in cursor.fetchall()
        ]
