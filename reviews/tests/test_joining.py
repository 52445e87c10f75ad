"""A report that comes during a review joins its case, and is held against what was handed in."""

import datetime as dt

import pytest

from accounts.models import Delivery
from creditquery.models import CreditQuery
from creditquery.report.model import Report
from creditquery.report.read import read_report
from creditquery.report.samples import JSON
from creditquery.services import reports
from portal.reading.hints import Hint, HintKind
from portal.reading.lines import Box
from portal.reading.read import Reading, to_json
from portal.reading.statements import Month, Summary
from reviews.differences import compare
from reviews.models import ReviewTask
from reviews.selectors import differences
from reviews.services import joining, submission
from reviews.tests.officers import paper, reading, submitted, waiting

pytestmark = pytest.mark.django_db


def sample() -> Report:
    return read_report(JSON)


def comes(query: CreditQuery, now: dt.datetime) -> None:
    reports.keep(query=query, number="1" * 22, source=b"<x/>", now=now)


def test_it_is_noted_once_and_the_borrower_is_told(query: CreditQuery, now: dt.datetime) -> None:
    task = submitted(query, now)
    assert joining.join_late(now=now) == 0
    comes(query, now)
    assert joining.join_late(now=now) == 1
    assert joining.join_late(now=now) == 0
    task.refresh_from_db()
    assert (task.state, task.joined_at) == ("open", now)
    assert task.steps.get().shown is True
    assert Delivery.objects.get().kind == "reviews.review_report_joined"


def test_an_earlier_review_of_a_query_keeps_no_other_case_waiting(
    query: CreditQuery, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(joining, "BATCH", 1)
    first = submitted(query, now)
    other, *_ = waiting(first, now, 1)
    submission.withdraw(task=first, now=now)
    again = submitted(query, now)
    comes(query, now)
    assert joining.join_late(now=now) == 1
    reports.keep(query=other.query, number="2" * 22, source=b"<x/>", now=now)
    assert joining.join_late(now=now) == 1
    again.refresh_from_db()
    other.refresh_from_db()
    assert (again.joined_at, other.joined_at) == (now, now)


@pytest.mark.parametrize("state", ["draft", "withdrawn", "lapsed"])
def test_a_case_that_is_not_under_review_is_left_alone(
    query: CreditQuery, now: dt.datetime, state: str
) -> None:
    task = submitted(query, now)
    ReviewTask.objects.filter(pk=task.pk).update(state=state)
    comes(query, now)
    assert joining.join_late(now=now) == 0


# --- Differences ----------------------------------------------------------------------------


def read_as(*hints: tuple[str, str], incomes: tuple[int, ...] = ()) -> Reading:
    box = Box(0, 0, 1, 1)
    months = tuple(
        Month(dt.date(2026, 8 + place, 1), income, 0, None, 1)
        for place, income in enumerate(incomes)
    )
    return Reading(
        lines=(),
        hints=tuple(Hint(HintKind(kind), value, 1, box, 0.9, "ocr") for kind, value in hints),
        rows=(),
        summary=Summary(months, (), (), ()),
        engine="test",
        seconds=0.1,
    )


def test_an_employer_that_both_name_agrees_however_it_is_spaced() -> None:
    report = sample()
    known = next(row.employer for row in report.employments if row.employer)
    spaced = " ".join(known)
    [employer, _burden] = compare(report, [read_as(("employer", spaced))])
    assert (employer.agrees, employer.in_documents) == (True, (spaced,))
    [other, _burden] = compare(report, [read_as(("employer", "别处有限公司"))])
    assert other.agrees is False
    [silent, _burden] = compare(report, [read_as()])
    assert silent.agrees is None


def test_what_is_to_be_paid_is_held_against_a_usual_month() -> None:
    report = sample()
    due = 100 * sum(
        account.monthly.due
        for account in report.accounts
        if account.monthly and isinstance(account.monthly.due, int)
    )
    assert due > 0
    enough = compare(report, [read_as(incomes=(1, due, due + 5))])[-1]
    assert (enough.in_report, enough.in_documents, enough.agrees) == ((due,), (due,), True)
    little = compare(report, [read_as(incomes=(1, due - 1, due + 5))])[-1]
    assert little.agrees is False
    unknown = compare(report, [])[-1]
    assert (unknown.in_documents, unknown.agrees) == ((), None)


def test_a_case_without_a_report_has_no_differences(query: CreditQuery, now: dt.datetime) -> None:
    assert differences.of_task(submitted(query, now)) == []


def test_of_a_case_every_reading_is_compared(query: CreditQuery, now: dt.datetime) -> None:
    task = submitted(query, now)
    for name in ("甲有限公司", "乙有限公司"):
        reading(paper(task, now), to_json(read_as(("employer", name))), now)
    reports.keep(query=query, number="1" * 22, source=JSON, now=now)
    employer = differences.of_task(task)[0]
    assert employer.in_documents == ("甲有限公司", "乙有限公司")
