"""Looks at the queries once a second and remembers what it saw, whatever is down meanwhile."""

import contextlib
import math
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import Error, connection
from django.db.models import Count

from creditquery.models import CreditQuery
from creditquery.states import QueryState

EVERY_SECONDS = 1.0


@dataclass(frozen=True)
class Sample:
    """How many queries were in each state at a moment (Unix seconds)."""

    at: float
    states: dict[str, int]

    @property
    def queued(self) -> int:
        return self.states.get(QueryState.QUEUED, 0)

    @property
    def parked(self) -> int:
        return self.states.get(QueryState.PARKED, 0)

    @property
    def reports(self) -> int:
        return self.states.get(QueryState.SUCCEEDED, 0)

    def __str__(self) -> str:
        return ", ".join(f"{count} {state}" for state, count in sorted(self.states.items()))


class Observer:
    def __init__(self) -> None:
        self.samples: list[Sample] = []
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True, name="observer")

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join()

    @property
    def last(self) -> Sample:
        return self.samples[-1] if self.samples else Sample(time.time(), {})

    def first(self, fits: Callable[[Sample], bool], *, after: float) -> Sample | None:
        """The first sample after a moment that fits."""
        return next((each for each in self.samples if each.at >= after and fits(each)), None)

    def rate(self, start: float, end: float) -> float:
        """Reports a second between two moments."""
        within = [each for each in self.samples if start <= each.at <= end]
        if len(within) < 2:
            return 0.0
        return (within[-1].reports - within[0].reports) / (within[-1].at - within[0].at)

    def _watch(self) -> None:
        while not self._stopping.wait(EVERY_SECONDS):
            with contextlib.suppress(Error):  # the database is away
                counted = CreditQuery.objects.values_list("state").annotate(Count("id"))
                self.samples.append(Sample(time.time(), dict(counted)))
            connection.close()


def percentile(values: Iterable[float], share: float) -> float:
    """The smallest value that this share of all do not exceed; 0 of none."""
    ordered = sorted(values)
    return ordered[math.ceil(share * len(ordered)) - 1] if ordered else 0.0
