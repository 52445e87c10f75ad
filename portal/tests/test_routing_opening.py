"""When a route is cut off: its share of failures, failures in a row, calls that stand still."""

import pytest

from portal.routing.states import Result
from portal.tests import routing_probe
from portal.tests.routing_probe import FAILED, OK, mixed, opened

world, host = routing_probe.world, routing_probe.host


# --- The share of failures ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("calls", "failures", "state"),
    [
        (99, 9, "closed"),  # too few calls to be a share
        (100, 5, "closed"),  # exactly 5 %
        (100, 6, "open"),
        (101, 6, "open"),
        (120, 6, "closed"),
        (121, 7, "open"),
        (160, 8, "closed"),
        (161, 9, "open"),
        (181, 9, "closed"),
    ],
)
def test_a_share_above_five_percent_of_a_hundred_calls_opens(host, calls, failures, state):
    host.call(*mixed(calls, failures))
    assert host.state == state


def test_the_call_that_makes_the_share_opens_at_once(host):
    host.call(*mixed(94, 5), *[OK] * 5)
    assert host.seen == []
    host.call(FAILED)
    assert host.state == "open"
    (transition,) = host.seen
    assert (transition.from_state, transition.to_state, transition.reason) == (
        "closed",
        "open",
        "share",
    )
    assert (transition.figures["calls"], transition.figures["failures"]) == (100, 6)


def test_what_succeeded_last_can_be_the_hundredth_call(host):
    host.call(*mixed(99, 6))
    assert host.state == "closed"
    host.call(OK)
    assert host.state == "open"


def test_thresholds_are_those_of_the_route(world, host):
    world.set(min_calls=10, failure_percent=20)
    host.call(*mixed(10, 2))
    assert host.state == "closed"
    host.call(FAILED)
    assert host.state == "open"


@pytest.mark.parametrize("result", [Result.THROTTLED, Result.NOTHING])
def test_what_is_no_failure_is_not_counted(host, result):
    host.call(*[result] * 110)
    assert host.state == "closed"
    assert host.line.calls == 0


# --- The window -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("seconds", "state"),
    [(0, "open"), (55, "open"), (59.999, "open"), (60, "closed"), (300, "closed")],
)
def test_failures_count_until_their_bucket_leaves_the_window(world, host, seconds, state):
    world.set(busy_calls_a_minute=10_000)
    host.call(*mixed(50, 6))
    world.add(seconds)
    host.call(*[OK] * 50)
    assert host.state == state


@pytest.mark.parametrize(("into", "left"), [(0, 60), (4.999, 55.001), (2.5, 57.5)])
def test_a_bucket_leaves_as_a_whole_sixty_seconds_after_it_began(world, host, into, left):
    world.add(into)
    host.call(FAILED)
    world.add(left - 0.001)
    assert host.line.failures == 1
    world.add(0.001)
    assert host.line.failures == 0


def test_the_window_moves_in_steps(world, host):
    for _ in range(12):
        host.call(FAILED, OK)
        world.add(5)
    assert [host.line.failures, host.line.calls] == [11, 22]


# --- Many calls -----------------------------------------------------------------------------


def paced(world, host, *, seconds, each, failures):
    """So many calls in each bucket, then failures as long as the route lets calls through."""
    for _ in range(seconds // 5):
        host.call(*[OK] * each)
        world.add(5)
    for result in [OK, FAILED] * failures:
        if host.state == "closed":
            host.call(result)


@pytest.mark.parametrize(
    ("seconds", "each", "state"),
    [
        (20, 24, "closed"),  # 288 a minute, and only 126 calls
        (20, 20, "closed"),  # 240 a minute
        (20, 19, "open"),  # 228 a minute are not busy
        (10, 45, "open"),  # a burst of ten seconds is no load
        (15, 45, "closed"),
        (35, 26, "open"),  # busy, and 200 calls are enough
    ],
)
def test_a_busy_route_is_judged_by_two_hundred_calls(world, host, seconds, each, state):
    paced(world, host, seconds=seconds, each=each, failures=15)
    assert host.state == state


# --- Failures in a row ----------------------------------------------------------------------


@pytest.mark.parametrize(("failures", "state"), [(9, "closed"), (10, "open"), (1, "closed")])
def test_ten_failures_in_a_row_open(host, failures, state):
    host.call(*[FAILED] * failures)
    assert host.state == state


def test_one_success_ends_the_row(host):
    host.call(*[FAILED] * 9, OK, *[FAILED] * 9)
    assert host.state == "closed"
    host.call(FAILED)
    assert host.state == "open"
    assert host.seen[0].reason == "consecutive"


@pytest.mark.parametrize("result", [Result.NOTHING, Result.THROTTLED])
def test_what_tells_nothing_does_not_end_the_row(host, result):
    host.call(*[FAILED] * 9, result, FAILED)
    assert host.state == "open"


def test_a_row_may_be_longer_than_the_window(world, host):
    for _ in range(10):
        host.call(FAILED)
        world.add(20)
    assert [t.reason for t in host.seen] == ["consecutive"]


# --- Calls that stand still -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "young", "seconds", "state"),
    [
        (10, 0, 5.001, "open"),
        (10, 0, 5, "closed"),  # older than, not as old as
        (9, 0, 60, "closed"),  # too few
        (6, 4, 5.001, "open"),
        (5, 5, 5.001, "closed"),  # half is not more than half
        (20, 20, 5.001, "closed"),
        (20, 19, 5.001, "open"),
    ],
)
def test_more_than_half_of_ten_calls_that_stand_still_open(world, host, old, young, seconds, state):
    host.begin_many(old)
    world.add(1)
    host.begin_many(young)
    world.add(seconds - 1)
    assert host.state == state


