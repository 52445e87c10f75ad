"""A query in manual review: its report may still come first, and nothing is inquired twice."""

import datetime as dt

import pytest
from django.utils import timezone

from creditquery.models import Attempt, Channel, CreditQuery, CreditReport
from creditquery.selectors import channels as selectors
from creditquery.services import moves, queries, reviewing
from creditquery.states import QueryState
from creditquery.tests.conftest import Outside, work_off
from evidence.services import IllegalMove
from portal.work.models import Work
from portal.work.states import Lane, WorkState

pytestmark = pytest.mark.django_db


def close() -> None:
    Channel.objects.update(enabled=False)
    selectors.forget()


def reopen() -> None:
    Channel.objects.update(enabled=True)
    selectors.forget()


@pytest.fixture
def parked(query: CreditQuery, world: Outside) -> CreditQuery:
    """Parked by the portal itself, because no route was in use."""
    close()
    work_off(Lane.UPSTREAM)
    query.refresh_from_db()
    assert query.state == QueryState.PARKED
    return query


def go_on(query: CreditQuery) -> None:
    queries.feed(room=5, now=timezone.now())
    work_off(Lane.UPSTREAM)
    query.refresh_from_db()


def test_it_waits_on_beside_its_review_and_the_report_joins(
    parked: CreditQuery, world: Outside, now: dt.datetime
) -> None:
    reviewing.begin(query=parked, now=now)
    reopen()
    go_on(parked)
    assert (parked.state, parked.beside) == (QueryState.MANUAL_REVIEW, False)
    assert CreditReport.objects.filter(query=parked).exists()
    assert len(world.inquiries(parked.request_no)) == 1
    assert Work.objects.get(subject=parked.request_no).state == WorkState.DONE


def test_while_there_is_no_route_it_waits_again(
    parked: CreditQuery, world: Outside, now: dt.datetime
) -> None:
    reviewing.begin(query=parked, now=now)
    go_on(parked)
    assert (parked.state, parked.beside, parked.bound_to) == (QueryState.MANUAL_REVIEW, True, "")
    assert world.inquiries(parked.request_no) == []


@pytest.mark.parametrize("approved", [True, False])
def test_once_it_is_decided_nothing_is_inquired(
    parked: CreditQuery, world: Outside, now: dt.datetime, approved: bool
) -> None:
    reviewing.begin(query=parked, now=now)
    reviewing.end(query=parked, approved=approved, now=now)
    reopen()
    go_on(parked)
    assert parked.state == (QueryState.REVIEWED if approved else QueryState.DECLINED)
    assert world.inquiries(parked.request_no) == []
    assert Work.objects.get(subject=parked.request_no).state == WorkState.DONE


def test_a_second_wish_joins_the_query_in_review(parked: CreditQuery, now: dt.datetime) -> None:
    reviewing.begin(query=parked, now=now)
    again = queries.wish(person=parked.person, loan=parked.loan, purpose=parked.purpose, now=now)
    assert again.pk == parked.pk


def test_an_objection_opens_it_again_and_inquires_nothing(
    parked: CreditQuery, world: Outside, now: dt.datetime
) -> None:
    reviewing.begin(query=parked, now=now)
    reviewing.end(query=parked, approved=False, now=now)
    work_off(Lane.UPSTREAM)
    reviewing.reopen(query=parked, now=now)
    reopen()
    go_on(parked)
    assert parked.state == QueryState.MANUAL_REVIEW
    assert world.inquiries(parked.request_no) == []


def test_who_takes_it_back_before_any_call_waits_for_the_machine_again(
    parked: CreditQuery, world: Outside, now: dt.datetime
) -> None:
    reviewing.begin(query=parked, now=now)
    reviewing.withdraw(query=parked, now=now)
    reopen()
    go_on(parked)
    assert parked.state == QueryState.SUCCEEDED


def test_who_takes_it_back_after_the_report_came_has_the_report(
    parked: CreditQuery, world: Outside, now: dt.datetime
) -> None:
    reviewing.begin(query=parked, now=now)
    reopen()
    go_on(parked)
    reviewing.withdraw(query=parked, now=now)
    parked.refresh_from_db()
    assert parked.state == QueryState.SUCCEEDED


def test_who_takes_it_back_with_an_inquiry_out_is_left_to_a_person(
    parked: CreditQuery, now: dt.datetime
) -> None:
    reviewing.begin(query=parked, now=now)
    CreditQuery.objects.filter(pk=parked.pk).update(bound_to="pboc")
    reviewing.withdraw(query=parked, now=now)
    parked.refresh_from_db()
    assert (parked.state, parked.reason) == (QueryState.NEEDS_PERSON, "query-needs-person")


def test_who_was_refused_and_takes_it_back_has_ended_it(
    parked: CreditQuery, now: dt.datetime
) -> None:
    reviewing.begin(query=parked, now=now)
    Attempt.objects.create(
        ref=f"{parked.request_no}.9",
        query=parked,
        kind=Attempt.Kind.INQUIRE,
        channel="pboc",
        endpoint="east",
        state="refused",
        sent_at=now,
        finished_at=now,
    )
    reviewing.withdraw(query=parked, now=now)
    parked.refresh_from_db()
    assert parked.state == QueryState.CANCELLED


def test_a_query_with_its_report_needs_no_review(query: CreditQuery, now: dt.datetime) -> None:
    moves.query(query, to=QueryState.SENDING, now=now)
    moves.query(query, to=QueryState.SUCCEEDED, now=now)
    with pytest.raises(IllegalMove):
        reviewing.begin(query=query, now=now)
