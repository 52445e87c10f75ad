"""Hosts that share a breaker in Redis, with a clock that only the test moves."""

import datetime as dt
import secrets
from dataclasses import dataclass, field, replace
from functools import partial

import pytest
from redis import Redis

from portal import redis as portal_redis
from portal.routing.policy import Policy
from portal.routing.process import Process
from portal.routing.route import NoRoute, Permit, Route, Window
from portal.routing.router import Router
from portal.routing.shared import SharedBreaker
from portal.routing.states import Result

OK, FAILED = Result.OK, Result.FAILED
START = 1_800_000_000_000
"""The beginning of a bucket, in milliseconds."""


class Quiet(Process):
    """Gives a sign of life only when it calls or is told to."""

    def hold(self, token):
        pass

    def beat(self):
        self.shared.pulse([])


class Host(Router):
    """One process on a host of this name."""

    def __init__(self, world, name, *, history=lambda name: Window(), note=None):
        self.seen = []
        super().__init__(note=note or self.seen.append, history=history)
        self._world, self._name = world, name

    def _start(self):
        world = self._world
        shared = partial(SharedBreaker, clock=world.clock, random=world.chance)
        return Quiet(host=self._name, shared=shared, clock=world.clock)

    def beat(self):
        self._here().beat()

    # --- Calls ------------------------------------------------------------------------------

    def begin(self, **options):
        """Permits for a route of the world; fails when there is none."""
        permit = self.admit([self._world.route], **options)
        assert isinstance(permit, Permit), permit
        return permit

    def begin_many(self, number):
        return [self.begin() for _ in range(number)]

    def end(self, permit, result=OK, *, seconds=0.1, after=0.0):
        self.report(permit, result, seconds=seconds, after=after)

    def call(self, *results, **told):
        for result in results:
            self.end(self.begin(), result, **told)

    def refused(self, **options):
        answer = self.admit([self._world.route], **options)
        assert isinstance(answer, NoRoute), answer
        return answer

    # --- What is to be seen -----------------------------------------------------------------

    @property
    def line(self):
        return self.look([self._world.route])[self._world.route.name]

    @property
    def state(self):
        return self.line.state

    @property
    def limit(self):
        return self.line.concurrency


@dataclass
class World:
    """A route that nobody else uses; the thresholds are the shipped ones without chance."""

    route: Route
    now: int = START
    luck: float = 0.5
    redis: Redis = field(default_factory=portal_redis.client)

    def clock(self):
        return self.now

    def chance(self):
        return self.luck

    def add(self, seconds):
        self.now += round(seconds * 1000)

    @property
    def moment(self):
        return dt.datetime.fromtimestamp(self.now / 1000, tz=dt.UTC)

    @property
    def channel(self):
        return self.route.name.partition(".")[0]

    @property
    def policy(self):
        return self.route.policy

    def set(self, **thresholds):
        self.route = replace(self.route, policy=replace(self.policy, **thresholds))

    def force(self, state):
        self.route = replace(self.route, forced=state)

    def host(self, name="h1", **options):
        return Host(self, name, **options)

    def other(self, name="west"):
        """Another route of the same channel."""
        return replace(self.route, name=f"{self.channel}.{name}")

    def wipe(self):
        for key in self.redis.keys(f"routing:{self.channel}*"):
            self.redis.delete(key)


@pytest.fixture
def world():
    name = f"t{secrets.token_hex(6)}.east"
    made = World(Route(name, Policy(jitter_percent=0, usual_concurrency=200)))
    yield made
    made.wipe()


@pytest.fixture
def host(world):
    return world.host()


def mixed(calls, failures):
    """So many calls in order, the failures at the end."""
    return [OK] * (calls - failures) + [FAILED] * failures


def opened(host):
    """Cut off by failures in a row."""
    host.call(*[FAILED] * host._world.policy.consecutive)
    assert host.state == "open"


def tried(host):
    """Cut off, and its time is over."""
    opened(host)
    host._world.add(host._world.policy.open_seconds)


def healed(host):
    """Cut off, tried and taken back."""
    tried(host)
    host.call(*[OK] * host._world.policy.probes)
    assert host.state == "closed"
