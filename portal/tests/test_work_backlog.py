"""Much work at once: behind what is fresh, at a pace, counted from what waits already."""

import datetime as dt

import pytest

from portal.tests.work_probe import NOW, add, claim, kind, succeed
from portal.work.backlog import add_many
from portal.work.models import Work, WorkEvent
from portal.work.states import Lane, Priority

pytestmark = pytest.mark.django_db
LANE = Lane.MESSAGE


def queue(*subjects, per_second=2, after=0):
    return add_many(
        kind=kind(succeed),
        subjects=subjects,
        lane=LANE,
        per_second=per_second,
        now=NOW,
        earliest=NOW + dt.timedelta(seconds=after),
    )


def due():
    waiting = Work.objects.order_by("run_after", "id")
    return [(row.subject, (row.run_after - NOW).total_seconds()) for row in waiting]


def test_each_subject_is_one_piece_of_work_with_its_history():
    assert queue("a", "b", "c") == 3
    assert due() == [("a", 0), ("b", 0.5), ("c", 1)]
    assert {row.priority for row in Work.objects.all()} == {Priority.BACKLOG}
    assert WorkEvent.objects.filter(to_state="ready").count() == 3


def test_who_queues_later_stands_behind():
    queue("a", "b")
    queue("c")
    assert due()[-1] == ("c", 1)


def test_the_first_waits_for_its_moment_or_for_those_before_it():
    queue("a", "b", after=60)
    assert due() == [("a", 60), ("b", 60.5)]
    queue("c", after=30)
    assert due()[-1] == ("c", 61)


def test_what_was_worked_off_holds_nobody_up():
    queue("a", "b")
    claim(lane=LANE, now=NOW + dt.timedelta(seconds=9), limit=2)
    queue("c")
    assert ("c", 0) in due()


def test_what_is_late_keeps_the_pace():
    queue("a", "b")
    Work.objects.update(run_after=NOW - dt.timedelta(minutes=1))
    queue("c")
    assert due()[-1] == ("c", 1)


def test_what_is_tried_again_later_holds_nobody_up():
    queue("a", "b")
    Work.objects.filter(subject="a").update(attempts=1, run_after=NOW + dt.timedelta(minutes=5))
    queue("c")
    assert ("c", 1) in due()


def test_fresh_work_goes_first_however_long_the_others_have_been_due():
    queue("old", "older")
    add(subject="code", lane=LANE, run_after=NOW + dt.timedelta(seconds=30))
    held = claim(lane=LANE, now=NOW + dt.timedelta(minutes=1), limit=9)
    assert [one.subject for one in held] == ["code", "old", "older"]


def test_other_lanes_do_not_count():
    add_many(kind=kind(succeed), subjects=["x"], lane=Lane.UPKEEP, per_second=2, now=NOW)
    queue("a")
    assert ("a", 0) in due()
