"""Stretches of time, [from, until): what overlaps is counted once."""

import datetime as dt
from collections.abc import Iterable

Span = tuple[dt.datetime, dt.datetime]


def merged(spans: Iterable[Span]) -> list[Span]:
    """The union of spans, in order: what overlaps or touches becomes one, empty ones vanish."""
    union: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if union and start <= union[-1][1]:
            union[-1] = (union[-1][0], max(end, union[-1][1]))
        else:
            union.append((start, end))
    return union


def seconds(spans: Iterable[Span]) -> int:
    """The whole seconds that merged spans last together."""
    return int(sum((end - start for start, end in merged(spans)), dt.timedelta()).total_seconds())
