"""Compensation from the assessment to the borrower's answer.

The assessment is a delta: it compares what each borrower is entitled to as the incidents stand now
with what stands in the rows, and touches only what differs. So it can be repeated at any time.
"""

import datetime as dt
import hashlib
import secrets
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction

from accounts.refusals import Refused
from complaints.models import Compensation, Fund, Incident
from complaints.selectors import entitlements
from complaints.selectors.entitlements import Entitlement
from complaints.services import compensation_moves as moves
from complaints.services import fund
from complaints.services.parts import LAST
from complaints.states.compensation import OPEN, OWED, CompensationState
from complaints.states.fund import EntryKind
from evidence.services import record

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DIGITS = 12
BATCH = 1000

S = CompensationState


@dataclass(slots=True)
class Delta:
    """What an assessment changes."""

    made: list[Compensation] = field(default_factory=list)
    superseded: list[Compensation] = field(default_factory=list)
    withdrawn: list[Compensation] = field(default_factory=list)
    corrected: list[Compensation] = field(default_factory=list)


# --- Assessment -----------------------------------------------------------------------------


def assess(
    *,
    incident: Incident,
    now: dt.datetime,
    after: int = 0,
    until: int = LAST,
    limit: int = BATCH,
) -> int | None:
    """Bring the compensations of the next borrowers whom this incident ever touched, with a key
    above `after` up to `until`, up to date.

    Returns the key to go on after, or None when all are done.
    """
    with transaction.atomic():
        # Two incidents may have touched the same borrower: whoever holds the fund assesses.
        kept = fund.locked()
        touched = incident.impacts.filter(person__gt=after, person__lte=until).order_by("person")
        people = list(touched.values_list("person", flat=True).distinct()[:limit])
        if not people:
            return None
        delta = Delta()
        standing = _standing(people)
        for person, wanted in entitlements.of_people(people).items():
            _compare(person, wanted, standing[person], delta, now)
        _write(kept, incident, delta, now)
    return people[-1] if len(people) == limit else None


def _standing(people: list[int]) -> dict[int, list[Compensation]]:
    """What these borrowers have so far, held until the transaction ends, the oldest first."""
    found: dict[int, list[Compensation]] = defaultdict(list)
    rows = Compensation.objects.filter(person__in=people).exclude(
        state__in=[S.SUPERSEDED, S.WITHDRAWN]
    )
    for row in rows.defer("account").select_for_update().order_by("pk"):
        found[row.person_id].append(row)
    return found


def _compare(
    person: int,
    wanted: Iterable[Entitlement],
    standing: list[Compensation],
    delta: Delta,
    now: dt.datetime,
) -> None:
    left = list(standing)
    for entitlement in wanted:
        same = [row for row in left if set(row.outage) & set(entitlement.outage)]
        left = [row for row in left if row not in same]
        if entitlement.facts is not None:
            _compare_outage(person, entitlement, same, delta, now)
    # No outage gives these any more: what is still open ends, what is owed stays owed.
    delta.withdrawn += [row for row in left if row.state in OPEN]
    delta.corrected += [row for row in left if row.state in OWED and _correct(row, 0)]


def _compare_outage(
    person: int, entitlement: Entitlement, same: list[Compensation], delta: Delta, now: dt.datetime
) -> None:
    facts = entitlement.facts or {}
    owed = [row for row in same if row.state in OWED]
    already = sum(row.amount_fen for row in owed)
    points = sum(row.points for row in owed)
    for row in owed:
        if _correct(row, facts["total_fen"] if facts["total_fen"] < already else None):
            delta.corrected.append(row)
    open_rows = [row for row in same if row.state in OPEN]
    refused = [row for row in same if row.state not in OPEN | OWED]
    due = (max(facts["total_fen"] - already, 0), max(facts["points"] - points, 0))
    if due == (0, 0) or _was_refused(refused, facts):
        delta.withdrawn += open_rows
    elif [(row.digest, row.already_fen) for row in open_rows] != [(entitlement.digest, already)]:
        delta.superseded += open_rows
        delta.made.append(_row(person, entitlement, already, due, now))


