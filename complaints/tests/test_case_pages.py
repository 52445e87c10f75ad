"""The pages of complaints: written, followed and decided by plain POSTs, by the right people."""

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from complaints.models import Complaint, Incident
from complaints.services import handling
from complaints.tests.complaining import SAID, decided, decider, filed, handler, promise, proposed
from complaints.tests.people import touched
from creditquery.models import CreditQuery
from creditquery.tests.conftest import log_in, work_off
from creditquery.tests.staff import member
from evidence.models import Record
from portal.work.states import Lane

pytestmark = pytest.mark.django_db
OWN = ("", "answer/", "withdraw/", "review/", "summary/", "regulator/")
SCRIPT = "<script>alert(1)</script>\n<b>bold</b>"


def text(answer: Any) -> str:
    """What a person reads of a page, on one line."""
    assert answer.status_code == 200
    page = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", html.unescape(page))


def written(**other: str) -> dict[str, str]:
    return {"topic": "outage", "about": "", "text": SAID, "wanted": "explain", **other}


def test_the_own_queries_lead_to_all_that_follows_an_outage(browser: Client) -> None:
    page = browser.get("/en/queries/").content.decode()
    for path in ("letters", "extensions", "compensation", "complaints"):
        assert f'<a href="/en/{path}/"><span>' in page


def test_a_borrower_complains_about_an_incident(
    browser: Client, person: User, query: CreditQuery, outage: Callable[..., Incident]
) -> None:
    promise()
    incident = outage()
    touched(incident, person, query)
    page = text(browser.get(f"/en/complaints/new/?topic=outage&about={incident.number}"))
    assert "Credit reports were down" in page
    sent = browser.post("/en/complaints/new/", written(about=incident.number))
    assert sent.headers["Location"] == "/en/complaints/new/check/"
    assert SAID in text(browser.get("/en/complaints/new/check/"))
    done = browser.post("/en/complaints/new/check/")
    complaint = Complaint.objects.get()
    assert done.headers["Location"] == f"/en/complaints/{complaint.number}/"
    assert complaint.incident == incident
    page = text(browser.get(done.headers["Location"]))
    assert "never pauses" in page
    assert "Our own promise" in page
    # A second press of the button finds nothing more to send.
    again = browser.post("/en/complaints/new/check/")
    assert again.headers["Location"] == "/en/complaints/"
    assert Complaint.objects.count() == 1


def test_a_draft_waits_on_the_server(browser: Client, person: User) -> None:
    kept = browser.post("/en/complaints/new/", written(later="1"))
    assert kept.headers["Location"] == "/en/complaints/"
    assert "A draft is kept" in text(browser.get("/en/complaints/"))
    elsewhere = log_in(Client(), person)
    assert SAID in text(elsewhere.get("/en/complaints/new/"))


def test_unknown_is_an_answer_and_nothing_is_not(browser: Client) -> None:
    page = text(browser.post("/en/complaints/new/", {"text": ""}))
    for missing in ("Choose what it is about", "Write what happened", "Choose what you want"):
        assert missing in page
    unknown = written(topic="unknown", wanted="unknown")
    assert browser.post("/en/complaints/new/", unknown).status_code == 302


def test_twenty_thousand_characters_are_too_many_and_not_cut(browser: Client) -> None:
    page = browser.post("/en/complaints/new/", written(text="长" * 20_000))
    assert "at most 10,000 characters" in text(page)
    assert "长" * 20_000 in page.content.decode()
    assert browser.post("/en/complaints/new/", written(text="长" * 10_000)).status_code == 302


def test_somebody_else_s_query_cannot_be_complained_about(
    query: CreditQuery, make_person: Callable[..., User]
) -> None:
    stranger = log_in(Client(), make_person("13800000099", "李四"))
    page = text(stranger.post("/en/complaints/new/", written(about=query.request_no)))
    assert "Choose one from the list" in page
    assert not Complaint.objects.exists()


@pytest.mark.parametrize("tail", OWN)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_stranger_s_number_is_not_found(
    tail: str, prefix: str, person: User, make_person: Callable[..., User], now: dt.datetime
) -> None:
    number = filed(person, now).number
    stranger = log_in(Client(), make_person("13800000099", "李四"))
    for address in (f"{prefix}/complaints/{number}/{tail}", f"{prefix}/complaints/TS-0/{tail}"):
        answers = {stranger.post(address, {"text": "mine"}).status_code}
        if tail != "regulator/":
            answers.add(stranger.get(address).status_code)
        assert answers == {404} or answers == {404, 405}
    assert Complaint.objects.get().state == "acknowledged"


def test_what_people_write_stays_text(browser: Client, person: User, now: dt.datetime) -> None:
    complaint = filed(person, now)
    browser.post(f"/en/complaints/{complaint.number}/answer/", {"text": SCRIPT})
    officers = member(Role.COMPLIANCE_OFFICER)
    for client, address in (
        (browser, f"/en/complaints/{complaint.number}/"),
        (officers, f"/en/desk/complaints/{complaint.number}/"),
    ):
        page = client.get(address).content.decode()
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "<b>bold" not in page


