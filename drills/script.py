"""The script of the outage day: what happens when, in seconds from the first borrower on."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from drills.harm import BEAT, CHILD, CUT, GROUP, POSTGRES, REDIS, STOPPED, Span

FULL = 120_000
MOST = {GROUP: 50, CHILD: 50, REDIS: 20, POSTGRES: 5, BEAT: 5, STOPPED: 10, CUT: 10}
"""Harm of a full day. A smaller one has its share by the square root of its size, and at least:"""
LEAST = {GROUP: 3, CHILD: 3, REDIS: 2, POSTGRES: 1, BEAT: 1, STOPPED: 2, CUT: 2}

FEWEST = 600
TIMED_RATE = 5.0
"""Borrowers a second while the breaker is timed."""
TIMED = Span(0, 54)
# Between the two the entrance is tried, hangs once more, is tried again, and comes back.
HANGING, HARD_DOWN = Span(4, 20), Span(45, 51)
PER_RATE, SLOWEST, FASTEST = 125, 5.0, 50.0
"""The day has one borrower a second for each so many in all, within these bounds."""
NORMAL, PRIMARY_DOWN, FLAPPING, BOTH_DOWN = "normal", "primary down", "backup flaps", "both down"
RECOVERY = "recovery"
PHASES = {
    NORMAL: (0.0, 0.15),
    PRIMARY_DOWN: (0.15, 0.5),
    FLAPPING: (0.5, 0.7),
    BOTH_DOWN: (0.7, 1.0),
}
FLAPS = 4
BLIND = (0.74, 0.88)
RECOVERY_LENGTH, RECOVERY_RATE = 0.4, 0.25
"""The recovery lasts so much of the day, and so much of the day's borrowers come in it."""


@dataclass(frozen=True)
class Script:
    """`rate`: borrowers a second in the day; the drained upstream does as many calls a second."""

    n: int
    rate: float
    day: Span
    recovery: Span

    def phase(self, name: str) -> Span:
        return self.day.part(*PHASES[name])

    @property
    def blind(self) -> Span:
        return self.day.part(*BLIND)

    @property
    def harm(self) -> Mapping[str, int]:
        share = math.sqrt(self.n / FULL)
        return {kind: max(LEAST[kind], round(MOST[kind] * share)) for kind in MOST}

    def arrivals(self) -> list[float]:
        """The moment of each borrower, evenly in each part."""
        timed = round(TIMED_RATE * TIMED.length)
        late = round(self.rate * RECOVERY_RATE * self.recovery.length)
        parts = ((TIMED, timed), (self.day, self.n - timed - late), (self.recovery, late))
        return [span.at((k + 0.5) / count) for span, count in parts for k in range(count)]


def write(n: int) -> Script:
    """The script for so many borrowers (FEWEST at least)."""
    rate = min(FASTEST, max(SLOWEST, n / PER_RATE))
    timed = TIMED_RATE * TIMED.length
    length = (n - timed) / (rate * (1 + RECOVERY_LENGTH * RECOVERY_RATE))
    day = Span(TIMED.end, TIMED.end + length)
    return Script(n, rate, day, Span(day.end, day.end + RECOVERY_LENGTH * length))
