"""Paying what was accepted: a file that is made once, and a second person who approves it."""

import datetime as dt
import hashlib
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.refusals import Refused
from complaints.compensation import payout_files
from complaints.compensation.payout_files import Payment
from complaints.models import Compensation, PayoutFile, PayoutLine
from complaints.services import compensation_moves as moves
from complaints.services import fund, proposals
from complaints.states.compensation import CompensationState
from complaints.states.fund import LineState
from complaints.states.proposals import ProposalState
from evidence.services import record

MOST_LINES: Final = 10_000

S = CompensationState


def propose(*, reason: str, by: User, now: dt.datetime, limit: int = MOST_LINES) -> PayoutFile:
    """A file of the accepted compensations that are in no other, the longest accepted first.

    Its bytes are made here and never again, so that the second person approves what is paid.
    Raises Refused "nothing-to-pay".
    """
    with transaction.atomic():
        fund.locked()  # one file at a time: its number, and no row in two of them
        rows = list(
            Compensation.objects.filter(state=S.ACCEPTED, amount_fen__gt=0)
            .select_related("person")
            .select_for_update(of=("self",))
            .order_by("answered_at", "pk")[:limit]
        )
        if not rows:
            raise Refused("nothing-to-pay")
        number = _number(now)
        payments = [
            Payment(f"{number}-{place:05d}", row.account or "", row.person.name, row.amount_fen)
            for place, row in enumerate(rows, start=1)
        ]
        content = payout_files.write(payments)
        file = PayoutFile.objects.create(
            number=number,
            lines=len(rows),
            total_fen=sum(row.amount_fen for row in rows),
            sha256=hashlib.sha256(content).hexdigest(),
            content=content,
            reason=reason,
            proposed_by=by,
            proposed_at=now,
        )
        PayoutLine.objects.bulk_create(
            PayoutLine(file=file, compensation=row, ref=payment.ref, amount_fen=payment.amount_fen)
            for row, payment in zip(rows, payments, strict=True)
        )
        moves.compensations(rows, to=S.PAYING, now=now, body={"file": number})
        _record("proposed", file, by, now)
    return file


def decide(*, file: PayoutFile, by: User, approve: bool, now: dt.datetime) -> None:
    """Another person approves the file, or refuses it, and its rows wait for the next one."""
    with transaction.atomic():
        proposals.decide(file, by=by, approve=approve, now=now)
        if approve:
            return
        lines = list(file.payments.filter(state=LineState.LISTED).select_related("compensation"))
        moves.lines(lines, to=LineState.DROPPED, now=now, told_at=now)
        moves.compensations([line.compensation for line in lines], to=S.ACCEPTED, now=now)


def hand_over(*, file: PayoutFile, by: User, now: dt.datetime) -> bytes:
    """The bytes of an approved file, the same each time; on record, for they name people.

    Raises Refused "file-not-approved", and "file-deleted" when its time is over.
    """
    if file.state != ProposalState.APPROVED:
        raise Refused("file-not-approved")
    if file.content is None:
        raise Refused("file-deleted")
    _record("handed_over", file, by, now)
    return bytes(file.content)


def _number(now: dt.datetime) -> str:
    day = f"PO-{timezone.localtime(now):%Y%m%d}"
    made = PayoutFile.objects.filter(number__startswith=f"{day}-").count()
    return f"{day}-{made + 1:03d}"


def _record(what: str, file: PayoutFile, by: User, now: dt.datetime) -> None:
    body = {"by": by.pk, "sha256": file.sha256, "lines": file.lines, "total_fen": file.total_fen}
    kind = f"complaints.payoutfile.{what}"
    record(kind=kind, subject=file.number, body=body, now=now)
