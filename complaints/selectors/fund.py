"""Reading the compensation fund."""

from django.db.models import Count, QuerySet, Sum

from complaints.models import Compensation, Fund, FundChange, FundEntry
from complaints.states.compensation import CompensationState, Waiting


def fund() -> Fund:
    return Fund.objects.get()


def changes(limit: int = 50) -> QuerySet[FundChange]:
    """The newest changes by hand; those that wait for a second person first."""
    rows = FundChange.objects.select_related("proposed_by", "decided_by", "compensation")
    return rows.order_by("-decided_at", "-pk")[:limit]


def entries(limit: int = 50) -> QuerySet[FundEntry]:
    return FundEntry.objects.select_related("compensation", "change").order_by("-pk")[:limit]


def waiting() -> list[tuple[str, int, int]]:
    """Approved compensations that are not offered yet: why, how many, and what they come to."""
    rows = Compensation.objects.filter(state=CompensationState.APPROVED).exclude(waiting="")
    counted = rows.values("waiting").annotate(people=Count("pk"), total=Sum("amount_fen"))
    return [(str(Waiting(row["waiting"]).label), row["people"], row["total"]) for row in counted]
