"""The one way to move letters: along their table, many at a time, with evidence."""

import datetime as dt
from collections.abc import Collection

from complaints.models import Letter
from complaints.states.letters import LETTER_TRANSITIONS
from evidence.services import IllegalMove, move_many


def end(letters: Collection[Letter], *, to: str, ending: str, now: dt.datetime) -> None:
    """End letters that are valid; raises IllegalMove, with nothing written, unless all were.

    Callers hold the rows that letters are about, so that nobody else ends one meanwhile.
    """
    subjects = {letter.pk: letter.serial for letter in letters}
    if not subjects:
        return
    moved = move_many(
        Letter,
        pks=list(subjects),
        to=to,
        table=LETTER_TRANSITIONS,
        now=now,
        subjects=subjects,
        body={"ending": ending},
        ending=ending,
        ended_at=now,
    )
    if len(moved) != len(subjects):
        raise IllegalMove(f"letters -> {to}: {len(subjects) - len(moved)} were not valid any more")
    for letter in letters:
        letter.state, letter.ending, letter.ended_at = to, ending, now
