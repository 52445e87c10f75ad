"""The borrower's pages: walked by plain POSTs, each refusal in words, everything one's own."""

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from creditquery.models import CreditQuery
from creditquery.services import reports
from creditquery.tests.conftest import applied, log_in, signed, work_off
from creditquery.tests.staff import member
from portal.intake.limits import LIMITS
from portal.uploads import LONGEST_BODY
from portal.work.states import Lane
from reviews.models import Document, ReviewTask
from reviews.selectors import borrower as selectors
from reviews.services import joining
from reviews.tests.papers import (
    PASSWORD,
    add,
    address,
    checked,
    draft,
    hand_in,
    parked,
    pdf,
    photo,
    sent,
    upload,
)
from reviews.tests.test_submission import asked, declined

pytestmark = pytest.mark.django_db


def text(answer: Any) -> str:
    """What a person reads of a page, on one line."""
    assert answer.status_code == 200
    page = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", html.unescape(page))


def test_a_borrower_hands_in_three_documents_sees_them_and_sends_them(
    browser: Client, query: CreditQuery
) -> None:
    parked(query)
    progress = browser.get(f"/en/queries/{query.request_no}/").content.decode()
    assert address(query) in progress
    page = text(browser.get(address(query)))
    assert "joins the review" in page
    assert browser.post(address(query)).headers["Location"] == address(query)
    page = text(browser.get(address(query)))
    assert "Bank statements of the last three months" in page
    for name, data, kind in (
        ("流水.pdf", pdf(2), "statement"),
        ("社保.jpg", photo(), "social_insurance"),
        ("report.png", photo("PNG"), "printed_report"),
    ):
        assert hand_in(browser, query, name, data, kind).headers["Location"] == address(query)
    waits = browser.get(address(query)).content.decode()
    assert "Being checked" in waits
    assert '<noscript><meta http-equiv="refresh"' in waits
    assert 'data-reload="4"' in waits
    work_off(Lane.INTAKE)
    ready = browser.get(address(query))
    assert "refresh" not in ready.content.decode()
    assert "2 pages" in text(ready)
    assert "Bank statements of the last three months" not in text(ready)
    check = browser.get(address(query, "send/")).content.decode()
    pictures = re.findall(r'<img src="[^"]+/pages/\d+/" width="\d+" height="\d+"', check)
    assert len(pictures) == 4
    done = browser.post(address(query, "send/"))
    assert done.headers["Location"] == address(query)
    task = ReviewTask.objects.get()
    page = text(browser.get(address(query)))
    for words in (task.number, "Decided at the latest on", "Yours is the next one", "You sent it"):
        assert str(words) in page
    assert browser.post(address(query, "send/")).headers["Location"] == address(query)
    assert ReviewTask.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("x.pdf", b"", "The file is empty."),
        ("x.jpg", b"<html><script>alert(1)</script></html>", "This kind of file cannot be taken."),
        ("x.pdf", b"%PDF-1.7" + bytes(LIMITS.most_bytes), "The file is larger than 10 MB."),
    ],
)
def test_each_error_stands_beside_the_field(
    browser: Client, query: CreditQuery, now: dt.datetime, name: str, data: bytes, words: str
) -> None:
    draft(query, now)
    answer = hand_in(browser, query, name, data, "statement")
    assert words in text(answer)
    assert 'id="id_file_error"' in answer.content.decode()
    assert not Document.objects.exists()


def test_no_file_is_an_error_and_two_are_one(
    browser: Client, query: CreditQuery, now: dt.datetime
) -> None:
    draft(query, now)
    assert "Choose a file first." in text(browser.post(address(query, "add/tax/")))
    both = {"file": [upload("a.pdf", pdf(mark=1)), upload("b.pdf", pdf(mark=2))]}
    assert browser.post(address(query, "add/tax/"), both).status_code == 302
    assert Document.objects.get().name == "b.pdf"


