"""Periodic work is work: one row a period, whoever asks and however often."""

import datetime as dt
import io

import pytest
from django.core.management import call_command
from django.utils import timezone

from portal import tasks as portal_tasks
from portal.tests import work_probe
from portal.tests.work_probe import NOW, add, kind, state_of
from portal.work import handlers, tasks
from portal.work import services as work
from portal.work.models import Work
from portal.work.states import Lane, WorkState

probes = work_probe.probes
HOURLY = handlers.Periodic(kind(work_probe.succeed), Lane.RENDER, dt.timedelta(hours=1))


def test_a_period_begins_at_the_same_moment_for_all():
    assert HOURLY.slot(NOW + dt.timedelta(minutes=59, seconds=59)) == NOW
    assert HOURLY.slot(NOW + dt.timedelta(minutes=60)) == NOW + dt.timedelta(hours=1)


@pytest.mark.django_db
def test_one_row_a_period():
    for minutes in (0, 1, 59, 60, 61):
        work.add_periodic(periodic=HOURLY, now=NOW + dt.timedelta(minutes=minutes))
    assert Work.objects.filter(kind=HOURLY.kind).count() == 2


@pytest.mark.django_db
def test_the_sweeper_adds_what_an_app_asked_for(probes, monkeypatch):
    monkeypatch.setattr(handlers, "_periodic", {HOURLY.kind: HOURLY})
    for _ in range(3):
        tasks.sweep(Lane.RENDER)
        tasks.sweep(Lane.MESSAGE)
    assert tasks.drain(Lane.RENDER) == 1
    assert list(Work.objects.values_list("kind", "state")) == [(HOURLY.kind, WorkState.DONE)]


@pytest.mark.django_db
def test_done_work_is_forgotten_after_a_month():
    assert kind_of(portal_tasks.forget_done_work) in {
        entry.kind for entry in handlers.periodic_of(Lane.MESSAGE)
    }
    now = timezone.now()
    for days in (29, 31):
        add(subject=str(days))
    Work.objects.update(state=WorkState.DONE)
    for days in (29, 31):
        Work.objects.filter(subject=str(days)).update(moved_at=now - dt.timedelta(days=days))
    work.add(kind=kind_of(portal_tasks.forget_done_work), subject="x", lane=Lane.MESSAGE, now=now)
    tasks.drain(Lane.MESSAGE)
    assert list(Work.objects.order_by("id").values_list("subject", flat=True)) == ["29", "x"]


def kind_of(handler):
    return f"{handler.__module__}.{handler.__name__}"


@pytest.mark.django_db(transaction=True)
def test_the_command_performs_everything_without_redis(probes):
    rows = [add(subject=str(n), lane=lane) for n in range(20) for lane in Lane]
    died = add(subject="its holder died", lane=Lane.UPSTREAM)
    Work.objects.filter(pk=died.pk).update(state=WorkState.LEASED, lease_until=NOW, fence=1)
    told = io.StringIO()
    call_command("sweep_work", "--once", "--threads=3", stdout=told)
    assert {state_of(row) for row in [*rows, died]} == {WorkState.DONE}
    assert told.getvalue() == f"{20 * len(Lane) + 1} pieces of work performed.\n"


@pytest.mark.django_db(transaction=True)
def test_the_command_keeps_to_its_lane(probes):
    upstream, render = add(lane=Lane.UPSTREAM), add(lane=Lane.RENDER)
    call_command("sweep_work", "--once", "--lane=render", stdout=io.StringIO())
    assert (state_of(upstream), state_of(render)) == (WorkState.READY, WorkState.DONE)
