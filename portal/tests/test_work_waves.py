"""Work that comes in waves: shut gates, many woken at once."""

import pytest

from portal.tests import work_probe
from portal.tests.racing import at_once
from portal.tests.work_probe import LATER, NOW, add, claim, in_state, kind, state_of
from portal.work import doorbell, handlers, tasks
from portal.work import services as work
from portal.work.models import Work, WorkEvent
from portal.work.states import Lane, Priority, WorkState

LANE = Lane.UPSTREAM
SUCCEED = kind(work_probe.succeed)
probes = work_probe.probes


@pytest.fixture
def gates(probes, monkeypatch):
    monkeypatch.setattr(handlers, "_gates", {})
    return handlers.gate


# --- Gates ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_shut_gate_claims_nothing_and_wakes_nobody(gates):
    row = add()
    gates(lane=LANE)(lambda: False)
    assert tasks.drain(LANE, found=lambda: pytest.fail("nobody is needed")) == 0
    row.refresh_from_db()
    assert (row.state, row.fence) == (WorkState.READY, 0)


@pytest.mark.django_db
def test_a_gate_is_asked_before_each_claim_and_holds_only_its_lane(gates):
    rows = [add(subject=str(number)) for number in range(3)]
    answers = iter([True, True, False])
    gates(lane=LANE)(lambda: next(answers))
    elsewhere = add(lane=Lane.RENDER)
    assert tasks.drain(LANE) == 2
    assert [state_of(row) for row in rows] == ["done", "done", "ready"]
    assert tasks.drain(Lane.RENDER) == 1
    assert state_of(elsewhere) == WorkState.DONE


@pytest.mark.django_db
def test_every_gate_of_a_lane_has_to_be_open(gates):
    add()
    for answer in (True, False):
        gates(lane=LANE)(lambda answer=answer: answer)
    assert not handlers.is_open(LANE)
    assert handlers.is_open(Lane.RENDER)


# --- Many at once ---------------------------------------------------------------------------


def wake(subjects, **options):
    options = {"kind": SUCCEED, "priority": Priority.BACKLOG, "now": LATER, "reason": "open"} | (
        options
    )
    return work.wake_many(subjects=subjects, **options)


@pytest.mark.django_db
def test_many_are_woken_with_priority_and_history():
    parked = in_state(WorkState.PARKED, subject="a")
    unknown = in_state(WorkState.AMBIGUOUS, subject="b")
    done = in_state(WorkState.DONE, subject="c")
    assert wake(["a", "b", "c", "nobody"]) == 2
    assert [state_of(row) for row in (parked, unknown, done)] == ["ready", "ready", "done"]
    parked.refresh_from_db()
    assert (parked.priority, parked.run_after, parked.attempts) == (Priority.BACKLOG, LATER, 0)
    last = parked.events.last()
    assert (last.from_state, last.to_state, last.fence, last.reason, last.at) == (
        "parked", "ready", 1, "open", LATER,
    )  # fmt: skip


@pytest.mark.django_db
def test_only_the_kind_and_the_subjects_that_are_named_are_woken():
    other = in_state(WorkState.PARKED, handler=work_probe.park, subject="a")
    unnamed = in_state(WorkState.PARKED, subject="b")
    assert wake(["a"]) == 0
    assert wake([]) == 0
    assert [state_of(row) for row in (other, unnamed)] == ["parked", "parked"]


@pytest.mark.django_db(transaction=True)
def test_waking_many_rings_each_lane_once(monkeypatch):
    rung = []
    for number in range(3):
        in_state(WorkState.PARKED, subject=str(number))
    monkeypatch.setattr(doorbell, "ring", rung.append)
    wake(["0", "1", "2"])
    wake(["0", "1", "2"])
    assert rung == [LANE]


@pytest.mark.django_db(transaction=True)
def test_of_sixteen_that_wake_the_same_many_each_row_hears_one():
    subjects = [str(number) for number in range(40)]
    for subject in subjects:
        in_state(WorkState.PARKED, subject=subject)
    orders = [subjects, subjects[::-1]]
    assert sum(at_once(16, lambda place: wake(orders[place % 2]))) == 40
    assert set(Work.objects.values_list("state", "fence")) == {("ready", 1)}
    assert WorkEvent.objects.filter(from_state="parked").count() == 40


@pytest.mark.django_db
def test_a_woken_backlog_lets_fresh_work_pass():
    in_state(WorkState.PARKED, subject="backlog")
    add(subject="fresh", run_after=LATER)
    add(subject="urgent", run_after=LATER, priority=Priority.URGENT)
    wake(["backlog"], now=NOW)
    assert [one.subject for one in claim(now=LATER, limit=3)] == ["urgent", "fresh", "backlog"]
