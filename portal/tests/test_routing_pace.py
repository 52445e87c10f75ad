"""How many calls at once, and how many of them may be repetitions."""

from dataclasses import replace

import pytest

from portal.routing.states import Result
from portal.tests import routing_probe
from portal.tests.routing_probe import FAILED, OK, healed, opened

world, host = routing_probe.world, routing_probe.host


@pytest.fixture
def usual(world):
    """The shipped concurrency."""
    world.set(usual_concurrency=32)


def window(host, result=OK, *, seconds=0.1):
    """As many calls at once as there may be, to their end."""
    for permit in host.begin_many(host.limit):
        host.end(permit, result, seconds=seconds)


# --- Up -------------------------------------------------------------------------------------


def test_a_new_route_begins_with_the_usual_concurrency(usual, host):
    assert host.line.concurrency == 32
    host.begin_many(32)
    assert host.refused().why == "full"


def test_a_route_that_came_back_begins_with_two(host):
    healed(host)
    assert host.limit == 2
    host.begin_many(2)
    assert host.refused().why == "full"


def test_each_good_window_is_one_more(host):
    healed(host)
    limits = []
    for _ in range(5):
        window(host)
        limits.append(host.limit)
    assert limits == [3, 4, 5, 6, 7]


def test_a_window_is_as_many_calls_as_the_limit(host):
    healed(host)
    window(host)
    permits = host.begin_many(3)
    host.end(permits[0])
    host.end(permits[1])
    assert host.limit == 3
    host.end(permits[2])
    assert host.limit == 4


def test_never_more_than_most(world, host):
    world.set(start_concurrency=4, usual_concurrency=4, most_concurrency=5)
    for _ in range(4):
        window(host)
    assert host.limit == 5


def test_concurrency_that_nobody_uses_does_not_grow(host):
    healed(host)
    for _ in range(10):
        window(host)
    assert host.limit == 12
    host.call(*[OK] * 100)
    assert host.limit == 12


def test_a_call_that_ends_makes_room(world, host):
    healed(host)
    first, _ = host.begin_many(2)
    assert host.is_full([world.route])
    host.end(first, Result.NOTHING)
    assert not host.is_full([world.route])
    assert host.begin()


def test_calls_of_the_dead_make_room(world, host):
    healed(host)
    world.host().begin_many(2)
    assert host.refused().why == "full"
    world.add(3.001)
    assert host.begin()


def test_whoever_finds_it_full_is_told_when_a_place_is_likely(world, host):
    world.set(usual_concurrency=2)
    host.call(OK, seconds=3)
    host.begin_many(2)
    assert host.refused().after == 1.5


# --- Down -----------------------------------------------------------------------------------


def test_a_failure_leaves_seventy_percent(usual, host):
    host.call(FAILED)
    assert host.limit == 22


def test_failures_ease_once_a_window(usual, host):
    host.call(FAILED, FAILED, FAILED)
    assert host.limit == 22
    host.call(*[OK] * 19, FAILED)
    assert host.limit == 15


def test_too_many_calls_halve(usual, host):
    host.call(Result.THROTTLED)
    assert host.limit == 16


def test_a_burst_of_refusals_halves_once(usual, host):
    for permit in host.begin_many(10):
        host.end(permit, Result.THROTTLED)
    assert host.limit == 16


def test_never_less_than_one(world, host):
    world.set(start_concurrency=1, usual_concurrency=1)
    host.call(FAILED, OK, FAILED, OK, Result.THROTTLED)
    assert host.limit == 1
    assert host.begin()


@pytest.mark.parametrize(("seconds", "limit"), [(2.0, 34), (2.001, 23), (30, 23)])
def test_a_window_slower_than_two_seconds_is_trouble(usual, host, seconds, limit):
    window(host, seconds=0.2)
    assert host.limit == 33
    window(host, seconds=seconds)
    assert host.limit == limit


def test_a_route_that_is_always_slow_is_not_eased(usual, host):
    for _ in range(3):
        window(host, seconds=3.5)
    assert host.limit == 35


