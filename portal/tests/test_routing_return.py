"""How a route comes back: after a time, by probes one after the other; and who may overrule it."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from portal.routing.route import NoRoute, Permit
from portal.routing.states import Result
from portal.tests import routing_probe
from portal.tests.routing_probe import FAILED, OK, healed, opened, tried

world, host = routing_probe.world, routing_probe.host


def cut_seconds(host):
    """How long the route is cut off, now that it is."""
    return (host.line.until - host.line.since).total_seconds()


# --- Probes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("seconds", "why"), [(29.999, "open"), (30, None), (3600, None)])
def test_a_route_is_tried_when_its_time_is_over(world, host, seconds, why):
    opened(host)
    world.add(seconds)
    answer = host.admit([world.route])
    assert getattr(answer, "why", None) == why
    assert isinstance(answer, NoRoute) or answer.probe


def test_whoever_is_refused_is_told_when_to_ask_again(world, host):
    opened(host)
    world.add(10)
    assert host.refused() == NoRoute("open", 20.0)


def test_one_probe_at_a_time(world, host):
    tried(host)
    probe = host.begin()
    assert host.refused().why == "open"
    host.end(probe)
    assert host.begin().probe


def test_of_sixteen_who_ask_at_once_one_is_the_probe(world, host):
    tried(host)
    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: host.admit([world.route]), range(16)))
    assert sum(isinstance(answer, Permit) for answer in answers) == 1


@pytest.mark.parametrize(("good", "state"), [(4, "half_open"), (5, "closed")])
def test_five_probes_in_a_row_close(host, good, state):
    tried(host)
    host.call(*[OK] * good)
    assert host.state == state


@pytest.mark.parametrize("good", range(5))
def test_one_failed_probe_is_enough_to_open_again(host, good):
    tried(host)
    host.call(*[OK] * good, FAILED)
    assert host.state == "open"
    assert host.seen[-1].reason == "probe"


def test_after_a_failed_probe_the_count_begins_anew(world, host):
    tried(host)
    host.call(*[OK] * 4, FAILED)
    world.add(60)
    host.call(*[OK] * 4)
    assert host.state == "half_open"


@pytest.mark.parametrize("result", [Result.NOTHING, Result.THROTTLED])
def test_a_probe_that_tells_nothing_makes_room_for_the_next(host, result):
    tried(host)
    host.call(result, result)
    assert host.state == "half_open"
    host.call(*[OK] * 5)
    assert host.state == "closed"


def test_a_probe_of_a_process_that_died_is_replaced(world, host):
    tried(host)
    world.host().begin()
    assert host.refused() == NoRoute("open", 1.0)
    world.add(3.001)
    assert host.begin().probe


def test_a_probe_that_is_slow_is_waited_for(world, host):
    tried(host)
    slow = world.host()
    slow.begin()
    for _ in range(12):
        world.add(3)
        slow.beat()
        assert host.refused().why == "open"


def test_the_answer_of_a_probe_that_was_replaced_does_not_count(world, host):
    tried(host)
    frozen = world.host()
    probe = frozen.begin()
    world.add(4)
    host.call(*[OK] * 4)
    frozen.end(probe, OK)
    assert host.state == "half_open"


def test_coming_back_forgets_the_failures_of_before(host):
    healed(host)
    assert (host.line.calls, host.line.failures) == (0, 0)
    host.call(*[FAILED] * 9)
    assert host.state == "closed"


def test_the_way_there_and_back_is_told(host):
    healed(host)
    assert [(t.from_state, t.to_state, t.reason) for t in host.seen] == [
        ("closed", "open", "consecutive"),
        ("open", "half_open", "time"),
        ("half_open", "closed", "probes"),
    ]
    epochs = [t.epoch for t in host.seen]
    assert epochs == [epochs[0], epochs[0] + 1, epochs[0] + 2]


# --- How long -------------------------------------------------------------------------------


def test_the_time_doubles_with_each_opening_up_to_five_minutes(world, host):
    opened(host)
    times = []
    for _ in range(7):
        times.append(cut_seconds(host))
        world.add(times[-1])
        host.call(FAILED)
    assert times == [30, 60, 120, 240, 300, 300, 300]


def test_the_time_doubles_too_when_the_route_was_in_use_for_a_moment(world, host):
    healed(host)
    opened(host)
    assert cut_seconds(host) == 60


@pytest.mark.parametrize(("calm", "seconds"), [(119.999, 60), (120, 30)])
def test_two_calm_minutes_begin_the_doubling_anew(world, host, calm, seconds):
    healed(host)
    world.add(calm)
    opened(host)
    assert cut_seconds(host) == seconds


@pytest.mark.parametrize(("luck", "seconds"), [(0.0, 24.0), (0.5, 30.0), (0.75, 33.0), (1.0, 36.0)])
def test_the_time_is_spread_by_a_fifth(world, host, luck, seconds):
    world.set(jitter_percent=20)
    world.luck = luck
    opened(host)
    assert cut_seconds(host) == seconds


# --- What the other side says ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("after", "seconds"), [(90, 90), (0, 30), (3600, 3600), (1e9, 3600), (float("nan"), 30)]
)
def test_announced_maintenance_opens_for_as_long_as_was_said(host, after, seconds):
    host.call(Result.AWAY, after=after)
    assert host.state == "open"
    assert cut_seconds(host) == seconds
    assert host.seen[0].reason == "away"


def test_maintenance_is_no_failure_and_doubles_nothing(world, host):
    host.call(*[FAILED] * 9)
    host.call(Result.AWAY, after=60)
    world.add(60)
    host.call(Result.AWAY, after=60)
    world.add(60)
    host.call(FAILED)
    assert cut_seconds(host) == 30


def test_too_many_calls_pause_the_route_and_open_nothing(world, host):
    host.call(Result.THROTTLED, after=7)
    assert host.refused() == NoRoute("full", 7.0)
    world.add(7)
    host.call(OK)
    assert host.seen == []


@pytest.mark.parametrize(("after", "paused"), [(1e12, 300.0), (-5, None), (float("inf"), None)])
def test_a_pause_that_nobody_can_mean_is_bounded(world, host, after, paused):
    host.call(Result.THROTTLED, after=after)
    answer = host.admit([world.route])
    assert getattr(answer, "after", None) == paused


# --- Forced ---------------------------------------------------------------------------------


def test_a_route_that_is_forced_open_lets_nothing_through(world, host):
    host.call(OK)
    world.force("open")
    assert host.refused().why == "open"
    assert not host.is_full([world.route])
    world.force("")
    assert host.begin()


def test_a_route_that_is_forced_closed_lets_calls_through_whatever_its_state(world, host):
    opened(host)
    world.force("closed")
    permits = host.begin_many(3)
    assert [permit.probe for permit in permits] == [False] * 3
    host.call(*[OK] * 20)
    world.force("")
    assert host.state == "open"


def test_a_route_that_is_forced_closed_is_still_judged(world, host):
    world.force("closed")
    host.call(*[FAILED] * 12)
    assert [t.reason for t in host.seen] == ["consecutive"]


def test_a_route_that_is_forced_closed_keeps_to_the_usual_concurrency(world, host):
    world.set(usual_concurrency=4)
    tried(host)
    world.force("closed")
    host.begin_many(4)
    assert host.refused().why == "full"


# --- Several routes -------------------------------------------------------------------------


def test_the_first_route_of_the_order_that_lets_a_call_through_is_taken(world, host):
    near, far = world.route, world.other()
    assert host.admit([near, far]).route == near.name
    assert host.admit([far, near]).route == far.name
    opened(host)
    assert host.admit([near, far]).route == far.name


def test_a_probe_is_taken_before_a_route_that_comes_later(world, host):
    tried(host)
    assert host.admit([world.route, world.other()]).probe
    assert host.admit([world.route, world.other()]).route == world.other().name


def test_no_route_tells_the_least_wait(world, host):
    opened(host)
    other = replace(world, route=world.other())
    world.add(10)
    other.now = world.now
    opened(other.host())
    assert host.admit([world.other(), world.route]) == NoRoute("open", 20.0)


def test_routes_that_are_full_are_told_apart_from_routes_that_are_cut_off(world, host):
    opened(host)
    full = replace(world.other(), policy=replace(world.policy, usual_concurrency=2))
    for _ in range(2):
        host.admit([full])
    assert host.admit([world.route, full]).why == "full"


def test_without_any_route_there_is_none(host):
    assert host.admit([]).why == "open"
    assert not host.is_full([])
    assert host.look([]) == {}
