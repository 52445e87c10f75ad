"""Reading shares of a report: for its subject, and for the lender that may open it."""

import datetime as dt
from typing import Final

from django.db.models import Q, QuerySet

from accounts.codes import hashed
from accounts.models import User
from creditquery.consent_wordings import SHARE, in_force
from creditquery.models import AccessLog, CreditQuery, LoanApplication, ReportShare
from creditquery.states import QueryState, ShareState
from portal.crypto import keyed_hash

VALID: Final = dt.timedelta(hours=72)
"""How long a link waits to be opened; operator's policy, and said in the text that is signed."""
READING: Final = dt.timedelta(minutes=30)
"""How long it can be read once it is open; operator's policy, in the text too."""
HEAVY = ("document", "query__report__content", "query__report__pdf")


def written_out(loan: LoanApplication, language: str) -> str:
    """The text for one loan, as shown before signing and stored after."""
    return in_force(SHARE).written_out(
        language,
        recipient=loan.institution.name,
        reference=loan.reference,
        hours=str(VALID // dt.timedelta(hours=1)),
        minutes=str(READING // dt.timedelta(minutes=1)),
    )


def of_query(query: CreditQuery) -> QuerySet[ReportShare]:
    """Newest first."""
    rows = query.shares.select_related("institution", "opened_by").defer("document")
    return rows.order_by("-pk")


def looks(query: CreditQuery) -> QuerySet[AccessLog]:
    """Each look of somebody else at the report, the newest first."""
    rows = query.accesses.exclude(actor=query.person_id)
    return rows.select_related("actor__membership__institution").order_by("-pk")


def of_link(token: str) -> ReportShare | None:
    return _rows().filter(token_hash=hashed(token)).first()


def of_loan(loan: LoanApplication) -> QuerySet[ReportShare]:
    return _rows().filter(query__loan=loan).order_by("-pk")


def open_in(*, pk: int, user: User, session_hash: str) -> ReportShare | None:
    """A share that this user has opened in this session; others' do not exist."""
    return _rows().filter(pk=pk, opened_by=user, session_hash=session_hash).first()


def closed(share: ReportShare, now: dt.datetime) -> str | None:
    """Why the link cannot be opened now, as a code of the catalogue; None while it can."""
    if share.state == ShareState.REVOKED:
        return "share-revoked"
    if not has_report(share.query, now):
        return "share-no-report"
    if share.state == ShareState.OPENED:
        return "share-used"
    if share.state == ShareState.OVER:
        return "share-used" if share.opened_at else "share-over"
    return "share-over" if share.expires_at <= now else None


def stopped(share: ReportShare, now: dt.datetime) -> str | None:
    """Why who opened it reads no further, as a code of the catalogue; None while they may."""
    if share.state == ShareState.REVOKED:
        return "share-revoked"
    if not has_report(share.query, now):
        return "share-no-report"
    over = share.reading_until is None or share.reading_until <= now
    return "share-read" if over or share.state != ShareState.OPENED else None


def due(now: dt.datetime) -> QuerySet[ReportShare]:
    unopened = Q(state=ShareState.OFFERED, expires_at__lte=now)
    read = Q(state=ShareState.OPENED, reading_until__lte=now)
    return ReportShare.objects.filter(unopened | read).defer("document").order_by("pk")


def has_report(query: CreditQuery, now: dt.datetime) -> bool:
    """To its day, even if whoever deletes it is late."""
    return query.state == QueryState.SUCCEEDED and query.report.expires_at > now


def session_mark(session_key: str | None) -> str:
    """What names a session without being a way into it."""
    return keyed_hash(session_key or "", "share-session")


def _rows() -> QuerySet[ReportShare]:
    rows = ReportShare.objects.select_related(
        "institution", "opened_by", "query__loan__borrower", "query__person", "query__report"
    )
    return rows.defer(*HEAVY)
