"""The pages about incidents: who may open them, what they show, and what their forms do."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from accounts.roles import Role
from complaints.incident.wording import Both
from complaints.models import Component, Incident, LiabilityNote
from complaints.services import aftermath, impacts, incidents
from complaints.tests.measured import MAJOR, at, incident, waited
from complaints.tests.test_incident_acts import SECTIONS, officer_named
from creditquery.tests.crowd import crowd
from creditquery.tests.staff import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def outage_(bureau: Component) -> Incident:
    row = incident((bureau, MAJOR, 0, 7201), ended_at=at(7201), resolved_at=at(7201))
    incidents.say(row, text=Both("已恢复", "It works again"), now=at(7300))
    return row


def address(name: str, row: Incident, *more: object) -> str:
    with translation.override("en"):
        return reverse(f"complaints:{name}", args=[row.number, *more])


PAGES = {
    "desk-incident": {
        Role.LOAN_OFFICER,
        Role.RISK_OFFICER,
        Role.COMPLIANCE_OFFICER,
        Role.ADMINISTRATOR,
        Role.AUDITOR,
    },
    "incident-say": {Role.RISK_OFFICER, Role.COMPLIANCE_OFFICER, Role.ADMINISTRATOR},
    "incident-times": {Role.RISK_OFFICER, Role.COMPLIANCE_OFFICER, Role.ADMINISTRATOR},
    "incident-cause": {Role.RISK_OFFICER, Role.COMPLIANCE_OFFICER, Role.ADMINISTRATOR},
    "incident-postmortem": {Role.RISK_OFFICER, Role.COMPLIANCE_OFFICER, Role.ADMINISTRATOR},
    # Privileged: neither an auditor nor an administrator.
    "incident-liability": {Role.COMPLIANCE_OFFICER},
}


@pytest.mark.parametrize("role", [role for role in Role if role != Role.BORROWER])
def test_each_role_opens_its_pages_and_no_other(outage_: Incident, role: str) -> None:
    browser = member(role)
    opened = {name for name in PAGES if browser.get(address(name, outage_)).status_code == 200}
    assert opened == {name for name, roles in PAGES.items() if role in roles}


def test_a_borrower_and_a_stranger_see_nothing(outage_: Incident, browser: Client) -> None:
    assert browser.get(address("desk-incident", outage_)).status_code == 403
    assert Client().get(address("desk-incident", outage_)).status_code == 302


def test_the_page_tells_all_that_is_known(outage_: Incident) -> None:
    for asked in crowd(3, state="parked"):
        waited(asked, 0, None, "parked")
    impacts.compute(incident=outage_, now=at(9000))
    aftermath.remind(now=at(9000))
    page = member(Role.RISK_OFFICER).get(address("desk-incident", outage_)).content.decode()
    assert "<dt>Minutes down</dt><dd>120</dd>" in page
    assert "<dt>Borrowers touched</dt><dd>3</dd>" in page
    assert "It works again" in page
    assert "Major emergency (grade II)" in page
    assert "second-hand" in page
    assert "overdue" in page
    assert "Mandatory for an incident of this impact" in page
    assert "Notes for counsel" not in page


def test_what_goes_on_stands_first_and_filters_hold(outage_: Incident, bureau: Component) -> None:
    going_on = incident((bureau, MAJOR, -9000, None), number="IN-20260301-001", state="identified")
    browser = member(Role.AUDITOR)
    listed = browser.get("/en/desk/incidents/").content.decode()
    assert listed.index(going_on.number) < listed.index(outage_.number)
    over = browser.get("/en/desk/incidents/?show=over").content.decode()
    assert outage_.number in over
    assert going_on.number not in over
    assert browser.get("/en/desk/incidents/?show=x&component=9999").status_code == 200


def test_the_times_are_corrected_to_the_second(outage_: Incident, bureau: Component) -> None:
    browser = member(Role.COMPLIANCE_OFFICER)
    page = browser.get(address("incident-times", outage_)).content.decode()
    assert 'value="2026-03-02T11:00:01"' in page  # 7,201 s after nine
    sent = {
        "form-TOTAL_FORMS": "3",
        "form-INITIAL_FORMS": "1",
        "form-0-component": str(bureau.pk),
        "form-0-status": "major_outage",
        "form-0-starts_at": "2026-03-02T09:00:00",
        "form-0-ends_at": "2026-03-02T11:00:00",
        "form-1-status": "major_outage",
        "form-2-status": "major_outage",
        "reason": "Their log says so.",
    }
    answer = browser.post(address("incident-times", outage_), sent)
    assert answer.status_code == 302, answer.content.decode()
    outage_.refresh_from_db()
    assert (outage_.revision, outage_.ended_at) == (2, at(7200))


def test_a_row_is_taken_out_and_a_spare_one_put_in(outage_: Incident, bureau: Component) -> None:
    sent = {
        "form-TOTAL_FORMS": "3",
        "form-INITIAL_FORMS": "1",
        "form-0-component": str(bureau.pk),
        "form-0-status": "major_outage",
        "form-0-starts_at": "2026-03-02T09:00:00",
        "form-0-ends_at": "2026-03-02T11:00:01",
        "form-0-remove": "on",
        "form-1-component": str(bureau.pk),
        "form-1-status": "partial_outage",
        "form-1-starts_at": "2026-03-02T09:30:00",
        "form-1-ends_at": "2026-03-02T10:00:00",
        "form-2-status": "major_outage",
        "reason": "It was partial.",
    }
    member(Role.RISK_OFFICER).post(address("incident-times", outage_), sent)
    outage_.refresh_from_db()
    assert [(p.status, p.starts_at) for p in incidents.pieces(outage_)] == [
        ("partial_outage", at(1800))
    ]


def test_an_incident_is_opened_and_updated_by_hand(bureau: Component) -> None:
    browser = member(Role.RISK_OFFICER)
    words = {"text_zh": "正在查找原因。", "text_en": "We are looking into it."}
    sent = {
        "component": str(bureau.pk),
        "status": "partial_outage",
        "began_at": "2026-03-02T09:00:00",
        "title_zh": "部分中断",
        "title_en": "Partly down",
        **words,
    }
    answer = browser.post("/en/desk/incidents/open/", sent)
    row = Incident.objects.get()
    assert answer.headers["Location"].endswith(f"/desk/incidents/{row.number}/")
    browser.post(address("incident-say", row), {**words, "to": "identified"})
    row.refresh_from_db()
    assert (row.state, row.updates.count()) == ("identified", 2)


def test_whoever_wrote_a_postmortem_has_no_button_and_is_refused(outage_: Incident) -> None:
    browser = member(Role.RISK_OFFICER)
    browser.post(address("incident-postmortem", outage_), SECTIONS)
    made = outage_.postmortems.get()
    publish = address("incident-publish", outage_, made.version)
    assert publish not in browser.get(address("desk-incident", outage_)).content.decode()
    browser.post(publish)
    made.refresh_from_db()
    assert made.state == "draft"
    colleague = member(Role.COMPLIANCE_OFFICER)
    assert publish in colleague.get(address("desk-incident", outage_)).content.decode()
    colleague.post(publish)
    made.refresh_from_db()
    assert made.state == "published"


def test_notes_for_counsel_are_added_with_their_basis(outage_: Incident) -> None:
    browser = member(Role.COMPLIANCE_OFFICER)
    sent = {"kind": "regulator", "basis": "征信业管理条例/26", "facts": "What is known so far."}
    browser.post(address("incident-liability", outage_), sent)
    assert LiabilityNote.objects.get().cited.endswith("26")
    page = browser.get(address("incident-liability", outage_)).content.decode()
    assert "What is known so far." in page


def test_the_admin_shows_no_liability_note(outage_: Incident) -> None:
    browser = member(Role.ADMINISTRATOR)
    assert browser.get("/admin/complaints/incident/").status_code == 200
    assert browser.get("/admin/complaints/incidentpolicy/add/").status_code == 200
    assert browser.get("/admin/complaints/liabilitynote/").status_code == 404


@pytest.mark.parametrize("number", [1, 30])
def test_the_page_costs_the_same_however_many_were_touched(outage_: Incident, number: int) -> None:
    for asked in crowd(number, state="parked"):
        waited(asked, 0, None, "parked")
    for _ in range(number):
        incidents.say(outage_, text=Both("更新", "An update"), by=None, now=at(8000))
    officer_named("nobody")
    impacts.compute(incident=outage_, now=at(9000))
    browser = member(Role.LOAN_OFFICER)
    with CaptureQueriesContext(connection) as statements:
        browser.get(address("desk-incident", outage_))
    assert len(statements) <= 40
