"""Taking a letter back by hand: one person proposes it, another decides."""

import datetime as dt

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.refusals import Refused
from complaints.models import Letter, LetterRevocation
from complaints.services import letter_moves, letters, proposals
from complaints.states.letters import Ending, LetterState
from evidence.services import record


def propose(*, letter: Letter, reason: str, by: User, now: dt.datetime) -> LetterRevocation:
    """Propose that a valid letter be revoked; raises Refused("letter-not-valid") when it is not
    valid any more, or when somebody else has proposed it already."""
    with transaction.atomic():
        held = _locked(letter)
        if held.state != LetterState.ISSUED:
            raise Refused("letter-not-valid")
        try:
            with transaction.atomic():
                made = LetterRevocation.objects.create(
                    letter=held, reason=reason, proposed_by=by, proposed_at=now
                )
        except IntegrityError:
            raise Refused("letter-not-valid") from None
        body = {"by": by.pk, "revocation": made.pk}
        record(kind="complaints.letter.revocation", subject=held.serial, body=body, now=now)
    return made


def decide(*, revocation: LetterRevocation, by: User, approve: bool, now: dt.datetime) -> None:
    """Revoke the letter, or leave it valid; raises Refused: "own-proposal" to whoever proposed it,
    "decided-already", and "letter-not-valid" when it ended meanwhile."""
    with transaction.atomic():
        letter = _locked(revocation.letter)
        proposals.decide(revocation, by=by, approve=approve, now=now)
        if not approve:
            return
        if letter.state != LetterState.ISSUED:
            raise Refused("letter-not-valid")
        letter_moves.end([letter], to=LetterState.REVOKED, ending=Ending.OFFICER, now=now)
        letters.tell([letter], kind=letters.REVOKED, lender_kind=letters.REVOKED_LENDER, now=now)


def _locked(letter: Letter) -> Letter:
    return Letter.objects.select_for_update().defer("document").get(pk=letter.pk)
