"""One sick host does not take a route from the others."""

import pytest

from portal.routing.states import Result
from portal.tests import routing_probe
from portal.tests.routing_probe import FAILED, OK, mixed

world, host = routing_probe.world, routing_probe.host


@pytest.fixture
def sick(world, host):
    """A host that is cut off from a route that works for the other."""
    made = world.host("h2")
    host.call(OK)
    made.call(*[FAILED] * 10)
    return made


def told(transition):
    return transition.host, transition.from_state, transition.to_state, transition.reason


def test_failures_of_one_host_alone_cut_off_that_host(world, host, sick):
    assert host.line.quarantined == ("h2",)
    assert host.state == "closed"
    assert sick.refused().why == "open"
    host.call(OK)
    assert [told(t) for t in sick.seen] == [("h2", "closed", "open", "consecutive")]


def test_its_failures_leave_the_shared_window(host, sick):
    assert (host.line.calls, host.line.failures) == (1, 0)
    host.call(*mixed(99, 4))
    assert host.state == "closed"


def test_successes_of_the_others_do_not_hide_a_sick_host(world, host):
    sick = world.host("h2")
    for _ in range(10):
        host.call(OK, OK)
        sick.call(FAILED)
    assert host.line.quarantined == ("h2",)


def test_a_sick_host_is_found_by_its_share_of_failures(world, host):
    sick = world.host("h2")
    host.call(*[OK] * 90)
    for _ in range(5):
        sick.call(OK, FAILED)
    assert host.seen == sick.seen == []
    sick.call(FAILED)
    assert told(sick.seen[0]) == ("h2", "closed", "open", "share")


def test_a_sick_host_is_found_by_its_calls_that_stand_still(world, host):
    sick = world.host("h2")
    host.call(OK)
    sick.begin_many(10)
    world.add(6)
    sick.beat()
    assert host.line.quarantined == ("h2",)
    assert host.state == "closed"
    assert host.begin()


@pytest.mark.parametrize("hosts", [1, 2, 3])
def test_failures_of_every_active_host_open_the_route(world, host, hosts):
    names = [world.host(f"h{n}") for n in range(hosts)]
    for n in range(10):
        names[n % hosts].call(FAILED)
    assert host.state == "open"
    assert host.line.quarantined == ()


def test_a_host_that_was_not_active_within_the_window_proves_nothing(world, host):
    host.call(OK)
    world.add(60)
    other = world.host("h2")
    other.call(*[FAILED] * 10)
    assert host.state == "open"


def test_the_last_host_that_is_left_opens_the_route(host, sick):
    host.call(*[FAILED] * 10)
    assert host.state == "open"
    assert host.line.quarantined == ("h2",)


def test_two_processes_of_one_host_are_one_host(world, host):
    world.host("h1").call(OK)
    host.call(*[FAILED] * 10)
    assert host.state == "open"


# --- Coming back ----------------------------------------------------------------------------


def test_a_host_comes_back_by_probes_of_its_own(world, host, sick):
    world.add(30)
    probe = sick.begin()
    assert probe.probe
    assert sick.refused().why == "open"
    assert not host.begin().probe
    sick.end(probe)
    sick.call(*[OK] * 4)
    assert host.line.quarantined == ()
    assert [told(t) for t in sick.seen[1:]] == [
        ("h2", "open", "half_open", "time"),
        ("h2", "half_open", "closed", "probes"),
    ]


def test_a_failed_probe_doubles_the_time_of_that_host(world, host, sick):
    world.add(30)
    sick.call(FAILED)
    assert sick.refused().after == 60.0
    assert host.begin()


def test_a_host_that_is_back_is_judged_from_nothing(world, host, sick):
    world.add(30)
    sick.call(*[OK] * 5, *[FAILED] * 9)
    host.call(OK)
    assert host.line.quarantined == ()


def test_results_from_before_its_quarantine_are_late(world, host):
    sick = world.host("h2")
    host.call(OK)
    late = sick.begin_many(5)
    sick.call(*[FAILED] * 10)
    for permit in late:
        sick.end(permit, FAILED)
    assert host.line.failures == 0
    assert len(sick.seen) == 1


def test_results_of_the_others_go_on_to_count(world, host):
    under_way = host.begin_many(3)
    sick = world.host("h2")
    host.call(OK)
    sick.call(*[FAILED] * 10)
    for permit in under_way:
        host.end(permit, OK)
    assert host.line.calls == 4


def test_each_transition_has_a_number_of_its_own(world, host, sick):
    host.call(*[FAILED] * 10)
    epochs = [t.epoch for t in (*sick.seen, *host.seen)]
    assert len(set(epochs)) == len(epochs) == 2


def test_while_the_route_is_cut_off_so_is_every_host(world, host, sick):
    host.call(Result.AWAY, after=100)
    world.add(50)
    assert sick.refused().after == 50.0
