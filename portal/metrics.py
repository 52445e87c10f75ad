"""The figures that Prometheus reads at /metrics.

Nothing is counted in a process: every figure is read from PostgreSQL and Redis when it is asked
for, so that any web host gives the same answer and a restart loses none. An app adds its own in
`<app>/metrics.py`: a function `families(now)` that yields gauges. What cannot be read is left out
and said so (`portal_scrape_failed`); the answer itself never fails.
"""

import datetime as dt
import logging
import platform
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Final

import django
from django.apps import apps
from django.db import DatabaseError, connection
from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.registry import Collector

from portal import redis
from portal.watch import selectors as watch
from portal.watch.models import Severity
from portal.work import selectors as work

logger = logging.getLogger(__name__)

CONTENT_TYPE: Final = CONTENT_TYPE_PLAIN_0_0_4
Families = Callable[[dt.datetime], Iterable[Metric]]
Sample = tuple[Sequence[str], float]

# Counting a million rows takes longer than a scrape may. The planner's own figure is kept by
# ANALYZE, the statistics' by every transaction; after a crash one of them may be nothing.
ESTIMATE: Final = """
SELECT greatest(c.reltuples, s.n_live_tup, 0)::bigint
FROM pg_class c LEFT JOIN pg_stat_user_tables s ON s.relid = c.oid
WHERE c.oid = %s::regclass
"""


def exposition(now: dt.datetime) -> bytes:
    """All figures at this moment, in the text format 0.0.4."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Scrape(now))
    return generate_latest(registry)


class _Scrape(Collector):
    def __init__(self, now: dt.datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        failed: list[Sample] = []
        for app, families in _parts():
            try:
                found = list(families(self.now))
            except (DatabaseError, redis.Gone):
                logger.warning("metrics: %s cannot be read", app, exc_info=True)
                found = []
            failed.append(((app,), not found))
            yield from found
        yield gauge("portal_scrape_failed", "1: figures of this app are missing", ["app"], failed)
        yield gauge("portal_redis_up", "Redis answers", [], [((), _redis_answers())])


@cache
def _parts() -> list[tuple[str, Families]]:
    """Each app's `metrics` module; this one is the portal's."""
    names = {config.label: f"{config.name}.metrics" for config in apps.get_app_configs()}
    found = {label: name for label, name in names.items() if find_spec(name) is not None}
    return [(label, import_module(name).families) for label, name in found.items()]


def gauge(name: str, meaning: str, labels: Sequence[str], samples: Iterable[Sample]) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=labels)
    for values, value in samples:
        family.add_metric(values, float(value))
    return family


def estimated_rows(table: str) -> int:
    """About how many rows a large table has, in constant time."""
    with connection.cursor() as cursor:
        cursor.execute(ESTIMATE, [table])
        (rows,) = cursor.fetchone()
    return int(rows)


def _redis_answers() -> bool:
    try:
        return bool(_redis().ping())
    except redis.Gone:
        return False


_redis = cache(redis.client)


# --- The portal's own parts -----------------------------------------------------------------


def families(now: dt.datetime) -> Iterator[Metric]:
    sums = work.census()
    yield gauge(
        "portal_work",
        "Pieces of work that are not done",
        ["lane", "state"],
        [((each.lane, each.state), each.count) for each in sums],
    )
    yield gauge(
        "portal_work_oldest_seconds",
        "For how long the oldest has been in its state; ready work from when it was due",
        ["lane", "state"],
        [((each.lane, each.state), _age(each.since, now)) for each in sums],
    )
    yield gauge(
        "portal_heartbeat_age_seconds",
        "When a process, or the clock, was last heard",
        ["kind", "name"],
        [((row.kind, row.name), _age(row.seen_at, now)) for row in watch.heartbeats()],
    )
    alarms = [row.severity for row in watch.open_alarms()]
    yield gauge(
        "portal_alarms_open",
        "Alarms whose cause lasts",
        ["severity"],
        [((severity,), alarms.count(severity)) for severity in Severity.values],
    )
    yield gauge(
        "portal_certificate_not_after_seconds",
        "When a certificate runs out, in seconds since 1970; depth 0 is the place's own",
        ["subject", "depth"],
        [((row.place, str(row.depth)), row.not_after.timestamp()) for row in watch.certificates()],
    )
    versions = (platform.python_version(), django.get_version())
    yield gauge("portal_build_info", "What it runs on", ["python", "django"], [(versions, 1)])


def _age(since: dt.datetime, now: dt.datetime) -> float:
    return max((now - since).total_seconds(), 0.0)
