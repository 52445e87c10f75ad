"""Reading complaints: the borrower's own, and those that a member of staff may see."""

from dataclasses import dataclass, field

from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from accounts.models import Ticket, User
from accounts.roles import Role
from complaints.case.classification import Topic
from complaints.models import (
    Complaint,
    ComplaintMessage,
    Decision,
    Incident,
    Letter,
    Recusal,
)
from complaints.selectors import impacts, letters
from complaints.states.cases import COMPLAINT_OPEN, ComplaintState, DecisionState
from complaints.states.clocks import STATUTORY, ClockState
from creditquery.models import AccessLog, CreditQuery
from creditquery.selectors import queries

OFFERED = 20
"""So many incidents, queries and letters are offered to choose from, the newest."""
HANDLERS = (Role.LOAN_OFFICER, Role.RISK_OFFICER, Role.COMPLIANCE_OFFICER)


# --- The borrower's -------------------------------------------------------------------------


def of_person(person: User) -> QuerySet[Complaint]:
    """Sent ones, the newest first."""
    rows = Complaint.objects.filter(person=person).exclude(state=ComplaintState.DRAFT)
    return rows.select_related("incident", "query", "letter").order_by("-received_at", "-pk")


def one(person: User, number: str) -> Complaint | None:
    found = of_person(person).filter(number=number).select_related("person", "query__loan")
    return found.first()


def draft(person: User) -> Complaint | None:
    rows = Complaint.objects.filter(person=person, state=ComplaintState.DRAFT)
    rows = rows.select_related("incident", "letter", "query__loan__institution")
    return rows.order_by("-pk").first()


def thread(complaint: Complaint, *, internal: bool) -> QuerySet[ComplaintMessage]:
    """What was said, the oldest first; `internal` for officers only."""
    rows = complaint.messages.select_related("author")
    return rows if internal else rows.filter(internal=False)


def decided(complaint: Complaint) -> list[Decision]:
    """What the borrower was told, the newest first: nothing before it was sent."""
    rows = complaint.decisions.filter(state=DecisionState.APPROVED).order_by("-round")
    if complaint.state == ComplaintState.APPROVED:
        rows = rows.filter(round__lt=complaint.round)
    return list(rows)


@dataclass(frozen=True, slots=True)
class Offered:
    """The borrower's own things that a complaint can be about: nothing has to be typed that the
    portal holds already."""

    incidents: dict[str, Incident] = field(default_factory=dict)
    queries: dict[str, CreditQuery] = field(default_factory=dict)
    letters: dict[str, Letter] = field(default_factory=dict)


def offered(person: User) -> Offered:
    touched = impacts.of_person(person).select_related("incident")[: OFFERED * 5]
    incidents = {impact.incident.number: impact.incident for impact in touched}
    own = {query.request_no: query for query in queries.queries(person)[:OFFERED]}
    issued = {letter.serial: letter for letter in letters.of_person(person)[:OFFERED]}
    return Offered(dict(list(incidents.items())[:OFFERED]), own, issued)


# --- The officers' --------------------------------------------------------------------------


def visible_to(officer: User) -> QuerySet[Complaint]:
    """All but drafts and those in which this member of staff is biased (回避): who is complained
    of, who declared it or decided before, who opened an answer about the query, and, when it is
    about codes or staff, who gave this borrower a ticket to log in."""
    declared = Recusal.objects.filter(complaint=OuterRef("pk"), officer=officer)
    looked = AccessLog.objects.filter(query=OuterRef("query"), actor=officer)
    tickets = Ticket.objects.filter(account_hash=OuterRef("person__phone_hash"), issued_by=officer)
    rows = Complaint.objects.exclude(state=ComplaintState.DRAFT).exclude(about_officer=officer)
    return rows.filter(
        ~Exists(declared),
        ~Exists(looked),
        ~Exists(tickets) | ~Q(topic__in=[Topic.CODE, Topic.STAFF]),
    )


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; "" for all."""

    state: str = ""
    reason: str = ""
    handler: str = ""
    overdue: bool = False


def desk(officer: User, wanted: Filters) -> QuerySet[Complaint]:
    """The list, by the statutory clock that ends first; what is decided comes last.

    Each row has `next_due`, the last day of that clock, and `late`.
    """
    unfinished = Q(clocks__ended_at=None, clocks__kind__in=STATUTORY)
    missed = Q(clocks__state=ClockState.BREACHED, clocks__ended_at=None)
    rows = visible_to(officer).annotate(
        next_due=Min("clocks__due", filter=unfinished),
        missed=Min("clocks__due", filter=missed),
    )
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    elif not wanted.overdue:
        rows = rows.filter(state__in=COMPLAINT_OPEN)
    if wanted.reason:
        rows = rows.filter(reason=wanted.reason)
    if wanted.handler == "me":
        rows = rows.filter(handler=officer)
    elif wanted.handler == "none":
        rows = rows.filter(handler=None)
    if wanted.overdue:
        rows = rows.exclude(missed=None)
    rows = rows.select_related("handler", "incident")
    return rows.order_by("next_due", "received_at", "pk")


def for_officer(officer: User, number: str) -> Complaint | None:
    rows = visible_to(officer).filter(number=number)
    return rows.select_related(
        "person", "handler", "incident", "letter", "query__loan__institution", "about_officer"
    ).first()


def proposed(complaint: Complaint) -> Decision | None:
    rows = complaint.decisions.filter(state=DecisionState.PROPOSED)
    return rows.select_related("proposed_by").first()


def decisions(complaint: Complaint) -> QuerySet[Decision]:
    rows = complaint.decisions.select_related("proposed_by", "decided_by")
    return rows.order_by("-proposed_at", "-pk")


def open_count(officer: User) -> int:
    """How many wait for somebody: a figure of the desk."""
    return visible_to(officer).filter(state__in=COMPLAINT_OPEN).count()


def officers(complaint: Complaint) -> QuerySet[User]:
    """Members of staff to whom it can be given: allowed to handle it, and not biased by what was
    declared; the service asks about the rest."""
    declared = complaint.recusals.values("officer")
    people = User.objects.filter(role__in=HANDLERS, is_active=True).exclude(pk__in=declared)
    return people.exclude(pk=complaint.about_officer_id or 0).order_by("username")


def staff() -> QuerySet[User]:
    """Whom a complaint can be about: everybody with a user name, left the house or not."""
    return User.objects.exclude(username=None).exclude(role=Role.LENDER_USER).order_by("username")
