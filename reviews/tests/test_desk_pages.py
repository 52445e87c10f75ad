"""The officers' pages: the queue, the case on one page, the viewer, and who sees what."""

import datetime as dt
import html
import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY

from accounts import sessions
from accounts.models import Authenticator, User
from accounts.models.factors import fresh_secret
from accounts.roles import Role
from accounts.services import training
from creditquery.models import Attempt, CreditQuery
from evidence.models import Record
from portal.reading.hints import Hint, HintKind
from portal.reading.lines import Box
from portal.reading.read import Reading, to_json
from portal.reading.statements import summarise
from portal.reading.table import Row
from reviews.models import Competence, Document, Recusal, ReviewTask
from reviews.selectors import desk
from reviews.selectors.desk import Cursor, Filters
from reviews.services import claims
from reviews.tests.officers import (
    APPROVE,
    decided,
    lender,
    officer,
    paper,
    reading,
    recommended,
    submitted,
    waiting,
)

pytestmark = pytest.mark.django_db
QUEUE = "/en/desk/reviews/"
MINUTE = dt.timedelta(minutes=1)


def enter(user: User) -> Client:
    """A browser in which this member of staff has passed both factors."""
    device = Authenticator.objects.create(user=user, name="app", secret=fresh_secret())
    training.take_as_read(user=user, now=timezone.now())
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session: Any = browser.session
    session[sessions.STARTED] = session[sessions.SEEN] = timezone.now().isoformat()
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return browser


def text(answer: Any) -> str:
    """What a person reads of a page, on one line."""
    assert answer.status_code == 200
    page = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return re.sub(r"\s+", " ", html.unescape(page))


def numbers(answer: Any) -> list[str]:
    """The cases of a page of the queue, in order."""
    return re.findall(r"data-row href=\"/en/desk/reviews/([^/]+)/\"", answer.content.decode())


def at(task: ReviewTask, tail: str = "") -> str:
    return f"{QUEUE}{task.number}/{tail}"


# --- The queue ------------------------------------------------------------------------------


def test_the_queue_is_sorted_by_what_is_due_first(query: CreditQuery, now: dt.datetime) -> None:
    first = submitted(query, now)
    later = waiting(first, now, 3)
    assert first.due_at is not None
    earlier = waiting(first, now, 1, due_at=first.due_at - MINUTE)
    cases = [*earlier, first, *later]
    assert numbers(enter(officer()).get(QUEUE)) == [case.number for case in cases]


def test_pages_follow_each_other_without_a_gap(query: CreditQuery, now: dt.datetime) -> None:
    """While cases come and go; 120 of them, 50 a page, there and back."""
    first = submitted(query, now)
    cases = [first, *waiting(first, now, 119)]
    cases[60].due_at = cases[59].due_at  # a tie on the edge of nothing in particular
    by = officer()
    pages, cursor = [], None
    while True:
        page = desk.queue(by, Filters(), cursor, now)
        pages.append(page)
        if not page.after:
            break
        cursor = Cursor.read(page.after, "")
    seen = [task for page in pages for task in page.tasks]
    assert [len(page.tasks) for page in pages] == [50, 50, 20]
    assert seen == cases
    back = desk.queue(by, Filters(), Cursor.read("", pages[2].before), now)
    assert list(back.tasks) == list(pages[1].tasks)
    assert desk.queue(by, Filters(), Cursor.read("", back.before), now).before == ""


def test_an_address_that_nobody_wrote_is_the_first_page(
    query: CreditQuery, now: dt.datetime
) -> None:
    task, browser = submitted(query, now), enter(officer())
    for odd in ("x", "1-", "99999999999999999999-1", "²-1"):
        for name in ("after", "before", "state", "institution"):
            assert numbers(browser.get(QUEUE, {name: odd})) == [task.number]


