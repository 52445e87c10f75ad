"""The lender's pages show the own loans and no others; a borrower tells the lender once."""

import datetime as dt
import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Delivery, User
from accounts.refusals import Refused
from accounts.texts import render
from complaints.lender.facts import read
from complaints.models import Incident, IncidentImpact, LenderNotice, LetterAccess
from complaints.services import lenders, letter_files, letters
from complaints.tests.people import touched
from creditquery.models import CreditQuery, Institution, InstitutionContact, LoanApplication
from creditquery.tests.conftest import applied
from creditquery.tests.lenders import colleague
from evidence.models import Record
from portal.tests.racing import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture
def lender(institution: Institution) -> Client:
    return colleague(institution)


@pytest.fixture
def stranger(db: None) -> Client:
    elsewhere = Institution.objects.create(name="近水银行", code="A10311000H0002")
    return colleague(elsewhere, "li")


@pytest.fixture
def stuck(query: CreditQuery, outage: Callable[..., Incident]) -> CreditQuery:
    """A query that an outage touched."""
    touched(outage(), query.person, query)
    return query


def tell(query: CreditQuery) -> LenderNotice:
    return lenders.tell(query=query, person=query.person, now=timezone.now())


# --- Loans ----------------------------------------------------------------------------------


def test_the_loans_are_the_own_by_deadline(
    lender: Client, stranger: Client, loan: LoanApplication, make_person: Callable[..., User]
) -> None:
    sooner = applied(make_person("13800000002", "欧阳明"), loan.institution, timezone.now())
    soon = timezone.localdate() + dt.timedelta(days=1)
    LoanApplication.objects.filter(pk=sooner.pk).update(
        decision_deadline=soon, original_deadline=soon
    )
    LoanApplication.objects.filter(pk=loan.pk).update(  # beyond every holiday
        decision_deadline=soon + dt.timedelta(days=60)
    )
    page = lender.get("/en/lender/loans/").content.decode()
    assert 0 < page.index(sooner.reference) < page.index(loan.reference)
    assert "王*二" in page
    assert loan.borrower.name not in page
    near = lender.get("/en/lender/loans/?show=near").content.decode()
    assert (sooner.reference in near, loan.reference in near) == (True, False)
    found = lender.get(f"/en/lender/loans/?reference={loan.reference}").content.decode()
    assert (sooner.reference in found, loan.reference in found) == (False, True)
    assert "No loan application fits" in stranger.get("/en/lender/loans/").content.decode()


def test_a_filter_that_makes_no_sense_shows_the_open_ones(
    lender: Client, loan: LoanApplication
) -> None:
    for address in ("?show=x", "?page=99", "?page=x", f"?reference={'9' * 99}"):
        assert loan.reference in lender.get(f"/en/lender/loans/{address}").content.decode()


def test_an_extended_deadline_stands_beside_the_original(
    lender: Client, loan: LoanApplication
) -> None:
    LoanApplication.objects.update(decision_deadline=dt.date(2031, 1, 6))
    page = lender.get(f"/en/lender/loans/{loan.pk}/").content.decode()
    assert f"{loan.original_deadline:%Y-%m-%d}" in page
    assert "2031-01-06 (provisional" in page
    LoanApplication.objects.update(decision_deadline=dt.date(2099, 1, 1))
    assert lender.get(f"/en/lender/loans/{loan.pk}/").status_code == 200  # no calendar reaches


def test_a_loan_tells_what_happened_to_it(
    lender: Client, stranger: Client, stuck: CreditQuery
) -> None:
    notice = tell(stuck)
    address = f"/en/lender/loans/{stuck.loan_id}/"
    page = lender.get(address).content.decode()
    for line in (
        "Loan application entered by the borrower",
        "Report wanted",
        "The query stood still from here",
        "Credit reports were down IN-20261122-001",
        f'href="/en/lender/notices/{notice.pk}/"',
    ):
        assert line in page
    for number in (stuck.loan_id, 0):
        assert stranger.get(f"/en/lender/loans/{number}/").status_code == 404


def test_the_home_page_counts_what_waits(lender: Client, stuck: CreditQuery) -> None:
    tell(stuck)
    page = lender.get("/en/lender/").content.decode()
    assert "<dt>Open loan applications</dt><dd>1</dd>" in page
    assert '<div class="tile--caution"><dt>Unread notices</dt><dd>1</dd>' in page


# --- Letters --------------------------------------------------------------------------------


def test_a_letter_is_new_until_somebody_at_the_lender_opened_it(
    lender: Client, stranger: Client, stuck: CreditQuery
) -> None:
    letter = letters.issue_one(impact=IncidentImpact.objects.get(), now=timezone.now())
    assert "<dt>New letters</dt><dd>1</dd>" in lender.get("/en/lender/").content.decode()
    assert "unread" in lender.get("/en/lender/letters/").content.decode()
    own = f"/en/lender/letters/{letter.serial}/"
    for address in (own, f"{own[:-1]}.pdf"):
        assert stranger.get(address).status_code == 404
    page = lender.get(own).content.decode()
    assert f"/verify/{letter.serial}/" in page
    assert stuck.person.name not in page
    look = LetterAccess.objects.get()
    assert (look.actor.username, look.action) == ("zhang", "viewed")
    assert "unread" not in lender.get("/en/lender/letters/").content.decode()
    assert letter.number in lender.get(f"/en/lender/loans/{stuck.loan_id}/").content.decode()
    assert "None has been issued yet" in stranger.get("/en/lender/letters/").content.decode()


