"""Compensation on its pages: the borrower's answer, the desk of two officers, and strangers."""

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from accounts.roles import Role
from complaints.forms.compensation import RuleForm, luhn
from complaints.models import (
    Compensation,
    CompensationBatch,
    CompensationRule,
    Fund,
    FundChange,
    PayoutFile,
    PayoutResults,
)
from complaints.services import compensation, parts
from complaints.services.impacts import COMPENSATION
from complaints.states.compensation import CompensationState
from complaints.tests.money import CARD, assessed, offered, top_up
from complaints.tests.people import touched
from creditquery.tests.conftest import log_in, work_off
from creditquery.tests.staff import member
from portal.work.models import Work
from portal.work.states import Lane

pytestmark = pytest.mark.django_db
S = CompensationState


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def offer(outage, query, person, now):
    """7.90 yuan, offered to the borrower."""
    top_up(10_000, now)
    incident = outage()
    touched(incident, person, query)
    return offered(incident, now)[0]


def url(name, *args):
    return reverse(f"complaints:{name}", args=args)


def text(answer):
    return answer.content.decode().replace("&#x27;", "'")


def test_the_page_shows_the_whole_sum(browser, offer, query):
    assert "¥7.90" in text(browser.get(url("compensation-list")))
    page = text(browser.get(url("compensation", offer.number)))
    for line in (
        "2 h 1 s",
        "longer than 2 h",
        "0.10% of the interest",
        f"Loan {query.loan.reference}",
        "¥200,000.00 × 3.95% × 12/12 × 0.10%",
        "a policy of the operator",
    ):
        assert line in page


def test_accepting_wants_the_own_name_and_a_card_that_adds_up(browser, offer):
    accept = url("compensation-accept", offer.number)
    wrong = {"holder": "别人", "account": CARD}
    assert "not the name that was checked" in text(browser.post(accept, wrong))
    mistyped = {"holder": "王小二", "account": CARD[:-1] + str((int(CARD[-1]) + 1) % 10)}
    assert "mistyped" in text(browser.post(accept, mistyped))
    right = {"holder": "王小二", "account": f"{CARD[:4]} {CARD[4:]}"}
    page = text(browser.post(accept, right, follow=True))
    offer.refresh_from_db()
    assert (offer.state, offer.account) == (S.ACCEPTED, CARD)
    assert f"**** {CARD[-4:]}" in page and CARD not in page


def test_accepting_takes_a_recent_code(client, person, offer, settings):
    old = log_in(client, person, code_age=dt.timedelta(seconds=settings.STEP_UP_SECONDS + 1))
    answer = old.get(url("compensation-accept", offer.number))
    assert answer.status_code == 302 and "confirm" in answer["Location"]


def test_declining_says_what_stays_and_happens_once(browser, offer):
    decline = url("compensation-decline", offer.number)
    assert "right to complain" in text(browser.get(decline))
    browser.post(decline)
    browser.post(decline)
    offer.refresh_from_db()
    assert (offer.state, Fund.objects.get().committed_fen) == (S.DECLINED, 0)


def test_the_voucher_carries_the_sum_in_capitals(browser, offer, monkeypatch):
    printed = {}

    def render(markup, *, css):
        printed["markup"] = markup
        return b"%PDF-"

    monkeypatch.setattr("portal.pdf.render", render)
    answer = browser.get(url("compensation-voucher", offer.number))
    assert answer["Content-Type"] == "application/pdf"
    assert "柒元玖角整" in printed["markup"] and "王*二" in printed["markup"]


def test_a_stranger_and_what_nobody_agreed_to_are_not_found(browser, offer, make_person, now):
    stranger = log_in(Client(), make_person("13800000009"))
    for name in (
        "compensation",
        "compensation-accept",
        "compensation-decline",
        "compensation-voucher",
    ):
        assert stranger.get(url(name, offer.number)).status_code == 404
        assert browser.get(url(name, "CPNOBODY")).status_code == 404
    Compensation.objects.update(state=S.ASSESSED)
    assert browser.get(url("compensation", offer.number)).status_code == 404


def test_what_waits_for_the_fund_says_so(browser, offer):
    Compensation.objects.update(state=S.APPROVED, waiting="fund")
    assert "waiting for the fund" in text(browser.get(url("compensation", offer.number)))


# --- The desk -------------------------------------------------------------------------------

ACTS = {
    "complaints.propose_compensation": (
        "desk-payout",
        "desk-fund-propose",
        "desk-compensation-rule",
    ),
    "complaints.approve_compensation": (
        "desk-batch-decide",
        "desk-fund-decide",
        "desk-rule-decide",
    ),
}


@pytest.mark.parametrize("role", [Role.LOAN_OFFICER, Role.ADMINISTRATOR, Role.AUDITOR])
def test_no_other_role_proposes_or_approves(role):
    browser = member(role)
    for names in ACTS.values():
        for name in names:
            args = [1] if name.endswith("decide") else []
            assert browser.post(url(name, *args)).status_code == 403
    reads = 403 if role == Role.LOAN_OFFICER else 200
    assert browser.get(url("desk-compensation")).status_code == reads
    assert browser.get(url("desk-fund")).status_code == reads


