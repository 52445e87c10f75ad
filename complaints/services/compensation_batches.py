"""From what was assessed to what is offered: one person proposes a batch, another approves it,
and the fund promises the money."""

import datetime as dt
from typing import Final

from django.db import connection, transaction
from django.db.models import Count, QuerySet, Sum

from accounts.models import User
from accounts.refusals import Refused
from accounts.services import messages
from complaints.models import Compensation, CompensationBatch, Incident
from complaints.services import compensation_moves as moves
from complaints.services import fund, proposals
from complaints.states.compensation import CompensationState, Waiting
from complaints.states.proposals import ProposalState
from creditquery.services import queries
from evidence.services import record
from portal.watch import services as watch
from portal.watch.kinds import FUND_CEILING, FUND_DRY
from portal.watch.models import Severity
from portal.work import services as work
from portal.work.states import Lane

GATHER: Final = "complaints.tasks.compensation.gather"
SETTLE: Final = "complaints.tasks.compensation.settle"
MESSAGE: Final = "complaints.compensation_offered"
BATCH = 1000
"""Rows of a step: each ends long before its lease, even on a busy host."""
LOCK: Final = 4_302_903
"""Whoever offers is alone at it. Any number, used here alone."""

S = CompensationState


def propose(*, incident: Incident, reason: str, by: User, now: dt.datetime) -> CompensationBatch:
    """Propose all that is assessed for an incident; the workers put the batch together.

    Raises Refused "nothing-assessed".
    """
    with transaction.atomic():
        locked = Incident.objects.select_for_update().get(pk=incident.pk)
        if not locked.compensations.filter(state=S.ASSESSED).exists():
            raise Refused("nothing-assessed")
        place = locked.batches.count() + 1
        batch = CompensationBatch.objects.create(
            number=f"{locked.number}-{place}",
            incident=locked,
            reason=reason,
            state=ProposalState.GATHERING,
            proposed_by=by,
            proposed_at=now,
        )
        body = {"by": by.pk, "reason": reason}
        record(
            kind="complaints.compensationbatch.gathering", subject=batch.number, body=body, now=now
        )
        _work(GATHER, batch, now)
    return batch


def gather(*, batch: CompensationBatch, now: dt.datetime, limit: int = BATCH) -> bool:
    """Put the next rows into the batch; whether there are more. At the end its sum is known."""
    with transaction.atomic():
        if batch.state != ProposalState.GATHERING:
            return False
        rows = _rows(Compensation.objects.filter(incident=batch.incident, state=S.ASSESSED), limit)
        if rows:
            moves.compensations(rows, to=S.PROPOSED, now=now, batch=batch)
            return True
        found = batch.rows.filter(state=S.PROPOSED).aggregate(
            people=Count("person", distinct=True), total_fen=Sum("amount_fen", default=0)
        )
        proposals.step(batch, to=ProposalState.PROPOSED, now=now, by=batch.proposed_by, **found)
    return False


def decide(*, batch: CompensationBatch, by: User, approve: bool, now: dt.datetime) -> None:
    """Another person approves or refuses; the workers do the rest. Raises Refused."""
    with transaction.atomic():
        proposals.decide(batch, by=by, approve=approve, now=now)
        _work(SETTLE, batch, now)


def settle(*, batch: CompensationBatch, now: dt.datetime, limit: int = BATCH) -> bool:
    """Carry the decision to the next rows of the batch; whether there are more."""
    with transaction.atomic():
        rows = _rows(batch.rows.filter(state=S.PROPOSED), limit)
        if batch.state == ProposalState.APPROVED:
            moves.compensations(rows, to=S.APPROVED, now=now, body={"batch": batch.number})
        else:
            moves.compensations(rows, to=S.ASSESSED, now=now, batch=None)
    return len(rows) == limit


def offer(*, now: dt.datetime, after: int = 0, limit: int = BATCH) -> int | None:
    """Offer the next approved rows that the fund reaches, the longest assessed first.

    Each borrower gets one message, and with the rule's fast lane what they still wait for goes
    first. Returns the key to go on after, or None when all have been looked at, or somebody else
    is at it: side by side they would only wait for each other until their leases run out, and
    whatever the other has passed already is offered a minute later (`tasks.compensation.resume`).
    """
    with transaction.atomic():
        if not _alone():
            return None
        kept = fund.locked()
        rows = _rows(
            Compensation.objects.filter(state=S.APPROVED, pk__gt=after).select_related(
                "rule", "person"
            ),
            limit,
        )
        funded, waiting = fund.commit(fund=kept, rows=rows, now=now)
        for reason, pks in waiting.items():
            Compensation.objects.filter(pk__in=pks).exclude(waiting=reason).update(waiting=reason)
        _offer(funded, now)
    if waiting[Waiting.FUND]:
        return None  # the money is out: nobody behind is looked at
    return rows[-1].pk if len(rows) == limit else None


def _alone() -> bool:
    """Whether nobody else offers, from now until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        (alone,) = cursor.fetchone()
    return alone


def _offer(funded: list[Compensation], now: dt.datetime) -> None:
    by_days: dict[int, list[Compensation]] = {}
    for row in funded:
        by_days.setdefault(row.rule.offer_days, []).append(row)
    for days, rows in by_days.items():
        ends = now + dt.timedelta(days=days)
        offered = moves.compensations(
            rows, to=S.OFFERED, now=now, waiting="", offered_at=now, expires_at=ends
        )
        told = [(row.person, {"no": row.number[-6:]}) for row in offered]
        messages.send_many(rows=told, kind=MESSAGE, now=now)
        first = [row.person_id for row in offered if row.rule.fast_lane]
        queries.put_first(people=first)


def look_after_fund(*, now: dt.datetime) -> None:
    """Raise the alarms while approved compensations wait for the fund, and clear them after."""
    held = Compensation.objects.filter(state=S.APPROVED)
    ceilings = [Waiting.INCIDENT, Waiting.PERSON]
    _alarm(FUND_DRY, held.filter(waiting=Waiting.FUND), Severity.CRITICAL, now)
    _alarm(FUND_CEILING, held.filter(waiting__in=ceilings), Severity.WARNING, now)


def _alarm(kind: str, held: QuerySet[Compensation], severity: str, now: dt.datetime) -> None:
    found = held.aggregate(waiting=Count("pk"), fen=Sum("amount_fen", default=0))
    if not found["waiting"]:
        watch.clear(kind=kind, now=now)
        return
    missing = f"{found['fen'] // 100}.{found['fen'] % 100:02d}"
    detail = {"waiting": found["waiting"], "missing": missing}
    watch.raise_alarm(kind=kind, severity=severity, detail=detail, now=now)


def _rows(rows: QuerySet[Compensation], limit: int) -> list[Compensation]:
    chosen = rows.defer("account").select_for_update(of=("self",))
    return list(chosen.order_by("pk")[:limit])


def _work(kind: str, batch: CompensationBatch, now: dt.datetime) -> None:
    work.add(
        kind=kind,
        subject=str(batch.pk),
        lane=Lane.UPKEEP,
        now=now,
        dedup_key=f"{kind}/{batch.pk}",
    )
