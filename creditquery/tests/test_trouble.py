"""Trouble at the bureau, by its own switches: a state with a next step, and one inquiry."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Delivery
from creditquery.models import Attempt, CreditQuery, CreditReport, Endpoint, UnusedAnswer
from creditquery.selectors import channels
from creditquery.selectors.queries import progress
from creditquery.services import queries
from creditquery.states import QueryState
from creditquery.tests.conftest import open_session, reasons_of_trouble, work_off
from creditquery.verdicts import UNUSABLE
from portal.tests.outside import Outside
from portal.work.models import Work
from portal.work.states import Lane, WorkState

pytestmark = pytest.mark.django_db


def run_for(query: CreditQuery, hours: float = 1, most: int = 40) -> str:
    work_off(Lane.UPSTREAM, at=timezone.now() + dt.timedelta(hours=hours), most=most)
    query.refresh_from_db()
    assert reasons_of_trouble() == []
    return query.state


@pytest.fixture(autouse=True)
def _impatient(settings) -> None:
    settings.QUERY_DEADLINE_SECONDS = 1


def test_when_every_entrance_is_down_the_query_is_parked_until_one_is_back(
    query: CreditQuery, world: Outside
) -> None:
    reachable = dict(Endpoint.objects.values_list("pk", "url"))
    Endpoint.objects.update(url="http://127.0.0.1:9/nobody")
    channels.forget()
    assert run_for(query) == QueryState.PARKED
    assert Work.objects.get(subject=query.request_no).state == WorkState.PARKED
    assert query.reason == "query-parked"
    assert Delivery.objects.get(user=query.person).kind == "creditquery.query_delayed"
    for pk, url in reachable.items():
        Endpoint.objects.filter(pk=pk).update(url=url)
    channels.forget()
    assert queries.feed(room=1, now=timezone.now()) == 1
    assert run_for(query) == QueryState.SUCCEEDED
    assert len(world.inquiries(query.request_no)) == 1
    told = Delivery.objects.filter(user=query.person).order_by("created_at")
    assert [delivery.kind for delivery in told] == [
        "creditquery.query_delayed",
        "creditquery.report_ready",
    ]


@pytest.mark.parametrize("mode", ["effect_then_timeout", "late_effect", "hang", "drip", "refuse"])
def test_an_answer_that_did_not_come_is_asked_for(
    mode: str, query: CreditQuery, world: Outside
) -> None:
    open_session()
    world.fault("pboc", mode)
    assert run_for(query, most=1) == QueryState.AMBIGUOUS
    assert Attempt.objects.get(query=query).state == "unknown"
    world.fault("pboc", "ok")
    assert run_for(query) == QueryState.SUCCEEDED
    assert len(world.inquiries(query.request_no)) == 1


def test_a_forged_answer_is_not_believed_and_the_true_one_asked_for(
    query: CreditQuery, world: Outside
) -> None:
    world.fault("pboc", "forged")
    assert run_for(query, most=1) == QueryState.AMBIGUOUS
    assert not CreditReport.objects.filter(query=query).exists()
    assert UnusedAnswer.objects.get(attempt__query=query).why.startswith("unsigned or forged")
    assert run_for(query) == QueryState.SUCCEEDED
    assert len(world.inquiries(query.request_no)) == 1


def test_answers_that_stay_garbage_go_to_a_person(query: CreditQuery, world: Outside) -> None:
    open_session()
    world.fault("pboc", "garbage")
    assert run_for(query) == QueryState.NEEDS_PERSON
    assert query.reason == "query-needs-person"
    assert UnusedAnswer.objects.filter(attempt__query=query).count() == UNUSABLE


def test_a_report_about_somebody_else_is_sealed_for_a_person(
    query: CreditQuery, world: Outside
) -> None:
    world.fault("pboc", "wrong_person")
    assert run_for(query, most=1) == QueryState.NEEDS_PERSON
    unused = UnusedAnswer.objects.get(attempt__query=query)
    assert unused.why == "wrong-person"
    assert b"Document" in bytes(unused.content or b"")
    assert not CreditReport.objects.filter(query=query).exists()


def test_a_duplicate_answer_changes_nothing(query: CreditQuery, world: Outside) -> None:
    world.fault("pboc", "duplicate")
    assert run_for(query) == QueryState.SUCCEEDED
    assert CreditReport.objects.filter(query=query).count() == 1


def test_each_state_says_a_next_step(query: CreditQuery) -> None:
    for state in QueryState:
        query.state = state
        told = progress(query, timezone.now())
        assert str(told.words.title) and str(told.words.message)
