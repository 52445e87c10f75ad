"""The first page of an officer: what waits, by what this member of staff may see."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.selectors import holds
from accounts.services import thawing
from complaints.models import Compensation, DeadlineExtension, Incident, Letter
from complaints.selectors import cases
from complaints.states.compensation import CompensationState
from complaints.states.extensions import ExtensionState
from complaints.states.incidents import INCIDENT_OPEN
from reviews.selectors import desk as reviews

Count = Callable[[User], int | str]
"""A number, or "1,000+" where counting all of them would take long."""


@dataclass(frozen=True, slots=True)
class Room:
    """A list of the desk; `counted` are the words beside its number."""

    to: str
    permission: str
    title: Promise
    words: Promise
    counted: Promise | None = None
    count: Count | None = None
    alarming: bool = False


@dataclass(frozen=True, slots=True)
class Door:
    room: Room
    address: str
    waiting: int | str | None


ROOMS = (
    Room(
        "complaints:desk-incidents",
        "complaints.view_incident",
        _("Incidents"),
        _("What is down and what was, whom it touched, and what followed"),
        _("Open incidents"),
        lambda _user: Incident.objects.filter(state__in=INCIDENT_OPEN).count(),
        alarming=True,
    ),
    Room(
        "accounts:staff-frozen",
        "accounts.thaw_account",
        _("Frozen accounts"),
        _("Why each is frozen, and how two officers thaw it"),
        _("Accounts frozen"),
        lambda _user: thawing.waiting().count(),
    ),
    Room(
        "reviews:desk",
        "reviews.view_reviewtask",
        _("Manual reviews"),
        _("By the day on which they are due; the next one at a press"),
        _("Undecided reviews"),
        reviews.waiting,
    ),
    Room(
        "accounts:desk-holds",
        "accounts.view_hold",
        _("Held logins"),
        _("Logins that are more likely somebody else's: released or refused by two"),
        _("Waiting logins"),
        lambda _user: holds.waiting().count(),
        alarming=True,
    ),
    Room(
        "accounts:asked-desk",
        "accounts.view_codeasked",
        _("Who was asked for a code"),
        _("What borrowers tell of people who wanted their codes"),
    ),
    Room(
        "complaints:desk-complaints",
        "complaints.view_complaint",
        _("Complaints"),
        _("By the clock that ends first"),
        _("Open complaints"),
        cases.open_count,
    ),
    Room(
        "recovery:desk",
        "recovery.view_recoveryticket",
        _("Recoveries"),
        _("Who has lost every way into an account; decided by two"),
    ),
    Room(
        "complaints:desk-compensation",
        "complaints.view_compensation",
        _("Compensation"),
        _("Sums to propose, to approve and to pay out"),
        _("Sums to propose or approve"),
        lambda _user: Compensation.objects.filter(
            state__in=[CompensationState.ASSESSED, CompensationState.PROPOSED]
        ).count(),
    ),
    Room(
        "complaints:desk-fund",
        "complaints.view_fund",
        _("Compensation fund"),
        _("Deposits, commitments and ceilings"),
    ),
    Room(
        "complaints:desk-letters",
        "complaints.view_letter",
        _("Letters"),
        _("Find a letter by its number; revoke one, in two"),
        _("Letters issued"),
        lambda _user: Letter.objects.count(),
    ),
    Room(
        "complaints:desk-extensions",
        "complaints.view_deadlineextension",
        _("Longer deadlines"),
        _("What lenders were asked, and what they answered"),
        _("With the lenders"),
        lambda _user: DeadlineExtension.objects.filter(state=ExtensionState.REQUESTED).count(),
    ),
    Room(
        "complaints:dashboard",
        "complaints.view_incident",
        _("Dashboard"),
        _("Incidents, letters, extensions, complaints and money, by month"),
    ),
    Room(
        "creditquery:operations",
        "creditquery.view_endpoint",
        _("Operations"),
        _("Routes to the bureau, queue, alarms"),
    ),
)


def doors(user: User) -> Iterator[Door]:
    """The rooms that this member of staff may enter, in order; what is not built is absent."""
    for room in ROOMS:
        if user.has_perm(room.permission):
            try:
                address = reverse(room.to)
            except NoReverseMatch:
                continue
            yield Door(room, address, room.count(user) if room.count else None)
