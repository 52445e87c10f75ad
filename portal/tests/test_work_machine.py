"""Durable work against a small model: whatever is done in whatever order, each piece is in one
state, held by one holder at most, and a holder whose lease was taken back changes nothing."""

import datetime as dt
from dataclasses import dataclass, field

import pytest
from django.test import TransactionTestCase
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    rule,
    run_state_machine_as_test,
)

from portal.tests.work_probe import NOW, kind, succeed
from portal.work import services as work
from portal.work.claims import ATTEMPTS, EXPIRIES
from portal.work.models import Work, WorkEvent
from portal.work.states import TERMINAL, WAITING, Lane, Priority, WorkState

LANE, KIND = Lane.UPSTREAM, kind(succeed)
LEASE = dt.timedelta(seconds=90)


@dataclass
class Model:
    """What a piece of work should be like."""

    subject: str
    number: int
    priority: int
    run_after: dt.datetime
    state: str = WorkState.READY
    fence: int = 0
    attempts: int = 0
    expiries: int = 0
    lease_until: dt.datetime | None = None
    moves: int = 1

    @property
    def turn(self) -> tuple[int, dt.datetime, int]:
        return self.priority, self.run_after, self.number

    def move(self, state: str, **values: object) -> None:
        self.state, self.lease_until = state, None
        self.moves += 1
        for name, value in values.items():
            setattr(self, name, value)


@dataclass
class Held:
    claim: work.Claim
    model: Model
    ended: bool = field(default=False)

    @property
    def good(self) -> bool:
        return self.model.state == WorkState.LEASED and self.model.fence == self.claim.fence


