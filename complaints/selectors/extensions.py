"""Reading requests for a later deadline: the borrower's own, a lender's, and all for officers."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from complaints.models import (
    DeadlineExtension,
    ExtensionBatch,
    ExtensionPolicy,
    Incident,
    IncidentImpact,
)
from complaints.states.extensions import EXTENSION_GRANTED, EXTENSION_STANDING, ExtensionState
from creditquery.models import CreditQuery, Institution, LoanApplication
from creditquery.states import LoanStatus
from portal.workdays.calendar import Calendar, Due
from portal.workdays.selectors import calendar

DECIDABLE = frozenset({LoanStatus.OPEN, LoanStatus.LAPSED})
MARGIN = dt.timedelta(days=366)
"""More than any policy's cap of working days."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be asked for a loan now; without `days` the cap is reached or the loan decided."""

    loan: LoanApplication
    incident: Incident
    policy: ExtensionPolicy
    left: int
    standing: DeadlineExtension | None

    @property
    def days(self) -> int:
        return min(self.policy.days, self.left)

    @property
    def is_open(self) -> bool:
        return self.standing is None and self.days > 0 and self.loan.status in DECIDABLE


@dataclass(frozen=True, slots=True)
class Room:
    """Before a lender answers: how many days the cap leaves, and to which day those asked lead."""

    left: int
    cap: int
    due: Due | None


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How the new deadline was found, so that anybody can count it again."""

    counted_from: dt.date
    days: int
    until: dt.date
    skipped: list[dt.date]


def policy(now: dt.datetime) -> ExtensionPolicy:
    """The newest that has begun; the first one, as its fields default, where none is stored."""
    begun = ExtensionPolicy.objects.filter(effective_from__lte=timezone.localtime(now).date())
    return begun.first() or ExtensionPolicy()


def reason_of(incident: Incident) -> str:
    """What a request says unless the borrower says it otherwise, in the reader's language."""
    return _(
        "Because of an outage (%(number)s) that the applicant did not cause, the credit report "
        "could not be fetched in time."
    ) % {"number": incident.number}


# --- One loan -------------------------------------------------------------------------------


def of_loan(loan: LoanApplication) -> QuerySet[DeadlineExtension]:
    return _told(loan.extensions).order_by("-pk")


def of_person(person: User) -> QuerySet[DeadlineExtension]:
    return _told(DeadlineExtension.objects.filter(person=person)).order_by("-pk")


def own(person: User, pk: int) -> DeadlineExtension | None:
    return of_person(person).filter(pk=pk).first()


def offer(query: CreditQuery, *, now: dt.datetime) -> Offer | None:
    """For the loan of this query and the newest outage that held a query of it up; None when none
    did."""
    impact = (
        IncidentImpact.objects.filter(loan=query.loan, query__isnull=False, withdrawn_in=None)
        .select_related("incident", "loan__institution", "loan__borrower")
        .order_by("-touched_from", "-pk")
        .first()
    )
    if impact is None or impact.loan is None:
        return None
    rules = policy(now)
    left = rules.cap_days - granted([impact.loan.pk]).get(impact.loan.pk, 0)
    standing = of_loan(impact.loan).filter(incident=impact.incident, state__in=EXTENSION_STANDING)
    return Offer(impact.loan, impact.incident, rules, left, standing.first())


def granted(loans: Collection[int]) -> dict[int, int]:
    """Working days given to each of these loans so far; what replaced another counts once."""
    rows = DeadlineExtension.objects.filter(loan__in=loans, state__in=EXTENSION_GRANTED)
    summed = rows.exclude(state=ExtensionState.SUPERSEDED).values("loan").annotate(n=Sum("days"))
    return {row["loan"]: row["n"] for row in summed}


def is_ground(incident: Incident, loan: LoanApplication) -> bool:
    """Whether the incident, as it is known now, held up a query for this loan."""
    return incident.impacts.filter(loan=loan, query__isnull=False, withdrawn_in=None).exists()


def starts(deadline: dt.date, now: dt.datetime) -> dt.date:
    """From which day more time is counted: the deadline, or today when that is over."""
    return max(deadline, timezone.localtime(now).date())


def reach(institution: Institution) -> dt.date:
    """The last deadline that more time can be counted from: every calendar ends, and a deadline
    may have been typed decades away."""
    return calendar(institution.code).last - MARGIN


def reckoning(extension: DeadlineExtension) -> Reckoning | None:
    """By the calendar of today: it may know more than the one by which the day was promised."""
    begin, until = extension.counted_from, extension.until
    if begin is None or until is None:
        return None
    skipped = calendar(extension.institution.code).rests(begin, until)
    return Reckoning(begin, extension.days or 0, until, skipped)


def room(extension: DeadlineExtension, *, now: dt.datetime) -> Room:
    cap = policy(now).cap_days
    left = max(0, cap - granted([extension.loan_id]).get(extension.loan_id, 0))
    days = min(extension.days_asked, left)
    begin = starts(extension.loan.decision_deadline, now)
    if not days or begin > reach(extension.institution):
        return Room(left, cap, None)
    return Room(left, cap, calendar(extension.institution.code).add(begin, days))


