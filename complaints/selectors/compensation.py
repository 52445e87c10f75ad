"""Reading compensation: the borrower's own, and the officers' tables."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from accounts.models import User
from complaints.models import (
    Compensation,
    CompensationBatch,
    CompensationRule,
    Incident,
    PayoutFile,
    PayoutResults,
)
from complaints.states.compensation import OWED, SHOWN, CompensationState
from complaints.states.fund import LineState
from complaints.states.proposals import ProposalState


def of_person(person: User) -> QuerySet[Compensation]:
    """What the borrower may see, newest first: from the offer on, and what waits for the fund."""
    return (
        Compensation.objects.filter(person=person, state__in=SHOWN)
        .select_related("incident", "rule")
        .order_by("-assessed_at", "-pk")
    )


def own(person: User, number: str) -> Compensation | None:
    """A compensation by its number, if it is this person's and to be seen."""
    return of_person(person).filter(number=number).first()


def points(person: User) -> int:
    """The points that a borrower has accepted."""
    rows = Compensation.objects.filter(person=person, state__in=OWED)
    return rows.aggregate(total=Sum("points", default=0))["total"]


def rules() -> QuerySet[CompensationRule]:
    return CompensationRule.objects.select_related("proposed_by", "decided_by")


# --- Officers -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """Compensations of an incident in one state: how many, and what they come to."""

    state: CompensationState
    people: int
    total_fen: int


@dataclass(frozen=True, slots=True)
class Sums:
    incident: Incident
    lines: list[Line]

    @property
    def assessed(self) -> int:
        """How many could be proposed now."""
        return next((ln.people for ln in self.lines if ln.state == CompensationState.ASSESSED), 0)


def sums(limit: int = 50) -> list[Sums]:
    """The newest incidents with compensation, each by state in the order of the states."""
    found: dict[int, list[Line]] = defaultdict(list)
    order = list(CompensationState)
    incidents = Incident.objects.filter(compensations__isnull=False).distinct()
    newest = list(incidents.order_by("-began_at")[:limit])
    rows = Compensation.objects.filter(incident__in=newest).values("incident", "state")
    for row in rows.annotate(people=Count("pk"), total=Sum("amount_fen")):
        state = CompensationState(row["state"])
        found[row["incident"]].append(Line(state, row["people"], row["total"]))
    return [
        Sums(incident, sorted(found[incident.pk], key=lambda line: order.index(line.state)))
        for incident in newest
    ]


def batches(limit: int | None = 50) -> QuerySet[CompensationBatch]:
    """The newest batches, with what stands in them now."""
    living = ~Q(rows__state__in=[CompensationState.SUPERSEDED, CompensationState.WITHDRAWN])
    return (
        CompensationBatch.objects.select_related("incident", "proposed_by", "decided_by")
        .annotate(
            now_people=Count("rows", filter=living),
            now_fen=Sum("rows__amount_fen", filter=living, default=0),
        )
        .order_by("-pk")[:limit]
    )


def payouts(limit: int = 50) -> QuerySet[PayoutFile]:
    """The newest pay-out files, without their bytes; `unconfirmed` is the key of results that one
    person has entered."""
    waiting = PayoutResults.objects.filter(file=OuterRef("pk"), state=ProposalState.PROPOSED)
    counted = {
        state: Count("payments", filter=Q(payments__state=state))
        for state in (LineState.LISTED, LineState.PAID, LineState.FAILED)
    }
    return (
        PayoutFile.objects.defer("content")
        .select_related("proposed_by", "decided_by")
        .annotate(
            unconfirmed=Subquery(waiting.values("pk")[:1]),
            **{f"now_{state}": count for state, count in counted.items()},
        )
        .order_by("-pk")[:limit]
    )


def confirmable(results: PayoutResults) -> dict[str, tuple[int, int, list[str]]]:
    """By result: how many payments it is of, what they come to, and their references."""
    lines = results.file.payments.filter(ref__in=results.outcomes).order_by("ref")
    found: dict[str, tuple[int, int, list[str]]] = {}
    for outcome in (LineState.PAID, LineState.FAILED):
        named = [line for line in lines if results.outcomes[line.ref] == outcome]
        total = sum(line.amount_fen for line in named)
        found[outcome] = (len(named), total, [line.ref for line in named])
    return found


def payable() -> tuple[int, int]:
    """How many accepted compensations are in no pay-out file yet, and what they come to."""
    rows = Compensation.objects.filter(state=CompensationState.ACCEPTED, amount_fen__gt=0)
    found = rows.aggregate(people=Count("pk"), total=Sum("amount_fen", default=0))
    return found["people"], found["total"]
