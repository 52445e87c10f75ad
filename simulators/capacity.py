"""An upstream that can do so much and no more: what the bureau is on the morning after an outage.

Calls share it evenly. Alone, a call takes `base` seconds; beyond `per_second` x `base` calls in
flight all of them get slower together, and a call whose caller has left burns its share to the
end, as it does in life. After an outage the upstream warms up, from a part of its strength to all.
"""

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

CHANNELS = ("pboc", "bank", "blind")
GLANCE = 0.05  # seconds between two looks at a strength that is still growing


class BadCapacity(ValueError):
    """A capacity that makes no sense; the text says what does."""


@dataclass(frozen=True)
class Capacity:
    """`per_second` 0 is without limit. `most` calls may be inside; the next is turned away."""

    per_second: float = 0.0
    base: float = 0.5
    most: float = 1000.0
    warm_seconds: float = 0.0
    warm_from: float = 0.2

    @classmethod
    def read(cls, wish: dict[str, Any]) -> "Capacity":
        bounds = {
            "per_second": (0, 10_000), "base": (0.001, 60), "most": (1, 10_000),
            "warm_seconds": (0, 86_400), "warm_from": (0.01, 1),
        }  # fmt: skip
        values: dict[str, float] = {}
        for name, (least, most) in bounds.items():
            value = wish.get(name, getattr(cls, name))
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise BadCapacity(f"{name} is a number")
            if not least <= value <= most:
                raise BadCapacity(f"{name} is from {least} to {most}")
            values[name] = value
        return cls(**values)


class Upstream:
    """Processor sharing in virtual time: since all calls need the same, they end as they came."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._inside: deque[tuple[float, threading.Event]] = deque()
        self._done = 0
        self._progress = 0.0
        self._since = self._last = clock()
        self.capacity = Capacity()

    def set(self, capacity: Capacity) -> None:
        """From now on; warming begins now. Calls inside go on at the new strength."""
        with self._lock:
            self._advance()
            self.capacity, self._since = capacity, self._last

    def as_json(self) -> dict[str, Any]:
        with self._lock:
            now = {"inside": len(self._inside), "done": self._done}
            return asdict(self.capacity) | now | {"strength": round(self._strength(), 3)}

    def work(self) -> bool:
        """Take the time that a call takes; False when it was turned away at the door."""
        if not self.capacity.per_second:
            return True
        turn = threading.Event()
        with self._lock:
            if len(self._inside) >= self.capacity.most:
                return False
            self._advance()
            self._inside.append((self._progress + self.capacity.base, turn))
            if len(self._inside) == 1:
                turn.set()
        turn.wait()
        # Only the first in line keeps the time, so that a thousand waiting threads cost nothing.
        while (left := self._left()) > 0:
            time.sleep(min(left, GLANCE))
        self._leave()
        return True

    def _left(self) -> float:
        """Seconds until the first in line is done, if nobody else comes."""
        with self._lock:
            self._advance()
            speed = self._speed()
            return (self._inside[0][0] - self._progress) / speed if speed else 0.0

    def _leave(self) -> None:
        with self._lock:
            self._inside.popleft()
            self._done += 1
            if self._inside:
                self._inside[0][1].set()

    def _advance(self) -> None:
        now = self._clock()
        self._progress += (now - self._last) * self._speed()
        self._last = now

    def _speed(self) -> float:
        """Seconds of work that each call inside gets done in a second; 0 when all are let go."""
        if not self.capacity.per_second:
            return 0.0
        at_once = self.capacity.per_second * self.capacity.base * self._strength()
        return min(1.0, at_once / max(1, len(self._inside)))

    def _strength(self) -> float:
        capacity = self.capacity
        if not capacity.warm_seconds:
            return 1.0
        warmed = min(1.0, (self._clock() - self._since) / capacity.warm_seconds)
        return capacity.warm_from + (1 - capacity.warm_from) * warmed


class Upstreams:
    """One upstream a channel, shared by its three entrances."""

    def __init__(self) -> None:
        self._all = {channel: Upstream() for channel in CHANNELS}

    def of(self, service: str) -> Upstream | None:
        """The upstream behind a service's switch; None for what is no channel."""
        return self._all.get(service.partition(".")[0])

    def as_json(self) -> list[dict[str, Any]]:
        return [{"service": name} | one.as_json() for name, one in self._all.items()]

    def set(self, wish: Any) -> None:
        if not isinstance(wish, dict) or wish.get("service") not in CHANNELS:
            raise BadCapacity(f"a capacity is an object; service is one of {', '.join(CHANNELS)}")
        self._all[wish["service"]].set(Capacity.read(wish))

    def reset(self) -> None:
        for upstream in self._all.values():
            upstream.set(Capacity())
