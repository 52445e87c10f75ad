"""A real worker that never reaches Redis does its work all the same, and stops when told to."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from portal.watch import selectors
from portal.work import services as work
from portal.work.models import Work
from portal.work.states import Lane

ROOT = Path(__file__).resolve().parents[2]
WORKER = [
    *(sys.executable, "-m", "celery", "--app=portal", "--quiet", "worker", "--pool=threads"),
    *("--concurrency=4", "--queues=message", "--without-gossip", "--without-mingle"),
]


@pytest.fixture
def worker(tmp_path):
    """Of the lane for messages, on the database of this test, with no Redis anywhere."""
    known = connection.settings_dict
    login = f"{quote(known['USER'])}:{quote(known.get('PASSWORD') or '')}"
    place = f"{login}@/{known['NAME']}?host={quote(known['HOST'], safe='')}"
    environment = {
        **os.environ,
        "DATABASE_URL": f"postgres://{place}" + (f"&port={known['PORT']}" if known["PORT"] else ""),
        "REDIS_URL": f"unix://{tmp_path}/none.sock",
        "SECRET_KEY": settings.SECRET_KEY,
    }
    process = subprocess.Popen(
        WORKER, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    yield process
    process.kill()
    process.wait(10)


def wait_for(condition, seconds):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.1)
    return condition()


@pytest.mark.django_db(transaction=True)
def test_work_goes_on_without_redis_and_ends_with_the_worker(worker):
    wanted = work.add(
        kind="portal.tasks.forget_done_work", subject="x", lane=Lane.MESSAGE, now=timezone.now()
    )
    assert wait_for(lambda: Work.objects.get(pk=wanted.pk).state == "done", 40)
    assert wait_for(selectors.open_alarms().exists, 15)
    (alarm,) = selectors.open_alarms()
    assert (alarm.kind, alarm.repair) == ("doorbell-silent", "lane-restarted")
    (beat,) = selectors.heartbeats()
    assert (beat.kind, beat.detail["lanes"], beat.detail["alone"]) == ("worker", ["message"], True)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(15) == 0
    assert not selectors.heartbeats().exists()
    assert not Work.objects.filter(state="leased").exists()
