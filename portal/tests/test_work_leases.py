"""Leases and fences: one holder at a time, and a late one changes nothing."""

import datetime as dt
import threading

import pytest
from django.db import connection

from portal.tests.work_probe import LATER, NOW, add, claim, claim_one, kind, state_of, succeed
from portal.work import services as work
from portal.work.claims import EXPIRIES
from portal.work.models import Work
from portal.work.states import Lane, WorkState

LANE = Lane.UPSTREAM
OVER = dt.timedelta(seconds=1)


def after(held):
    return held.lease_until + OVER


def end(held, to=WorkState.DONE, **options):
    with work.ending(held, to=to, now=NOW, **options):
        pass


@pytest.mark.django_db(transaction=True)
def test_sixteen_threads_claim_each_work_once():
    Work.objects.bulk_create(
        Work(
            kind=kind(succeed),
            subject=str(number),
            lane=LANE,
            run_after=NOW,
            created_at=NOW,
            moved_at=NOW,
        )
        for number in range(400)
    )
    taken, start = [], threading.Barrier(16)

    def take():
        start.wait()
        while held := claim(limit=3):
            taken.extend(one.subject for one in held)
            for one in held:
                end(one)
        connection.close()

    threads = [threading.Thread(target=take) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(int, taken)) == list(range(400))
    assert set(Work.objects.values_list("state", "fence")) == {(WorkState.DONE, 1)}


@pytest.mark.django_db
def test_a_lease_lasts_as_long_as_the_setting_says(settings):
    settings.WORK_LEASE_SECONDS = 7
    row = add()
    held = claim_one()
    assert held.lease_until == NOW + dt.timedelta(seconds=7)
    row.refresh_from_db()
    assert (row.state, row.fence, row.holder) == (WorkState.LEASED, 1, "test:1")


@pytest.mark.django_db
def test_a_lease_that_ran_out_comes_back_and_burns_no_attempt():
    row = add()
    held = claim_one()
    assert work.collect_expired(lane=LANE, now=held.lease_until) == 0
    assert work.collect_expired(lane=Lane.RENDER, now=after(held)) == 0
    assert work.collect_expired(lane=LANE, now=after(held)) == 1
    row.refresh_from_db()
    assert (row.state, row.attempts, row.expiries, row.holder) == (WorkState.READY, 0, 1, "")
    assert claim_one(now=LATER).fence == 2


@pytest.mark.django_db
def test_whose_holder_died_keeps_the_place_in_the_queue():
    add(subject="first")
    held = claim_one()
    add(subject="second", run_after=NOW + OVER)
    work.collect_expired(lane=LANE, now=after(held))
    assert [one.subject for one in claim(now=LATER, limit=2)] == ["first", "second"]


@pytest.mark.django_db(transaction=True)
def test_a_late_holder_writes_nothing():
    row = add()
    late = claim_one()
    work.collect_expired(lane=LANE, now=after(late))
    present = claim_one(now=LATER)
    with (
        pytest.raises(work.LeaseLost),
        work.ending(late, to=WorkState.DONE, now=NOW),
    ):
        raise AssertionError("the block of a late holder never runs")
    assert state_of(row) == WorkState.LEASED
    end(present)
    assert state_of(row) == WorkState.DONE


@pytest.mark.django_db
def test_a_lease_that_nobody_took_back_still_ends():
    row = add()
    held = claim_one()
    with work.ending(held, to=WorkState.DONE, now=after(held)):
        pass
    assert state_of(row) == WorkState.DONE


@pytest.mark.django_db
def test_nobody_ends_a_work_twice():
    add()
    held = claim_one()
    end(held)
    with pytest.raises(work.LeaseLost):
        end(held)


@pytest.mark.django_db(transaction=True)
def test_an_error_in_the_block_takes_the_end_back():
    row = add()
    held = claim_one()
    with pytest.raises(KeyError), work.ending(held, to=WorkState.DONE, now=NOW):
        add(subject="written in the block")
        raise KeyError
    assert state_of(row) == WorkState.LEASED
    assert Work.objects.count() == 1
    assert not held.ended


@pytest.mark.django_db
def test_long_work_extends_its_lease_until_it_is_lost():
    add()
    held = claim_one()
    work.extend(held, now=LATER)
    assert held.lease_until > LATER
    assert work.collect_expired(lane=LANE, now=LATER) == 0
    work.collect_expired(lane=LANE, now=after(held))
    with pytest.raises(work.LeaseLost):
        work.extend(held, now=LATER)


@pytest.mark.django_db
def test_work_that_outlives_its_holders_too_often_is_dead():
    row = add()
    now = NOW
    for _ in range(EXPIRIES):
        assert state_of(row) == WorkState.READY
        now = after(claim_one(now=now))
        work.collect_expired(lane=LANE, now=now)
    row.refresh_from_db()
    assert (row.state, row.reason) == (WorkState.DEAD, f"{EXPIRIES} leases in a row ran out")
    assert row.attempts == 0


@pytest.mark.django_db
def test_an_end_forgives_the_leases_that_ran_out():
    row = add()
    work.collect_expired(lane=LANE, now=after(claim_one()))
    end(claim_one(now=LATER), to=WorkState.READY, burn=False)
    row.refresh_from_db()
    assert row.expiries == 0
