"""What becomes of work when its handler succeeds, stumbles, forgets to end it, or dies."""

import datetime as dt
import logging
import os
import signal
import subprocess
import sys

import pytest
from django.db import connection
from django.utils import timezone

from portal.tests import work_probe
from portal.tests.work_probe import NOW, add, claim_one, kind, state_of
from portal.work import handlers, tasks
from portal.work import services as work
from portal.work.claims import ATTEMPTS
from portal.work.models import Work
from portal.work.states import Lane, WorkState

LANE = Lane.UPSTREAM
probes = work_probe.probes


@pytest.mark.django_db
def test_due_work_is_performed_one_after_the_other(probes):
    rows = [add(subject=str(number)) for number in range(3)]
    found = []
    assert tasks.drain(LANE, found=lambda: found.append(1)) == 3
    assert {state_of(row) for row in rows} == {WorkState.DONE}
    assert found == [1]


@pytest.mark.django_db
def test_a_single_piece_wakes_nobody_else(probes):
    add()
    add(run_after=timezone.now() + dt.timedelta(hours=1))
    assert tasks.drain(LANE, found=lambda: pytest.fail("nothing is left behind")) == 1


@pytest.mark.django_db
def test_a_drain_that_ran_out_of_time_says_so(probes):
    add()
    found = []
    assert tasks.drain(LANE, found=lambda: found.append(1), seconds=0) == 0
    assert found == [1]


@pytest.mark.django_db
def test_an_empty_lane_wakes_nobody(probes):
    assert tasks.drain(LANE, found=lambda: pytest.fail("there is nothing")) == 0


@pytest.mark.django_db
def test_a_handler_that_stumbles_has_burnt_an_attempt(probes, caplog):
    row = add(work_probe.stumble)
    tasks.drain(LANE)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (WorkState.READY, 1)
    assert row.run_after > timezone.now()
    assert row.reason.startswith("ValueError (tests/work_probe.py:")
    assert "张三" not in row.reason
    assert "work_probe.stumble, attempt 1" in caplog.text


@pytest.mark.django_db
def test_the_fifth_failure_is_the_last(probes, caplog):
    caplog.set_level(logging.CRITICAL)
    row = add(work_probe.stumble)
    for _ in range(ATTEMPTS):
        Work.objects.update(run_after=NOW)
        assert tasks.drain(LANE) == 1
    row.refresh_from_db()
    assert (row.state, row.attempts, row.fence) == (WorkState.DEAD, ATTEMPTS, ATTEMPTS)
    assert tasks.drain(LANE) == 0


@pytest.mark.django_db
def test_a_database_that_goes_away_burns_no_attempt(probes):
    row = add(work_probe.lose_the_database)
    for _ in range(ATTEMPTS):
        Work.objects.update(run_after=NOW)
        assert tasks.drain(LANE) == 1
    row.refresh_from_db()
    assert (row.state, row.attempts, row.fence) == (WorkState.READY, 0, ATTEMPTS)
    assert row.run_after > timezone.now()
    assert row.reason.startswith("OperationalError (tests/work_probe.py:")


@pytest.mark.django_db
def test_a_handler_that_does_not_end_its_work_has_failed(probes):
    row = add(work_probe.forget_to_end)
    tasks.drain(LANE)
    row.refresh_from_db()
    assert (row.state, row.attempts) == (WorkState.READY, 1)
    assert row.reason.startswith("NotEnded: portal.tests.work_probe.forget_to_end")


@pytest.mark.django_db(transaction=True)
def test_a_lost_lease_is_no_failure(probes):
    row = add(work_probe.lose_the_lease)
    tasks.perform(claim_one())
    row.refresh_from_db()
    assert (row.state, row.attempts, row.expiries) == (WorkState.READY, 0, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "portal.tests.work_probe._private",
        "portal.tests.work_probe.NOW",
        "portal.tests.work_probe.Lane",
        "portal.tests.work_probe.state_of.x",
        "portal.tests.work_probe.missing",
        "os.system",
        "system",
        "",
    ],
)
def test_only_handlers_are_found_by_name(probes, name):
    with pytest.raises(handlers.UnknownHandler):
        handlers.find(name)


@pytest.mark.django_db
def test_work_without_a_handler_says_so():
    row = work.add(kind="os.system", subject="x", lane=LANE, now=NOW)
    tasks.perform(claim_one())
    row.refresh_from_db()
    assert row.reason.startswith("UnknownHandler: os.system")


def test_imported_functions_are_no_handlers(probes):
    assert handlers.find(kind(work_probe.succeed)) is work_probe.succeed
    with pytest.raises(handlers.UnknownHandler):
        handlers.find("portal.tasks.periodic")


DIE = """
import django
django.setup()
import os, signal
from django.conf import settings
from django.utils import timezone
from portal.work import services
settings.DATABASES["default"]["NAME"] = {database!r}
(held,) = services.claim(lane="upstream", now=timezone.now(), holder="dying")
print("claimed", flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.django_db(transaction=True)
def test_a_process_that_was_killed_burns_no_attempt(probes):
    row = add()
    script = DIE.format(database=connection.settings_dict["NAME"])
    killed = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, env=os.environ
    )
    assert (killed.returncode, killed.stdout) == (-signal.SIGKILL, "claimed\n")
    row.refresh_from_db()
    assert (row.state, row.holder, row.attempts) == (WorkState.LEASED, "dying", 0)
    Work.objects.update(lease_until=NOW)
    tasks.sweep(LANE)
    tasks.drain(LANE)
    row.refresh_from_db()
    assert (row.state, row.attempts, row.fence) == (WorkState.DONE, 0, 2)
