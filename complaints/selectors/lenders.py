"""What the users of one lender see; each row is found through that lender."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.lender.words import STANDING
from complaints.models import (
    DeadlineExtension,
    IncidentImpact,
    LenderNotice,
    Letter,
    LetterAccess,
)
from complaints.selectors import extensions, lender_notices
from complaints.selectors import letters as issued
from creditquery.models import CreditQuery, Institution, LoanApplication, ReportShare
from creditquery.models.consents import Purpose
from creditquery.selectors import shares
from creditquery.states import LoanStatus, ShareState
from portal import masks
from portal.workdays.calendar import Calendar, OutOfRange
from portal.workdays.selectors import calendar

NEAR = 3
"""Working days: a deadline no further away counts as near. Operator's policy."""


@dataclass(frozen=True, slots=True)
class Home:
    """What waits for somebody at this lender."""

    open: int
    near: int
    extensions: int
    letters: int
    unread: int
    links: int


@dataclass(frozen=True, slots=True)
class Line:
    """One loan in the list. `days_left` are the lender's working days, below zero when the
    deadline is over; None where no calendar reaches. `provisional` deadlines may still move when
    the notice of their year is published."""

    loan: LoanApplication
    borrower: str
    standing: Promise | None
    days_left: int | None
    provisional: bool

    @property
    def extended(self) -> bool:
        return self.loan.decision_deadline != self.loan.original_deadline

    @property
    def tone(self) -> str:
        if self.loan.status != LoanStatus.OPEN or self.days_left is None:
            return ""
        return "bad" if self.days_left < 0 else "caution" if self.days_left <= NEAR else ""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a loan."""

    at: dt.datetime
    title: Promise | str
    detail: Promise | str = ""
    address: str = ""


def home(institution: Institution, today: dt.date) -> Home:
    offered = ReportShare.objects.filter(institution=institution, state=ShareState.OFFERED)
    unread = LenderNotice.objects.filter(institution=institution, read_at=None)
    return Home(
        open=loans(institution, show="open", today=today).count(),
        near=loans(institution, show="near", today=today).count(),
        extensions=extensions.waiting(institution).count(),
        letters=letters(institution).filter(seen=False).count(),
        unread=unread.count(),
        links=offered.count(),
    )


def loans(
    institution: Institution, *, show: str, today: dt.date, reference: str = ""
) -> QuerySet[LoanApplication]:
    """The lender's loans by deadline. `show`: "open", "near" (open, decided soon) or "all"."""
    rows = LoanApplication.objects.filter(institution=institution)
    if show != "all":
        rows = rows.filter(status=LoanStatus.OPEN)
    if show == "near":
        until = calendar(institution.code).add(today, NEAR).day
        rows = rows.filter(decision_deadline__lte=until)
    if reference:
        rows = rows.filter(reference__icontains=reference)
    return _with_queries(rows).order_by("decision_deadline", "pk")


def loan(institution: Institution, pk: int) -> LoanApplication | None:
    return _with_queries(institution.loans.filter(pk=pk)).first()


def lines(institution: Institution, rows: Iterable[LoanApplication], today: dt.date) -> list[Line]:
    """A page of the list, with what each loan's newest query is doing."""
    days = calendar(institution.code)
    return [line(each, days, today) for each in rows]


def line(loan: LoanApplication, days: Calendar, today: dt.date) -> Line:
    newest: CreditQuery | None = next(iter(loan.queries.all()), None)
    extended = loan.decision_deadline != loan.original_deadline
    return Line(
        loan=loan,
        borrower=masks.name(loan.borrower.name),
        standing=STANDING[newest.state] if newest else None,
        days_left=_days_left(days, today, loan.decision_deadline),
        provisional=extended and loan.decision_deadline > days.official_until,
    )


def letters(institution: Institution) -> QuerySet[Any]:
    """Letters about the lender's loans, the newest first; `seen` once a user of it opened it."""
    looked = LetterAccess.objects.filter(
        letter=OuterRef("pk"), actor__membership__institution=institution
    )
    return issued.received_by(institution).annotate(seen=Exists(looked))


def verify_address(letter: Letter) -> str:
    """Where anybody checks whether a letter is valid."""
    return f"{settings.SITE_URL}/verify/{letter.serial}/"


def timeline(loan: LoanApplication) -> list[Event]:
    """All that the lender may know of one loan, the newest first."""
    events = [
        Event(loan.created_at, _("Loan application entered by the borrower")),
        *_of_queries(loan.queries.all()),
        *_of_incidents(loan),
        *_of_notices(loan),
        *_of_letters(loan),
        *_of_extensions(extensions.of_loan(loan)),
        *_of_shares(shares.of_loan(loan)),
    ]
    return sorted(events, key=lambda event: event.at, reverse=True)


def _with_queries(rows: QuerySet[LoanApplication]) -> QuerySet[LoanApplication]:
    """The borrower's own queries: a guarantor's are no business of the loan's list."""
    own = CreditQuery.objects.filter(purpose=Purpose.LOAN).order_by("-pk")
    rows = rows.select_related("borrower", "institution")
    rows = rows.defer("borrower__phone", "borrower__id_number", "borrower__email")
    return rows.prefetch_related(Prefetch("queries", queryset=own))


def _days_left(days: Calendar, today: dt.date, deadline: dt.date) -> int | None:
    try:
        return days.count(today, deadline)
    except OutOfRange:
        return None


def _of_queries(queries: Iterable[CreditQuery]) -> Iterable[Event]:
    for query in queries:
        yield Event(query.created_at, _("Report wanted"), query.request_no)
        yield Event(query.changed_at, _("Query: last change"), STANDING[query.state])


def _of_incidents(loan: LoanApplication) -> Iterable[Event]:
    found = IncidentImpact.objects.filter(loan=loan, withdrawn_in=None, query__purpose=Purpose.LOAN)
    for impact in found.select_related("incident"):
        name = f"{impact.incident.title} {impact.incident.number}"
        yield Event(impact.touched_from, _("The query stood still from here"), name)
        if impact.touched_until:
            yield Event(impact.touched_until, _("The query could go on"), name)


def _of_notices(loan: LoanApplication) -> Iterable[Event]:
    for told in lender_notices.inbox(loan.institution).filter(query__loan=loan):
        address = reverse("complaints:lender-notice", args=[told.pk])
        yield Event(told.sent_at, _("Notice from the borrower"), told.incident.number, address)


def _of_letters(loan: LoanApplication) -> Iterable[Event]:
    for letter in issued.received_by(loan.institution).filter(loan=loan):
        address = reverse("complaints:lender-letter", args=[letter.serial])
        yield Event(letter.issued_at, letter.get_kind_display(), letter.number, address)


def _of_extensions(found: Iterable[DeadlineExtension]) -> Iterable[Event]:
    for asked in found:
        address = reverse("complaints:lender-extension", args=[asked.pk])
        yield Event(
            asked.asked_at, _("Longer deadline asked for"), asked.get_state_display(), address
        )


def _of_shares(found: Iterable[ReportShare]) -> Iterable[Event]:
    for share in found:
        yield Event(
            share.offered_at, _("The borrower made a link to the report"), share.get_state_display()
        )
        if share.opened_at and share.opened_by:
            yield Event(share.opened_at, _("Report opened"), str(share.opened_by))