def test_standing_still_is_seen_when_the_next_call_asks(world, host):
    host.begin_many(10)
    world.add(6)
    assert host.refused().why == "open"
    assert host.seen[0].figures["stalled"] == 10


def test_standing_still_is_seen_when_a_call_ends(world, host):
    permits = host.begin_many(11)
    world.add(6)
    host.end(permits[0])
    assert [t.reason for t in host.seen] == ["stalled"]


def test_calls_that_ended_do_not_stand_still(world, host):
    permits = host.begin_many(12)
    for permit in permits[:3]:
        host.end(permit)
    world.add(6)
    assert host.state == "closed"


def test_calls_of_an_earlier_state_do_not_stand_still_again(world, host):
    host.begin_many(12)
    world.add(6)
    assert host.state == "open"
    world.add(30)
    host.call(*[OK] * 5)
    world.set(flight_seconds=3600)
    assert host.state == "closed"


# --- Processes that died --------------------------------------------------------------------


def test_the_calls_of_the_dead_do_not_stand_still(world, host):
    dead = world.host()
    dead.begin_many(15)
    world.add(6)
    assert host.state == "closed"
    assert host.line.in_flight == 0


def test_the_calls_of_a_process_that_gives_signs_of_life_do(world, host):
    living = world.host()
    living.begin_many(15)
    world.add(6)
    living.beat()
    assert host.state == "open"


@pytest.mark.parametrize(("silent", "state"), [(3, "open"), (3.001, "closed")])
def test_a_process_is_dead_after_three_silent_seconds(world, host, silent, state):
    other = world.host()
    other.begin_many(15)
    world.add(4)
    other.beat()
    world.add(silent)
    assert host.state == state


def test_the_dead_do_not_dilute_the_living(world, host):
    host.begin_many(10)
    world.add(2)
    world.host().begin_many(15)
    world.add(3.5)
    assert host.state == "open"


def test_after_forty_seconds_a_call_is_forgotten(world, host):
    host.begin_many(9)
    world.add(39.999)
    assert host.line.in_flight == 9
    world.add(0.001)
    assert host.line.in_flight == 0


# --- Late results ---------------------------------------------------------------------------


def test_a_late_result_only_leaves_the_calls_under_way(world, host):
    late = host.begin_many(2)
    opened(host)
    for permit in late:
        host.end(permit, FAILED)
    assert host.line.in_flight == 0
    assert len(host.seen) == 1


@pytest.mark.parametrize("result", [OK, FAILED, Result.AWAY, Result.THROTTLED])
def test_a_late_result_does_not_judge_a_probe(world, host, result):
    late = host.begin()
    opened(host)
    world.add(30)
    host.call(OK)
    host.end(late, result)
    assert host.state == "half_open"
    host.call(*[OK] * 4)
    assert host.state == "closed"


def test_a_result_is_counted_once_the_route_is_back_only_if_it_began_then(world, host):
    late = host.begin()
    opened(host)
    world.add(30)
    host.call(*[OK] * 5)
    host.end(late, FAILED)
    assert (host.line.calls, host.line.failures) == (0, 0)


def test_a_permit_knows_its_epoch(host):
    first = host.begin().epoch
    opened(host)
    assert host.seen[0].epoch == first + 1
