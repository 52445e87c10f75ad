"""What officers do: one proposes, another decides, and neither ever handled this borrower."""

import datetime as dt
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from accounts.models import User
from accounts.refusals import Refused
from evidence.services import IllegalMove, record
from recovery.models import RecoveryPaper, RecoveryTicket
from recovery.reasons import REASONS
from recovery.selectors import involved
from recovery.selectors import tickets as selectors
from recovery.services import moves, telling, timeline
from recovery.states import Outcome, RecoveryState, StepKind

MASKED: Final = ("name", "id_number", "old_phone", "address")
LOOK_LASTS: Final = dt.timedelta(minutes=30)


def propose(*, ticket: RecoveryTicket, by: User, reason: str, text: str, now: dt.datetime) -> None:
    """The first officer's judgement; the reason says which. Raises Refused."""
    outcome = REASONS[reason].outcome
    with transaction.atomic():
        locked = _mine(ticket, by)
        if outcome == Outcome.APPROVE:
            _still_matches(locked)
        _move(
            locked,
            RecoveryState.PROPOSED,
            now,
            outcome=outcome,
            reason=reason,
            proposed_by=by,
            proposed_at=now,
        )
        timeline.add(
            locked, kind=StepKind.PROPOSED, by=by, reasons=[reason], text=text or None, now=now
        )


def agree(*, ticket: RecoveryTicket, by: User, text: str, now: dt.datetime) -> None:
    """The second officer's: what was proposed comes true, an approval after the waiting time.
    Raises Refused, "own-proposal" to whoever proposed it."""
    with transaction.atomic():
        locked = _of_another(ticket, by)
        decided = {"decided_by": by, "decided_at": now}
        if locked.outcome == Outcome.APPROVE:
            _still_matches(locked)
            waits = now + dt.timedelta(hours=settings.RECOVERY_DELAY_HOURS)
            _move(locked, RecoveryState.APPROVED, now, waits_until=waits, **decided)
            telling.owner(locked, stage=telling.APPROVED, now=now)
            kind = StepKind.APPROVED
        else:
            _move(locked, RecoveryState.REFUSED, now, **decided)
            kind = StepKind.REFUSED
        timeline.add(locked, kind=kind, by=by, reasons=[locked.reason], now=now, shown=True)
        _note(locked, by, text, now)
        telling.asker(locked, kind="news", now=now)


def send_back(*, ticket: RecoveryTicket, by: User, text: str, now: dt.datetime) -> None:
    """The second officer does not agree: it is looked at anew. Raises Refused."""
    with transaction.atomic():
        locked = _of_another(ticket, by)
        _move(
            locked,
            RecoveryState.EVIDENCE,
            now,
            outcome="",
            reason="",
            proposed_by=None,
            proposed_at=None,
        )
        timeline.add(locked, kind=StepKind.SENT_BACK, by=by, text=text or None, now=now)


def ask_for_more(*, ticket: RecoveryTicket, by: User, text: str, now: dt.datetime) -> None:
    """Back to the asker, who reads what is wanted. Raises Refused."""
    with transaction.atomic():
        locked = _mine(ticket, by)
        if locked.state != RecoveryState.EVIDENCE:
            raise Refused("recovery-moved-on")
        _move(locked, RecoveryState.OPENED, now, due_at=None)
        timeline.add(locked, kind=StepKind.ASKED, by=by, text=text, now=now, shown=True)
        telling.asker(locked, kind="news", now=now)


def reveal(*, ticket: RecoveryTicket, by: User, what: str, purpose: str, now: dt.datetime) -> str:
    """One masked value in full; what for is on record. Raises Refused."""
    if what not in MASKED:
        raise ValueError(what)
    with transaction.atomic():
        locked = _mine(ticket, by)
        timeline.add(locked, kind=StepKind.REVEALED, by=by, reasons=[what], text=purpose, now=now)
    value: str = getattr(locked, what)
    return value


def look(*, ticket: RecoveryTicket, paper: RecoveryPaper, by: User, now: dt.datetime) -> None:
    """A paper was opened. Going on from page to page within half an hour is one look."""
    with transaction.atomic():
        locked = moves.locked(ticket)
        since = now - LOOK_LASTS
        looks = locked.steps.filter(kind=StepKind.LOOKED, by=by, paper=paper.pk, at__gt=since)
        if not looks.exists():
            timeline.add(locked, kind=StepKind.LOOKED, by=by, paper=paper, now=now)


def note_reading(*, ticket: RecoveryTicket, by: User, now: dt.datetime) -> None:
    """Who read a case stands in the log, whatever they do next."""
    record(kind="recovery.case.read", subject=ticket.number or "", body={"by": by.pk}, now=now)


def _mine(ticket: RecoveryTicket, by: User) -> RecoveryTicket:
    locked = moves.locked(ticket)
    if code := involved.why_not(by, locked):
        raise Refused(code)
    return locked


def _of_another(ticket: RecoveryTicket, by: User) -> RecoveryTicket:
    locked = _mine(ticket, by)
    if locked.state != RecoveryState.PROPOSED:
        raise Refused("recovery-moved-on")
    if locked.proposed_by_id == by.pk:
        raise Refused("own-proposal")
    return locked


def _still_matches(locked: RecoveryTicket) -> None:
    """Found by what was given then, and still so: else the account went on without this ticket."""
    found = selectors.account(id_hash=locked.id_hash, phone_hash=locked.old_phone_hash)
    if found is None or found.pk != locked.account_id:
        raise Refused("recovery-no-account")


def _move(locked: RecoveryTicket, to: str, now: dt.datetime, **values: Any) -> None:
    try:
        moves.ticket(locked, to=to, now=now, **values)
    except IllegalMove:
        raise Refused("recovery-moved-on") from None


def _note(locked: RecoveryTicket, by: User, text: str, now: dt.datetime) -> None:
    """What the second officer wrote is the officers' own."""
    if text:
        timeline.add(locked, kind=StepKind.NOTED, by=by, text=text, now=now)
