"""The banner on every page of borrowers while something is down."""

import pytest
from django.core.cache import cache
from django.db import DatabaseError
from django.test import Client

from complaints.models import Incident
from complaints.selectors import status
from complaints.states.incidents import Impact, IncidentState
from complaints.tests.people import touched


@pytest.fixture
def going_on(outage):
    incident = outage()
    Incident.objects.filter(pk=incident.pk).update(
        state=IncidentState.INVESTIGATING, ended_at=None, resolved_at=None
    )
    cache.delete(status.BANNER)
    yield incident
    cache.delete(status.BANNER)


def home(client: Client | None = None) -> str:
    return (client or Client()).get("/en/").content.decode()


@pytest.mark.django_db
def test_pages_say_what_is_down_since_when_and_where_more_is_said(going_on):
    page = home()
    assert 'aria-label="Service incident"' in page and "Credit reports were down" in page
    assert 'href="/en/status/"' in page and "(Beijing time)" in page


@pytest.mark.django_db
@pytest.mark.parametrize(
    "values", [{"state": IncidentState.RESOLVED}, {"impact": Impact.NONE}, {"kind": "maintenance"}]
)
def test_what_is_over_or_harms_nobody_is_not_on_every_page(going_on, values):
    Incident.objects.filter(pk=going_on.pk).update(**values)
    assert "Service incident" not in home()


@pytest.mark.django_db
def test_of_two_the_worse_is_shown(going_on, outage):
    worse = outage(number="IN-20261122-002")
    Incident.objects.filter(pk=worse.pk).update(
        state=IncidentState.IDENTIFIED, impact=Impact.CRITICAL, title_en="Nobody can log in"
    )
    assert "Nobody can log in" in home()


@pytest.mark.django_db
def test_whom_it_touched_is_known(going_on, person, make_person):
    assert not status.touches(status.outage(), person)
    touched(going_on, person)
    assert status.touches(status.outage(), person)
    assert not status.touches(status.outage(), make_person("13800000002"))


@pytest.mark.django_db
def test_it_is_read_once_in_ten_seconds(going_on, django_assert_num_queries):
    status.outage()
    with django_assert_num_queries(0):
        assert status.outage().number == going_on.number


def test_a_page_without_database_is_a_page(monkeypatch):
    def gone():
        raise DatabaseError

    monkeypatch.setattr(status, "outage", gone)
    assert Client().get("/en/help/").status_code == 200
