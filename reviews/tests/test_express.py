"""The priority lane: whom an incident held up, and whose loan is decided soon; nobody asks."""

import datetime as dt

import pytest
from django.utils import timezone

from creditquery.models import CreditQuery, LoanApplication
from creditquery.services import queries
from evidence.models import Record
from portal.beijing import last_day
from portal.workdays.selectors import calendar
from reviews.models import ReviewTask
from reviews.services import express
from reviews.tests.papers import sent

pytestmark = pytest.mark.django_db


def deadline(query: CreditQuery, working_days: int, now: dt.datetime) -> None:
    day = calendar().add(timezone.localdate(now), working_days).day
    rows = LoanApplication.objects.filter(pk=query.loan_id)
    rows.update(original_deadline=day, decision_deadline=day)
    query.refresh_from_db()


def due_days(task: ReviewTask, now: dt.datetime) -> int:
    assert task.due_at is not None
    return calendar().count(timezone.localdate(now), last_day(task.due_at))


@pytest.mark.parametrize(("days", "lane", "due"), [(3, "deadline", 1), (4, "", 2)])
def test_a_loan_that_is_decided_soon(
    query: CreditQuery, now: dt.datetime, days: int, lane: str, due: int
) -> None:
    deadline(query, days, now)
    task = sent(query, now)
    assert (task.express, due_days(task, now)) == (lane, due)


def test_an_incident_puts_what_is_in_review_first(query: CreditQuery, now: dt.datetime) -> None:
    task = sent(query, now)
    assert (task.express, express.refresh(now=now)) == ("", 0)
    assert queries.put_reviews_first(queries=[query.pk]) == 1
    assert express.refresh(now=now) == 1
    assert express.refresh(now=now) == 0
    task.refresh_from_db()
    assert (task.express, due_days(task, now)) == ("incident", 1)
    record = Record.objects.get(kind="reviews.reviewtask.express")
    assert record.body == {"express": "incident"}


def test_what_waits_for_the_bureau_is_not_put_first_for_that(
    query: CreditQuery,
) -> None:
    CreditQuery.objects.filter(pk=query.pk).update(state="parked")
    assert queries.put_reviews_first(queries=[query.pk]) == 0


def test_people_who_were_promised_it_go_first_in_review_too(
    query: CreditQuery, now: dt.datetime
) -> None:
    sent(query, now)
    assert queries.put_first(people=[query.person_id]) == 1
    assert express.refresh(now=now) == 1
