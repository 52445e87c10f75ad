"""A worker without a bell works on by itself, and no longer than that."""

import threading
import time

import pytest
from django.utils import timezone

from portal.database import release_connection
from portal.tests import work_probe
from portal.tests.work_probe import add, state_of
from portal.watch import pulse as pulses
from portal.watch import selectors
from portal.watch.models import Alarm
from portal.work import services as work
from portal.work.handlers import Periodic
from portal.work.models import Work
from portal.work.states import Lane, WorkState

LANE = Lane.MESSAGE
running, most, together = 0, 0, threading.Lock()


def take_a_while(claim):
    global running, most
    with together:
        running += 1
        most = max(most, running)
    release_connection()
    time.sleep(0.1)
    with together:
        running -= 1
    with work.ending(claim, to=WorkState.DONE, now=timezone.now()):
        pass


def add_slow(number):
    kind = f"{__name__}.take_a_while"
    work.add(kind=kind, subject=str(number), lane=LANE, now=work_probe.NOW)


@pytest.fixture
def probes(monkeypatch):
    """The handlers of these tests, and no periodic ones."""
    monkeypatch.setattr(work_probe.handlers, "_periodic", {})
    monkeypatch.setattr(work_probe.handlers, "modules", lambda: [work_probe.__name__, __name__])
    globals().update(running=0, most=0)


@pytest.fixture
def clock(monkeypatch):
    """The monotonic clock as the pulse reads it, moved by hand."""

    class Clock:
        now = 1000.0

        def monotonic(self):
            return self.now

    clock = Clock()
    monkeypatch.setattr(pulses, "time", clock)
    return clock


@pytest.fixture
def pulse(probes, clock):
    made = pulses.Pulse(kind="worker", lanes=[LANE], threads=8, busy=lambda: taken[0])
    taken[0] = 0
    yield made
    made.close()


taken = [0]


def alarms():
    return [(alarm.kind, alarm.repair) for alarm in selectors.open_alarms()]


