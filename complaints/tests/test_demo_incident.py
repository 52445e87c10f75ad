"""The demonstration's outage: over, with something to look at in every room, and only once."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from accounts.selectors import borrower
from complaints.incident.spans import seconds
from complaints.models import Compensation, Complaint, DeadlineExtension, Incident, Letter
from complaints.selectors import guide
from complaints.services import aftermath
from complaints.states.incidents import INCIDENT_OPEN
from creditquery.models import CreditQuery, Institution
from creditquery.selectors.lenders import institution_of
from creditquery.tests.conftest import log_in
from portal.management import demo_incident
from portal.management.commands import seed_demo
from portal.watch.models import Alarm

pytestmark = pytest.mark.django_db


@pytest.fixture
def seeded(tmp_path, monkeypatch):
    monkeypatch.setattr(seed_demo, "ACCOUNTS", tmp_path / "demo_accounts.json")
    call_command("seed_demo", stdout=StringIO())
    return Incident.objects.get()


def test_it_is_over_and_lasted_as_told(seeded):
    assert seeded.state not in INCIDENT_OPEN
    windows = seeded.windows.filter(revision=seeded.revision)
    spans = [(window.starts_at, window.ends_at) for window in windows]
    assert seconds(spans) == demo_incident.LASTED.total_seconds() == 8700


def test_there_is_something_in_every_room(seeded):
    assert Letter.objects.filter(incident=seeded, state="issued").count() >= 3
    states = set(DeadlineExtension.objects.values_list("state", flat=True))
    assert states == {"requested", "in_force"}
    assert Complaint.objects.get().handler.username == "loan.officer"
    assert set(Compensation.objects.values_list("state", flat=True)) == {"offered"}


@pytest.mark.parametrize("phone", ["13800000016", "13800000017", "13800000018"])
def test_every_line_of_their_guides_answers(seeded, phone):
    person = borrower(phone)
    browser = log_in(Client(), person)
    found = guide.of_query(CreditQuery.objects.get(person=person))
    assert found.incident == seeded
    for step in found.steps:
        if not step.line.leaves:
            assert browser.get(step.line.address).status_code == 200, step.line.key


def test_it_was_reported_in_time_and_explained_and_nothing_calls(seeded):
    aftermath.remind(now=timezone.now())
    assert [report.reported_at <= report.due_at for report in seeded.reports.all()] == [True] * 2
    assert seeded.postmortems.get().state == "published"
    assert not Alarm.objects.exists()


def test_each_lender_has_a_user(seeded):
    users = User.objects.filter(role=Role.LENDER_USER)
    assert {institution_of(user) for user in users} == set(Institution.objects.all())


def test_a_second_run_adds_nothing(seeded):
    before = Letter.objects.count(), DeadlineExtension.objects.count()
    call_command("seed_demo", stdout=StringIO())
    assert (Letter.objects.count(), DeadlineExtension.objects.count()) == before
    assert Incident.objects.get() == seeded
