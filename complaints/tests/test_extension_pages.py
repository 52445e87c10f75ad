"""The pages about longer deadlines: the borrower's, the lender's and the officers'."""

import datetime as dt

import pytest
from django.utils import timezone

from complaints.models import DeadlineExtension, ExtensionBatch, Letter
from complaints.services import extension_upkeep, extensions
from complaints.tests.asking import asked, crowd, until
from complaints.tests.people import touched
from creditquery.models import Institution
from creditquery.tests.conftest import log_in
from creditquery.tests.lenders import colleague, works_at
from creditquery.tests.staff import member
from portal.workdays import services as workdays
from portal.workdays.notices import Notice

pytestmark = pytest.mark.django_db


@pytest.fixture
def incident(outage, person, query):
    made = outage()
    touched(made, person, query)
    until(query.loan, "2026-12-18")
    return made


def test_from_the_button_to_the_counted_day(browser, incident, query, institution):
    page = browser.get(f"/en/extensions/ask/{query.request_no}/").content.decode()
    assert 'value="15"' in page
    assert incident.number in page
    assert "operator" in page
    sent = {"days": "15", "reason": "the report could not be fetched"}
    browser.post(f"/en/extensions/ask/{query.request_no}/", sent)
    row = DeadlineExtension.objects.get()
    own = f"/en/extensions/{row.pk}/"
    assert browser.get(f"/en/extensions/ask/{query.request_no}/").url == own
    lender = colleague(institution)
    waiting = lender.get("/en/lender/extensions/").content.decode()
    assert query.loan.reference in waiting
    shown = lender.get(f"/en/lender/extensions/{row.pk}/").content.decode()
    assert "2027-01-11" in shown
    answer = {"decision": "accept", "days": "15", "reason": "agreed"}
    assert lender.post(f"/en/lender/extensions/{row.pk}/", answer).status_code == 302
    page = browser.get(own).content.decode()
    assert "Jan. 11, 2027" in page or "11 January 2027" in page
    assert "provisional" in page
    assert "no law grants it" in page
    assert "Civil Code, Article 201" in page


def test_the_letter_about_it_is_issued_once_and_replaced_with_the_day(
    browser, incident, query, institution
):
    row = asked(incident, query)
    assert browser.post(f"/en/extensions/{row.pk}/letter/").status_code == 404
    by, now = works_at(institution), timezone.now()
    extensions.decide(extension=row, by=by, decision="accept", reason="同意", now=now)
    first = browser.post(f"/en/extensions/{row.pk}/letter/").url
    assert browser.post(f"/en/extensions/{row.pk}/letter/").url == first
    letter = Letter.objects.get(kind="extension")
    assert letter.serial in first
    assert browser.get(first).status_code == 200
    off = (dt.date(2027, 1, 1), dt.date(2027, 1, 4))
    workdays.load([Notice(2027, ("https://www.gov.cn/x",), off, ())], now=now)
    extension_upkeep.recompute(institution=institution, now=now)
    letter.refresh_from_db()
    assert letter.state == "superseded"
    assert Letter.objects.filter(kind="extension", state="issued").count() == 1


def test_what_is_typed_wrong_is_said_beside_the_field(browser, incident, query):
    page = browser.post(
        f"/en/extensions/ask/{query.request_no}/", {"days": "31", "reason": "x"}
    ).content.decode()
    assert "Enter at most 30 working days." in page
    assert "Write the reason in at least 4 characters." in page
    assert not DeadlineExtension.objects.exists()


def test_a_loan_that_no_outage_held_up_is_told_so(browser, query):
    answer = browser.get(f"/en/extensions/ask/{query.request_no}/")
    assert answer.status_code == 404
    assert "No outage held this application up" in answer.content.decode()


def test_a_request_is_taken_back_by_its_borrower_alone(
    browser, client, incident, query, make_person
):
    row = asked(incident, query)
    stranger = log_in(type(client)(), make_person("13800000002", "李四"))
    for address in (f"/extensions/{row.pk}/", f"/extensions/ask/{query.request_no}/"):
        assert stranger.get(address).status_code == 404
    assert stranger.post(f"/extensions/{row.pk}/withdraw/").status_code == 404
    browser.post(f"/extensions/{row.pk}/withdraw/")
    row.refresh_from_db()
    assert row.state == "withdrawn"
    assert "已撤回" in browser.get(f"/extensions/{row.pk}/").content.decode()


def test_a_lender_refuses_with_a_reason_or_not_at_all(incident, query, institution, browser):
    row = asked(incident, query)
    lender, address = colleague(institution), f"/en/lender/extensions/{row.pk}/"
    page = lender.post(address, {"decision": "refuse", "reason": "no need"}).content.decode()
    assert "Choose why not." in page
    given = {"decision": "refuse", "refusal": "enough_time", "days": "", "reason": "no need"}
    assert lender.post(address, given).status_code == 302
    own = browser.get(f"/en/extensions/{row.pk}/").content.decode()
    assert "Enough time is left to decide without it." in own
    assert "no need" in own


def test_another_lender_finds_nothing(incident, query):
    row = asked(incident, query)
    other = Institution.objects.create(name="近海银行", code="B10311000H0002")
    lender = colleague(other)
    assert lender.get(f"/lender/extensions/{row.pk}/").status_code == 404
    assert lender.get(f"/lender/extensions/accept/{incident.number}/").status_code == 404


def test_no_member_of_our_staff_answers_for_a_lender(incident, query):
    row = asked(incident, query)
    for role in ("administrator", "compliance_officer", "auditor"):
        assert member(role).get(f"/lender/extensions/{row.pk}/").status_code == 403


def test_an_outage_is_answered_in_one_act_after_a_confirmation(
    outage, make_person, loan, entrances, institution
):
    incident = outage()
    crowd(make_person, loan, incident, 3)
    extensions.ask_many(incident=incident, reason="征信查询中断", now=timezone.now())
    lender, address = colleague(institution), f"/en/lender/extensions/accept/{incident.number}/"
    assert address in lender.get("/en/lender/extensions/").content.decode()
    assert "3 requests" in lender.get(address).content.decode()
    lender.post(address, {"reason": "agreed"})
    assert ExtensionBatch.objects.get().wanted == 3
    assert "0 of 3 accepted" in lender.get("/en/lender/extensions/").content.decode()


def test_an_officer_asks_for_a_borrower_who_cannot(incident, query):
    officer, address = member("loan_officer"), "/en/desk/extensions/ask/"
    assert officer.get(address).status_code == 200
    found = f"{address}?request_no={query.request_no}"
    assert query.loan.reference in officer.get(found).content.decode()
    officer.post(found, {"days": "10", "reason": "asked by telephone"})
    row = DeadlineExtension.objects.get()
    assert (row.days_asked, row.asked_by.username) == (10, "loan_officer")
    board = officer.get("/en/desk/extensions/").content.decode()
    assert row.number in board
    assert "13800000001" not in board
    assert "No longer deadline can be asked for" in officer.get(found).content.decode()


def test_an_auditor_reads_and_does_not_ask(incident, query):
    auditor = member("auditor")
    assert auditor.get("/desk/extensions/").status_code == 200
    assert auditor.get("/desk/extensions/ask/").status_code == 403
