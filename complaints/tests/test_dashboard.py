"""The officers' first page and their figures: who may see them, and that each is right."""

import csv
import datetime as dt
import io

import pytest
from django.utils import timezone

from accounts.roles import Role
from complaints.models import Incident, IncidentWindow
from complaints.selectors import dashboard
from complaints.services import notices
from complaints.states.incidents import ComponentStatus, IncidentState
from complaints.tests.people import touched
from creditquery.tests.staff import member

pytestmark = pytest.mark.django_db
MARCH, APRIL = dt.date(2026, 3, 1), dt.date(2026, 4, 1)
PERIOD = dashboard.period(MARCH, APRIL)
MIDNIGHT = dt.datetime(2026, 4, 1, tzinfo=dt.timezone(dt.timedelta(hours=8)))
"""Of the turn of the month in Beijing, which is not that of UTC."""


def minutes():
    return dashboard.minutes_down(PERIOD, timezone.now())


# --- Minutes --------------------------------------------------------------------------------


def test_minutes_are_cut_at_the_month_of_beijing(outage):
    outage(5400, ended=MIDNIGHT + dt.timedelta(minutes=30))
    assert list(minutes().values()) == [[60.0, 30.0]]


def test_overlapping_incidents_of_a_component_count_once(outage):
    outage(3600, ended=MIDNIGHT)
    outage(1800, ended=MIDNIGHT, number="IN-20260401-002")
    assert list(minutes().values()) == [[60.0, 0.0]]


def test_what_was_corrected_away_counts_nothing_and_what_only_was_slow_neither(outage):
    incident = outage(3600, ended=MIDNIGHT)
    Incident.objects.update(revision=2)
    window = incident.windows.get()
    window.pk, window.revision, window.status = None, 2, ComponentStatus.DEGRADED
    window.save()
    assert IncidentWindow.objects.count() == 2
    assert minutes() == {}


def test_an_incident_that_was_joined_to_another_counts_nothing(outage):
    joined = outage(3600, ended=MIDNIGHT)
    joined.state = IncidentState.MERGED
    joined.save()
    assert minutes() == {}
    assert dashboard.lines(PERIOD, timezone.now()) == []


def test_the_list_counts_people_and_not_impacts(outage, person, query):
    incident = outage(7260, ended=MIDNIGHT)
    touched(incident, person, query)
    touched(incident, person)
    incident.computed_at = timezone.now()
    incident.save()
    notices.tell(incident=incident, now=timezone.now())
    (line,) = dashboard.lines(PERIOD, timezone.now())
    assert (line.minutes, line.people, line.told) == (121, 1, 1)


def test_more_kinds_than_tones_become_one(outage):
    rows = {str(n): [float(n), 0.0] for n in range(1, 9)}
    chart = dashboard.Table("k", "t", rows).chart(PERIOD)
    assert [mark.name for mark in chart.marks[:4]] == ["8", "7", "6", "5"]
    assert len(chart.marks) == 5
    assert chart.rows[-1] == ["2026-03", "8", "7", "6", "5", "10"]


# --- Pages ----------------------------------------------------------------------------------


def test_the_page_shows_the_months_asked_for(outage):
    outage(5400, ended=MIDNIGHT)
    page = member(Role.AUDITOR).get("/en/desk/dashboard/?first=2026-03-05&last=2026-04-02")
    text = page.content.decode()
    assert "IN-20261122-001" in text and "2026-03" in text and "2026-05" not in text


@pytest.mark.parametrize(
    "asked", ["first=2026-05-01&last=2026-03-01", "first=x", "first=1990-01-01&last=2026-01-01"]
)
def test_months_that_cannot_be_shown_are_said_and_not_an_error(asked):
    page = member(Role.AUDITOR).get(f"/en/desk/dashboard/?{asked}")
    assert page.status_code == 200 and page.context["form"].errors


def test_the_file_holds_the_same_figures(outage):
    outage(5400, ended=MIDNIGHT + dt.timedelta(minutes=30))
    file = member(Role.AUDITOR).get("/en/desk/dashboard.csv?first=2026-03-05&last=2026-04-02")
    rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
    assert rows[0] == ["figure", "kind", "month", "value"]
    assert [row[2:] for row in rows if row[0].startswith("Minutes")] == [
        ["2026-03", "60.0"],
        ["2026-04", "30.0"],
    ]


def test_the_desk_shows_each_role_its_own_rooms():
    page = member(Role.LOAN_OFFICER).get("/desk/").content.decode()
    assert "/desk/complaints/" in page and "/desk/fund/" not in page
    assert "/desk/fund/" in member(Role.RISK_OFFICER).get("/desk/").content.decode()


@pytest.mark.parametrize("path", ["/desk/", "/desk/dashboard/", "/desk/dashboard.csv"])
def test_a_borrower_and_a_lender_see_none_of_it(path, browser):
    assert browser.get(path).status_code == 403
    assert member(Role.LENDER_USER).get(path).status_code == 403


def test_every_room_of_the_desk_answers_whoever_may_enter():
    officer = member(Role.AUDITOR)
    for door in officer.get("/desk/").context["doors"]:
        assert officer.get(door.address).status_code == 200, door.address