def test_filters_narrow_the_queue(query: CreditQuery, now: dt.datetime) -> None:
    first, by = submitted(query, now), officer()
    past = now - dt.timedelta(hours=3)
    made = {
        "express": waiting(first, now, 1, express="incident"),
        "again": waiting(first, now, 1, round=2),
        "overdue": waiting(first, now, 1, due_at=past),
        "institution": waiting(first, now, 1, institution=lender()),
        "state": waiting(first, now, 1, state="lapsed"),
    }
    [mine] = waiting(first, now, 1)
    claims.claim(task=mine, officer=by, now=now)
    made["mine"] = [mine]
    given = {
        "express": "on",
        "again": "on",
        "overdue": "on",
        "mine": "on",
        "state": "lapsed",
        "institution": str(made["institution"][0].institution_id),
    }
    browser = enter(by)
    for name, value in given.items():
        assert numbers(browser.get(QUEUE, {name: value})) == [made[name][0].number], name
    assert len(numbers(browser.get(QUEUE))) == 6
    assert "No review fits" in text(browser.get(QUEUE, {"overdue": "on", "again": "on"}))
    assert "overdue by 3 hours" in text(browser.get(QUEUE, {"overdue": "on"}))


def test_what_has_ended_is_listed_the_last_first(query: CreditQuery, now: dt.datetime) -> None:
    first = submitted(query, now)
    ended = waiting(first, now, 3, state="withdrawn")
    found = numbers(enter(officer()).get(QUEUE, {"state": "withdrawn"}))
    assert found == [case.number for case in reversed(ended)]


def test_counting_stops_where_nobody_counts(query: CreditQuery, now: dt.datetime) -> None:
    waiting(submitted(query, now), now, desk.MOST)
    counts = desk.counts(officer(), now)
    assert (counts.waiting, counts.overdue, counts.mine) == ("1,000+", "0", 0)


def test_the_next_case_is_taken_at_a_press(query: CreditQuery, now: dt.datetime) -> None:
    task, by = submitted(query, now), officer()
    browser = enter(by)
    assert browser.post(f"{QUEUE}next/").headers["Location"] == at(task)
    task.refresh_from_db()
    assert task.held_by == by
    answer = browser.post(f"{QUEUE}next/", follow=True)
    assert "No case waits that this officer may take." in text(answer)


def test_letters_are_no_shortcuts_for_who_does_not_want_it(query: CreditQuery) -> None:
    browser = enter(officer())
    assert b"data-keys" in browser.get(QUEUE).content
    browser.post(f"{QUEUE}keys/")
    assert b"data-keys" not in browser.get(QUEUE).content
    browser.post(f"{QUEUE}keys/")
    assert b"data-keys" in browser.get(QUEUE).content


# --- Who sees what --------------------------------------------------------------------------


def test_a_case_beyond_the_own_competence_does_not_exist(
    query: CreditQuery, now: dt.datetime
) -> None:
    task = submitted(query, now)
    document = paper(task, now)
    elsewhere, aside = officer("elsewhere", competent=False), officer("aside")
    Competence.objects.create(officer=elsewhere, institution=lender())
    Recusal.objects.create(task=task, officer=aside, why="biased", at=now)
    tails = ("", "recommend/", "note/", "add/", f"documents/{document.pk}/")
    for who in (elsewhere, aside):
        browser = enter(who)
        assert numbers(browser.get(QUEUE)) == []
        for tail in (*tails, f"documents/{document.pk}/pages/1/", f"documents/{document.pk}/copy/"):
            assert browser.get(at(task, tail)).status_code == 404, tail
        assert browser.post(at(task, "claim/")).status_code == 404


@pytest.mark.parametrize(
    ("role", "reads", "works"),
    [
        (Role.LOAN_OFFICER, True, True),
        (Role.RISK_OFFICER, True, True),
        (Role.COMPLIANCE_OFFICER, True, False),
        (Role.AUDITOR, True, False),
        (Role.ADMINISTRATOR, True, False),
        (Role.LENDER_USER, False, False),
    ],
)
def test_each_role_has_its_part(
    query: CreditQuery, role: str, reads: bool, works: bool, now: dt.datetime
) -> None:
    task = submitted(query, now)
    browser = enter(officer("somebody", role))
    assert browser.get(QUEUE).status_code == (200 if reads else 403)
    assert browser.get(at(task)).status_code == (200 if reads else 403)
    for tail in ("claim/", "recommend/", "check/", "release/", "add/"):
        expected = {302, 200} if works else {403}
        assert browser.post(at(task, tail), {"fence": "0"}).status_code in expected, tail
    task.refresh_from_db()
    assert (task.state == "claimed") == works


