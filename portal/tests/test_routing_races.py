"""Sixteen processes at once: whatever they race for happens exactly once."""

import multiprocessing
from dataclasses import replace

import pytest

from portal import redis as portal_redis
from portal.routing.route import Permit
from portal.tests import routing_probe
from portal.tests.routing_probe import FAILED

world = routing_probe.world

RACERS, ROUNDS = 16, 1000
PATIENCE_SECONDS = 300


def race(world, host, gate, told):
    """Each round: one failure too many from everybody, and then everybody wants the probe."""
    probes, route = 0, world.route
    for number in range(ROUNDS):
        world.route = replace(route, name=f"{world.channel}.r{number}")
        permit = host.begin()
        gate.wait()
        host.end(permit, FAILED)
        gate.wait()
        world.add(30)
        probes += isinstance(host.admit([world.route]), Permit)
    told.put((probes, [(t.route, t.from_state, t.to_state) for t in host.seen]))


@pytest.fixture
def patient(monkeypatch):
    """Sixteen racers on a busy machine are no reason to go on without Redis."""
    monkeypatch.setattr(portal_redis, "CONNECT_SECONDS", PATIENCE_SECONDS)
    monkeypatch.setattr(portal_redis, "ANSWER_SECONDS", PATIENCE_SECONDS)


def test_a_thousand_races_of_sixteen_processes_have_one_transition_each(patient, world):
    world.set(consecutive=10)
    host = world.host()
    host.look([world.route])  # the children must not go on with the connection of their parent
    forked = multiprocessing.get_context("fork")
    gate, told = forked.Barrier(RACERS, timeout=PATIENCE_SECONDS), forked.Queue()
    racers = [forked.Process(target=race, args=(world, host, gate, told)) for _ in range(RACERS)]
    for racer in racers:
        racer.start()
    answers = [told.get(timeout=PATIENCE_SECONDS) for _ in racers]
    for racer in racers:
        racer.join()
    assert sum(probes for probes, _ in answers) == ROUNDS
    transitions = [transition for _, seen in answers for transition in seen]
    names = [f"{world.channel}.r{number}" for number in range(ROUNDS)]
    assert sorted(transitions) == sorted(
        [(name, "closed", "open") for name in names]
        + [(name, "open", "half_open") for name in names]
    )
