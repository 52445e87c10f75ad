"""Reports kept, shown, made into files, and deleted; each look is logged."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import User
from creditquery.models import (
    AccessLog,
    Callback,
    CreditQuery,
    CreditReport,
    ReportFile,
    UnusedAnswer,
)
from creditquery.services import moves
from creditquery.states import QUERY_MOVING, FileState, QueryState
from evidence.services import record
from portal.work import services as work
from portal.work.services import Claim, WorkState
from portal.work.states import Lane

MAKE_FILE = "creditquery.tasks.make_file"
FILE_KEPT = dt.timedelta(hours=1)
"""How long a file made under somebody's password waits to be downloaded."""
BATCH = 200


def deletion_time(now: dt.datetime) -> dt.datetime:
    """When something of a report that came now is deleted: after REPORT_KEEP_DAYS."""
    return now + dt.timedelta(days=settings.REPORT_KEEP_DAYS)


def keep(*, query: CreditQuery, number: str, source: bytes, now: dt.datetime) -> CreditReport:
    """Store a checked report, for whoever holds the query's row; one that comes twice, once."""
    if (known := CreditReport.objects.filter(query=query).first()) is not None:
        return known
    report = CreditReport.objects.create(
        query=query,
        number=number,
        content=source,
        received_at=now,
        expires_at=deletion_time(now),
    )
    body = {"report": number, "deleted_after": report.expires_at.isoformat()}
    record(kind="creditquery.report.received", subject=query.request_no, body=body, now=now)
    return report


def log_access(
    *, query: CreditQuery, actor: User, action: str, purpose: str, now: dt.datetime
) -> None:
    """Register a look (征信业管理条例 第二十二条): who, when, what, what for."""
    with transaction.atomic():
        AccessLog.objects.create(at=now, actor=actor, query=query, action=action, purpose=purpose)
        body = {"actor": actor.pk}  # the purpose is typed by a person: it stays in our own log
        kind = f"creditquery.report.{action}"
        record(kind=kind, subject=query.request_no, body=body, now=now)


def reveal(*, answer: UnusedAnswer, actor: User, purpose: str, now: dt.datetime) -> bytes:
    """The bytes of an unused answer for a member of staff; b"" once they are deleted."""
    with transaction.atomic():
        log_access(
            query=answer.attempt.query,
            actor=actor,
            action=AccessLog.Action.REVEALED,
            purpose=purpose,
            now=now,
        )
        return bytes(answer.content or b"")


# --- Files ----------------------------------------------------------------------------------


def want_file(*, report: CreditReport, password: str, now: dt.datetime) -> ReportFile:
    """Order a PDF under this password; it replaces the file ordered before."""
    with transaction.atomic():
        _locked(pk=report.pk)
        _purge_files(report, now)
        file = ReportFile.objects.create(
            report=report, password=password, wanted_at=now, expires_at=now + FILE_KEPT
        )
        work.add(kind=MAKE_FILE, subject=str(file.pk), lane=Lane.RENDER, now=now)
        return file


def wanted(*, claim: Claim, now: dt.datetime) -> ReportFile | None:
    """The file that this work makes; None, and the work done, when it is no longer wanted."""
    file = ReportFile.objects.select_related("report").get(pk=claim.subject)
    if file.state == FileState.WANTED and file.report.purged_at is None:
        return file
    with work.ending(claim, to=WorkState.DONE, now=now, reason=file.state):
        return None


def finish_file(
    *, claim: Claim, file: ReportFile, pdf: bytes, protected: bytes, now: dt.datetime
) -> None:
    """Keep the protected file, and the plain PDF for the next one, if they are still wanted."""
    with transaction.atomic(), work.ending(claim, to=WorkState.DONE, now=now):
        kept = _locked(pk=file.report_id)
        if kept.purged_at is not None:
            return
        CreditReport.objects.filter(pk=kept.pk).update(pdf=pdf)
        if ReportFile.objects.filter(pk=file.pk, state=FileState.WANTED).exists():
            moves.report_file(file, to=FileState.READY, now=now, content=protected)


# --- Deletion -------------------------------------------------------------------------------


def purge(query: CreditQuery, *, now: dt.datetime, reason: str = "report-expired") -> None:
    """Delete the report of a query and everything made of it, in one transaction.

    A query that is past its success, in manual review for example, keeps its own state.
    """
    with transaction.atomic():
        report = _locked(query=query)
        _purge_files(report, now)
        CreditReport.objects.filter(pk=report.pk).update(content=None, pdf=None, purged_at=now)
        Callback.objects.filter(query=query).update(content=None)
        if query.state == QueryState.SUCCEEDED:
            moves.query(query, to=QueryState.PURGED, now=now, reason=reason)
        else:
            body = {"query": query.state, "reason": reason}
            kind = "creditquery.report.purged"
            record(kind=kind, subject=query.request_no, body=body, now=now)


def forget(query: CreditQuery, *, now: dt.datetime) -> None:
    """The consent was withdrawn: delete whatever the query has brought, used or not; but what was
    called back while the outcome is not known yet, once it has settled that."""
    if query.state not in QUERY_MOVING:
        Callback.objects.filter(query=query).update(content=None)
    UnusedAnswer.objects.filter(attempt__query=query).update(content=None)
    if CreditReport.objects.filter(query=query, purged_at=None).exists():
        purge(query, now=now, reason="consent-withdrawn")


def purge_due(*, now: dt.datetime) -> int:
    """Delete what is past its day: reports, files, unused answers. Returns how many reports."""
    due = CreditReport.objects.filter(expires_at__lte=now, purged_at=None)
    purged = 0
    for pk in list(due.values_list("query_id", flat=True)[:BATCH]):
        with transaction.atomic():
            query = CreditQuery.objects.select_for_update().get(pk=pk)
            if due.filter(query=query).exists():  # nobody was quicker
                purge(query, now=now)
                purged += 1
    stale = ReportFile.objects.filter(expires_at__lte=now).exclude(state=FileState.PURGED)
    for file in stale.defer("content", "password")[:BATCH]:
        moves.report_file(file, to=FileState.PURGED, now=now, content=None)
    spent = UnusedAnswer.objects.filter(expires_at__lte=now, content__isnull=False)
    spent.update(content=None)
    return purged


def _locked(**which: Any) -> CreditReport:
    """The row for writing; what it seals is not opened for that."""
    return CreditReport.objects.select_for_update().defer("content", "pdf").get(**which)


def _purge_files(report: CreditReport, now: dt.datetime) -> None:
    for file in report.files.exclude(state=FileState.PURGED).defer("content", "password"):
        moves.report_file(file, to=FileState.PURGED, now=now, content=None)
