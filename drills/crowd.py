"""Borrowers at their browsers: they come at random moments, insist, and look."""

import datetime as dt
import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self

from django.utils import timezone

from drills.browsers import ANSWER_SECONDS, Balancer, Browser

LOOK_SECONDS = 0.25
PAGE_SECONDS = 2.0
TRY_AGAIN_SECONDS = 1.0


@dataclass(frozen=True)
class Look:
    """One look at a borrower's page; it came when it did so within PAGE_SECONDS."""

    at: dt.datetime
    came: bool


class Crowd:
    """Borrowers who agree at random moments and try again until they are taken on, and one who
    looks at the own page all the time."""

    def __init__(
        self,
        browsers: Sequence[Browser],
        balancer: Balancer,
        *,
        chance: random.Random,
        seconds: float,
    ) -> None:
        self.balancer, self.witness = balancer, browsers[0]
        self.arrivals = sorted((chance.uniform(0, seconds), browser) for browser in browsers)
        self.looks: list[Look] = []
        self.over, self.given_up = threading.Event(), threading.Event()

    def __enter__(self) -> Self:
        self.pool = ThreadPoolExecutor(16)
        self.tasks = [threading.Thread(target=self._arrive), threading.Thread(target=self._look)]
        for task in self.tasks:
            task.start()
        return self

    def __exit__(self, error: type[BaseException] | None, *rest: object) -> None:
        self.over.set()
        if error is not None:
            self.given_up.set()
        for task in self.tasks:
            task.join()
        self.pool.shutdown(cancel_futures=error is not None)

    def _arrive(self) -> None:
        began = time.monotonic()
        for at, browser in self.arrivals:
            if self.given_up.wait(max(0.0, began + at - time.monotonic())):
                return
            self.pool.submit(self._insist, browser)

    def _insist(self, browser: Browser) -> None:
        for _ in range(60):
            if browser.agrees(self.balancer) or self.given_up.wait(TRY_AGAIN_SECONDS):
                return

    def _look(self) -> None:
        """Without waiting for the look before: one that hangs is not the end of the service."""
        with ThreadPoolExecutor(int(ANSWER_SECONDS * 2 / LOOK_SECONDS)) as eyes:
            while not self.over.wait(LOOK_SECONDS):
                eyes.submit(self._look_once)

    def _look_once(self) -> None:
        at, began = timezone.now(), time.monotonic()
        came = self.witness.sees(self.balancer)
        self.looks.append(Look(at, came and time.monotonic() - began < PAGE_SECONDS))
