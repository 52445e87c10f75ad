"""Real threads on real connections, let go at the same moment."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.db import connection

T = TypeVar("T")


def at_once(number: int, action: Callable[[int], T]) -> list[T]:
    """What each of so many threads got from `action`, which is told its place."""
    gate = threading.Barrier(number)

    def run(place: int) -> T:
        gate.wait()
        try:
            return action(place)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(run, range(number)))
