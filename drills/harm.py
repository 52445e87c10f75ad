"""The harm that a drill does to the portal itself, each kind with its own way back.

A *child* is one process of a prefork pool: its worker lives on and starts another. The workers
that do most of the work have threads, and die as a group.
"""

import signal
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from drills.harness import Timeline
from drills.stage import Stage

GROUP, CHILD, BEAT = "worker group killed", "child killed", "beat killed"
REDIS, POSTGRES = "redis destroyed", "postgres stopped at once"
STOPPED, CUT = "worker stopped past its lease", "entrance cut off"
UNDONE = "undone"
DOWN_SECONDS = 1.5
"""How long Redis and PostgreSQL stay away."""


@dataclass(frozen=True)
class Span:
    """From second to second of a timeline."""

    start: float
    end: float

    @property
    def length(self) -> float:
        return self.end - self.start

    def at(self, share: float) -> float:
        return self.start + share * self.length

    def part(self, first: float, last: float) -> "Span":
        """From one share of it to another, each between 0 and 1."""
        return Span(self.at(first), self.at(last))


class Harm:
    """Plans harm at random moments of a timeline, together with what undoes it."""

    def __init__(self, stage: Stage, timeline: Timeline) -> None:
        self._stage, self._timeline, self._chance = stage, timeline, timeline.chance
        self._standing: set[str] = set()

    def plan(
        self,
        count: Mapping[str, int],
        span: Span,
        *,
        threaded: Sequence[str],
        forking: Sequence[str],
        stop_seconds: float,
    ) -> None:
        """So many times each kind; `threaded` and `forking` name the workers to choose from."""
        workers = [*threaded, *forking]
        stage, at = self._stage, partial(self._at, span=span)
        at(GROUP, count[GROUP], lambda: stage.kill(self._one_of(workers)))
        at(CHILD, count[CHILD], lambda: stage.kill_child(self._one_of(forking), self._chance))
        at(BEAT, count[BEAT], partial(stage.kill, "beat"))
        at(REDIS, count[REDIS], stage.destroy_redis, undo=partial(stage.restart, "redis"))
        at(POSTGRES, count[POSTGRES], stage.crash_postgres, undo=partial(stage.restart, "postgres"))
        for number, moment in enumerate(self._moments(count[STOPPED], span)):
            name = threaded[number % len(threaded)]
            self._timeline.at(moment, STOPPED, partial(self._stop, name))
            self._timeline.at(moment + stop_seconds, UNDONE, partial(self._go_on, name))

    def cut(
        self,
        count: int,
        span: Span,
        *,
        entrances: Sequence[str],
        cut: Callable[[str], object],
        mend: Callable[[str], object],
        seconds: float,
    ) -> None:
        """Cut entrances off for a while, so many times."""
        for moment in self._moments(count, Span(span.start, span.end - seconds)):
            name = self._chance.choice(entrances)
            self._timeline.at(moment, CUT, partial(cut, name))
            self._timeline.at(moment + seconds, UNDONE, partial(mend, name))

    # --- When ------------------------------------------------------------------------------

    def _at(
        self,
        kind: str,
        count: int,
        act: Callable[[], object],
        *,
        span: Span,
        undo: Callable[[], object] | None = None,
    ) -> None:
        for moment in self._moments(count, span, apart=2 * DOWN_SECONDS if undo else 0):
            self._timeline.at(moment, kind, act)
            if undo is not None:
                self._timeline.at(moment + DOWN_SECONDS, UNDONE, undo)

    def _moments(self, count: int, span: Span, *, apart: float = 0) -> Iterator[float]:
        """One random moment in each of so many equal parts, no two nearer than `apart`."""
        for number in range(count):
            part = span.part(number / count, (number + 1) / count)
            yield self._chance.uniform(part.start, max(part.start, part.end - apart))

    # --- To whom ---------------------------------------------------------------------------

    def _one_of(self, workers: Sequence[str]) -> str:
        """A worker that does not stand still: killed, it would not outlive its lease."""
        return self._chance.choice([name for name in workers if name not in self._standing])

    def _stop(self, name: str) -> None:
        self._standing.add(name)
        self._stage.actors[name].signal(signal.SIGSTOP)

    def _go_on(self, name: str) -> None:
        self._stage.actors[name].signal(signal.SIGCONT)
        self._standing.discard(name)
