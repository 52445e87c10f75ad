"""Whoever writes the status page is missed when it stops, and not when it was stopped."""

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone

from complaints.management.commands import write_status
from complaints.status import files
from creditquery.tests.conftest import work_off
from portal.watch import selectors
from portal.watch.models import Heartbeat
from portal.work.services import add
from portal.work.states import Lane

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.PUBLIC = tmp_path


def places() -> list[str]:
    return list(Heartbeat.objects.filter(kind="status").values_list("host", flat=True))


def test_the_workers_beat_for_all_of_them(now):
    add(kind="complaints.tasks.status.publish", subject="x", lane=Lane.UPKEEP, now=now)
    work_off(Lane.UPKEEP)
    assert places() == [""]
    later = timezone.now() + status_patience()
    assert ("status-stale", "") in selectors.silent(now=later)


def status_patience():
    return 2 * selectors.BEATS["status"][1]


def test_a_web_host_beats_while_it_writes_and_says_farewell(monkeypatch):
    rounds = []

    def sleep(seconds):
        rounds.append(places())
        if len(rounds) == 2:
            raise SystemExit  # as its SIGTERM does

    monkeypatch.setattr(write_status.time, "sleep", sleep)
    monkeypatch.setattr(write_status.signal, "signal", lambda *_: None)
    with pytest.raises(SystemExit):
        call_command("write_status")
    assert rounds == [[settings.HOST_NAME]] * 2
    assert places() == []


def test_a_full_disk_stops_the_beat_and_not_the_writer(monkeypatch):
    def full(*_, **__):
        raise OSError("no space left on device")

    def sleep(seconds):
        raise SystemExit

    monkeypatch.setattr(files, "write", full)
    monkeypatch.setattr(write_status.time, "sleep", sleep)
    monkeypatch.setattr(write_status.signal, "signal", lambda *_: None)
    with pytest.raises(SystemExit):
        call_command("write_status")
    assert places() == []


def test_writing_once_is_no_promise_to_go_on():
    call_command("write_status", "--once")
    assert places() == []
