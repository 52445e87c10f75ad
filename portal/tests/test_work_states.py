"""Work moves along the edges of its table and no other."""

import itertools

import pytest
from django.db import IntegrityError

from portal.tests.work_probe import NOW, add, claim, claim_one, in_state, state_of
from portal.work import services as work
from portal.work.models import Work
from portal.work.states import TERMINAL, TRANSITIONS, TROUBLED, WAITING, Lane, WorkState

pytestmark = pytest.mark.django_db

PAIRS = list(itertools.product(WorkState.values, WorkState.values))


def move(row, came_from, to):
    if to == WorkState.LEASED and came_from == WorkState.READY:
        return len(claim())
    chosen = Work.objects.filter(pk=row.pk)
    return work._move(chosen, came_from=came_from, to=to, now=NOW, reason="")


@pytest.mark.parametrize(("came_from", "to"), [p for p in PAIRS if p[1] in TRANSITIONS[p[0]]])
def test_every_edge_of_the_table_works(came_from, to):
    row = in_state(came_from)
    assert move(row, came_from, to) == 1
    assert state_of(row) == to
    last = row.events.last()
    assert (last.from_state, last.to_state) == (came_from, to)


@pytest.mark.parametrize(("came_from", "to"), [p for p in PAIRS if p[1] not in TRANSITIONS[p[0]]])
def test_every_other_pair_is_refused(came_from, to):
    row = in_state(came_from)
    with pytest.raises(ValueError, match=f"{came_from} to {to}"):
        move(row, came_from, to)
    assert state_of(row) == came_from


def test_every_state_has_its_row_in_the_table():
    assert set(TRANSITIONS) == set(WorkState)
    assert {state for state, targets in TRANSITIONS.items() if not targets} == TERMINAL
    assert WAITING < TROUBLED


@pytest.mark.parametrize("state", [s for s in WorkState if s != WorkState.READY])
def test_only_ready_work_is_claimed(state):
    in_state(state)
    assert claim() == []


@pytest.mark.parametrize("to", [WorkState.LEASED, "nonsense"])
def test_a_claim_cannot_end_where_the_table_has_no_edge(to):
    add()
    with pytest.raises(ValueError, match="cannot end as"), work.ending(claim_one(), to=to, now=NOW):
        pass


@pytest.mark.parametrize(
    "values",
    [
        {"state": "nonsense"},
        {"lane": "nonsense"},
        {"state": "leased", "lease_until": None},
        {"state": "ready", "lease_until": NOW},
    ],
)
def test_the_database_refuses_what_makes_no_sense(values):
    row = {"kind": "k", "subject": "s", "lane": Lane.RENDER, "state": WorkState.READY}
    times = {"run_after": NOW, "created_at": NOW, "moved_at": NOW}
    with pytest.raises(IntegrityError):
        Work.objects.create(**{**row, **times, **values})
