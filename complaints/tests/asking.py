"""Requests for more time, made by hand for the tests."""

import datetime as dt
from collections.abc import Callable

from django.utils import timezone

from accounts.models import User
from complaints.models import DeadlineExtension, Incident
from complaints.services import extensions
from complaints.tests.people import touched
from creditquery.models import CreditQuery, LoanApplication
from creditquery.tests.conftest import applied, signed


def asked(incident: Incident, query: CreditQuery, **values: object) -> DeadlineExtension:
    """The outage held this query up, and its borrower asked for more time."""
    if not incident.impacts.filter(query=query).exists():
        touched(incident, query.person, query)
    return extensions.ask(
        loan=query.loan,
        incident=incident,
        person=query.person,
        reason="征信查询中断",
        now=timezone.now(),
        **values,  # type: ignore[arg-type]
    )


def until(loan: LoanApplication, day: str) -> None:
    """The lender decides by this day."""
    loan.decision_deadline = loan.original_deadline = dt.date.fromisoformat(day)
    loan.save()


def crowd(
    make_person: Callable[..., User], loan: LoanApplication, incident: Incident, number: int
) -> list[CreditQuery]:
    """So many more borrowers of the same lender whom the outage held up."""
    made = []
    for place in range(number):
        person = make_person(f"1390000{place:04}", f"张{'一二三四五六七八九'[place % 9]}")
        query = signed(person, applied(person, loan.institution, timezone.now()), timezone.now())
        touched(incident, person, query)
        made.append(query)
    return made
