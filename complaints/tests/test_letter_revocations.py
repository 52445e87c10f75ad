"""Revoking by hand takes two persons, whoever they are; what was revoked is not said again."""

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Delivery, User
from accounts.refusals import Refused
from accounts.roles import Role
from accounts.services import staff
from complaints.models import Letter, LetterRevocation
from complaints.services import letter_revocations, letters
from complaints.tests.people import touched


def someone(name: str, role: str) -> User:
    return staff.create(
        username=name, role=role, password="long enough", secret=b"x" * 20, now=timezone.now()
    )


@pytest.fixture
def letter(outage, person, query, now) -> Letter:
    return letters.issue_one(impact=touched(outage(), person, query), now=now)


@pytest.fixture
def proposed(letter, now) -> LetterRevocation:
    by = someone("proposer", Role.COMPLIANCE_OFFICER)
    return letter_revocations.propose(letter=letter, reason="wrong lender", by=by, now=now)


def test_two_persons_revoke_it_and_the_holder_is_told(letter, proposed, now):
    by = someone("approver", Role.COMPLIANCE_OFFICER)
    letter_revocations.decide(revocation=proposed, by=by, approve=True, now=now)
    letter.refresh_from_db()
    assert (letter.state, letter.ending) == ("revoked", "officer")
    assert Delivery.objects.filter(kind="complaints.letter_revoked").count() == 1


@pytest.mark.parametrize("role", [Role.COMPLIANCE_OFFICER, Role.ADMINISTRATOR])
def test_nobody_decides_on_an_own_proposal(letter, now, role):
    by = someone("same", role)
    made = letter_revocations.propose(letter=letter, reason="wrong lender", by=by, now=now)
    with pytest.raises(Refused, match="own-proposal"):
        letter_revocations.decide(revocation=made, by=by, approve=True, now=now)
    with pytest.raises(IntegrityError, match="two_persons"), transaction.atomic():
        LetterRevocation.objects.filter(pk=made.pk).update(
            state="approved", decided_by=by, decided_at=now
        )
    letter.refresh_from_db()
    assert letter.state == "issued"


def test_refused_the_letter_stays_and_may_be_proposed_anew(letter, proposed, now):
    by = someone("approver", Role.COMPLIANCE_OFFICER)
    letter_revocations.decide(revocation=proposed, by=by, approve=False, now=now)
    with pytest.raises(Refused, match="decided-already"):
        letter_revocations.decide(revocation=proposed, by=by, approve=True, now=now)
    letter_revocations.propose(letter=letter, reason="once more", by=by, now=now)
    assert LetterRevocation.objects.count() == 2


def test_one_proposal_at_a_time_and_none_about_a_letter_that_ended(letter, proposed, now):
    by = someone("other", Role.RISK_OFFICER)
    with pytest.raises(Refused, match="letter-not-valid"):
        letter_revocations.propose(letter=letter, reason="me too", by=by, now=now)
    letter_revocations.decide(revocation=proposed, by=by, approve=True, now=now)
    with pytest.raises(Refused, match="letter-not-valid"):
        letter_revocations.propose(letter=letter, reason="again", by=by, now=now)


def test_what_two_persons_revoked_is_not_issued_again_while_the_facts_are_the_same(
    letter, proposed, now
):
    by = someone("approver", Role.COMPLIANCE_OFFICER)
    letter_revocations.decide(revocation=proposed, by=by, approve=True, now=now)
    letters.issue(incident=letter.incident, now=now)
    with pytest.raises(Refused, match="letter-not-touched"):
        letters.issue_one(impact=letter.impact, now=now)
    impact = letter.impact
    impact.touched_until = now
    impact.save(update_fields=["touched_until"])
    assert letters.issue_one(impact=impact, now=now).state == "issued"