def test_the_borrower_reads_the_decision_and_goes_on(
    browser: Client, person: User, now: dt.datetime
) -> None:
    by = handler(now)
    complaint = decided(person, by, decider(now), now)
    address = f"/en/complaints/{complaint.number}/"
    page = text(browser.get(address))
    assert "The route was down from 9 to 12." in page
    assert "One certificate" not in page  # the root cause is for the file
    assert by.username not in page.split()
    paper = text(browser.get(f"{address}summary/"))
    assert "12378" in paper
    assert "12363" in paper
    assert browser.post(f"{address}review/", {"text": "No."}).status_code == 302
    complaint.refresh_from_db()
    assert complaint.state == "under_review"
    assert browser.post(f"{address}regulator/").status_code == 302
    complaint.refresh_from_db()
    assert complaint.state == "escalated_external"


def test_officers_carry_a_complaint_through(person: User, now: dt.datetime) -> None:
    complaint = filed(person, now)
    loans, chief = member(Role.LOAN_OFFICER), member(Role.COMPLIANCE_OFFICER)
    case = f"/en/desk/complaints/{complaint.number}/"
    assert str(complaint.number) in text(loans.get("/en/desk/complaints/"))
    decision = {
        "outcome": "partly_upheld",
        "relief": ["explanation"],
        "reasons": "Half of it.",
        "root_cause": "None found: one host.",
    }
    for client, act, given in (
        (loans, "claim", {}),
        (loans, "accept", {}),
        (loans, "note", {"text": "Logs read."}),
        (loans, "recode", {"channel": "app", "business": "report", "reason": "2"}),
        (loans, "ask", {"text": "Which page?"}),
        (loans, "propose", decision),
        (chief, "approve", {}),
    ):
        assert client.get(f"{case}{act}/").status_code == 200
        answer = client.post(f"{case}{act}/", given)
        assert answer.status_code == 302, (act, text(answer))
    work_off(Lane.UPKEEP)
    complaint.refresh_from_db()
    assert (complaint.state, complaint.channel) == ("notified", "app")


def test_pages_refuse_in_words(person: User, now: dt.datetime) -> None:
    complaint = filed(person, now)
    chief = member(Role.COMPLIANCE_OFFICER)
    case = f"/en/desk/complaints/{complaint.number}/"
    assert "Only the handler may do this" in text(chief.post(f"{case}accept/"))
    chief.post(f"{case}claim/")
    assert "Somebody else has taken" in text(chief.post(f"{case}claim/"))
    not_confirmed = {
        "outcome": "not_upheld",
        "relief": ["monetary"],
        "reasons": "x",
        "root_cause": "x",
    }
    chief.post(f"{case}accept/")
    assert "gives no relief" in text(chief.post(f"{case}propose/", not_confirmed))
    own = not_confirmed | {"relief": ["explanation"]}
    chief.post(f"{case}propose/", own)
    assert "Nobody approves an own proposal" in text(chief.post(f"{case}approve/"))


def test_what_the_roles_may(person: User, now: dt.datetime) -> None:
    complaint = proposed(person, handler(now), now)
    case = f"/en/desk/complaints/{complaint.number}/"
    for role, reads, handles in (
        (Role.AUDITOR, 200, 403),
        (Role.ADMINISTRATOR, 200, 403),
        (Role.RISK_OFFICER, 200, 200),
        (Role.LENDER_USER, 403, 403),
    ):
        client = member(role)
        assert client.get(case).status_code == reads
        assert client.get("/en/desk/complaints/").status_code == reads
        assert client.get(f"{case}note/").status_code == handles
        assert client.get(f"{case}approve/").status_code == 403


def test_each_reading_of_a_case_is_on_record(person: User, now: dt.datetime) -> None:
    complaint = filed(person, now)
    client = member(Role.AUDITOR)
    client.get(f"/en/desk/complaints/{complaint.number}/")
    read = Record.objects.get(kind="complaints.complaint.read", subject=complaint.number)
    assert read.body == {"by": User.objects.get(username=Role.AUDITOR).pk}


def test_a_recused_officer_finds_nothing(person: User, now: dt.datetime) -> None:
    complaint = filed(person, now)
    client = member(Role.LOAN_OFFICER)
    biased = User.objects.get(username=Role.LOAN_OFFICER)
    handling.name_officer(complaint=complaint, officer=biased, by=decider(now), now=now)
    case = f"/en/desk/complaints/{complaint.number}/"
    for answer in (client.get(case), client.get(f"{case}note/"), client.post(f"{case}claim/")):
        assert answer.status_code == 404
    assert str(complaint.number) not in text(client.get("/en/desk/complaints/"))
