"""What an outage means for manual reviews: the guide leads there, whom it held up goes first."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import translation

from accounts.models import User
from complaints.guide import REVIEW
from complaints.models import Incident
from complaints.selectors import guide, impacts
from complaints.services.impacts import hasten_reviews
from complaints.tests.people import touched
from creditquery.models import CreditQuery
from portal.work.states import Priority
from reviews.services import express
from reviews.tests.officers import officer
from reviews.tests.papers import draft, parked, sent
from reviews.tests.test_desk_pages import at, enter, text

pytestmark = pytest.mark.django_db


def standing(query: CreditQuery) -> tuple[str, str]:
    """Where the line of the guide leads in Chinese, and how far the review is."""
    with translation.override("zh-hans"):
        found = guide.of_query(query)
        assert found is not None
        step = next(step for step in found.steps if step.line.key == REVIEW)
        return step.line.address, str(step.standing.words) if step.standing else ""


def test_the_guide_leads_to_the_review(query: CreditQuery, now: dt.datetime) -> None:
    own = f"/queries/{query.request_no}/review/"
    assert standing(parked(query)) == (own, "")
    draft(query, now)
    assert standing(query) == (own, "草稿")


def test_and_not_where_none_is_offered(query: CreditQuery) -> None:
    found = guide.of_query(query)
    assert found is not None
    assert query.state == "queued"
    assert REVIEW not in [step.line.key for step in found.steps]


def test_the_case_names_the_incident_that_held_its_query_up(
    query: CreditQuery, person: User, now: dt.datetime, outage: Callable[..., Incident]
) -> None:
    task, incident, desk = sent(query, now), outage(), enter(officer())
    assert incident.title not in text(desk.get(at(task)))
    touched(incident, person, query)
    page = desk.get(at(task))
    assert incident.title in text(page)
    address = f"/en/desk/incidents/{incident.number}/"
    assert f'href="{address}"' in page.content.decode()
    assert desk.get(address).status_code == 200


def test_a_review_that_an_outage_held_up_goes_first(
    query: CreditQuery, person: User, now: dt.datetime, outage: Callable[..., Incident]
) -> None:
    task = sent(query, now)
    assert (hasten_reviews(), express.refresh(now=now)) == (0, 0)
    impact = touched(outage(), person, query)
    impact.withdrawn_in = impact.revision
    impact.save()
    assert impacts.under_review(most=9) == []
    impact.withdrawn_in = None
    impact.save()
    assert (hasten_reviews(), hasten_reviews()) == (1, 0)
    query.refresh_from_db()
    assert query.priority == Priority.URGENT
    assert express.refresh(now=now) == 1
    task.refresh_from_db()
    assert task.express == "incident"
