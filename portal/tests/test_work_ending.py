"""How work ends, waits, is woken, and what its history tells."""

import pytest

from portal.tests.work_probe import (
    LATER,
    NOW,
    add,
    claim,
    claim_one,
    in_state,
    kind,
    park,
    state_of,
    succeed,
)
from portal.work import services as work
from portal.work.claims import ATTEMPTS
from portal.work.states import WorkState

pytestmark = pytest.mark.django_db


def end(held, to=WorkState.DONE, **options):
    with work.ending(held, to=to, now=NOW, **options):
        pass


def test_a_later_try_counts_unless_it_may_not():
    row = add()
    end(claim_one(), to=WorkState.READY, run_after=LATER)
    row.refresh_from_db()
    assert (row.attempts, row.run_after) == (1, LATER)
    end(claim_one(now=LATER), to=WorkState.READY, run_after=LATER, burn=False)
    row.refresh_from_db()
    assert row.attempts == 1


def test_the_last_attempt_ends_in_dead():
    row = add()
    for _ in range(ATTEMPTS):
        end(claim_one(), to=WorkState.READY, reason="busy")
    row.refresh_from_db()
    assert (row.state, row.attempts, row.reason) == (WorkState.DEAD, ATTEMPTS, "busy")


def test_failures_wait_longer_each_time():
    row = add()
    waits = []
    for _ in range(ATTEMPTS - 1):
        row.refresh_from_db()
        held = claim_one(now=row.run_after)
        work.fail(held, reason="busy", now=NOW)
        row.refresh_from_db()
        waits.append((row.run_after - NOW).total_seconds())
    for wait, middle in zip(waits, work.BACK_OFF_SECONDS, strict=True):
        assert 0.8 * middle <= wait <= 1.2 * middle


def test_parked_work_waits_until_it_is_woken():
    parked = in_state(WorkState.PARKED, handler=park, subject="a")
    unknown = in_state(WorkState.AMBIGUOUS, subject="b")
    assert work.wake(kind=kind(park), subject="b", now=LATER, reason="route open") == 0
    assert work.wake(kind=kind(park), now=LATER, reason="route open") == 1
    assert state_of(parked) == WorkState.READY
    assert state_of(unknown) == WorkState.AMBIGUOUS
    assert work.wake(subject="b", now=LATER, reason="settled") == 1
    assert len(claim(now=LATER, limit=9)) == 2


def test_waking_has_a_limit_and_starts_with_the_oldest():
    rows = [in_state(WorkState.PARKED) for _ in range(3)]
    assert work.wake(kind=kind(succeed), now=LATER, reason="", limit=2) == 2
    assert [state_of(row) for row in rows] == ["ready", "ready", "parked"]


def test_waking_everything_at_once_is_refused():
    with pytest.raises(ValueError, match="kind or a subject"):
        work.wake(now=NOW, reason="")


@pytest.mark.parametrize("state", [WorkState.READY, WorkState.LEASED, WorkState.DONE])
def test_only_waiting_work_is_woken(state):
    row = in_state(state, subject="a")
    assert work.wake(subject="a", now=NOW, reason="") == 0
    assert state_of(row) == state


def test_the_history_tells_it_all():
    row = add()
    held = claim_one()
    end(held, to=WorkState.PARKED, reason="no route")
    work.try_again(pks=[row.pk], actor="li.si", now=LATER)
    events = row.events.values_list("from_state", "to_state", "fence", "reason", "actor", "at")
    assert list(events) == [
        ("", "ready", 0, "", "", NOW),
        ("ready", "leased", 1, "", "", NOW),
        ("leased", "parked", 1, "no route", "", NOW),
        ("parked", "ready", 1, "tried again by hand", "li.si", LATER),
    ]


def test_a_reason_holds_no_phone_number_and_fits():
    row = add()
    end(claim_one(), to=WorkState.FAILED, reason="call 13812345678 " + "x" * 300)
    row.refresh_from_db()
    assert row.reason.startswith("call 138 **** 5678 xxx")
    assert len(row.reason) == work.REASON_LENGTH


def test_who_tries_again_gets_all_attempts():
    row = add()
    for _ in range(ATTEMPTS):
        end(claim_one(), to=WorkState.READY)
    assert work.try_again(pks=[row.pk], actor="li.si", now=NOW) == 1
    row.refresh_from_db()
    assert (row.state, row.attempts) == (WorkState.READY, 0)