def test_strangers_log_in_first(query: CreditQuery, browser: Client, now: dt.datetime) -> None:
    task = submitted(query, now)
    for tail in ("", "recommend/"):
        assert "/staff/login/" in Client().get(at(task, tail)).headers["Location"]
        assert browser.get(at(task, tail)).status_code == 403  # a borrower, be it the own case


# --- The case -------------------------------------------------------------------------------


def test_the_case_on_one_page(query: CreditQuery, now: dt.datetime) -> None:
    task = submitted(query, now)
    Attempt.objects.create(
        ref=f"{query.request_no}.9",
        query=query,
        kind="inquire",
        channel="pboc",
        endpoint="east",
        state="unknown",
        sent_at=now,
        finished_at=now,
        vendor_code="SYS503",
    )
    browser = enter(officer())
    page = text(browser.get(at(task)))
    for expected in (
        "王*二",
        "138 **** 0001",
        "1****************X",
        "¥200,000.00",
        "pboc.east",
        "SYS503",
        "Outcome unknown",
        "Nothing was handed in",
        "due in",
        "Known browsers",
    ):
        assert expected in page, expected
    for hidden in ("王小二", "13800000001", "11010519491231002X"):
        assert hidden not in page
    assert Record.objects.filter(kind="reviews.case.read", subject=task.number).count() == 1


def test_from_claim_to_decision_by_plain_posts(query: CreditQuery, now: dt.datetime) -> None:
    task = submitted(query, now)
    maker, checker = enter(officer()), enter(officer("checker"))
    maker.post(at(task, "claim/"))
    page = text(maker.get(at(task)))
    assert "Held by maker until" in page
    said = {"fence": "1", "outcome": "approve", "reasons_for": "income-shown", "text": "Enough."}
    assert maker.post(at(task, "recommend/"), said).headers["Location"] == at(task)
    checker.post(at(task, "claim/"))
    page = text(checker.get(at(task)))
    for expected in ("The recommendation", "Income shown for the whole period", "Enough."):
        assert expected in page, expected
    checker.post(at(task, "check/"), {"fence": "2", "agrees": "yes"})
    task.refresh_from_db()
    assert task.state == "approved"
    page = text(maker.get(at(task)))
    assert "the borrower sees it" in page


def test_reasons_belong_to_the_side_that_was_chosen(query: CreditQuery, now: dt.datetime) -> None:
    task, by = submitted(query, now), officer()
    claims.claim(task=task, officer=by, now=now)
    browser = enter(by)
    given = {"fence": "1", "outcome": "approve", "text": "x"}
    assert "Choose at least one reason." in text(browser.post(at(task, "recommend/"), given))
    both = {**given, "reasons_for": "income-shown", "reasons_against": "figures-disagree"}
    assert "speak for the opposite" in text(browser.post(at(task, "recommend/"), both))
    task.refresh_from_db()
    assert task.state == "claimed"


def test_who_checks_sends_back_with_reasons_or_agrees_without(
    query: CreditQuery, now: dt.datetime
) -> None:
    task, by = recommended(submitted(query, now), officer(), now), officer("checker")
    claims.claim(task=task, officer=by, now=now)
    browser, page = enter(by), at(task, "check/")
    assert 'value="policy-not-followed"' in browser.get(at(task)).content.decode()
    silent = {"fence": "2", "agrees": "no", "text": "x"}
    assert "Choose at least one reason." in text(browser.post(page, silent))
    both = {"fence": "2", "agrees": "yes", "reasons": "wrong-outcome"}
    assert "speak for the opposite" in text(browser.post(page, both))
    said = {**silent, "reasons": ["policy-not-followed", "evidence-overlooked"]}
    assert browser.post(page, said).status_code == 302
    step = task.steps.get(kind="sent_back")
    assert (step.reasons, step.text) == (said["reasons"], "x")