def test_the_paper_of_a_letter_is_made_when_first_wanted(
    lender: Client, stuck: CreditQuery
) -> None:
    letter = letters.issue_one(impact=IncidentImpact.objects.get(), now=timezone.now())
    address = f"/en/lender/letters/{letter.serial}.pdf"
    waiting = lender.get(address, follow=True)
    assert "The PDF is being made" in waiting.content.decode()
    letter_files.put(letter=letter, content=b"%PDF-", algorithm="test", now=timezone.now())
    file = lender.get(address)
    assert (file.content, file["Content-Type"]) == (b"%PDF-", "application/pdf")
    assert LetterAccess.objects.filter(action="downloaded").count() == 1


def test_a_notice_names_the_letter_that_proves_it(stuck: CreditQuery) -> None:
    letter = letters.issue_one(impact=IncidentImpact.objects.get(), now=timezone.now())
    facts = read(tell(stuck).facts)
    assert facts.serial == letter.number
    assert facts.verify.endswith(f"/verify/{letter.serial}/")


# --- Notices --------------------------------------------------------------------------------


def test_the_borrower_reads_sends_and_sees_it_read(
    browser: Client, lender: Client, stranger: Client, stuck: CreditQuery
) -> None:
    InstitutionContact.objects.create(
        institution=stuck.loan.institution, email="loans@bank.example", language="en"
    )
    address = f"/en/queries/{stuck.request_no}/tell-lender/"
    assert "Send it to the lender" in browser.get(address).content.decode()
    assert not LenderNotice.objects.exists()
    page = browser.post(address, follow=True).content.decode()
    assert "Your notice was sent" in page
    assert "Send it to the lender" not in page
    notice = LenderNotice.objects.get()
    theirs = f"/en/lender/notices/{notice.pk}/"
    assert stranger.get(theirs).status_code == 404
    read = lender.get(theirs).content.decode()
    assert "王*二" in read
    assert stuck.request_no in read
    assert stuck.person.name not in read
    assert "The lender has read your notice" in browser.get(address).content.decode()
    kinds = Record.objects.filter(kind__startswith="complaints.lendernotice")
    assert sorted(kinds.values_list("kind", flat=True)) == [
        "complaints.lendernotice.read",
        "complaints.lendernotice.sent",
    ]
    assert {row.body["sha256"] for row in kinds} == {notice.sha256}


@pytest.mark.parametrize(("language", "words"), [("en", "stood still"), ("zh-hans", "停滞")])
def test_the_mail_says_the_facts_and_leads_to_the_page(
    stuck: CreditQuery, language: str, words: str
) -> None:
    InstitutionContact.objects.create(
        institution=stuck.loan.institution, email="loans@bank.example", language=language
    )
    notice = tell(stuck)
    delivery = Delivery.objects.get(kind="complaints.lender_notice")
    assert (delivery.channel, delivery.address) == ("email", "loans@bank.example")
    mail = render(delivery.kind, json.loads(delivery.context), delivery.language)
    assert stuck.loan.reference in mail.subject
    assert mail.sms_template == ""
    for part in (words, stuck.request_no, "王*二", f"/lender/notices/{notice.pk}/"):
        assert part in mail.body
    assert "{" not in mail.body


def test_it_is_told_once_for_an_incident(stuck: CreditQuery) -> None:
    assert tell(stuck) == tell(stuck)
    assert LenderNotice.objects.count() == 1
    assert not Delivery.objects.filter(kind="complaints.lender_notice").exists()  # no mailbox


@pytest.mark.django_db(transaction=True)
def test_many_presses_send_one_notice(stuck: CreditQuery) -> None:
    InstitutionContact.objects.create(institution=stuck.loan.institution, email="a@bank.example")
    assert len({notice.pk for notice in at_once(8, lambda place: tell(stuck))}) == 1
    assert Delivery.objects.filter(kind="complaints.lender_notice").count() == 1


def test_without_a_fault_of_ours_there_is_nothing_to_tell(
    browser: Client, query: CreditQuery
) -> None:
    with pytest.raises(Refused, match="lender-untouched"):
        tell(query)
    for verb in (browser.get, browser.post):
        answer = verb(f"/en/queries/{query.request_no}/tell-lender/")
        assert answer.status_code == 404
        assert "No fault of ours holds this query up" in answer.content.decode()


def test_nobody_tells_about_somebody_else_s_query(
    stuck: CreditQuery, make_person: Callable[..., User]
) -> None:
    someone = make_person("13800000099", "李四")
    with pytest.raises(Refused):
        lenders.tell(query=stuck, person=someone, now=timezone.now())
    assert not LenderNotice.objects.exists()


def test_a_corrected_incident_takes_the_ground_from_a_notice(
    browser: Client, lender: Client, stuck: CreditQuery
) -> None:
    notice = tell(stuck)
    IncidentImpact.objects.update(withdrawn_in=2)
    assert "no longer holds" in lender.get(f"/en/lender/notices/{notice.pk}/").content.decode()
    page = browser.get(f"/en/queries/{stuck.request_no}/tell-lender/")
    assert "did not hold your query up" in page.content.decode()
