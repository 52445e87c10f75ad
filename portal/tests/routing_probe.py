"""A router whose clock a test moves, and what tests of routes share."""

import datetime as dt
from dataclasses import replace

import pytest

from portal import redis as portal_redis
from portal.routing.policy import Policy
from portal.routing.process import Process
from portal.routing.route import NoRoute, Permit, Route, Window
from portal.routing.router import Router
from portal.routing.shared import SharedBreaker
from portal.routing.states import Result

NAME = "pboc.east"
STEADY = Policy(jitter_percent=0, usual_concurrency=200)
"""The shipped thresholds without chance, and with room for whatever a test wants under way."""


class Clock:
    """Runs with Redis, and ahead of it by what the test adds."""

    def __init__(self) -> None:
        self.ahead = 0

    def __call__(self) -> int:
        return self.ahead

    def add(self, seconds: float) -> None:
        self.ahead += round(seconds * 1000)


class Host(Router):
    """A process on a host of this name, which pulses only when it is told to."""

    def __init__(self, clock, *, name="h1", history=lambda name: Window(), note=None, chance=0.5):
        self.transitions = []
        super().__init__(note=note or self.transitions.append, history=history)
        self._clock, self._name, self._chance = clock, name, chance
        self._process = self.start()

    def start(self) -> Process:
        process = Process(self._shared)
        process.hold = process.let_go = lambda token: None
        return process

    def _shared(self, process):
        _, _, rest = process.partition("|")
        return SharedBreaker(
            process=f"{self._name}|{rest}", offset=self._clock, random=lambda: self._chance
        )