def test_what_was_typed_under_an_old_claim_is_not_lost(
    query: CreditQuery, now: dt.datetime
) -> None:
    """Refused with a sentence; the same page takes the case again, and then it is sent."""
    task, by = submitted(query, now), officer()
    claims.claim(task=task, officer=by, now=now)
    claims.free_expired(now=now + dt.timedelta(hours=1))
    browser = enter(by)
    typed = {"fence": "1", "outcome": "refuse", "reasons_against": "period-missing"}
    typed["text"] = "Half an hour of work."
    page = browser.post(at(task, "recommend/"), typed)
    assert "not held under this page any more" in text(page)
    assert "Half an hour of work." in page.content.decode()
    assert b'name="again"' in page.content
    page = browser.post(at(task, "recommend/"), {**typed, "again": "1"})
    assert "Half an hour of work." in page.content.decode()
    assert b'name="fence" value="2"' in page.content
    task.refresh_from_db()
    assert (task.state, task.held_by) == ("claimed", by)
    browser.post(at(task, "recommend/"), {**typed, "fence": "2"})
    task.refresh_from_db()
    assert (task.state, task.proposal) == ("recommended", "refuse")


def test_somebody_else_has_it_by_now(query: CreditQuery, now: dt.datetime) -> None:
    task, by = submitted(query, now), officer()
    claims.claim(task=task, officer=by, now=now)
    claims.claim(task=task, officer=officer("other"), now=now + dt.timedelta(hours=1))
    typed = {"fence": "1", "reasons": "unreadable", "text": "Page 2, please."}
    page = enter(by).post(at(task, "request/"), typed)
    assert "not held under this page any more" in text(page)
    assert "Page 2, please." in page.content.decode()
    assert b'name="again"' not in page.content


@pytest.mark.parametrize("fence", ["", "x", "-1", "99999999999999999999"])
def test_a_fence_that_nobody_gave_opens_nothing(
    query: CreditQuery, fence: str, now: dt.datetime
) -> None:
    task, by = submitted(query, now), officer()
    claims.claim(task=task, officer=by, now=now)
    browser = enter(by)
    assert browser.post(at(task, "release/"), {"fence": fence}).status_code == 200
    task.refresh_from_db()
    assert task.held_by == by


def test_masked_data_is_shown_once_and_stands_in_the_timeline(
    query: CreditQuery, now: dt.datetime
) -> None:
    task, by = submitted(query, now), officer()
    claims.claim(task=task, officer=by, now=now)
    browser = enter(by)
    assert "what it is needed for" in text(browser.post(at(task, "reveal/"), {"what": "phone"}))
    answer = browser.post(at(task, "reveal/"), {"what": "id_number", "purpose": "call the bank"})
    assert "11010519491231002X" in text(answer)
    assert "no-store" in answer.headers["Cache-Control"]
    page = text(browser.get(at(task)))
    assert "11010519491231002X" not in page
    assert "masked data shown" in page
    assert "call the bank" in page


def test_a_case_handed_over_is_the_colleague_s(query: CreditQuery, now: dt.datetime) -> None:
    task, by, to = submitted(query, now), officer(), officer("colleague")
    officer("nowhere", competent=False)
    claims.claim(task=task, officer=by, now=now)
    browser = enter(by)
    page = browser.get(at(task, "hand-over/")).content.decode()
    assert re.findall(r'<option value="\d+">(\w+)', page) == ["colleague"]
    browser.post(at(task, "hand-over/"), {"fence": "1", "to": str(to.pk)})
    task.refresh_from_db()
    assert (task.held_by, task.fence) == (to, 2)


def test_a_paper_at_the_counter(query: CreditQuery, now: dt.datetime) -> None:
    task, by = submitted(query, now), officer()
    browser = enter(by)
    file = SimpleUploadedFile("流水.pdf", b"%PDF-1.7 paper")
    answer = browser.post(at(task, "add/"), {"kind": "statement", "file": file})
    assert answer.headers["Location"] == QUEUE
    assert Document.objects.get().uploaded_by == by
    assert browser.get(at(task)).status_code == 404


# --- The viewer -----------------------------------------------------------------------------


def hint(kind: HintKind, value: str, check: str, page: int = 1) -> Hint:
    return Hint(kind, value, page, Box(100, 200, 300, 240), 0.873, "OCR", check)


