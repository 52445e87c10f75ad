"""Somebody else's query does not exist: every address, every verb."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Delivery, User
from creditquery.models import CreditQuery, CreditReport, Guarantor, Institution, LoanApplication
from creditquery.services import loans, reports
from creditquery.tests.answers import plain
from creditquery.tests.conftest import log_in

pytestmark = pytest.mark.django_db
TAILS = (
    "", "progress.json", "sign/", "cancel/", "withdraw/", "report/", "report.pdf", "file.json",
    "share/",
)  # fmt: skip


@pytest.fixture
def stranger(make_person: Callable[..., User]) -> Client:
    return log_in(Client(), make_person("13800000099", "李四"))


@pytest.fixture
def finished(query: CreditQuery) -> CreditQuery:
    reports.keep(query=query, number="1" * 22, source=b"<x/>", now=timezone.now())
    values = {"state": "succeeded"}
    CreditQuery.objects.filter(pk=query.pk).update(**values)
    return query


@pytest.mark.parametrize("tail", TAILS)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_another_borrower_s_number_is_not_found(
    tail: str, prefix: str, finished: CreditQuery, stranger: Client
) -> None:
    address = f"{prefix}/queries/{finished.request_no}/{tail}"
    nobodys = f"{prefix}/queries/{'Z' * 24}/{tail}"
    for verb in ("get", "post", "put", "delete"):
        theirs, none = getattr(stranger, verb)(address), getattr(stranger, verb)(nobodys)
        assert theirs.status_code in {404, 405}
        assert theirs.status_code == none.status_code
        assert plain(theirs).replace(finished.request_no, "Z" * 24) == plain(none)
    finished.refresh_from_db()
    assert finished.state == "succeeded"


@pytest.mark.parametrize("tail", TAILS)
def test_who_is_not_logged_in_is_sent_to_log_in(tail: str, finished: CreditQuery) -> None:
    verb = "post" if tail == "cancel/" else "get"
    answer = getattr(Client(), verb)(f"/queries/{finished.request_no}/{tail}")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/login/")


@pytest.mark.parametrize("tail", TAILS)
def test_staff_do_not_come_in_this_way(tail: str, finished: CreditQuery) -> None:
    officer = User.objects.create(username="officer", role="loan_officer", joined_at=timezone.now())
    browser = log_in(Client(), officer)
    verb = "post" if tail == "cancel/" else "get"
    answer = getattr(browser, verb)(f"/queries/{finished.request_no}/{tail}")
    assert answer.status_code == 403


def test_a_stranger_s_loan_cannot_be_chosen(
    stranger: Client, loan: LoanApplication, make_person: Callable[..., User]
) -> None:
    answer = stranger.post("/queries/new/", {"agree": "on", "loan": loan.pk}, follow=True)
    assert answer.redirect_chain[-1][0] == "/queries/loan/"
    assert not CreditQuery.objects.exists()


def test_only_the_invited_phone_opens_the_invitation(
    loan: LoanApplication, make_person: Callable[..., User], stranger: Client
) -> None:
    guarantor = loans.invite(loan=loan, phone="13900000007", now=timezone.now())
    address = f"/en/queries/guarantee/{guarantor.token}/"
    assert stranger.get(address).status_code == 404
    assert stranger.post(f"{address}decline/").status_code == 404
    borrower = log_in(Client(), loan.borrower)
    assert borrower.get(address).status_code == 404
    invited = log_in(Client(), make_person("13900000007", "赵六"))
    page = invited.get(address).content.decode()
    assert loan.borrower.name not in page
    assert "王*二" in page
    assert "You are asked to guarantee a loan" in invited.get("/en/queries/").content.decode()


def test_a_guarantor_s_query_is_their_own(
    loan: LoanApplication, make_person: Callable[..., User]
) -> None:
    guarantor = loans.invite(loan=loan, phone="13900000007", now=timezone.now())
    person = make_person("13900000007", "赵六")
    invited = log_in(Client(), person)
    answer = invited.post(f"/queries/guarantee/{guarantor.token}/", {"agree": "on"})
    query = CreditQuery.objects.get(person=person)
    assert answer["Location"] == f"/queries/{query.request_no}/"
    assert (query.state, query.purpose) == ("queued", "08")
    assert Guarantor.objects.get().state == "consented"
    assert log_in(Client(), loan.borrower).get(answer["Location"]).status_code == 404


def test_a_guarantor_signs_with_a_code_for_guarantors(
    loan: LoanApplication, make_person: Callable[..., User]
) -> None:
    guarantor = loans.invite(loan=loan, phone="13900000007", now=timezone.now())
    someone = make_person("13900000007", "李四")
    stale = log_in(Client(), someone, code_age=dt.timedelta(minutes=11))
    agreed = stale.post(f"/queries/guarantee/{guarantor.token}/", {"agree": "on"}, follow=True)
    address, status = agreed.redirect_chain[-1]
    assert (address.partition("?")[0], status) == ("/login/confirm/", 302)
    assert "purpose=guarantor" in address


def test_a_guarantor_may_decline(loan: LoanApplication, make_person: Callable[..., User]) -> None:
    guarantor = loans.invite(loan=loan, phone="13900000007", now=timezone.now())
    invited = log_in(Client(), make_person("13900000007", "赵六"))
    assert invited.post(f"/queries/guarantee/{guarantor.token}/decline/").status_code == 302
    assert Guarantor.objects.get().state == "declined"
    assert not CreditQuery.objects.exists()


def fill(institution: Institution, reference: str, phones: str) -> dict[str, object]:
    return {
        "institution": institution.pk, "reference": reference, "amount": "1000",
        "annual_rate": "3", "term_months": "12", "guarantors": phones,
        "decision_deadline": timezone.localdate() + dt.timedelta(days=9),
    }  # fmt: skip


def test_a_loan_form_floods_no_phone(browser: Client, institution: Institution) -> None:
    for number in range(6):
        form = fill(institution, f"A{number}", "13900000007")
        answer = browser.post("/en/queries/loan/", form)
    assert "Guarantors were asked too often today" in answer.content.decode()
    assert Guarantor.objects.count() == 3
    assert LoanApplication.objects.count() == 3
    for number in range(4):
        phones = "\n".join(f"1390000{number}{place:03d}" for place in range(5))
        browser.post("/queries/loan/", fill(institution, "B", phones))
    assert Guarantor.objects.count() == 8  # ten a day, and five at once or none


def test_an_invited_phone_is_asked_once_for_a_loan(browser: Client, loan: LoanApplication) -> None:
    first = loans.invite(loan=loan, phone="13900000007", now=timezone.now())
    assert loans.invite(loan=loan, phone="13900000007", now=timezone.now()) == first
    assert Delivery.objects.filter(kind="creditquery.invitation").count() == 1


def test_a_nul_in_an_address_is_refused_politely(browser: Client) -> None:
    for address in ("guarantee/%00/", "%00", "?loan=%00", "new/?loan=1%00"):
        assert browser.get(f"/queries/{address}").status_code == 400


def test_a_report_past_its_day_is_read_by_nobody(finished: CreditQuery, browser: Client) -> None:
    """Whoever deletes it may be late."""
    CreditReport.objects.update(expires_at=timezone.now())
    for tail in ("report/", "report.pdf"):
        answer = browser.get(f"/queries/{finished.request_no}/{tail}")
        assert answer["Location"] == f"/queries/{finished.request_no}/"
