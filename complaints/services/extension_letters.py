"""The letter about a longer deadline: issued when the borrower first wants it, and again by itself
when the day that it names is replaced."""

import datetime as dt
from collections.abc import Collection
from typing import Any

from accounts.refusals import Refused
from complaints.models import DeadlineExtension, Letter
from complaints.services import letters
from complaints.states.extensions import ExtensionState
from complaints.states.letters import LetterKind, LetterState


def issue(*, extension: DeadlineExtension, now: dt.datetime) -> Letter:
    """The valid letter about what is in force for this loan; raises Refused when nothing is."""
    if extension.state != ExtensionState.IN_FORCE:
        raise Refused("extension-not-in-force")
    return letters.issue_document(
        kind=LetterKind.EXTENSION,
        person=extension.person,
        loan=extension.loan,
        facts=_facts(extension),
        incident=extension.incident,
        now=now,
    )


def reissue(*, rows: Collection[DeadlineExtension], now: dt.datetime) -> None:
    """For the loans about which a letter is out; the old one says that it is superseded."""
    loans = [row.loan_id for row in rows]
    out = Letter.objects.filter(kind=LetterKind.EXTENSION, state=LetterState.ISSUED, loan__in=loans)
    wanted = set(out.values_list("loan_id", flat=True))
    for row in rows:
        if row.loan_id in wanted:
            issue(extension=row, now=now)


def _facts(row: DeadlineExtension) -> dict[str, Any]:
    assert row.decided_at is not None
    return {
        "original": str(row.loan.original_deadline),
        "until": str(row.until),
        "days": row.days,
        "counted_from": str(row.counted_from),
        "decided_at": row.decided_at.astimezone(dt.UTC).isoformat(),
        "policy": row.policy,
        "calendar": row.calendar,
        "provisional": row.provisional,
    }
