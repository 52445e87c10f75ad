"""Every allowed edge of a request for more time works, every other pair raises."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from complaints.models import DeadlineExtension, ExtensionPolicy
from complaints.services.extension_moves import extension as move
from complaints.states.extensions import EXTENSION_TRANSITIONS
from complaints.tests.asking import asked
from creditquery.tests.lenders import works_at
from creditquery.tests.test_states import force, walk

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 12, 1)


@pytest.fixture
def row(outage, query):
    made = asked(outage(), query)
    by = works_at(query.loan.institution)
    given = {"days": 15, "counted_from": DAY, "until": DAY + dt.timedelta(21)}
    force(
        DeadlineExtension.objects.filter(pk=made.pk),
        decided_by=by,
        decided_at=made.asked_at,
        refusal="other",
        **given,
    )
    made.refresh_from_db()
    return made


def test_every_pair_of_states(row, now):
    rows = DeadlineExtension.objects.filter(pk=row.pk)
    walk(
        EXTENSION_TRANSITIONS,
        row,
        lambda source: force(rows, state=source),
        lambda target: move(row, to=target, now=now),
    )


def test_the_database_refuses_whoever_asked_and_the_borrower_as_who_decides(row):
    for somebody in (row.asked_by, row.person):
        with pytest.raises(IntegrityError, match="extension_two_people"), transaction.atomic():
            force(DeadlineExtension.objects.filter(pk=row.pk), decided_by=somebody)


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "in_force", "until": None}, "extension_granted_in_full"),
        ({"state": "approved", "decided_by": None}, "extension_granted_in_full"),
        ({"state": "in_force", "until": DAY}, "extension_granted_in_full"),
        ({"state": "refused", "refusal": ""}, "extension_refused_with_reason"),
        ({"state": "lost"}, "extension_state"),
    ],
)
def test_the_database_keeps_what_a_state_means(row, values, constraint):
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        force(DeadlineExtension.objects.filter(pk=row.pk), **values)


def test_one_request_stands_for_a_loan_and_an_outage(row):
    again = DeadlineExtension(
        loan=row.loan,
        incident=row.incident,
        person=row.person,
        institution=row.institution,
        asked_at=row.asked_at,
        days_asked=1,
        reason="x",
        answer_by=DAY,
    )
    with pytest.raises(IntegrityError, match="extension_stands_once"), transaction.atomic():
        again.save()


def test_a_policy_gives_some_days_within_its_cap(db):
    with pytest.raises(IntegrityError, match="extension_policy_days"), transaction.atomic():
        ExtensionPolicy.objects.create(version="2", days=15, cap_days=14)
