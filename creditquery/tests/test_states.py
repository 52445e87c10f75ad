"""Every allowed edge of every table works, every other pair raises."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from creditquery.models import (
    Attempt,
    CreditQuery,
    Guarantor,
    LoanApplication,
    ReportFile,
    ReportShare,
)
from creditquery.services import moves, reports
from creditquery.states import (
    ATTEMPT_TRANSITIONS,
    FILE_TRANSITIONS,
    GUARANTOR_TRANSITIONS,
    LOAN_TRANSITIONS,
    QUERY_CANCELLABLE,
    QUERY_TERMINAL,
    QUERY_TRANSITIONS,
    SHARE_TRANSITIONS,
    FileState,
    QueryState,
    ShareState,
)
from evidence.models import Record
from evidence.services import IllegalMove

pytestmark = pytest.mark.django_db


def force(rows: QuerySet[Any], **values: Any) -> None:
    """Put rows where a test needs them, past every table."""
    rows.update(**values)


def walk(
    table: Mapping[str, frozenset[str]],
    row: Any,
    put: Callable[[str], None],
    move: Callable[[str], None],
    field: str = "state",
) -> None:
    """Try every pair of states of a table on one row."""
    for source, onward in table.items():
        for target in table:
            put(source)
            row.refresh_from_db()
            before = Record.objects.count()
            if target in onward:
                move(target)
                row.refresh_from_db()
                assert getattr(row, field) == target
                assert Record.objects.count() == before + 1
            else:
                with pytest.raises(IllegalMove):
                    move(target)
                row.refresh_from_db()
                assert getattr(row, field) == source
                assert Record.objects.count() == before


def test_query(query: CreditQuery, now: dt.datetime) -> None:
    rows = CreditQuery.objects.filter(pk=query.pk)
    walk(
        QUERY_TRANSITIONS,
        query,
        lambda state: force(rows, state=state),
        lambda state: moves.query(query, to=state, now=now),
    )


def test_attempt(query: CreditQuery, now: dt.datetime) -> None:
    attempt = Attempt.objects.create(
        ref="r", query=query, kind="inquire", channel="pboc", endpoint="east", sent_at=now
    )

    def put(state: str) -> None:
        finished = None if state == "sending" else now
        force(Attempt.objects.filter(pk=attempt.pk), state=state, finished_at=finished)

    def move(state: str) -> None:
        moves.attempt(attempt, to=state, now=now, result="ok")

    walk(ATTEMPT_TRANSITIONS, attempt, put, move)


def test_loan(loan: LoanApplication, now: dt.datetime) -> None:
    rows = LoanApplication.objects.filter(pk=loan.pk)
    walk(
        LOAN_TRANSITIONS,
        loan,
        lambda status: force(rows, status=status),
        lambda status: moves.loan(loan, to=status, now=now),
        field="status",
    )


def test_guarantor(loan: LoanApplication, now: dt.datetime) -> None:
    guarantor = Guarantor.objects.create(
        loan=loan, phone="13900000001", phone_hash="h", token="t", invited_at=now
    )
    rows = Guarantor.objects.filter(pk=guarantor.pk)
    walk(
        GUARANTOR_TRANSITIONS,
        guarantor,
        lambda state: force(rows, state=state),
        lambda state: moves.guarantor(guarantor, to=state, now=now),
    )


def test_share(query: CreditQuery, now: dt.datetime) -> None:
    share = ReportShare.objects.create(
        query=query,
        institution=query.loan.institution,
        token_hash="x",
        offered_at=now,
        expires_at=now,
    )
    unopened: dict[str, Any] = {"opened_at": None, "opened_by": None, "reading_until": None}
    until = now + dt.timedelta(minutes=30)
    opened = {"opened_at": now, "opened_by": query.person, "reading_until": until}
    values = {ShareState.OPENED: opened}

    def put(state: str) -> None:
        rows = ReportShare.objects.filter(pk=share.pk)
        force(rows, state=state, **values.get(ShareState(state), unopened))

    def move(state: str) -> None:
        moves.share(share, to=state, now=now, **values.get(ShareState(state), unopened))

    walk(SHARE_TRANSITIONS, share, put, move)
    with pytest.raises(IntegrityError), transaction.atomic():
        force(ReportShare.objects.all(), state=ShareState.OPENED, **unopened)


def test_report_file(query: CreditQuery, now: dt.datetime) -> None:
    report = reports.keep(query=query, number="1" * 22, source=b"x", now=now)
    file = reports.want_file(report=report, password="p", now=now)
    contents: dict[str, dict[str, Any]] = {
        FileState.WANTED: {"password": "p", "content": None},
        FileState.READY: {"password": None, "content": b"x"},
        FileState.PURGED: {"password": None, "content": None},
    }

    def put(state: str) -> None:
        force(ReportFile.objects.filter(pk=file.pk), state=state, **contents[FileState(state)])

    def move(state: str) -> None:
        content = contents[FileState(state)]["content"]
        moves.report_file(file, to=state, now=now, content=content)

    walk(FILE_TRANSITIONS, file, put, move)


def test_the_database_knows_the_states_too(query: CreditQuery) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        force(CreditQuery.objects.filter(pk=query.pk), state="lost")


def test_nothing_runs_without_a_consent(query: CreditQuery) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        CreditQuery.objects.filter(pk=query.pk).update(consent=None)


def test_terminal_states() -> None:
    assert {"reviewed", "cancelled", "expired", "purged"} == QUERY_TERMINAL


def test_nobody_cancels_while_an_inquiry_may_be_made() -> None:
    assert QUERY_CANCELLABLE.isdisjoint(
        {QueryState.SENDING, QueryState.AMBIGUOUS, QueryState.NEEDS_PERSON, QueryState.SUCCEEDED}
    )