class WorkMachine(RuleBasedStateMachine):
    """Rules are what processes do; a crash is that a holder never comes back."""

    holders = Bundle("holders")

    def __init__(self) -> None:
        super().__init__()
        Work.objects.all().delete()
        self.now = NOW
        self.models: dict[int, Model] = {}

    # --- What callers and workers do -----------------------------------------------------------

    @rule(priority=st.sampled_from(Priority.values), wait=st.sampled_from([0, 30]))
    def add(self, priority: int, wait: int) -> None:
        subject, due = str(len(self.models)), self.now + dt.timedelta(seconds=wait)
        row = work.add(
            kind=KIND,
            subject=subject,
            lane=LANE,
            now=self.now,
            run_after=due,
            priority=priority,
            dedup_key=f"key/{subject}",
        )
        again = work.add(kind=KIND, subject="x", lane=LANE, now=self.now, dedup_key=row.dedup_key)
        assert again == row
        self.models[row.pk] = Model(subject, row.pk, priority, due)

    @rule(target=holders)
    def claim(self) -> Held | None:
        claims = work.claim(lane=LANE, now=self.now, holder="machine")
        due = [m for m in self.models.values() if m.state == "ready" and m.run_after <= self.now]
        if not due:
            assert claims == []
            return None
        expected = min(due, key=lambda model: model.turn)
        (claim,) = claims
        assert claim.id == expected.number
        expected.move(WorkState.LEASED, fence=expected.fence + 1, lease_until=self.now + LEASE)
        assert (claim.fence, claim.attempts) == (expected.fence, expected.attempts)
        return Held(claim, expected)

    @rule(held=consumes(holders), to=st.sampled_from(["done", "parked", "ambiguous", "failed"]))
    def end(self, held: Held | None, to: str) -> None:
        if self._lost(held, lambda claim: self._end(claim, to)):
            return
        assert held is not None
        held.model.move(to, expiries=0, run_after=self.now)

    @rule(held=consumes(holders), burn=st.booleans())
    def try_later(self, held: Held | None, burn: bool) -> None:
        later = self.now + dt.timedelta(seconds=20)
        if self._lost(held, lambda claim: self._end(claim, "ready", run_after=later, burn=burn)):
            return
        assert held is not None
        attempts = held.model.attempts + burn
        to = WorkState.DEAD if attempts >= ATTEMPTS else WorkState.READY
        held.model.move(to, attempts=attempts, expiries=0, run_after=later)

    @rule(held=holders)
    def extend(self, held: Held | None) -> None:
        if not self._lost(held, lambda claim: work.extend(claim, now=self.now)):
            assert held is not None
            held.model.lease_until = self.now + LEASE

    def _end(self, claim: work.Claim, to: str, **options: object) -> None:
        with work.ending(claim, to=to, now=self.now, **options):  # type: ignore[arg-type]
            pass

    def _lost(self, held: Held | None, act) -> bool:
        """Acts, and sees that it succeeds for the present holder and for nobody else."""
        if held is None:
            return True
        if held.good:
            act(held.claim)
            return False
        with pytest.raises(work.LeaseLost):
            act(held.claim)
        return True

    # --- What time, the sweeper and people do --------------------------------------------------

    @rule(seconds=st.sampled_from([1, 25, 60, 95]))
    def pass_time(self, seconds: int) -> None:
        self.now += dt.timedelta(seconds=seconds)

    @rule()
    def sweep(self) -> None:
        over = [m for m in self.models.values() if m.lease_until and m.lease_until < self.now]
        assert work.collect_expired(lane=LANE, now=self.now) == len(over)
        for model in over:
            dead = model.expiries >= EXPIRIES - 1
            if dead:
                model.move(WorkState.DEAD)
            else:
                model.move(WorkState.READY, expiries=model.expiries + 1)

    @rule(priority=st.sampled_from(Priority.values), most=st.integers(0, 3))
    def feed(self, priority: int, most: int) -> None:
        """Some waiting work is woken; naming what does not wait changes nothing."""
        waiting = [m for m in self.models.values() if m.state in WAITING][:most]
        others = [m.subject for m in self.models.values() if m.state not in WAITING]
        subjects = [model.subject for model in waiting] + others
        woken = work.wake_many(
            kind=KIND, subjects=subjects, priority=priority, now=self.now, reason="open"
        )
        assert woken == len(waiting)
        for model in waiting:
            self._woken(model, priority=priority)

    @rule()
    def wake_all(self) -> None:
        waiting = [m for m in self.models.values() if m.state in WAITING]
        assert work.wake(kind=KIND, now=self.now, reason="open") == len(waiting)
        for model in waiting:
            self._woken(model)

    @rule()
    def a_person_tries_again(self) -> None:
        stuck = [m for m in self.models.values() if m.state in {"failed", "dead"}]
        pks = [model.number for model in stuck]
        assert work.try_again(pks=pks, actor="li.si", now=self.now) == len(stuck)
        for model in stuck:
            self._woken(model)

    def _woken(self, model: Model, **values: object) -> None:
        model.move(WorkState.READY, run_after=self.now, attempts=0, expiries=0, **values)

    # --- What always holds ---------------------------------------------------------------------

    @invariant()
    def the_rows_are_as_the_model_says(self) -> None:
        names = ("state", "fence", "attempts", "expiries", "run_after", "lease_until", "priority")
        rows = {row.pk: row for row in Work.objects.all()}
        assert set(rows) == set(self.models)
        for pk, model in self.models.items():
            assert [getattr(rows[pk], name) for name in names] == [
                getattr(model, name) for name in names
            ]

    @invariant()
    def every_move_is_in_the_history_and_nothing_leaves_its_end(self) -> None:
        assert WorkEvent.objects.count() == sum(model.moves for model in self.models.values())
        assert not WorkEvent.objects.filter(from_state__in=TERMINAL).exists()


class TestWorkMachine(TransactionTestCase):
    def test_work_does_what_the_model_does(self) -> None:
        run_state_machine_as_test(
            WorkMachine,
            settings=settings(
                max_examples=25,
                stateful_step_count=30,
                deadline=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