def what_was_read() -> dict[str, Any]:
    """A statement of three months with a pause, and a number that cannot exist."""
    first = dt.date(2026, 8, 5)
    rows = [
        Row(first, "工资 远山科技有限公司", 1_200_000, 1_500_000, 1, 0.99),
        Row(first + dt.timedelta(days=31), "工资 远山科技有限公司", 1_200_000, 2_700_000, 1, 0.99),
        Row(first + dt.timedelta(days=35), "转账", -300_000, 9_900_000, 1, 0.9),
    ]
    return to_json(
        Reading(
            lines=(),
            hints=(
                hint(HintKind.NAME, "王小二", "matches"),
                hint(HintKind.ID_NUMBER, "110105194912310021", "invalid"),
                hint(HintKind.NAME, "李四", "differs", page=2),
            ),
            rows=tuple(rows),
            summary=summarise(rows),
            engine="test",
            seconds=1.0,
        )
    )


def test_what_was_read_stands_beside_the_picture(query: CreditQuery, now: dt.datetime) -> None:
    task, by = submitted(query, now), officer()
    document = paper(task, now, pages=2)
    reading(document, what_was_read(), now)
    browser = enter(by)
    case = text(browser.get(at(task)))
    assert "no such number can exist (GB 11643)" in case
    assert "differs from the borrower" in case
    answer = browser.get(at(task, f"documents/{document.pk}/"))
    page = text(answer)
    for expected in (
        "Hints, not findings",
        "87%",
        "the same",
        "no such number can exist",
        "¥12,000.00",
        "no entry",
        "does not follow",
        "-¥3,000.00",
        "a program (JavaScript)",
        document.sha256,
    ):
        assert expected in page, expected
    assert "110105194912310021" not in page
    assert '<rect class="box tone-bad" x="100" y="200" width="200" height="40"/>' in (
        answer.content.decode()
    )
    # Behind the value, where forms are empty, and not over the label before it.
    assert '<text class="box-number" x="308" y="240">' in answer.content.decode()
    second = text(browser.get(at(task, f"documents/{document.pk}/?page=2&zoom=3")))
    assert "differs from the borrower" in second
    assert "87%" in second
    assert task.steps.filter(kind="looked", by=by).count() == 1


def test_pictures_and_copies_leave_closed(query: CreditQuery, now: dt.datetime) -> None:
    task, by = submitted(query, now), officer()
    document = paper(task, now)
    browser = enter(by)
    picture = browser.get(at(task, f"documents/{document.pk}/pages/1/"))
    copy = browser.get(at(task, f"documents/{document.pk}/copy/"))
    assert (picture.content, copy.content) == (b"\x89PNG page 1", b"%PDF-1.7 rebuilt")
    assert picture.headers["Content-Disposition"] == "inline"
    assert copy.headers["Content-Disposition"].startswith('attachment; filename="RG-')
    for answer in (picture, copy):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
        assert "no-store" in answer.headers["Cache-Control"]


def test_nothing_is_shown_before_it_was_rebuilt(query: CreditQuery, now: dt.datetime) -> None:
    task = submitted(query, now)
    document = paper(task, now)
    Document.objects.filter(pk=document.pk).update(state="quarantined", copy=None)
    browser = enter(officer())
    for tail in ("", "pages/1/", "copy/"):
        assert browser.get(at(task, f"documents/{document.pk}/{tail}")).status_code == 404
    assert browser.get(at(task, f"documents/{document.pk}/original/")).status_code == 404


def test_a_document_of_another_case_is_not_found(query: CreditQuery, now: dt.datetime) -> None:
    task = submitted(query, now)
    [other] = waiting(task, now, 1)
    document = paper(other, now)
    browser = enter(officer())
    assert browser.get(at(task, f"documents/{document.pk}/")).status_code == 404
    assert browser.get(at(other, f"documents/{document.pk}/pages/2/")).status_code == 404


def test_the_pages_ask_no_more_for_more_rows(
    query: CreditQuery, now: dt.datetime, django_assert_max_num_queries: Any
) -> None:
    task, by = submitted(query, now), officer()
    browser = enter(by)
    waiting(task, now, 40)
    with django_assert_max_num_queries(19):
        browser.get(QUEUE)
    decided(task, now, APPROVE)
    for pages in (1, 2, 3):
        reading(paper(task, now, pages=pages), what_was_read(), now)
    with django_assert_max_num_queries(40):
        browser.get(at(task))