def _was_refused(refused: list[Compensation], facts: dict[str, Any]) -> bool:
    """Declined, expired or reversed: only a correction that gives more is worth another offer."""
    return any(row.entitled_fen >= facts["total_fen"] for row in refused)


def _correct(row: Compensation, to: int | None) -> bool:
    """Note on what is owed that the corrected times would give less; whether that is news."""
    changed = row.corrected_fen != to
    row.corrected_fen = to
    return changed


def _row(
    person: int, entitlement: Entitlement, already: int, due: tuple[int, int], now: dt.datetime
) -> Compensation:
    facts = entitlement.facts or {}
    amount, points = due
    # Where less is entitled to than was accepted, only points can be due, and the sum is nought.
    return Compensation(
        number="CP" + "".join(secrets.choice(ALPHABET) for _ in range(DIGITS)),
        person_id=person,
        incident_id=entitlement.incident_id,
        outage=list(entitlement.outage),
        rule=entitlement.rule,
        facts=facts,
        digest=entitlement.digest,
        entitled_fen=already + amount,
        already_fen=already,
        amount_fen=amount,
        points=points,
        assessed_at=now,
    )


def _write(kept: Fund, incident: Incident, delta: Delta, now: dt.datetime) -> None:
    _end(kept, delta.superseded, to=S.SUPERSEDED, now=now)
    _end(kept, delta.withdrawn, to=S.WITHDRAWN, now=now)
    Compensation.objects.bulk_update(delta.corrected, ["corrected_fen"])
    Compensation.objects.bulk_create(delta.made)
    sums = hashlib.sha256()
    for row in delta.made:
        sums.update(f"{row.number} {row.amount_fen} {row.digest}\n".encode())
    body = {
        "revision": incident.revision,
        "assessed": len(delta.made),
        "total_fen": sum(row.amount_fen for row in delta.made),
        "sha256": sums.hexdigest(),
        "superseded": len(delta.superseded),
        "withdrawn": len(delta.withdrawn),
        "owed_more_than_due": len(delta.corrected),
    }
    if delta.made or delta.superseded or delta.withdrawn or delta.corrected:
        kind = "complaints.compensation.assessed"
        record(kind=kind, subject=incident.number, body=body, now=now)


def _end(kept: Fund, rows: list[Compensation], *, to: str, now: dt.datetime, **values: Any) -> None:
    """End open compensations, and free what the fund had promised for those that were offered."""
    was_offered = [row for row in rows if row.state == S.OFFERED]
    moves.compensations(rows, to=to, now=now, **values)
    fund.enter(fund=kept, kind=EntryKind.RELEASE, rows=was_offered, now=now)


# --- The borrower's answer ------------------------------------------------------------------


def accept(*, compensation: Compensation, account: str, now: dt.datetime) -> None:
    """Accept an offer; `account` is the card that the money goes to, "" for points alone.

    Points count from now on. Raises Refused "offer-over".
    """
    with transaction.atomic():
        row = _offered(compensation, now)
        moves.compensation(row, to=S.ACCEPTED, now=now, account=account, answered_at=now)
        if not row.amount_fen:
            moves.compensation(row, to=S.PAID, now=now, settled_at=now)


def decline(*, compensation: Compensation, now: dt.datetime) -> None:
    """Decline an offer: the fund's promise ends. Raises Refused "offer-over"."""
    with transaction.atomic():
        kept = fund.locked()  # before the row, as everywhere: nobody waits for each other
        row = _offered(compensation, now)
        _end(kept, [row], to=S.DECLINED, now=now, answered_at=now)


def expire_due(*, now: dt.datetime, limit: int = BATCH) -> int:
    """End offers that nobody answered in time; returns how many."""
    with transaction.atomic():
        kept = fund.locked()
        due = Compensation.objects.filter(state=S.OFFERED, expires_at__lte=now).order_by("pk")
        rows = list(due.defer("account").select_for_update(skip_locked=True)[:limit])
        _end(kept, rows, to=S.EXPIRED, now=now)
    return len(rows)


def _offered(compensation: Compensation, now: dt.datetime) -> Compensation:
    row = Compensation.objects.select_for_update().get(pk=compensation.pk)
    if row.state != S.OFFERED or row.expires_at is None or row.expires_at <= now:
        raise Refused("offer-over")
    return row
