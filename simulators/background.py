"""Things that happen later: delivery receipts, effects after a time-out."""

import heapq
import itertools
import threading
import time
from collections.abc import Callable

Job = Callable[[], object]
THREADS = 4


class Background:
    """Runs jobs at their time on a few daemon threads; what is not due at the end is dropped."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._jobs: list[tuple[float, int, Job]] = []
        self._order = itertools.count()
        self._stopped = False
        for _ in range(THREADS):
            threading.Thread(target=self._work, name="background", daemon=True).start()

    def after(self, seconds: float, job: Job) -> None:
        with self._condition:
            heapq.heappush(self._jobs, (time.monotonic() + seconds, next(self._order), job))
            self._condition.notify()

    def clear(self) -> None:
        with self._condition:
            self._jobs.clear()

    def stop(self) -> None:
        with self._condition:
            self._stopped = True
            self._condition.notify_all()

    def _work(self) -> None:
        while job := self._next():
            job()

    def _next(self) -> Job | None:
        with self._condition:
            while not self._stopped:
                wait = self._jobs[0][0] - time.monotonic() if self._jobs else None
                if wait is not None and wait <= 0:
                    return heapq.heappop(self._jobs)[2]
                self._condition.wait(wait)
        return None
