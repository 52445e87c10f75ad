"""Borrowers who come in their own time, whatever breaks meanwhile: each tries until accepted."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import Error, connection

AGAIN_SECONDS = 0.3


def insist(act: Callable[[], object]) -> None:
    """Do it now or when the database is back."""
    while True:
        try:
            act()
            return
        except Error:
            time.sleep(AGAIN_SECONDS)
        finally:
            connection.close()  # back to the pool: there are more threads than connections


@dataclass(frozen=True)
class Arrival:
    """What one borrower does, so many seconds after the start; repeated when it fails."""

    at: float
    act: Callable[[], object]


class Arrivals:
    """Several threads, so that one borrower before a dead database does not hold up the rest."""

    def __init__(self, arrivals: Sequence[Arrival], *, threads: int) -> None:
        self._left = iter(sorted(arrivals, key=lambda arrival: arrival.at))
        self._lock, self._stopping = threading.Lock(), threading.Event()
        self.accepted = self.repeated = 0
        self._threads = [
            threading.Thread(target=self._work, daemon=True, name=f"arrivals-{number}")
            for number in range(threads)
        ]

    def start(self) -> None:
        self._began = time.monotonic()
        for thread in self._threads:
            thread.start()

    @property
    def over(self) -> bool:
        """Whether everybody has come and has been accepted."""
        return not any(thread.is_alive() for thread in self._threads)

    def stop(self) -> None:
        """Nobody comes any more; who is at it finishes."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _work(self) -> None:
        while (arrival := self._next()) is not None:
            self._stopping.wait(self._began + arrival.at - time.monotonic())
            while not self._stopping.is_set() and not self._accepted(arrival):
                self._stopping.wait(AGAIN_SECONDS)

    def _next(self) -> Arrival | None:
        with self._lock:
            return next(self._left, None)

    def _accepted(self, arrival: Arrival) -> bool:
        """Whether the portal took it. A commit that broke off may have held: the wish merges."""
        try:
            arrival.act()
        except (Error, OSError):
            with self._lock:
                self.repeated += 1
            return False
        finally:
            connection.close()
        with self._lock:
            self.accepted += 1
        return True
