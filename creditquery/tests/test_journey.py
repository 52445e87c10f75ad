"""The borrower's pages, walked as plain GETs and POSTs."""

import datetime as dt
import re
from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from creditquery import tasks
from creditquery.consent_wordings import in_force
from creditquery.models import AccessLog, Consent, CreditQuery, Institution, LoanApplication
from creditquery.services import reports
from creditquery.states import QUERY_MOVING, QueryState
from creditquery.tests.conftest import log_in, work_off
from evidence.models import Record
from portal import crypto
from portal.tests.outside import Outside
from portal.work.states import Lane

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse 42"


def new_query(browser: Client) -> str:
    """Agree on /en/queries/new/; the request number of the query that this leads to."""
    answer = browser.post("/en/queries/new/", {"agree": "on"})
    assert answer.status_code == 302
    found = re.fullmatch(r"/en/queries/([0-9A-Z]{24})/(sign/)?", answer["Location"])
    assert found is not None
    return found[1]


def test_from_consent_to_the_pdf(browser: Client, loan: LoanApplication, world: Outside) -> None:
    page = browser.get("/en/queries/new/")
    assert 'name="agree"' in page.content.decode()
    assert "checked" not in page.content.decode()
    number = new_query(browser)
    assert browser.get(f"/en/queries/{number}/progress.json").json()["state"] == "queued"

    assert work_off(Lane.UPSTREAM) == 1
    assert browser.get(f"/en/queries/{number}/progress.json").json()["state"] == "succeeded"
    report = browser.get(f"/en/queries/{number}/report/").content.decode()
    assert loan.borrower.name in report
    assert "We delete it on" in report

    waiting = browser.get(f"/en/queries/{number}/report.pdf")
    assert (waiting.status_code, waiting["Location"]) == (302, f"/en/queries/{number}/report/")
    ordered = browser.post(f"/en/queries/{number}/report.pdf", {"password": PASSWORD})
    assert ordered["Location"] == f"/en/queries/{number}/report/"
    assert "Your PDF is being made" in browser.get(ordered["Location"]).content.decode()
    assert browser.get(f"/en/queries/{number}/file.json").json()["next_poll_ms"] > 0
    work_off(Lane.RENDER)
    assert browser.get(f"/en/queries/{number}/file.json").json()["next_poll_ms"] == 0

    pdf = browser.get(f"/en/queries/{number}/report.pdf")
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf["Content-Disposition"].startswith("attachment;")
    with pikepdf.open(BytesIO(pdf.content), password=PASSWORD) as opened:
        assert len(opened.pages) > 1
    for wrong in ("", "correct horse 43", loan.borrower.phone):
        with pytest.raises(pikepdf.PasswordError):
            pikepdf.open(BytesIO(pdf.content), password=wrong)
    actions = AccessLog.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["viewed", "viewed", "downloaded"]


def one_page() -> bytes:
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(written := BytesIO())
    return written.getvalue()


def test_a_made_password_is_shown_once_and_opens_the_file(
    browser: Client, query: CreditQuery, world: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "pdf", lambda document: one_page())
    work_off(Lane.UPSTREAM)
    address = f"/en/queries/{query.request_no}/report.pdf"
    shown = browser.post(address, {"random": "1"}).content.decode()
    found = re.search(r"[a-z2-9]{4}(-[a-z2-9]{4}){3}", shown)
    assert found is not None
    work_off(Lane.RENDER)
    pikepdf.open(BytesIO(browser.get(address).content), password=found[0]).close()
    assert found[0] not in browser.get(f"/en/queries/{query.request_no}/report/").content.decode()


def test_pressing_twice_makes_one_query(browser: Client, loan: LoanApplication) -> None:
    assert new_query(browser) == new_query(browser)
    assert CreditQuery.objects.count() == 1


def test_the_consent_is_what_was_agreed_to_and_its_hash_is_evidence(
    browser: Client, loan: LoanApplication
) -> None:
    number = new_query(browser)
    consent = Consent.objects.get(query__request_no=number)
    record = Record.objects.get(kind="creditquery.consent.signed", subject=number)
    assert record.body["sha256"] == consent.sha256
    assert record.body["text_sha256"] == in_force("02").sha256
    assert loan.institution.name in consent.document
    assert loan.borrower.id_number not in str(record.body)


