"""One figure of a benchmark: how it is kept, and how it is shown."""

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from pathlib import Path


def _profile() -> str:
    return f"{os.cpu_count()} cores, Python {platform.python_version()}, {platform.machine()}"


@dataclass(frozen=True, kw_only=True)
class Row:
    """`ratio` above 1 means that ours is better; smaller values are better unless `more` is set.
    `goal` is the value not to exceed (to reach, with `more`)."""

    bench: str
    figure: str
    value: float
    unit: str
    peer: str | None = None
    peer_value: float | None = None
    goal: float | None = None
    more: bool = False
    profile: str = field(default_factory=_profile)

    @property
    def ratio(self) -> float | None:
        if not self.peer_value or not self.value:
            return None
        better = self.value / self.peer_value if self.more else self.peer_value / self.value
        return round(better, 3)

    @property
    def ok(self) -> bool:
        if self.goal is None:
            return True
        return self.value >= self.goal if self.more else self.value <= self.goal

    def record(self) -> dict[str, object]:
        kept = asdict(self)
        del kept["more"]
        return {**kept, "ratio": self.ratio, "ok": self.ok}


def append(row: Row, rows: Path) -> None:
    rows.parent.mkdir(parents=True, exist_ok=True)
    with rows.open("a") as file:
        file.write(json.dumps(row.record(), ensure_ascii=False) + "\n")


def show(row: Row) -> None:
    goal = "" if row.goal is None else f"goal {row.goal:g} {'reached' if row.ok else 'MISSED'}"
    peer = f"{row.peer} {row.peer_value:g}, ratio {row.ratio:g}" if row.ratio else ""
    print(
        f"{row.bench:12} {row.figure:34} {row.value:>10g} {row.unit:8} {peer:36} {goal}", flush=True
    )
