"""The rows of this app that have a state, each with the one way to move it: from the state in which
the caller has read it."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from creditquery.models import (
    Attempt,
    CreditQuery,
    Guarantor,
    LoanApplication,
    ReportFile,
    ReportShare,
)
from creditquery.states import (
    ATTEMPT_TRANSITIONS,
    FILE_TRANSITIONS,
    GUARANTOR_TRANSITIONS,
    LOAN_TRANSITIONS,
    QUERY_TRANSITIONS,
    SHARE_TRANSITIONS,
)
from evidence.services import move, move_many


def query(
    moved: CreditQuery,
    *,
    to: str,
    now: dt.datetime,
    body: Mapping[str, Any] | None = None,
    **values: Any,
) -> None:
    """Move a query and bring the object up to date; raises evidence.services.IllegalMove."""
    values |= {"changed_at": now}
    values.setdefault("reason", "")
    values.setdefault("beside", False)
    told = {**(body or {}), **({"reason": values["reason"]} if values["reason"] else {})}
    move(
        CreditQuery,
        pk=moved.pk,
        to=to,
        table=QUERY_TRANSITIONS,
        now=now,
        subject=moved.request_no,
        body=told,
        came_from=moved.state,
        **values,
    )
    moved.state = to
    for name, value in values.items():
        setattr(moved, name, value)


def queries(numbers: Mapping[int, str], *, to: str, now: dt.datetime, **values: Any) -> list[int]:
    """Move many queries (request number by primary key) that are all in one state; returns the
    primary keys of those that were moved."""
    values |= {"changed_at": now}
    values.setdefault("reason", "")
    return move_many(
        CreditQuery,
        pks=list(numbers),
        to=to,
        table=QUERY_TRANSITIONS,
        now=now,
        subjects=numbers,
        **values,
    )


def attempt(
    moved: Attempt, *, to: str, now: dt.datetime, vendor_code: str = "", result: str
) -> None:
    """Close an attempt; whatever comes later is another one's."""
    route = f"{moved.channel}.{moved.endpoint}"
    body = {"vendor_code": vendor_code, "endpoint": route, "result": result}
    move(
        Attempt,
        pk=moved.pk,
        to=to,
        table=ATTEMPT_TRANSITIONS,
        now=now,
        subject=moved.ref,
        body=body,
        came_from=moved.state,
        finished_at=now,
        vendor_code=vendor_code,
        result=result,
    )


def loan(moved: LoanApplication, *, to: str, now: dt.datetime) -> None:
    move(LoanApplication, pk=moved.pk, to=to, table=LOAN_TRANSITIONS, now=now, field="status")
    moved.status = to


def loans(pks: list[int], *, to: str, now: dt.datetime) -> list[int]:
    """Move many loans; returns the primary keys of those that were moved."""
    return move_many(
        LoanApplication,
        pks=pks,
        to=to,
        table=LOAN_TRANSITIONS,
        now=now,
        subjects={pk: str(pk) for pk in pks},
        field="status",
    )


def guarantor(moved: Guarantor, *, to: str, now: dt.datetime, **values: Any) -> None:
    values |= {"answered_at": now}
    move(Guarantor, pk=moved.pk, to=to, table=GUARANTOR_TRANSITIONS, now=now, **values)
    moved.state = to


def report_file(moved: ReportFile, *, to: str, now: dt.datetime, **values: Any) -> None:
    """The password leaves with the state in which it was needed."""
    values |= {"password": None}
    move(ReportFile, pk=moved.pk, to=to, table=FILE_TRANSITIONS, now=now, **values)
    moved.state = to


def share(moved: ReportShare, *, to: str, now: dt.datetime, **values: Any) -> None:
    """Move a share from the state in which it was read; its evidence is found by the query."""
    move(
        ReportShare,
        pk=moved.pk,
        to=to,
        table=SHARE_TRANSITIONS,
        now=now,
        subject=moved.query.request_no,
        body={"share": moved.pk, "institution": moved.institution.code},
        came_from=moved.state,
        **values,
    )
    moved.state = to
    for name, value in values.items():
        setattr(moved, name, value)
