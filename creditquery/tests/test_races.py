"""Two at once: of any pair of presses, workers or claims one counts."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.selectors import identity
from creditquery import channels
from creditquery.models import Attempt, Consent, CreditQuery, CreditReport, LoanApplication
from creditquery.models.consents import Purpose
from creditquery.services import attempts, queries
from creditquery.states import QueryState
from creditquery.tests.conftest import begin, work_off
from portal.tests.outside import Outside
from portal.tests.racing import at_once
from portal.work.models import Work
from portal.work.services import LeaseLost, claim, collect_expired
from portal.work.states import Lane

pytestmark = pytest.mark.django_db(transaction=True)


def test_many_presses_make_one_signed_query(
    person: User, loan: LoanApplication, now: dt.datetime
) -> None:
    checked = identity(person)
    assert checked is not None

    def press(place: int) -> int:
        query = queries.wish(person=person, loan=loan, purpose=Purpose.LOAN, now=now)
        queries.sign(query=query, identity=checked, language="en", signed_with="x", now=now)
        return query.pk

    assert len(set(at_once(50, press))) == 1
    assert CreditQuery.objects.count() == Consent.objects.count() == Work.objects.count() == 1


def test_two_loans_of_one_person_are_two_queries(
    person: User, loan: LoanApplication, now: dt.datetime
) -> None:
    """A consent names the lender and the loan that it is for, so that none covers another's."""
    other = LoanApplication.objects.get(pk=loan.pk)
    other.pk, other.reference = None, "LA-2026-002"
    other.save(force_insert=True)

    def press(place: int) -> int:
        wanted = (loan, other)[place % 2]
        return queries.wish(person=person, loan=wanted, purpose=Purpose.LOAN, now=now).pk

    assert len(set(at_once(20, press))) == 2


def test_many_workers_make_one_inquiry(query: CreditQuery, world: Outside) -> None:
    at_once(8, lambda place: work_off(Lane.UPSTREAM))
    query.refresh_from_db()
    assert query.state == QueryState.SUCCEEDED
    assert Attempt.objects.count() == len(world.inquiries(query.request_no)) == 1


def test_cancel_or_call_but_not_both(query: CreditQuery, now: dt.datetime) -> None:
    taken = claim(lane=Lane.UPSTREAM, now=now, holder="test")[0]

    def cancel() -> str:
        try:
            queries.cancel(query=query, now=now)
        except queries.TooLate:
            return "too late"
        return "cancelled"

    def call() -> str:
        return "called" if begin(taken, now) else "stopped"

    got = at_once(2, lambda place: (cancel, call)[place]())
    assert sorted(got) in (["called", "too late"], ["cancelled", "stopped"])


def test_a_late_holder_writes_nothing(query: CreditQuery) -> None:
    now = timezone.now()
    late = claim(lane=Lane.UPSTREAM, now=now, holder="stopped for a while")[0]
    begun = begin(late, now)
    assert begun is not None
    Work.objects.filter(pk=late.id).update(lease_until=now)
    collect_expired(lane=Lane.UPSTREAM, now=now + dt.timedelta(seconds=1))
    present = claim(lane=Lane.UPSTREAM, now=now + dt.timedelta(seconds=2), holder="next")[0]
    asked = begin(present, now + dt.timedelta(seconds=2))
    assert asked is not None and asked[1].ask

    outcome = channels.Delivered("1" * 22, b"<x/>")
    with pytest.raises(LeaseLost):
        attempts.settle(claim=late, attempt=begun[0], outcome=outcome, now=now)
    assert not CreditReport.objects.exists()
    with pytest.raises(LeaseLost):
        begin(late, now)
    attempts.settle(claim=present, attempt=asked[0], outcome=outcome, now=timezone.now())
    query.refresh_from_db()
    assert query.state == QueryState.SUCCEEDED
