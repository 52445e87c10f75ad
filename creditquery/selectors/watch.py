"""Reading how the entrances to the bureau did, and what borrowers are told beforehand."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import CharField, OuterRef, Q, Subquery, Value
from django.db.models.functions import Concat

from creditquery.models import Endpoint
from portal.routing.models import MaintenanceWindow
from portal.watch.models import RouteMinute

ANNOUNCED = dt.timedelta(days=1)
"""Borrowers read of planned maintenance so long before it begins."""
ANNOUNCEMENT = "creditquery.announcement"
KEPT_SECONDS = 10

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


@dataclass(frozen=True, slots=True)
class Announcement:
    """Planned maintenance during which no entrance is open."""

    begins: dt.datetime
    ends: dt.datetime

    def has_begun(self, now: dt.datetime) -> bool:
        return self.begins <= now


def announcement(now: dt.datetime) -> Announcement | None:
    """What borrowers should know of planned maintenance, as it was at most ten seconds ago."""
    kept = cache.get(ANNOUNCEMENT)
    if kept is None:
        kept = (_announcement(now),)
        cache.set(ANNOUNCEMENT, kept, KEPT_SECONDS)
    (known,) = kept
    return known if known and now < known.ends else None


def _announcement(now: dt.datetime) -> Announcement | None:
    """While one entrance stays open nobody need know: queries take it. One query."""
    name = Concat("channel__name", Value("."), "name", output_field=CharField())
    planned = MaintenanceWindow.objects.filter(
        Q(route=OuterRef("channel__name")) | Q(route=OuterRef("full_name")),
        cancelled_at=None,
        ends_at__gt=now,
        starts_at__lte=now + ANNOUNCED,
    ).order_by("starts_at")
    rows = list(
        Endpoint.objects.filter(enabled=True, channel__enabled=True)
        .annotate(full_name=name)
        .values_list(
            Subquery(planned.values("starts_at")[:1]), Subquery(planned.values("ends_at")[:1])
        )
    )
    if not rows or any(begins is None for begins, _ in rows):
        return None
    begins, ends = max(begins for begins, _ in rows), min(ends for _, ends in rows)
    return Announcement(begins, ends) if begins < ends else None
