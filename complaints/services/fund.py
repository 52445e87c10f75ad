"""The ledger of the compensation fund, and the changes that two persons make to it by hand.

Whoever writes an entry holds the row of the fund, so that balance and promises are what the
entries add up to; a check constraint refuses a promise that the balance does not cover.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping

from django.db import transaction
from django.db.models import Case, F, Sum, When
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.models import User
from accounts.refusals import Refused
from complaints.models import Compensation, Fund, FundChange, FundEntry
from complaints.services import compensation_moves as moves
from complaints.services import proposals
from complaints.states.compensation import CompensationState, Waiting
from complaints.states.fund import EFFECT, ChangeKind, EntryKind
from evidence.services import record

CEILINGS: Mapping[str, str] = {
    ChangeKind.INCIDENT_CEILING: "incident_ceiling_fen",
    ChangeKind.PERSON_CEILING: "person_ceiling_fen",
}


def locked() -> Fund:
    """The fund, held until the caller's transaction ends."""
    return Fund.objects.select_for_update().get()


def enter(*, fund: Fund, kind: str, rows: Collection[Compensation], now: dt.datetime) -> int:
    """One entry for each of these compensations that has a sum; returns what they come to.

    `fund` is locked(). A second entry of a kind for one compensation breaks the transaction.
    """
    entries = [
        FundEntry(kind=kind, amount_fen=row.amount_fen, compensation=row, at=now)
        for row in rows
        if row.amount_fen
    ]
    FundEntry.objects.bulk_create(entries)
    total = sum(entry.amount_fen for entry in entries)
    _apply(fund, kind, total)
    return total


def commit(
    *, fund: Fund, rows: Collection[Compensation], now: dt.datetime
) -> tuple[list[Compensation], dict[str, list[int]]]:
    """Promise the fund's money to as many of these as it reaches, in their order.

    Returns those, and the keys of the others by what they wait for (Waiting). Once the money does
    not reach, nobody behind goes first with a smaller sum; a ceiling holds back only its own.
    """
    free, held = fund.free_fen, promised(rows, now=now)
    funded: list[Compensation] = []
    waiting: dict[str, list[int]] = {reason: [] for reason in Waiting}
    dry = False
    for row in rows:
        incident, person = ("incident", row.incident_id), ("person", row.person_id)
        if not row.amount_fen:  # points alone wait for nothing
            funded.append(row)
        elif held[incident] + row.amount_fen > fund.incident_ceiling_fen:
            waiting[Waiting.INCIDENT].append(row.pk)
        elif held[person] + row.amount_fen > fund.person_ceiling_fen:
            waiting[Waiting.PERSON].append(row.pk)
        elif dry or row.amount_fen > free:
            dry = True
            waiting[Waiting.FUND].append(row.pk)
        else:
            funded.append(row)
            free -= row.amount_fen
            held[incident] += row.amount_fen
            held[person] += row.amount_fen
    enter(fund=fund, kind=EntryKind.COMMITMENT, rows=funded, now=now)
    return funded, waiting


def promised(rows: Collection[Compensation], *, now: dt.datetime) -> Counter[tuple[str, int]]:
    """What was promised or paid for the incidents of these rows, and this year to their people."""
    signed = Sum(
        Case(
            When(kind=EntryKind.COMMITMENT, then=F("amount_fen")),
            When(kind__in=[EntryKind.RELEASE, EntryKind.REVERSAL], then=-F("amount_fen")),
            default=0,
        )
    )
    year = timezone.localtime(now).replace(
        month=1, day=1, hour=0, minute=0, second=0, microsecond=0
    )
    entries = FundEntry.objects.filter(compensation__isnull=False)
    incidents = entries.filter(compensation__incident__in={row.incident_id for row in rows})
    people = entries.filter(compensation__person__in={row.person_id for row in rows}, at__gte=year)
    held: Counter[tuple[str, int]] = Counter()
    for name, found in (("incident", incidents), ("person", people)):
        column = f"compensation__{name}"
        for pk, total in found.values_list(column).annotate(total=Coalesce(signed, 0)):
            held[name, pk] = total
    return held


# --- Changes by hand ------------------------------------------------------------------------


def propose(
    *,
    kind: str,
    amount_fen: int,
    reason: str,
    by: User,
    now: dt.datetime,
    compensation: Compensation | None = None,
) -> FundChange:
    """A top-up, another ceiling, or the reversal of a payment: nothing happens before another
    person approves. Raises Refused "not-paid" for the reversal of what is not paid."""
    if kind == ChangeKind.REVERSAL:
        if compensation is None or compensation.state != CompensationState.PAID:
            raise Refused("not-paid")
        amount_fen = compensation.amount_fen
    with transaction.atomic():
        if kind == ChangeKind.REVERSAL:
            locked()  # of two at once the second finds the first's
            if FundChange.objects.filter(compensation=compensation, state="proposed").exists():
                raise Refused("decided-already")
        change = FundChange.objects.create(
            kind=kind,
            amount_fen=amount_fen,
            compensation=compensation,
            reason=reason,
            proposed_by=by,
            proposed_at=now,
        )
        body = {"kind": kind, "amount_fen": amount_fen, "by": by.pk, "reason": reason}
        record(kind="complaints.fundchange.proposed", subject=str(change), body=body, now=now)
    return change


def decide(*, change: FundChange, by: User, approve: bool, now: dt.datetime) -> None:
    """Another person approves, and it takes effect at once, or refuses. Raises Refused."""
    with transaction.atomic():
        fund = locked()
        proposals.decide(change, by=by, approve=approve, now=now)
        if not approve:
            return
        if change.kind in CEILINGS:
            Fund.objects.filter(pk=fund.pk).update(**{CEILINGS[change.kind]: change.amount_fen})
        elif change.compensation is not None:
            _reverse(fund, change.compensation, now)
        else:
            FundEntry.objects.create(
                kind=EntryKind.DEPOSIT, amount_fen=change.amount_fen, change=change, at=now
            )
            _apply(fund, EntryKind.DEPOSIT, change.amount_fen)


def _reverse(fund: Fund, row: Compensation, now: dt.datetime) -> None:
    row = Compensation.objects.select_for_update().get(pk=row.pk)
    moves.compensation(row, to=CompensationState.REVERSED, now=now)
    enter(fund=fund, kind=EntryKind.REVERSAL, rows=[row], now=now)


def _apply(fund: Fund, kind: str, amount_fen: int) -> None:
    balance, committed = (sign * amount_fen for sign in EFFECT[kind])
    fund.balance_fen += balance
    fund.committed_fen += committed
    Fund.objects.filter(pk=fund.pk).update(
        balance_fen=F("balance_fen") + balance, committed_fen=F("committed_fen") + committed
    )