def test_from_the_incident_to_the_bank_and_back(outage, query, person, browser, now):
    """The whole way, by the pages and the workers alone."""
    proposer, approver = member(Role.RISK_OFFICER), member(Role.COMPLIANCE_OFFICER)
    change = {"kind": "deposit", "amount": "100.00", "reason": "first money"}
    proposer.post(url("desk-fund-propose"), change)
    approver.post(url("desk-fund-decide", FundChange.objects.get().pk), {"decision": "approve"})
    incident = outage()
    touched(incident, person, query)
    parts.relay(incident=incident, kind=COMPENSATION, keys=[person.pk], now=now)
    work_off(Lane.UPKEEP)

    assert "Propose what is assessed" in text(proposer.get(url("desk-compensation")))
    proposer.post(url("desk-batch-propose", incident.number), {"reason": "two hours down"})
    work_off(Lane.UPKEEP)
    batch = CompensationBatch.objects.get()
    assert (batch.state, batch.people, batch.total_fen) == ("proposed", 1, 790)
    assert "¥7.90" in text(approver.get(url("desk-batch-decide", batch.pk)))
    approver.post(url("desk-batch-decide", batch.pk), {"decision": "approve"})
    work_off(Lane.UPKEEP)

    row = Compensation.objects.get()
    browser.post(url("compensation-accept", row.number), {"holder": "王小二", "account": CARD})
    proposer.post(url("desk-payout"), {"reason": "weekly"})
    file = PayoutFile.objects.get()
    assert "SHA-256" in text(approver.get(url("desk-payout-decide", file.pk)))
    approver.post(url("desk-payout-decide", file.pk), {"decision": "approve"})
    content = approver.post(url("desk-payout-file", file.pk)).content
    assert content == bytes(file.content)
    ref = file.payments.get().ref
    upload(proposer, file, f"ref,result\n{ref},paid\n")
    said = PayoutResults.objects.get()
    assert "Confirm results" in text(approver.get(url("desk-compensation")))
    assert "1 · ¥7.90" in text(approver.get(url("desk-results-confirm", said.pk)))
    assert proposer.get(url("desk-results-confirm", said.pk)).status_code == 403
    row.refresh_from_db()
    assert row.state == S.PAYING
    approver.post(url("desk-results-confirm", said.pk), {"decision": "approve"})
    row.refresh_from_db()
    assert row.state == S.PAID
    assert "Paid out" in text(approver.get(url("desk-fund")))

    proposer.post(url("desk-reverse", row.number), {"reason": "it came back"})
    again = FundChange.objects.get(kind="reversal")
    approver.post(url("desk-fund-decide", again.pk), {"decision": "approve"})
    row.refresh_from_db()
    assert (row.state, Fund.objects.get().balance_fen) == (S.REVERSED, 10_000)
    assert not Work.objects.filter(attempts__gt=0).exists()


def upload(browser, file, content):
    sent = SimpleUploadedFile("results.csv", content.encode())
    return browser.post(url("desk-payout-results", file.pk), {"results": sent, "reason": "by mail"})


def test_a_file_that_is_none_of_results_is_refused_in_words(offer, now):
    file = PayoutFile.objects.create(
        number="PO-1", lines=0, total_fen=0, sha256="", content=b"", reason="r", proposed_at=now
    )
    page = text(upload(member(Role.RISK_OFFICER), file, "ref,result\nA,maybe\n"))
    assert "Line 2 is not one of results" in page


def test_the_page_of_an_own_proposal_has_no_button(now):
    browser = member(Role.COMPLIANCE_OFFICER)
    own = FundChange.objects.create(
        kind="deposit",
        amount_fen=1,
        reason="test",
        proposed_by=User.objects.get(username="compliance_officer"),
        proposed_at=now,
    )
    page = text(browser.get(url("desk-fund-decide", own.pk)))
    assert "Another person decides" in page and 'value="approve"' not in page
    answer = browser.post(url("desk-fund-decide", own.pk), {"decision": "approve"}, follow=True)
    assert "Nobody decides on an own proposal" in text(answer)
    assert Fund.objects.get().balance_fen == 0


RULE = {
    "version": "2027-01",
    "valid_from": "2099-01-01T00:00",
    "base": "percentage_points",
    "months": "12",
    "minimum": "0",
    "cap": "5000",
    "fee": "0",
    "over_1": "120",
    "bp_1": "10",
    "over_2": "240",
    "bp_2": "20",
    "reason": "a new year",
}


def test_a_new_rule_takes_two_and_never_counts_for_the_past(now):
    proposer, approver = member(Role.RISK_OFFICER), member(Role.COMPLIANCE_OFFICER)
    proposer.post(url("desk-compensation-rule"), RULE)
    made = CompensationRule.objects.get(version="2027-01")
    assert (made.state, made.tiers) == ("proposed", [[7200, 10, 0], [14_400, 20, 0]])
    assert "taken" not in text(proposer.get(url("desk-compensation-rules")))
    approver.post(url("desk-rule-decide", made.pk), {"decision": "approve"})
    made.refresh_from_db()
    assert made.state == "approved"
    again = text(proposer.post(url("desk-compensation-rule"), RULE))
    assert "There is a rule of this version already" in again


def test_a_rule_that_makes_no_sense_is_refused(now):
    def errors(**values):
        form = RuleForm({**RULE, **values}, now=now)
        form.is_valid()
        return set(form.errors)

    assert errors() == set()
    assert errors(valid_from="2020-01-01T00:00") == {"valid_from"}
    assert errors(over_2="60") == {"over_1"}
    assert errors(bp_2="5") == {"over_1"}


def test_the_check_digit_of_a_card():
    assert luhn("79927398713")  # the usual example of the formula
    assert luhn(CARD)
    assert not luhn(CARD.replace("05", "50"))


def test_assessing_many_takes_few_statements(
    outage, make_person, django_assert_max_num_queries, now
):
    incident = outage()
    for place in range(40):
        touched(incident, make_person(f"139000001{place:02d}"))
    with django_assert_max_num_queries(20):  # not one for each person
        compensation.assess(incident=incident, now=now)
    assert Compensation.objects.count() == 40
    assert assessed(incident, now)
