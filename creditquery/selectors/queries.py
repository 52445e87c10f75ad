"""Reading queries; a borrower's lookups go through the owner, so that others' do not exist."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from accounts.models import User
from creditquery.models import CreditQuery, CreditReport, Guarantor, LoanApplication, ReportFile
from creditquery.report.document import Document
from creditquery.report.layout import layout
from creditquery.report.read import read_report
from creditquery.selectors.waiting import Waiting, waiting
from creditquery.states import QUERY_MOVING, FileState, GuarantorState, LoanStatus, QueryState
from creditquery.words import BY_STATE, STEPS, WITHDRAWN, Words, of_wait
from portal import catalogue

HEAVY = ("report__content", "report__pdf")
"""Sealed megabytes, opened only where they are shown."""
POLLS_MS = ((10, 1000), (60, 2000), (600, 5000))
"""Up to so many seconds after the start, ask again after so many milliseconds."""
SLOWEST_POLL_MS = 15_000


def queries(person: User) -> QuerySet[CreditQuery]:
    """The person's own queries, the newest first, with nothing sealed opened."""
    rows = CreditQuery.objects.filter(person=person).select_related("loan__institution", "report")
    return rows.defer(*HEAVY).order_by("-pk")


def query(person: User, request_no: str) -> CreditQuery | None:
    rows = queries(person).filter(request_no=request_no)
    return rows.select_related("consent").defer(*HEAVY, "consent__document").first()


def open_loans(person: User) -> QuerySet[LoanApplication]:
    rows = LoanApplication.objects.filter(borrower=person, status=LoanStatus.OPEN)
    return rows.select_related("institution").order_by("-pk")


def invitations(person: User) -> QuerySet[Guarantor]:
    """What this person, known by the phone, is asked to guarantee and has not answered."""
    rows = Guarantor.objects.filter(phone_hash=person.phone_hash, state=GuarantorState.INVITED)
    return rows.exclude(loan__borrower=person).select_related("loan__institution")


def invitation(person: User, token: str) -> Guarantor | None:
    """The invitation of this link, if it went to this person's phone; answered ones too."""
    rows = Guarantor.objects.filter(phone_hash=person.phone_hash, token=token)
    rows = rows.exclude(loan__borrower=person)
    return rows.select_related("loan__institution", "loan__borrower").first()


def document(report: CreditReport) -> Document:
    """The printed form of a stored report; raises report.errors.ReportError."""
    return layout(read_report(report.source))


def newest_file(report: CreditReport, now: dt.datetime) -> ReportFile | None:
    """The file that the reader may download or waits for."""
    files = report.files.exclude(state=FileState.PURGED).filter(expires_at__gt=now)
    return files.defer("content", "password").order_by("-wanted_at").first()


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a query stands, as the page and progress.json tell it."""

    state: str
    words: Words
    entry: catalogue.Entry | None
    slow: bool
    place: int | None
    eta: dt.datetime | None
    next_poll_ms: int

    @property
    def reload_seconds(self) -> int:
        """Without the script the whole page comes again: not while it is read, seldom later."""
        return max(5, self.next_poll_ms // 1000)

    def as_json(self) -> dict[str, Any]:
        return {
            "state": self.state,
            "step": self.words.step,
            "steps": [str(step) for step in STEPS],
            "slow": self.slow,
            "place": self.place,
            "eta": self.eta.isoformat() if self.eta else None,
            "next_poll_ms": self.next_poll_ms,
            "message": str(self.words.message),
        }


def progress(query: CreditQuery, now: dt.datetime) -> Progress:
    """Slow is what has been queued for QUERY_SLOW_SECONDS, or what a message has called delayed."""
    moving = query.state in QUERY_MOVING
    waited = (now - (query.queued_at or now)).total_seconds()
    withdrawn = moving and query.consent is not None and query.consent.withdrawn_at is not None
    late = query.slow or waited >= settings.QUERY_SLOW_SECONDS
    turn = None if withdrawn else waiting(query, now)
    return Progress(
        state=query.state,
        words=WITHDRAWN if withdrawn else _words(query, turn, now),
        entry=catalogue.ENTRIES.get(query.reason),
        slow=moving and not withdrawn and late,
        place=turn.place if turn else None,
        eta=_eta(query, turn, late) if moving and not withdrawn else None,
        next_poll_ms=_poll(waited) if moving else 0,
    )


def _words(query: CreditQuery, turn: Waiting | None, now: dt.datetime) -> Words:
    words = BY_STATE[query.state]
    if turn is None:
        return words
    return of_wait(
        words,
        parked=query.state == QueryState.PARKED,
        bound=bool(query.bound_to),
        in_use=turn.in_use,
        until=turn.maintenance_until,
        held_back=turn.held_back,
        place=turn.place,
        minutes=(turn.eta - now).total_seconds() / 60 if turn.eta else None,
    )


def _eta(query: CreditQuery, turn: Waiting | None, late: bool) -> dt.datetime | None:
    """By the pace of the queue for whoever stands in one; else the usual time, until it is over."""
    if turn and (turn.place or query.state == QueryState.PARKED):
        return turn.eta
    usual = dt.timedelta(seconds=settings.QUERY_SLOW_SECONDS)
    return query.queued_at + usual if query.queued_at and not late else None


def _poll(waited: float) -> int:
    return next((pause for until, pause in POLLS_MS if waited < until), SLOWEST_POLL_MS)