def test_a_flood_is_not_kept_in_memory(
    browser: Client, query: CreditQuery, now: dt.datetime
) -> None:
    """Several files that are too large together, and a body that nobody reads."""
    draft(query, now)
    half = b"%PDF-1.7" + bytes(LIMITS.most_bytes * 2 // 3)
    many = {"one": upload("a.pdf", half), "file": upload("b.pdf", half)}
    assert "larger than 10 MB" in text(browser.post(address(query, "add/tax/"), many))
    browser.defaults["CONTENT_LENGTH"] = str(LONGEST_BODY + 1)
    assert browser.get(address(query, "add/tax/")).status_code == 400
    assert not Document.objects.exists()


def test_the_token_is_asked_for_all_the_same(
    person: User, query: CreditQuery, now: dt.datetime
) -> None:
    draft(query, now)
    strict = log_in(Client(enforce_csrf_checks=True), person)
    assert hand_in(strict, query, "a.pdf", pdf(), "tax").status_code == 403
    assert not Document.objects.exists()


def test_a_name_is_text_and_never_a_path(
    browser: Client, query: CreditQuery, now: dt.datetime
) -> None:
    draft(query, now)
    hand_in(browser, query, "<img src=x onerror=alert(1)>.pdf", pdf(), "tax")
    page = browser.get(address(query)).content.decode()
    assert "&lt;img src=x" in page
    hand_in(browser, query, "../../etc/passwd", pdf(mark=1), "tax")
    assert Document.objects.latest("pk").name == "passwd"


def test_pages_leave_rebuilt_and_harmless(
    browser: Client, query: CreditQuery, now: dt.datetime
) -> None:
    document = checked(draft(query, now), pdf(script=True))
    own = address(query, f"documents/{document.pk}/")
    page = browser.get(f"{own}pages/1/")
    copy = browser.get(f"{own}copy/")
    assert page["Content-Type"] in {"image/png", "image/jpeg"}
    assert page["Content-Disposition"] == "inline"
    assert copy["Content-Disposition"].startswith("attachment; ")
    assert b"JavaScript" not in copy.content
    for answer in (page, copy):
        policy = answer["Content-Security-Policy"].split("; ")
        assert "sandbox" in policy
        assert "default-src 'none'" in policy
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in answer["Cache-Control"]
    assert browser.get(f"{own}pages/2/").status_code == 404
    shown = text(browser.get(own))
    assert "a program (JavaScript)" in shown
    assert document.sha256 in shown


def test_what_is_not_checked_is_not_shown(
    browser: Client, query: CreditQuery, now: dt.datetime
) -> None:
    document = add(draft(query, now))
    own = address(query, f"documents/{document.pk}/")
    assert "The file is checked for viruses" in text(browser.get(own))
    for tail in ("pages/1/", "copy/", "original/"):
        assert browser.get(f"{own}{tail}").status_code == 404


def test_a_locked_file_asks_for_its_password(
    browser: Client, query: CreditQuery, now: dt.datetime
) -> None:
    document = checked(draft(query, now), pdf(password=PASSWORD))
    own = address(query, f"documents/{document.pk}/")
    page = browser.get(own).content.decode()
    assert 'type="password"' in page
    assert "Enter the password of the file." in text(browser.post(f"{own}unlock/"))
    assert browser.post(f"{own}unlock/", {"password": PASSWORD}).headers["Location"] == own
    work_off(Lane.INTAKE)
    assert "Checked" in text(browser.get(own))


def test_nothing_can_be_sent_where_there_is_nothing_to_send(
    browser: Client, query: CreditQuery, now: dt.datetime
) -> None:
    draft(query, now)
    page = text(browser.get(address(query, "send/")))
    assert "There is nothing to send yet." in page
    assert "Send the review" not in page


def test_a_file_is_removed_by_one_press(
    browser: Client, query: CreditQuery, now: dt.datetime
) -> None:
    document = checked(draft(query, now))
    own = address(query, f"documents/{document.pk}/")
    browser.post(f"{own}remove/")
    assert browser.get(own).status_code == 404
    assert "Nothing yet." in text(browser.get(address(query)))


OWN = (
    "", "add/statement/", "send/", "answer/", "withdraw/", "object/", "documents/{pk}/",
    "documents/{pk}/unlock/", "documents/{pk}/remove/", "documents/{pk}/pages/1/",
    "documents/{pk}/copy/",
)  # fmt: skip


@pytest.mark.parametrize("tail", OWN)
def test_a_stranger_finds_nothing(
    tail: str, query: CreditQuery, now: dt.datetime, make_person: Callable[..., User]
) -> None:
    task = draft(query, now)
    document = checked(task)
    stranger = log_in(Client(), make_person("13800000099", "李四"))
    where = address(query, tail.format(pk=document.pk))
    answers = {stranger.get(where).status_code, stranger.post(where, {"text": "x"}).status_code}
    assert answers in ({404}, {404, 405})
    task.refresh_from_db()
    document.refresh_from_db()
    assert (task.state, document.state) == ("draft", "sanitised")


def test_a_document_belongs_to_one_query(
    browser: Client, query: CreditQuery, now: dt.datetime, make_person: Callable[..., User]
) -> None:
    """The own query in the address, somebody else's document behind it."""
    other = make_person("13800000099", "李四")
    theirs = signed(other, applied(other, query.loan.institution, now), now)
    document = checked(draft(theirs, now))
    draft(query, now)
    for tail in ("", "pages/1/", "copy/"):
        where = address(query, f"documents/{document.pk}/{tail}")
        assert browser.get(where).status_code == 404


def test_the_borrower_is_asked_and_answers(
    browser: Client, query: CreditQuery, now: dt.datetime
) -> None:
    asked(sent(query, now), now)
    page = text(browser.get(address(query)))
    for words in ("September, please.", "each of the last three months", "Answer at the latest on"):
        assert words in page
    assert "Waits for you" in page
    assert "Waits for the borrower" not in page
    assert "asking" not in page.split()
    assert "There is no answer yet" in text(browser.post(address(query, "answer/"), {"text": ""}))
    hand_in(browser, query, "sep.pdf", pdf(mark=3), "statement")
    waits = text(browser.post(address(query, "answer/"), {"text": "Here."}))
    assert "still being checked" in waits
    assert "Here." in waits
    work_off(Lane.INTAKE)
    assert browser.get(address(query, "answer/")).content.decode().count("<img ") == 2
    done = browser.post(address(query, "answer/"), {"text": "Here."})
    assert done.headers["Location"] == address(query)
    assert "You answered" in text(browser.get(address(query)))


def test_a_refusal_names_its_reason_and_every_way_on(
    browser: Client, query: CreditQuery, now: dt.datetime
) -> None:
    task = declined(sent(query, now), now)
    page = text(browser.get(address(query)))
    assert "do not cover the last three months without a gap" in page
    for way in ("You can object until", "Complain to us", "12378", "12363"):
        assert way in page
    assert "maker" not in page.split()
    assert "object" in text(browser.get(f"/en/queries/{query.request_no}/"))
    assert "Write why" in text(browser.post(address(query, "object/"), {"text": ""}))
    browser.post(address(query, "object/"), {"text": "Page 4 shows it."})
    task.refresh_from_db()
    assert (task.state, task.round) == ("open", 2)
    assert "other people look at it again" in text(browser.get(address(query)))


def test_taking_back_says_first_what_it_does(
    browser: Client, query: CreditQuery, now: dt.datetime
) -> None:
    task = sent(query, now)
    page = text(browser.get(address(query, "withdraw/")))
    assert "deleted at once" in page
    browser.post(address(query, "withdraw/"))
    task.refresh_from_db()
    assert task.state == "withdrawn"
    page = text(browser.get(address(query)))
    assert "You took it back" in page
    assert "Ask for a review again" in page


def test_a_late_day_is_owned_up_to(browser: Client, query: CreditQuery, now: dt.datetime) -> None:
    task = sent(query, now)
    ReviewTask.objects.filter(pk=task.pk).update(due_at=now - dt.timedelta(hours=1))
    page = text(browser.get(address(query)))
    assert "that is our fault" in page
    assert "Write a complaint" in page


def test_where_no_review_is_offered_the_page_says_so(browser: Client, query: CreditQuery) -> None:
    assert "no review is offered" in text(browser.get(address(query)))
    answer = browser.post(address(query), follow=True)
    assert "cannot go into manual review now" in text(answer)
    assert browser.get(address(query, "send/")).status_code == 404


def test_staff_have_no_business_here(query: CreditQuery, now: dt.datetime) -> None:
    draft(query, now)
    assert member(Role.LOAN_OFFICER).get(address(query)).status_code == 403


def test_place_and_lane_in_words(browser: Client, query: CreditQuery, now: dt.datetime) -> None:
    task = sent(query, now)
    ReviewTask.objects.filter(pk=task.pk).update(express="incident")
    page = text(browser.get(address(query)))
    assert "an outage on our side held you up" in page
    assert "not the law's" in page
    assert selectors.ahead(task) == 0


def test_a_report_that_joined_is_read_beside_the_review(
    browser: Client, query: CreditQuery, now: dt.datetime
) -> None:
    task = sent(query, now)
    reports.keep(query=query, number="1" * 22, source=b"<x/>", now=now)
    assert joining.join_late(now=now) == 1
    page = browser.get(address(query)).content.decode()
    link = f"/en/queries/{query.request_no}/report/"
    assert f'href="{link}"' in page
    assert task.state == "open"
    reports.purge(CreditQuery.objects.get(pk=query.pk), now=now)
    assert f'href="{link}"' not in browser.get(address(query)).content.decode()
    assert browser.get(link).headers["Location"] == f"/en/queries/{query.request_no}/"