def test_without_a_recent_code_the_agreement_waits_for_one(
    client: Client, person: User, loan: LoanApplication
) -> None:
    stale = log_in(client, person, code_age=dt.timedelta(minutes=11))
    number = new_query(stale)
    query = CreditQuery.objects.get(request_no=number)
    assert query.state == QueryState.CREATED
    asked = stale.get(f"/en/queries/{number}/sign/")
    assert asked.status_code == 302
    assert "/login/confirm/" in asked["Location"]

    fresh = log_in(Client(), person)
    assert fresh.get(f"/en/queries/{number}/sign/").status_code == 200
    fresh.post(f"/en/queries/{number}/sign/")
    query.refresh_from_db()
    assert query.state == QueryState.QUEUED


def test_a_stale_code_opens_no_report(
    client: Client, person: User, query: CreditQuery, world: Outside
) -> None:
    work_off(Lane.UPSTREAM)
    stale = log_in(client, person, code_age=dt.timedelta(minutes=11))
    for tail in ("report/", "report.pdf"):
        answer = stale.get(f"/en/queries/{query.request_no}/{tail}")
        assert "/login/confirm/" in answer["Location"]


def test_who_is_not_checked_goes_there_first(client: Client, make_person: Callable) -> None:
    browser = log_in(client, make_person(verified_at=None))
    answer = browser.get("/en/queries/new/")
    assert answer["Location"] == "/en/account/real-name/?next=%2Fen%2Fqueries%2Fnew%2F"


def test_without_a_loan_the_loan_comes_first(browser: Client, institution: Institution) -> None:
    page = browser.get("/en/queries/new/", follow=True)
    assert page.redirect_chain == [("/en/queries/loan/", 302)]
    day = timezone.localdate() + dt.timedelta(days=5)
    filled = {
        "institution": institution.pk,
        "reference": "DK-1",
        "amount": "２００,０００.50",
        "annual_rate": "3.95",
        "term_months": "36",
        "decision_deadline": day.isoformat(),
        "guarantors": "139 0000 0001\n",
    }
    assert "/en/queries/new/?loan=" in browser.post("/en/queries/loan/", filled)["Location"]
    loan = LoanApplication.objects.get()
    assert (loan.amount_fen, loan.annual_rate_bp, loan.term_months) == (20_000_050, 395, 36)
    assert (loan.decision_deadline, loan.original_deadline) == (day, day)
    assert loan.guarantors.count() == 1


def test_progress_json_has_the_published_shape(browser: Client, query: CreditQuery) -> None:
    told = browser.get(f"/queries/{query.request_no}/progress.json").json()
    assert list(told) == [
        "state", "step", "steps", "slow", "place", "eta", "next_poll_ms", "message",
    ]  # fmt: skip
    assert (told["state"], told["step"], told["slow"], told["place"]) == ("queued", 1, False, 0)
    assert len(told["steps"]) == 4
    assert dt.datetime.fromisoformat(told["eta"])
    assert told["next_poll_ms"] == 1000


def test_after_thirty_seconds_the_page_may_be_closed(browser: Client, query: CreditQuery) -> None:
    CreditQuery.objects.update(queued_at=timezone.now() - dt.timedelta(seconds=31))
    told = browser.get(f"/queries/{query.request_no}/progress.json").json()
    assert (told["slow"], told["eta"], told["next_poll_ms"]) == (True, None, 2000)
    page = browser.get(f"/en/queries/{query.request_no}/").content.decode()
    assert "You may close this page" in page


@pytest.mark.parametrize("state", QueryState)
def test_every_state_has_its_page(browser: Client, query: CreditQuery, state: str) -> None:
    if state == QueryState.SUCCEEDED:
        reports.keep(query=query, number="1" * 22, source=b"<x/>", now=timezone.now())
    values = {"state": state}
    CreditQuery.objects.filter(pk=query.pk).update(**values)
    page = browser.get(f"/en/queries/{query.request_no}/")
    assert page.status_code == 200
    assert ("http-equiv" in page.content.decode()) == (state in QUERY_MOVING)
    assert browser.get("/en/queries/").status_code == 200


def test_only_the_report_s_own_page_opens_it(
    browser: Client, query: CreditQuery, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = reports.keep(query=query, number="1" * 22, source=b"<x/>", now=timezone.now())
    reports.want_file(report=report, password="correct horse", now=timezone.now())
    values = {"state": "succeeded"}
    CreditQuery.objects.filter(pk=query.pk).update(**values)
    opened: list[str] = []

    def spy(sealed: bytes, context: str) -> bytes:
        opened.append(context)
        return b"value"

    monkeypatch.setattr(crypto, "unseal", spy)
    for tail in ("", f"{query.request_no}/", f"{query.request_no}/progress.json",
                 f"{query.request_no}/file.json"):  # fmt: skip
        assert browser.get(f"/en/queries/{tail}").status_code == 200
    assert {context for context in opened if context.startswith("creditquery_")} == set()
