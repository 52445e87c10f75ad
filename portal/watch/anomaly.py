"""Whether a route behaves unlike itself: its last minutes beside the same hour of past days.

It warns earlier than the breaker opens, and takes what is usual for the route as usual: a bureau
that is slow every Monday morning is no anomaly on a Monday morning.
"""

import datetime as dt
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

PRESENT = dt.timedelta(minutes=5)
"""So much is judged."""
AROUND = dt.timedelta(minutes=30)
"""Of each past day, so much before and after the same time of day is looked at."""
DAYS = 14
LEAST_DAYS = 3
LEAST_CALLS = 30
"""Fewer calls tell nothing, neither of today nor of a past day."""
SPREADS = 5.0
"""So many times the usual spread away from the usual is unusual."""
MAD_TO_SIGMA = 1.4826
"""The median absolute deviation of normally spread values, times this, is their sigma."""
LEAST_SHARE = 0.01
"""A share of failures that is not higher than the usual by this much never alarms."""
LEAST_MS = 100.0
LEAST_RISE = 0.5
"""Nor does a latency that is not higher by both so many milliseconds and half of the usual."""


@dataclass(frozen=True, slots=True)
class Sample:
    """Calls of one span of time; mean latency in milliseconds."""

    calls: int
    failures: int
    mean_ms: float

    @property
    def share(self) -> float:
        return self.failures / self.calls if self.calls else 0.0


@dataclass(frozen=True, slots=True)
class Anomaly:
    """What is unlike itself ("failures" as a share, "latency" in ms), and what would be usual."""

    what: str
    now: float
    usual: float
    limit: float


def present(now: dt.datetime) -> tuple[dt.datetime, dt.datetime]:
    """The last whole minutes."""
    end = now.replace(second=0, microsecond=0)
    return end - PRESENT, end


def past(now: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The same time of day on each of the past days."""
    for days in range(1, DAYS + 1):
        then = now - dt.timedelta(days=days)
        yield then - AROUND, then + AROUND


def judge(now: Sample, before: Sequence[Sample]) -> list[Anomaly]:
    """What is unusual; nothing while too little is known."""
    known = [sample for sample in before if sample.calls >= LEAST_CALLS]
    if now.calls < LEAST_CALLS or len(known) < LEAST_DAYS:
        return []
    found = []
    usual, spread = _usual([sample.share for sample in known])
    limit = usual + max(SPREADS * spread, LEAST_SHARE)
    if now.share > limit:
        found.append(Anomaly("failures", now.share, usual, limit))
    usual, spread = _usual([sample.mean_ms for sample in known])
    limit = usual + max(SPREADS * spread, LEAST_MS, LEAST_RISE * usual)
    if now.mean_ms > limit:
        found.append(Anomaly("latency", now.mean_ms, usual, limit))
    return found


def _usual(values: Sequence[float]) -> tuple[float, float]:
    """Median and spread; a single bad day moves neither."""
    middle = statistics.median(values)
    return middle, MAD_TO_SIGMA * statistics.median(abs(value - middle) for value in values)
