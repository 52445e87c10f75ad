"""Cancelling, withdrawing, expiring, purging: what the services write, and what they leave."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import Delivery, User
from accounts.selectors import identity
from creditquery import channels, tasks
from creditquery.gateways.inquiry import NotSeen
from creditquery.models import (
    Attempt,
    Consent,
    CreditQuery,
    CreditReport,
    LoanApplication,
    ReportFile,
    UnusedAnswer,
)
from creditquery.models.consents import Purpose
from creditquery.services import attempts, loans, moves, queries, reports
from creditquery.states import QueryState
from creditquery.tests.conftest import begin, work_off
from evidence.models import Record
from portal.tests.outside import Outside
from portal.work.models import Work
from portal.work.services import claim
from portal.work.states import Lane, WorkState

pytestmark = pytest.mark.django_db


def test_the_same_wish_is_the_same_query(
    person: User, loan: LoanApplication, query: CreditQuery, now: dt.datetime
) -> None:
    again = queries.wish(person=person, loan=loan, purpose=Purpose.LOAN, now=now)
    assert again == query


def test_after_a_refusal_a_new_query_may_be_wished(
    person: User, loan: LoanApplication, query: CreditQuery, now: dt.datetime
) -> None:
    moves.query(query, to=QueryState.SENDING, now=now)
    moves.query(query, to=QueryState.REFUSED, now=now, reason="bureau-identity-differs")
    again = queries.wish(person=person, loan=loan, purpose=Purpose.LOAN, now=now)
    assert again != query


def test_signing_twice_signs_once(query: CreditQuery, now: dt.datetime) -> None:
    checked = identity(query.person)
    assert checked is not None
    queries.sign(query=query, identity=checked, language="en", signed_with="x", now=now)
    assert Consent.objects.count() == 1
    assert Work.objects.filter(subject=query.request_no).count() == 1


def test_a_cancelled_query_asks_nothing(query: CreditQuery, world: Outside) -> None:
    queries.cancel(query=query, now=timezone.now())
    work_off(Lane.UPSTREAM)
    query.refresh_from_db()
    assert (query.state, query.reason) == (QueryState.CANCELLED, "query-cancelled")
    assert world.inquiries(query.request_no) == []
    assert Work.objects.get(subject=query.request_no).state == WorkState.DONE


def test_a_query_that_is_out_cannot_be_cancelled(query: CreditQuery, now: dt.datetime) -> None:
    taken = claim(lane=Lane.UPSTREAM, now=now, holder="test")
    begin(taken[0], now)
    with pytest.raises(queries.TooLate):
        queries.cancel(query=query, now=now)


def test_a_case_in_review_with_an_unknown_inquiry_cannot_be_cancelled(
    query: CreditQuery, now: dt.datetime
) -> None:
    settle(query, channels.Unknown("timeout"), now)
    moves.query(query, to=QueryState.MANUAL_REVIEW, now=now)
    with pytest.raises(queries.TooLate):
        queries.cancel(query=query, now=now)


def test_what_was_not_seen_yet_cannot_be_cancelled(query: CreditQuery, now: dt.datetime) -> None:
    settle(query, channels.Unknown("timeout"), now)
    settle(query, NotSeen(), now + dt.timedelta(seconds=5))
    assert (query.state, query.bound_to) == (QueryState.QUEUED, "pboc")
    with pytest.raises(queries.TooLate):
        queries.cancel(query=query, now=now)


def test_a_case_that_got_its_report_cannot_be_cancelled(
    query: CreditQuery, now: dt.datetime
) -> None:
    settle(query, channels.Unknown("timeout"), now)
    moves.query(query, to=QueryState.MANUAL_REVIEW, now=now)
    settle(query, channels.Delivered("1" * 22, b"<x/>"), now + dt.timedelta(minutes=1))
    with pytest.raises(queries.TooLate):
        queries.cancel(query=query, now=now)


def settle(query: CreditQuery, outcome: channels.Outcome, now: dt.datetime) -> None:
    taken = claim(lane=Lane.UPSTREAM, now=now, holder="test")
    begun = begin(taken[0], now)
    assert begun is not None
    attempts.settle(claim=taken[0], attempt=begun[0], outcome=outcome, now=now)
    query.refresh_from_db()


def test_withdrawing_before_the_call_stops_it(query: CreditQuery, world: Outside) -> None:
    queries.withdraw(query=query, now=timezone.now())
    query.refresh_from_db()
    assert (query.state, query.reason) == (QueryState.CANCELLED, "consent-withdrawn")
    assert Record.objects.filter(kind="creditquery.consent.withdrawn").count() == 1


def test_withdrawing_after_the_report_deletes_it(query: CreditQuery, world: Outside) -> None:
    work_off(Lane.UPSTREAM)
    report = CreditReport.objects.get(query=query)
    reports.want_file(report=report, password="correct horse", now=timezone.now())
    queries.withdraw(query=query, now=timezone.now())
    query.refresh_from_db()
    report.refresh_from_db()
    assert query.state == QueryState.PURGED
    assert (report.content, report.pdf) == (None, None)
    file = ReportFile.objects.get()
    assert (file.state, file.password, file.content) == ("purged", None, None)
    work_off(Lane.RENDER)
    assert ReportFile.objects.get().content is None


def test_what_may_have_been_sent_before_the_withdrawal_is_asked_about_until_it_has_settled(
    query: CreditQuery, now: dt.datetime
) -> None:
    settle(query, channels.Unknown("timeout"), now)
    settle(query, NotSeen(), now + dt.timedelta(seconds=5))
    queries.withdraw(query=query, now=now)
    settle(query, NotSeen(), now + dt.timedelta(seconds=10))
    assert query.state == QueryState.AMBIGUOUS
    settle(query, NotSeen(), now + dt.timedelta(seconds=200))
    (last,) = claim(lane=Lane.UPSTREAM, now=now + dt.timedelta(seconds=201), holder="test")
    assert begin(last, now + dt.timedelta(seconds=201)) is None
    query.refresh_from_db()
    assert (query.state, query.reason) == (QueryState.CANCELLED, "consent-withdrawn")
    assert query.attempts.filter(kind=Attempt.Kind.INQUIRE).count() == 1


def test_a_report_that_comes_after_the_withdrawal_is_not_kept(
    query: CreditQuery, now: dt.datetime
) -> None:
    taken = claim(lane=Lane.UPSTREAM, now=now, holder="test")
    begun = begin(taken[0], now)
    assert begun is not None
    queries.withdraw(query=query, now=now)
    outcome = channels.Delivered("1" * 22, b"<x/>")
    attempts.settle(claim=taken[0], attempt=begun[0], outcome=outcome, now=now)
    query.refresh_from_db()
    assert (query.state, query.reason) == (QueryState.PURGED, "consent-withdrawn")
    assert CreditReport.objects.get().content is None


def test_an_unused_answer_that_comes_after_the_withdrawal_is_not_kept(
    query: CreditQuery, now: dt.datetime
) -> None:
    taken = claim(lane=Lane.UPSTREAM, now=now, holder="test")
    begun = begin(taken[0], now)
    assert begun is not None
    queries.withdraw(query=query, now=now)
    outcome = channels.Unusable("wrong-person", b"<x/>", final=True)
    attempts.settle(claim=taken[0], attempt=begun[0], outcome=outcome, now=now)
    query.refresh_from_db()
    assert query.state == QueryState.NEEDS_PERSON
    assert UnusedAnswer.objects.get().content is None


def test_withdrawing_deletes_unused_answers_while_the_outcome_is_asked_for(
    query: CreditQuery, now: dt.datetime
) -> None:
    settle(query, channels.Unusable("unreadable", b"<x/>"), now)
    assert query.state == QueryState.AMBIGUOUS
    queries.withdraw(query=query, now=now)
    assert UnusedAnswer.objects.get().content is None


def test_withdrawing_deletes_what_waits_for_a_person(query: CreditQuery, now: dt.datetime) -> None:
    settle(query, channels.Unusable("wrong-person", b"<x/>", final=True), now)
    moves.query(query, to=QueryState.MANUAL_REVIEW, now=now)
    reports.keep(query=query, number="1" * 22, source=b"<x/>", now=now)
    queries.withdraw(query=query, now=now)
    query.refresh_from_db()
    assert query.state == QueryState.MANUAL_REVIEW
    assert UnusedAnswer.objects.get().content is None
    assert CreditReport.objects.get().content is None


def test_a_late_report_joins_the_manual_review(query: CreditQuery, now: dt.datetime) -> None:
    settle(query, channels.Unknown("timeout"), now)
    moves.query(query, to=QueryState.MANUAL_REVIEW, now=now)
    settle(query, channels.Delivered("1" * 22, b"<x/>"), now + dt.timedelta(minutes=1))
    assert query.state == QueryState.MANUAL_REVIEW
    assert CreditReport.objects.get(query=query).content == b"<x/>"
    assert Work.objects.get(subject=query.request_no).state == WorkState.DONE


def test_a_refusal_has_its_reason(query: CreditQuery, now: dt.datetime) -> None:
    settle(query, channels.Refused("BUS002"), now)
    assert (query.state, query.reason) == (QueryState.REFUSED, "bureau-identity-differs")
    attempt = Attempt.objects.get()
    assert (attempt.state, attempt.vendor_code) == ("refused", "BUS002")


def test_an_expired_query_says_so_and_asks_nothing(query: CreditQuery, world: Outside) -> None:
    later = timezone.now() + dt.timedelta(days=11)  # the loan's deadline was in ten
    assert queries.expire_due(now=later) == 1
    assert loans.lapse_due(now=later) == 1
    query.refresh_from_db()
    assert (query.state, query.reason) == (QueryState.EXPIRED, "query-expired")
    assert Delivery.objects.get().kind == "creditquery.query_expired"
    work_off(Lane.UPSTREAM, at=later)
    assert world.inquiries(query.request_no) == []


def test_reports_are_deleted_on_their_day(
    query: CreditQuery, world: Outside, settings: object
) -> None:
    work_off(Lane.UPSTREAM)
    report = CreditReport.objects.get(query=query)
    day = report.expires_at
    assert reports.purge_due(now=day - dt.timedelta(seconds=1)) == 0
    assert reports.purge_due(now=day) == 1
    query.refresh_from_db()
    report.refresh_from_db()
    assert (query.state, query.reason) == (QueryState.PURGED, "report-expired")
    assert (report.content, report.purged_at) == (None, day)


def test_a_report_that_joined_a_case_is_deleted_on_its_day_too(
    query: CreditQuery, now: dt.datetime
) -> None:
    report = reports.keep(query=query, number="1" * 22, source=b"<x/>", now=now)
    moves.query(query, to=QueryState.PARKED, now=now)
    moves.query(query, to=QueryState.MANUAL_REVIEW, now=now)
    assert reports.purge_due(now=report.expires_at) == 1
    assert reports.purge_due(now=report.expires_at) == 0
    query.refresh_from_db()
    report.refresh_from_db()
    assert (query.state, report.content) == (QueryState.MANUAL_REVIEW, None)
    assert Record.objects.filter(kind="creditquery.report.purged").count() == 1


def test_unused_answers_and_files_are_deleted_too(query: CreditQuery, now: dt.datetime) -> None:
    settle(query, channels.Unusable("wrong-person", b"<x/>", final=True), now)
    report = reports.keep(query=query, number="1" * 22, source=b"<x/>", now=now)
    reports.want_file(report=report, password="correct horse", now=now)
    reports.purge_due(now=now + reports.FILE_KEPT)
    assert ReportFile.objects.get().state == "purged"
    assert UnusedAnswer.objects.get().content == b"<x/>"
    reports.purge_due(now=now + dt.timedelta(days=8))
    assert UnusedAnswer.objects.get().content is None


def test_a_newer_password_replaces_the_file(query: CreditQuery, now: dt.datetime) -> None:
    report = reports.keep(query=query, number="1" * 22, source=b"<x/>", now=now)
    first = reports.want_file(report=report, password="correct horse", now=now)
    reports.want_file(report=report, password="another horse", now=now)
    first.refresh_from_db()
    assert (first.state, first.password) == ("purged", None)


def test_periodic_work_tidies_and_wakes(
    query: CreditQuery, world: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    moves.query(query, to=QueryState.PARKED, now=timezone.now(), reason="query-parked")
    values = {"state": WorkState.PARKED}
    Work.objects.filter(subject=query.request_no).update(**values)
    for handler, lane in ((tasks.tidy, Lane.UPKEEP), (tasks.feed, Lane.UPKEEP)):
        work = Work.objects.create(
            kind=f"creditquery.tasks.{handler.__name__}",
            subject="periodic",
            lane=lane,
            run_after=timezone.now(),
            created_at=timezone.now(),
            moved_at=timezone.now(),
        )
        work_off(lane)
        work.refresh_from_db()
        assert work.state == WorkState.DONE
    work_off(Lane.UPSTREAM)
    query.refresh_from_db()
    assert query.state == QueryState.SUCCEEDED


def test_nothing_personal_stands_in_work_or_evidence(
    query: CreditQuery, world: Outside, make_person: Callable[..., User]
) -> None:
    work_off(Lane.UPSTREAM)
    personal = (query.person.name, query.person.id_number, query.person.phone)
    for row in [*Work.objects.values(), *Record.objects.values()]:
        assert not any(value in str(row) for value in personal)