def wait_for(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_is_rung_leaves_the_work_to_its_pool(pulse, clock):
    row = add(lane=LANE, now=timezone.now())
    for _ in range(10):
        clock.now += 1
        pulse.heard(swept=True)
        pulse.tick(timezone.now())
    assert state_of(row) == WorkState.READY
    assert alarms() == []
    names = {row.kind for row in selectors.heartbeats()}
    assert names == {"worker", "beat"}


@pytest.mark.django_db(transaction=True)
def test_a_worker_that_nobody_rings_sweeps_and_works(pulse, clock):
    due = add(lane=LANE)
    held = add(lane=LANE, subject="its holder died")
    Work.objects.filter(pk=held.pk).update(
        state=WorkState.LEASED, lease_until=work_probe.NOW, fence=1
    )
    clock.now += pulses.SILENT_SECONDS
    pulse.tick(timezone.now())
    assert state_of(due) == WorkState.READY
    clock.now += 0.1
    pulse.tick(timezone.now())
    assert wait_for(lambda: {state_of(due), state_of(held)} == {WorkState.DONE})
    clock.now += pulses.BEAT_SECONDS
    pulse.tick(timezone.now())
    assert alarms() == [("doorbell-silent", "lane-restarted")]


@pytest.mark.django_db(transaction=True)
def test_when_the_bell_is_back_it_stops_and_the_alarm_is_over(pulse, clock):
    clock.now += 10
    pulse.tick(timezone.now())
    assert alarms() == [("doorbell-silent", "lane-restarted")]
    pulse.heard(swept=True)
    clock.now += pulses.BEAT_SECONDS
    pulse.tick(timezone.now())
    row = add(lane=LANE)
    pulse.heard(swept=True)
    pulse.tick(timezone.now())
    assert alarms() == []
    assert Alarm.objects.get().repair == "lane-restarted"
    time.sleep(0.2)
    assert state_of(row) == WorkState.READY


@pytest.mark.django_db(transaction=True)
def test_it_never_adds_more_than_half_of_the_pool(pulse, clock):
    for number in range(24):
        add_slow(number)
    clock.now += 10
    pulse.tick(timezone.now())
    assert wait_for(lambda: not Work.objects.exclude(state=WorkState.DONE).exists())
    assert 2 <= most <= 4


@pytest.mark.django_db(transaction=True)
def test_a_busy_pool_hears_no_bell_and_needs_no_help(pulse, clock):
    row = add(lane=LANE, now=timezone.now())
    taken[0] = 8
    for _ in range(20):
        clock.now += 1
        pulse.tick(timezone.now())
    assert alarms() == []
    taken[0] = 7  # a thread is free again: from now on silence counts
    clock.now += pulses.SILENT_SECONDS - 0.1
    pulse.tick(timezone.now())
    assert state_of(row) == WorkState.READY


@pytest.mark.django_db(transaction=True)
def test_with_others_in_the_lane_it_waits_for_its_turn(pulse, clock):
    for number in range(3):
        pulses.services.beat(
            name=str(number), kind="worker", detail={"lanes": [LANE]}, now=timezone.now()
        )
    pulse._look(timezone.now())
    row = add(lane=LANE)
    clock.now += pulses.SILENT_SECONDS + 3 * pulses.TURN_SECONDS
    pulse.tick(timezone.now())
    assert state_of(row) == WorkState.READY
    clock.now += 0.1
    pulse.tick(timezone.now())
    assert wait_for(lambda: state_of(row) == WorkState.DONE)


@pytest.mark.django_db(transaction=True)
def test_a_lane_that_stands_still_is_restarted_though_the_bell_rings(pulse, clock):
    row = add(lane=LANE)  # due since March
    for _ in range(2):
        clock.now += pulses.BEAT_SECONDS
        pulse.heard(swept=True)
        pulse.tick(timezone.now())
    assert alarms() == [("lane-stalled", "lane-restarted")]
    clock.now += 1
    pulse.heard(swept=True)
    pulse.tick(timezone.now())
    assert wait_for(lambda: state_of(row) == WorkState.DONE)
    clock.now += pulses.BEAT_SECONDS
    pulse.heard(swept=True)
    pulse.tick(timezone.now())
    assert alarms() == []


@pytest.mark.django_db(transaction=True)
def test_behind_a_shut_gate_nothing_stands_still(pulse, clock, monkeypatch):
    add(lane=LANE)
    monkeypatch.setattr(pulses.handlers, "is_open", lambda lane: False)
    for _ in range(3):
        clock.now += pulses.BEAT_SECONDS
        pulse.heard(swept=True)
        pulse.tick(timezone.now())
    assert alarms() == []


@pytest.mark.django_db(transaction=True)
def test_who_is_asked_to_stop_finishes_and_says_farewell(pulse, clock):
    for number in range(8):
        add_slow(number)
    clock.now += 10
    pulse.tick(timezone.now())
    assert wait_for(lambda: most > 0)
    pulse.close()
    assert running == 0
    assert not Work.objects.filter(state=WorkState.LEASED).exists()
    assert not selectors.heartbeats().filter(kind="worker").exists()
    pulse.tick(timezone.now())  # nothing is begun any more


@pytest.mark.django_db(transaction=True)
def test_a_sweeper_beats_and_has_no_bell(probes, clock):
    pulse = pulses.Pulse(kind="sweeper", lanes=[LANE, Lane.RENDER], threads=4)
    row = add(lane=LANE)
    clock.now += 100
    pulse.tick(timezone.now())
    pulse.close()
    assert (state_of(row), alarms()) == (WorkState.READY, [])


@pytest.mark.django_db(transaction=True)
def test_periodic_work_comes_due_without_the_bell(pulse, clock, monkeypatch):
    every = Periodic(work_probe.kind(work_probe.succeed), LANE, work_probe.dt.timedelta(hours=1))
    monkeypatch.setattr(work_probe.handlers, "_periodic", {every.kind: every})
    clock.now += 10
    pulse.tick(timezone.now())
    assert wait_for(lambda: list(Work.objects.values_list("state", flat=True)) == ["done"])