def test_more_than_twice_the_usual_of_a_slow_route_is_trouble(usual, host):
    window(host, seconds=1.5)
    window(host, seconds=3)
    assert host.limit == 34
    window(host, seconds=3.1)
    assert host.limit == 23


def test_what_takes_nearly_as_long_as_a_stall_is_fewer_than_a_stall_is_judged_by(usual, host):
    limits = []
    for _ in range(5):
        window(host, seconds=3.6)
        limits.append(host.limit)
    assert limits == [22, 15, 10, 9, 9]


def test_what_is_usual_does_not_follow_its_own_crowd(usual, host):
    """Else each window would allow the next one more, until the calls stall."""
    window(host, seconds=1.2)
    for _ in range(100):
        window(host, seconds=2.4)
    assert host.limit == 133
    window(host, seconds=2.41)
    assert host.limit == 93


def test_what_is_usual_rises_slowly_while_few_are_under_way(usual, host):
    window(host, seconds=1.2)
    for _ in range(4 * host.limit):
        host.call(OK, seconds=2.4)
    window(host, seconds=2.59)
    assert host.limit == 34
    window(host, seconds=2.7)
    assert host.limit == 23


# --- Repetitions ----------------------------------------------------------------------------


def repeat(world, host, times):
    """How many of so many repetitions were granted."""
    granted = 0
    for _ in range(times):
        answer = host.admit([world.route], retry=True)
        if not hasattr(answer, "why"):
            granted += 1
            host.end(answer)
    return granted


def test_the_reserve_is_twenty_repetitions(world, host):
    assert repeat(world, host, 25) == 20
    assert host.refused(retry=True).why == "budget"
    assert host.begin()


@pytest.mark.parametrize(("first", "granted"), [(9, 0), (10, 1), (100, 10), (1000, 20)])
def test_ten_first_calls_earn_one_repetition_up_to_the_reserve(world, host, first, granted):
    repeat(world, host, 20)
    host.call(*[OK] * first)
    assert repeat(world, host, 30) == granted


def test_the_budget_is_that_of_the_channel(world, host):
    repeat(world, host, 20)
    assert host.admit([world.other()], retry=True).why == "budget"


def test_another_channel_has_a_budget_of_its_own(world, host):
    repeat(world, host, 20)
    elsewhere = replace(world.route, name=f"{world.channel}x.east")
    assert host.admit([world.route, world.other()], retry=True).why == "budget"
    assert host.admit([world.route, elsewhere], retry=True).route == elsewhere.name


def test_a_repetition_that_finds_no_route_costs_nothing(world, host):
    opened(host)
    for _ in range(30):
        assert host.refused(retry=True).why == "open"
    world.force("closed")
    assert repeat(world, host, 25) == 20


# --- Latency --------------------------------------------------------------------------------


def test_latency_is_a_moving_mean_of_what_succeeded(world, host):
    host.call(OK, seconds=0.2)
    host.call(FAILED, seconds=9)
    host.call(OK, seconds=0.4)
    assert host.line.latency_ms == pytest.approx(220)
    assert host.latencies([world.route.name, "never.seen"]) == {
        world.route.name: pytest.approx(220),
        "never.seen": 0,
    }


def test_a_probe_measures_nothing(world, host):
    host.call(OK, seconds=0.2)
    host.call(OK, seconds=0)
    assert host.line.latency_ms == pytest.approx(200)
    assert host.line.calls == 2


def test_what_was_measured_a_minute_ago_is_not_known_any_more(world, host):
    host.call(OK, seconds=9)
    world.add(60.001)
    assert host.latencies([world.route.name]) == {world.route.name: 0}
    host.call(OK, seconds=0.2)
    assert host.line.latency_ms == pytest.approx(200)


def test_latencies_are_read_once_a_second(world, host):
    host.call(OK, seconds=0.2)
    before = host.latencies([world.route.name])
    host.call(OK, seconds=0.4)
    assert host.latencies([world.route.name]) == before
