"""What borrowers are entitled to as the incidents stand now: read, and nothing written."""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from complaints.compensation import rules
from complaints.compensation.rules import Loan, Outage, Terms, Tier
from complaints.incident.spans import Span
from complaints.models import CompensationRule, Incident, IncidentImpact, IncidentWindow
from complaints.states.incidents import DOWN, IncidentKind
from complaints.states.proposals import ProposalState
from creditquery.models import LoanApplication
from evidence.leaf import canonical

REFERENCED = (
    "incident",
    "component",
    "person",
    "query",
    "loan__borrower",
    "loan__reference",
    "loan__amount_fen",
    "loan__annual_rate_bp",
    "loan__term_months",
)
"""What of an impact a sum follows from; whole rows were half of what an assessment cost."""
Touch = tuple[int, int]  # an incident and the component of it that was met


@dataclass(frozen=True, slots=True)
class Entitlement:
    """What one outage gives one borrower. `facts` is None while a window of it is still open:
    then nothing is known, and what was assessed before stays as it is."""

    incident_id: int
    outage: tuple[int, ...]
    rule: CompensationRule
    facts: dict[str, Any] | None

    @property
    def digest(self) -> str:
        return hashlib.sha256(canonical(self.facts)).hexdigest()


@dataclass(slots=True)
class Person:
    """How the incidents touched one borrower, and with which loans."""

    touches: set[Touch]
    asked: list[tuple[int, int, LoanApplication | None]]
    """Incident, query, and its loan where it is the borrower's own and not one guaranteed."""
    loans: list[LoanApplication]
    """All of their own; not looked at where each touch was by a query for one of them."""


def terms(rule: CompensationRule) -> Terms:
    return Terms(
        version=rule.version,
        base=rule.base,
        tiers=tuple(Tier(*each) for each in rule.tiers),
        months=rule.months,
        minimum_fen=rule.minimum_fen,
        cap_fen=rule.cap_fen,
        fee_fen=rule.fee_fen,
        fast_lane=rule.fast_lane,
    )


def of_people(people: Collection[int]) -> dict[int, list[Entitlement]]:
    """What each of these borrowers is entitled to from all incidents that touched them.

    A few statements for however many people: outages are made up once for each way in which
    somebody was touched, and the loans are multiplied in memory.
    """
    touched = _touched(people)
    drawn = Drawn({incident for person in touched.values() for incident, _ in person.touches})
    return {
        pk: [
            found
            for outage in drawn.outages(person.touches)
            if (found := drawn.value(outage, person))
        ]
        for pk, person in touched.items()
    }


class Drawn:
    """The windows of the incidents at their newest revision, and the rules, read once."""

    def __init__(self, incidents: Collection[int]) -> None:
        self.rules = list(CompensationRule.objects.filter(state=ProposalState.APPROVED))
        found = Incident.objects.filter(pk__in=incidents)
        self.began = {incident.pk: incident.began_at for incident in found}
        # While an incident goes on, a window that has ended may be followed by another.
        self.running = {incident.pk for incident in found if incident.ended_at is None}
        self.windows: dict[Touch, list[Span]] = defaultdict(list)
        for window in IncidentWindow.objects.filter(
            incident__in=incidents,
            incident__kind=IncidentKind.OUTAGE,
            status__in=DOWN,
        ).select_related("incident"):
            if window.revision != window.incident.revision:
                continue
            if window.ends_at is None:
                self.running.add(window.incident_id)
            else:
                span = (window.starts_at, window.ends_at)
                self.windows[window.incident_id, window.component_id].append(span)
        self._made: dict[frozenset[Touch], list[Outage]] = {}

    def outages(self, touches: Iterable[Touch]) -> list[Outage]:
        met = frozenset(touches)
        if met not in self._made:
            windows: dict[int, list[Span]] = defaultdict(list)
            for touch in met:
                windows[touch[0]] += self.windows[touch]
            # An incident that is only running has no finished window: it stands for itself.
            alone = [
                Outage(frozenset({pk}), ())
                for pk in {i for i, _ in met} & self.running
                if not windows[pk]
            ]
            self._made[met] = [*rules.outages(windows), *alone]
        return self._made[met]

    def value(self, outage: Outage, person: Person) -> Entitlement | None:
        """None when the outage gives this borrower nothing."""
        ids = sorted(outage.incidents, key=lambda pk: (self.began[pk], pk))
        began = outage.spans[0][0] if outage.spans else self.began[ids[0]]
        rule = next((r for r in self.rules if r.valid_from <= began), None)
        if rule is None:
            return None
        if outage.incidents & self.running:
            return Entitlement(ids[0], tuple(ids), rule, None)
        queries = {query for incident, query, _ in person.asked if incident in outage.incidents}
        facts = rules.assess(terms(rule), outage, _loans(outage, person), queries=len(queries))
        if facts is None or not (facts["total_fen"] or facts["points"]):
            return None
        return Entitlement(ids[0], tuple(ids), rule, facts)


def _touched(people: Collection[int]) -> dict[int, Person]:
    rows = IncidentImpact.objects.filter(person__in=people, withdrawn_in=None)
    found = {pk: Person(set(), [], []) for pk in people}
    by_login: set[int] = set()
    for impact in rows.select_related("loan").only(*REFERENCED).order_by("pk"):
        pk = impact.person_id or 0
        person, loan = found[pk], impact.loan
        person.touches.add((impact.incident_id, impact.component_id))
        own = loan if loan and impact.query_id and loan.borrower_id == pk else None
        if impact.query_id is not None:
            person.asked.append((impact.incident_id, impact.query_id, own))
        if own is None:
            by_login.add(pk)
    for loan in LoanApplication.objects.filter(borrower__in=by_login):
        found[loan.borrower_id].loans.append(loan)
    return found


def _loans(outage: Outage, person: Person) -> list[Loan]:
    """The loans whose queries were touched; for who could only not log in, the loans then open.

    Open then: applied for before the end, and still to be decided when it began. Neither date
    changes afterwards, so that a later look finds the same loans.
    """
    asked = {
        loan.pk: loan
        for incident, _, loan in person.asked
        if loan is not None and incident in outage.incidents
    }
    if not asked:
        began, ended = outage.spans[0][0], outage.spans[-1][1]
        asked = {
            loan.pk: loan
            for loan in person.loans
            if loan.created_at < ended and loan.original_deadline >= _day(began)
        }
    return [
        Loan(loan.reference, loan.amount_fen, loan.annual_rate_bp, loan.term_months)
        for loan in asked.values()
    ]


def _day(moment: dt.datetime) -> dt.date:
    return timezone.localtime(moment).date()
