"""What should happen by itself and does not is seen, and only that."""

import datetime as dt

import pytest

from portal.tests import work_probe
from portal.tests.work_probe import NOW, add, claim, claim_one
from portal.watch import selectors, services
from portal.work import services as work
from portal.work.models import Work
from portal.work.states import Lane, WorkState

pytestmark = pytest.mark.django_db
probes = work_probe.probes


def after(seconds):
    return NOW + dt.timedelta(seconds=seconds)


def beat(name="worker:upstream:a:1", *, kind="worker", lanes=("upstream",), at=0):
    services.beat(name=name, kind=kind, host="a", detail={"lanes": list(lanes)}, now=after(at))


def alarms():
    return {(alarm.kind, alarm.subject) for alarm in selectors.open_alarms()}


def test_a_beat_is_one_row_and_a_farewell_takes_it_away():
    beat()
    beat(at=5)
    (row,) = selectors.heartbeats()
    assert (row.name, row.kind, row.host, row.seen_at) == (
        "worker:upstream:a:1",
        "worker",
        "a",
        after(5),
    )
    services.farewell(name=row.name)
    assert not selectors.heartbeats().exists()


@pytest.mark.parametrize(
    ("seconds", "missed"), [(15, set()), (16, {("worker-silent", "upstream")})]
)
def test_three_missed_beats_are_a_silence(seconds, missed):
    beat()
    assert selectors.silent(now=after(seconds)) == missed


def test_a_lane_is_silent_when_none_of_its_workers_is_heard():
    beat("1", lanes=("upstream", "message"))
    beat("2", at=20)
    assert selectors.silent(now=after(30)) == {("worker-silent", "message")}
    assert (
        selectors.peers(lane="upstream", now=after(30)),
        selectors.peers(lane="x", now=NOW),
    ) == (
        1,
        0,
    )


def test_a_status_page_that_nobody_writes_is_an_alarm_until_somebody_does():
    for host in ("", "web-1"):
        detail = {"place": host}
        services.beat(name=f"status:{host}", kind="status", host=host, detail=detail, now=NOW)
    services.tell_silences(silent=selectors.silent(now=after(180)), now=after(180))
    assert alarms() == set()
    services.tell_silences(silent=selectors.silent(now=after(181)), now=after(181))
    assert alarms() == {("status-stale", ""), ("status-stale", "web-1")}
    services.farewell(name="status:web-1")
    services.tell_silences(silent=selectors.silent(now=after(201)), now=after(201))
    assert alarms() == {("status-stale", "")}


def test_who_ended_properly_is_not_missed():
    beat()
    services.farewell(name="worker:upstream:a:1")
    assert selectors.silent(now=after(60)) == set()


def test_beat_and_sweeper_are_missed_by_name_and_come_back():
    services.beat(name="beat", kind="beat", now=NOW)
    beat("sweeper:a:2", kind="sweeper", lanes=("render",))
    services.tell_silences(silent=selectors.silent(now=after(60)), now=after(60))
    assert alarms() == {("beat-silent", ""), ("sweeper-silent", "render")}
    services.beat(name="beat", kind="beat", now=after(61))
    services.tell_silences(silent=selectors.silent(now=after(61)), now=after(61))
    assert alarms() == {("sweeper-silent", "render")}


@pytest.mark.parametrize(("seconds", "still"), [(30, set()), (31, {"upstream"})])
def test_due_work_that_nobody_takes_up_is_a_standstill(seconds, still):
    add()
    add(lane=Lane.RENDER, run_after=after(30))
    assert selectors.stalled(now=after(seconds)) == still


def test_a_lane_where_somebody_works_does_not_stand_still():
    add(subject="held")
    add(subject="waits")
    claim_one()
    assert selectors.stalled(now=after(60)) == set()
    # A lease that has run out is nobody's: the sweeper that should have taken it back is gone, too.
    assert selectors.stalled(now=after(91)) == {"upstream"}


def test_nothing_due_is_no_standstill():
    row = add()
    with work.ending(claim()[0], to=WorkState.PARKED, now=NOW):
        pass
    assert Work.objects.get(pk=row.pk).state == "parked"
    assert selectors.stalled(now=after(3600)) == set()
