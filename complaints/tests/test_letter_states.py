"""A letter moves along its table and nowhere else; the database holds the table's shape."""

import itertools

import pytest
from django.db import IntegrityError, transaction

from complaints.models import Letter
from complaints.services import letter_moves, letters
from complaints.states.letters import LETTER_TRANSITIONS, Ending, LetterState
from complaints.tests.people import touched
from evidence.models import Record
from evidence.services import IllegalMove


@pytest.fixture
def letter(outage, person, query, now):
    return letters.issue_one(impact=touched(outage(), person, query), now=now)


def put(letter: Letter, state: str, now) -> Letter:
    """The letter, in a state, whatever led there."""
    ended = {} if state == LetterState.ISSUED else {"ended_at": now, "ending": Ending.CORRECTED}
    Letter.objects.filter(pk=letter.pk).update(**{"state": state, **ended})
    letter.refresh_from_db()
    return letter


@pytest.mark.parametrize(("origin", "to"), list(itertools.product(LetterState.values, repeat=2)))
def test_each_edge_of_the_table_works_and_every_other_raises(letter, origin, to, now):
    held = put(letter, origin, now)
    before = Record.objects.count()
    if to in LETTER_TRANSITIONS[origin]:
        letter_moves.end([held], to=to, ending=Ending.CORRECTED, now=now)
        assert Letter.objects.get(pk=held.pk).state == to
        assert Record.objects.filter(kind=f"complaints.letter.{to}").count() == 1
        return
    with pytest.raises(IllegalMove), transaction.atomic():
        letter_moves.end([held], to=to, ending=Ending.CORRECTED, now=now)
    assert Letter.objects.get(pk=held.pk).state == origin
    assert Record.objects.count() == before


def test_the_database_refuses_an_ended_letter_without_a_reason(letter):
    with pytest.raises(IntegrityError, match="letter_ended_with_reason"), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(state="revoked")
