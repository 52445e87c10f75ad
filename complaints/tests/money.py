"""Officers, a funded fund, and the short ways through compensation, for the tests."""

import datetime as dt

from accounts.models import User
from accounts.models.factors import fresh_secret
from accounts.services import staff
from complaints.models import (
    Compensation,
    CompensationBatch,
    CompensationRule,
    Fund,
    Incident,
)
from complaints.services import compensation, compensation_batches, fund
from complaints.states.fund import ChangeKind

CARD = "6222026006705354216"  # passes Luhn, is nobody's


def officer(role: str, name: str, now: dt.datetime) -> User:
    secret = fresh_secret()
    return staff.create(username=name, role=role, password="long enough", secret=secret, now=now)


def risk(now: dt.datetime) -> User:
    return User.objects.filter(username="risk").first() or officer("risk_officer", "risk", now)


def compliance(now: dt.datetime) -> User:
    found = User.objects.filter(username="compliance").first()
    return found or officer("compliance_officer", "compliance", now)


def rule() -> CompensationRule:
    return CompensationRule.objects.get()


def top_up(amount_fen: int, now: dt.datetime) -> None:
    change = fund.propose(
        kind=ChangeKind.DEPOSIT, amount_fen=amount_fen, reason="for tests", by=risk(now), now=now
    )
    fund.decide(change=change, by=compliance(now), approve=True, now=now)


def assessed(incident: Incident, now: dt.datetime) -> list[Compensation]:
    """What stands after an assessment to its end, the oldest first."""
    after: int | None = 0
    while after is not None:
        after = compensation.assess(incident=incident, now=now, after=after, limit=2)
    return list(Compensation.objects.order_by("pk"))


def proposed(incident: Incident, now: dt.datetime) -> CompensationBatch:
    batch = compensation_batches.propose(incident=incident, reason="test", by=risk(now), now=now)
    while compensation_batches.gather(batch=batch, now=now):
        pass
    return batch


def approved(incident: Incident, now: dt.datetime) -> CompensationBatch:
    """A batch that a second person approved, its rows approved and not offered yet."""
    batch = proposed(incident, now)
    compensation_batches.decide(batch=batch, by=compliance(now), approve=True, now=now)
    while compensation_batches.settle(batch=batch, now=now, limit=2):
        pass
    return batch


def offered(incident: Incident, now: dt.datetime) -> list[Compensation]:
    """Assessed, proposed, approved and offered as far as the fund reaches."""
    assessed(incident, now)
    approved(incident, now)
    compensation_batches.offer(now=now)
    return list(Compensation.objects.order_by("pk"))


def seed() -> None:
    """What the migrations put in, which a transactional test before may have emptied."""
    Fund.objects.get_or_create(
        defaults={"incident_ceiling_fen": 500_000_000, "person_ceiling_fen": 1_000_000}
    )
    began = dt.datetime(2025, 12, 31, 16, tzinfo=dt.UTC)
    CompensationRule.objects.get_or_create(
        version="2026-01",
        defaults={
            "state": "approved",
            "proposed_at": began,
            "valid_from": began,
            "base": "of_rate",
            "tiers": [[7200, 10, 100], [14_400, 20, 200], [28_800, 30, 300]],
            "cap_fen": 500_000,
        },
    )
