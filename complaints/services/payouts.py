"""Paying what was accepted: a file that is made once, a second person, and what the bank says."""

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.refusals import Refused
from accounts.services import messages
from complaints import payout_files
from complaints.models import Compensation, PayoutFile, PayoutLine
from complaints.payout_files import Payment
from complaints.services import compensation_moves as moves
from complaints.services import fund, proposals
from complaints.states.compensation import CompensationState
from complaints.states.fund import EntryKind, LineState
from complaints.states.proposals import ProposalState
from evidence.services import record

MOST_LINES: Final = 10_000
MESSAGE: Final = "complaints.compensation_account"

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
            Payment(f"{number}-{place:05d}", row.account, row.person.name, row.amount_fen)
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
        moves.lines(lines, to=LineState.DROPPED, now=now, told_by=by, told_at=now)
        moves.compensations([line.compensation for line in lines], to=S.ACCEPTED, now=now)


def hand_over(*, file: PayoutFile, by: User, now: dt.datetime) -> bytes:
    """The bytes of an approved file, the same each time; on record, for they name people.

    Raises Refused "file-not-approved".
    """
    if file.state != ProposalState.APPROVED:
        raise Refused("file-not-approved")
    _record("handed_over", file, by, now)
    return bytes(file.content)


def enter_results(
    *, file: PayoutFile, results: Mapping[str, str], by: User, now: dt.datetime
) -> tuple[int, int]:
    """What the bank says of lines of an approved file; returns how many are newly paid and failed.

    The same result twice changes nothing. All or nothing: raises Refused "results-foreign" when a
    reference is not of this file, "results-contradict" when a line has another result already.
    """
    if file.state != ProposalState.APPROVED:
        raise Refused("file-not-approved")
    with transaction.atomic():
        kept = fund.locked()
        rows = file.payments.filter(ref__in=results).select_related(
            "compensation__rule", "compensation__person"
        )
        lines = list(rows.select_for_update(of=("self",)).order_by("pk"))
        if len(lines) != len(results):
            raise Refused("results-foreign")
        if any(line.state not in (LineState.LISTED, results[line.ref]) for line in lines):
            raise Refused("results-contradict")
        fresh = [line for line in lines if line.state == LineState.LISTED]
        paid = [line for line in fresh if results[line.ref] == LineState.PAID]
        failed = [line for line in fresh if results[line.ref] == LineState.FAILED]
        by_whom = {"told_by": by, "told_at": now}
        moves.lines(paid, to=LineState.PAID, now=now, **by_whom)
        moves.lines(failed, to=LineState.FAILED, now=now, **by_whom)
        settled = [line.compensation for line in paid]
        moves.compensations(settled, to=S.PAID, now=now, settled_at=now)
        fund.enter(fund=kept, kind=EntryKind.PAYMENT, rows=settled, now=now)
        # The bank refused the account: the offer stands again, and waits for another one.
        refused = [line.compensation for line in failed]
        moves.compensations(refused, to=S.OFFERED, now=now, account="")
        _renew(refused, now)
        told = [(row.person, {"no": row.number[-6:]}) for row in refused]
        messages.send_many(rows=told, kind=MESSAGE, now=now)
    return len(paid), len(failed)


def _renew(rows: list[Compensation], now: dt.datetime) -> None:
    """Whoever has to answer once more has as long as at first."""
    for row in rows:
        ends = now + dt.timedelta(days=row.rule.offer_days)
        Compensation.objects.filter(pk=row.pk).update(expires_at=ends, answered_at=None)


def _number(now: dt.datetime) -> str:
    day = f"PO-{timezone.localtime(now):%Y%m%d}"
    made = PayoutFile.objects.filter(number__startswith=f"{day}-").count()
    return f"{day}-{made + 1:03d}"


def _record(what: str, file: PayoutFile, by: User, now: dt.datetime) -> None:
    body = {"by": by.pk, "sha256": file.sha256, "lines": file.lines, "total_fen": file.total_fen}
    kind = f"complaints.payoutfile.{what}"
    record(kind=kind, subject=file.number, body=body, now=now)
