"""Adding work, once, and finding it again."""

import datetime as dt

import pytest

from portal.tests.work_probe import LATER, NOW, add, claim, claim_one, in_state, kind, succeed
from portal.work import selectors
from portal.work import services as work
from portal.work.models import Work
from portal.work.states import Lane, WorkState

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


def test_the_same_key_adds_once():
    first = add(dedup_key="welcome/7")
    assert add(subject="another", dedup_key="welcome/7") == first
    assert add(dedup_key="welcome/8") != first
    assert add() != add()


def test_a_key_holds_even_when_the_work_is_done():
    first = in_state(WorkState.DONE, dedup_key="welcome/7")
    assert add(dedup_key="welcome/7") == first
    assert claim() == []


def test_work_waits_for_its_moment():
    add(run_after=LATER)
    assert claim(now=LATER - MINUTE) == []
    assert claim_one(now=LATER).fence == 1


def test_the_longest_due_comes_first_and_each_lane_has_its_own():
    add(subject="third", run_after=NOW - MINUTE)
    add(subject="first", run_after=NOW - 3 * MINUTE)
    add(subject="second", run_after=NOW - 2 * MINUTE)
    add(subject="elsewhere", lane=Lane.RENDER, run_after=NOW - 9 * MINUTE)
    assert [held.subject for held in claim(limit=9)] == ["first", "second", "third"]


def test_the_newest_work_about_a_subject():
    add(subject="a")
    newest = add(subject="a")
    assert selectors.find(kind=kind(succeed), subject="a") == newest
    assert selectors.find(kind=kind(succeed), subject="b") is None


def test_done_work_is_forgotten_with_its_history():
    in_state(WorkState.DONE)
    dead = in_state(WorkState.DEAD)
    assert work.forget(before=NOW) == 0
    assert work.forget(before=LATER) == 1
    assert list(Work.objects.all()) == [dead]
