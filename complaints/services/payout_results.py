"""What the bank says of a pay-out file: one person enters it, another confirms, then it counts."""

import datetime as dt
from collections.abc import Mapping
from typing import Final

from django.db import transaction

from accounts.models import User
from accounts.refusals import Refused
from accounts.services import messages
from complaints.compensation.payout_files import Results
from complaints.models import Compensation, PayoutFile, PayoutLine, PayoutResults
from complaints.services import compensation_moves as moves
from complaints.services import fund, proposals
from complaints.states.compensation import CompensationState
from complaints.states.fund import EntryKind, LineState
from complaints.states.proposals import ProposalState
from evidence.services import record

MESSAGE: Final = "complaints.compensation_account"

S = CompensationState


def propose(
    *, file: PayoutFile, results: Results, reason: str, by: User, now: dt.datetime
) -> PayoutResults:
    """Enter the bank's results of an approved file; nothing is paid before another confirms.

    Raises Refused: "file-not-approved"; "results-foreign" when a reference is not of this file;
    "results-contradict" when a line has another result already; "results-known" when nothing in
    them is new; "decided-already" while others of this file wait to be confirmed.
    """
    if file.state != ProposalState.APPROVED:
        raise Refused("file-not-approved")
    with transaction.atomic():
        fund.locked()  # of two at once the second finds the first's
        if not _fresh(file, results.outcomes):
            raise Refused("results-known")
        if file.results.filter(state=ProposalState.PROPOSED).exists():
            raise Refused("decided-already")
        entered = PayoutResults.objects.create(
            file=file,
            outcomes=results.outcomes,
            sha256=results.sha256,
            reason=reason,
            proposed_by=by,
            proposed_at=now,
        )
        body = {"by": by.pk, "sha256": results.sha256, "lines": len(results.outcomes)}
        record(kind="complaints.payoutresults.proposed", subject=file.number, body=body, now=now)
    return entered


def decide(*, results: PayoutResults, by: User, approve: bool, now: dt.datetime) -> None:
    """Another person confirms, and lines are paid or failed at once; or refuses. Raises Refused."""
    with transaction.atomic():
        kept = fund.locked()
        proposals.decide(results, by=by, approve=approve, now=now)
        if not approve:
            return
        fresh = _fresh(results.file, results.outcomes)
        outcome = {"results": results, "told_at": now}
        paid = [line for line in fresh if results.outcomes[line.ref] == LineState.PAID]
        failed = [line for line in fresh if results.outcomes[line.ref] == LineState.FAILED]
        moves.lines(paid, to=LineState.PAID, now=now, **outcome)
        moves.lines(failed, to=LineState.FAILED, now=now, **outcome)
        settled = [line.compensation for line in paid]
        moves.compensations(settled, to=S.PAID, now=now, settled_at=now)
        fund.enter(fund=kept, kind=EntryKind.PAYMENT, rows=settled, now=now)
        _offer_again([line.compensation for line in failed], now)


def _fresh(file: PayoutFile, outcomes: Mapping[str, str]) -> list[PayoutLine]:
    """The lines of which these say something new, locked. Raises Refused when any is wrong."""
    rows = file.payments.filter(ref__in=outcomes).select_related(
        "compensation__rule", "compensation__person"
    )
    lines = list(rows.select_for_update(of=("self",)).order_by("pk"))
    if len(lines) != len(outcomes):
        raise Refused("results-foreign")
    if any(line.state not in (LineState.LISTED, outcomes[line.ref]) for line in lines):
        raise Refused("results-contradict")
    return [line for line in lines if line.state == LineState.LISTED]


def _offer_again(rows: list[Compensation], now: dt.datetime) -> None:
    """The bank refused the account: whoever has to name another has as long as at first."""
    moves.compensations(rows, to=S.OFFERED, now=now, account="")
    for row in rows:
        ends = now + dt.timedelta(days=row.rule.offer_days)
        Compensation.objects.filter(pk=row.pk).update(expires_at=ends, answered_at=None)
    told = [(row.person, {"no": row.number[-6:]}) for row in rows]
    messages.send_many(rows=told, kind=MESSAGE, now=now)