# --- A lender's, and all --------------------------------------------------------------------


def waiting(institution: Institution) -> QuerySet[DeadlineExtension]:
    """What this lender has to answer, the most urgent first."""
    rows = institution.extensions.filter(state=ExtensionState.REQUESTED)
    return _told(rows).order_by("answer_by", "pk")


def decided(institution: Institution) -> QuerySet[DeadlineExtension]:
    rows = institution.extensions.exclude(state=ExtensionState.REQUESTED)
    return _told(rows).order_by("-pk")


def of_lender(institution: Institution, pk: int) -> DeadlineExtension | None:
    return _told(institution.extensions).filter(pk=pk).first()


def together(institution: Institution) -> list[dict[str, Any]]:
    """Each outage with more than one request waiting: how many, and the earliest answer due."""
    rows = institution.extensions.filter(state=ExtensionState.REQUESTED)
    groups = rows.values("incident", number=F("incident__number")).annotate(
        wanted=Count("pk"), earliest=Min("answer_by")
    )
    return [dict(row) for row in groups.filter(wanted__gt=1).order_by("earliest", "number")]


def asked(
    incident: Incident, institution: Institution, *, until: dt.datetime
) -> QuerySet[DeadlineExtension]:
    """What this outage left waiting with the lender until then."""
    rows = DeadlineExtension.objects.filter(incident=incident, institution=institution)
    return rows.filter(state=ExtensionState.REQUESTED, asked_at__lte=until)


def batches(institution: Institution) -> QuerySet[ExtensionBatch]:
    """What is being accepted together at this moment."""
    rows = ExtensionBatch.objects.filter(institution=institution, done_at=None)
    return rows.select_related("incident")


def board() -> QuerySet[DeadlineExtension]:
    """For officers: what lenders have not answered, what waits, then what was decided."""
    rows = _told(DeadlineExtension.objects.all())
    return rows.order_by(F("escalated_at").asc(nulls_last=True), "-pk")


def counts() -> dict[str, int]:
    rows = DeadlineExtension.objects.aggregate(
        waiting=Count("pk", filter=Q(state=ExtensionState.REQUESTED)),
        overdue=Count("pk", filter=Q(state=ExtensionState.REQUESTED, escalated_at__isnull=False)),
        in_force=Count("pk", filter=Q(state=ExtensionState.IN_FORCE)),
        provisional=Count("pk", filter=Q(state=ExtensionState.IN_FORCE, provisional=True)),
    )
    return dict(rows)


# --- For whoever brings them up to date -----------------------------------------------------


def held_up(incident: Incident, *, after: int, until: int) -> QuerySet[LoanApplication]:
    """The loans that impacts with a key above `after` up to `until` are about, withdrawn or not."""
    rows = incident.impacts.filter(pk__gt=after, pk__lte=until, query__isnull=False)
    return LoanApplication.objects.filter(pk__in=rows.values("loan")).order_by("pk")


def unasked(incident: Incident, *, after: int, until: int) -> QuerySet[IncidentImpact]:
    """One of those impacts for each loan that the incident held up and nobody has asked for."""
    asked = DeadlineExtension.objects.filter(incident=incident, loan=OuterRef("loan"))
    rows = incident.impacts.filter(
        pk__gt=after,
        pk__lte=until,
        withdrawn_in=None,
        query__isnull=False,
        loan__status__in=DECIDABLE,
        person=F("loan__borrower"),
    )
    return rows.filter(~Exists(asked)).order_by("loan_id", "pk").distinct("loan_id")


def groundless(incident: Incident, *, after: int, until: int) -> QuerySet[DeadlineExtension]:
    """Those of held-up loans that stand although the incident no longer finds the loan touched."""
    rows = _standing(incident, ground=False).filter(ground_lost_at=None)
    return rows.filter(loan__in=held_up(incident, after=after, until=until).values("pk"))


def grounded(incident: Incident, *, after: int, until: int) -> QuerySet[DeadlineExtension]:
    """Those that had been marked and whose loan is found touched after all."""
    rows = _standing(incident, ground=True).exclude(ground_lost_at=None)
    return rows.filter(loan__in=held_up(incident, after=after, until=until).values("pk"))


def outdated(institution: Institution, known: Calendar, today: dt.date) -> QuerySet[Any]:
    """In force, not over, and reckoned with another calendar than the one of now."""
    rows = institution.extensions.filter(state=ExtensionState.IN_FORCE, until__gte=today)
    return rows.exclude(calendar=known.version).order_by("loan_id", "counted_from", "pk")


def _standing(incident: Incident, *, ground: bool) -> QuerySet[DeadlineExtension]:
    found = IncidentImpact.objects.filter(
        incident=incident, loan=OuterRef("loan"), query__isnull=False, withdrawn_in=None
    )
    rows = incident.extensions.filter(state__in=EXTENSION_STANDING)
    return rows.filter(Exists(found) if ground else ~Exists(found)).order_by("pk")


def _told(rows: Any) -> QuerySet[DeadlineExtension]:
    related: QuerySet[DeadlineExtension] = rows.select_related(
        "loan", "incident", "institution", "replaced_by"
    )
    return related
