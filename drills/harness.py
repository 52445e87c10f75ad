"""What drills share: a seeded timeline of arrivals and faults, figures, and the row they end in."""

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

TELL_SECONDS = 5.0
LONG_SECONDS = 5.0
"""An event that takes longer holds up the ones after it, which is worth knowing."""


@dataclass(frozen=True)
class Event:
    """Something that happens so many seconds after the start."""

    at: float
    kind: str
    act: Callable[[], object]


class Timeline:
    """Events in the order of their time. A machine that is too slow plays them late, none is left
    out; `done` counts them by kind."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.events: list[Event] = []
        self.done: Counter[str] = Counter()

    def at(self, moment: float, kind: str, act: Callable[[], object]) -> None:
        self.events.append(Event(moment, kind, act))

    def spread(
        self, kind: str, acts: Iterable[Callable[[], object]], *, start: float, end: float
    ) -> None:
        """Let each act happen at a random moment between two seconds, in the order given."""
        acts = list(acts)
        moments = sorted(self.chance.uniform(start, end) for _ in acts)
        self.events += [Event(at, kind, act) for at, act in zip(moments, acts, strict=True)]

    def planned(self, kind: str) -> int:
        return sum(event.kind == kind for event in self.events)

    def play(self, tell: Callable[[float], object]) -> None:
        """Play every event; `tell` is called with the seconds every few seconds."""
        began = told = time.monotonic()
        for event in sorted(self.events, key=lambda event: event.at):
            while (left := began + event.at - time.monotonic()) > 0:
                time.sleep(min(left, 0.2))
            before = time.monotonic()
            event.act()
            if (taken := time.monotonic() - before) > LONG_SECONDS:
                print(f"{event.kind} took {taken:.0f} s")
            self.done[event.kind] += 1
            if time.monotonic() - told > TELL_SECONDS:
                told = time.monotonic()
                tell(told - began)


@dataclass(frozen=True)
class Figure:
    value: float
    unit: str
    goal: float | None = None
    ok: bool = True


@dataclass
class Row:
    """One line of drill.jsonl; `seconds` and every other time is wall-clock."""

    drill: str
    n: int
    seed: int
    seconds: float
    faults: Mapping[str, int]
    operations: int
    lost: int
    doubled: int
    figures: Mapping[str, Figure]
    notes: str
    ok: bool = field(init=False)

    def __post_init__(self) -> None:
        reached = all(figure.ok for figure in self.figures.values())
        self.ok = self.lost == 0 and self.doubled == 0 and reached


def append(row: Row, rows: Path) -> None:
    rows.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(asdict(row), ensure_ascii=False)
    with rows.open("a") as file:
        file.write(line + "\n")
    print(line)


def wait_for(
    condition: Callable[[], bool],
    *,
    seconds: float,
    tell: Callable[[float], object] | None = None,
) -> bool:
    """Ask once a second until the condition holds; False when it has not after so long."""
    began = time.monotonic()
    while not condition():
        if (passed := time.monotonic() - began) > seconds:
            return False
        if tell is not None and int(passed) % TELL_SECONDS == 0:
            tell(passed)
        time.sleep(1)
    return True
