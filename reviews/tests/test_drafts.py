"""Putting a review together: what is taken, what is turned away and why, and that it is kept."""

import datetime as dt
import json
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from accounts.refusals import Refused
from creditquery.models import CreditQuery
from creditquery.services import queries
from creditquery.tests.conftest import log_in, work_off
from evidence.models import Record
from portal.gateway import Unavailable
from portal.intake.limits import LIMITS
from portal.reading.read import from_json
from portal.tests.racing import at_once
from portal.work import services as work
from portal.work.models import Work
from portal.work.states import Lane, WorkState
from reviews import tasks
from reviews.models import Document, DocumentPage, DocumentReading, ReviewPolicy, ReviewTask
from reviews.services import documents, drafts
from reviews.services.drafts import MOST_FILES_A_DAY
from reviews.tests.officers import officer, promise
from reviews.tests.papers import PASSWORD, add, address, checked, draft, parked, pdf, photo

pytestmark = pytest.mark.django_db


def code(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


@pytest.mark.parametrize("state", ["parked", "ambiguous", "needs_person", "refused"])
def test_a_review_is_offered_where_the_machine_stands(
    query: CreditQuery, now: dt.datetime, state: str
) -> None:
    task = drafts.begin(query=parked(query, state), person=query.person, now=now)
    query.refresh_from_db()
    assert (task.state, task.number, query.state) == ("draft", None, state)
    assert drafts.begin(query=query, person=query.person, now=now) == task


@pytest.mark.parametrize("state", ["queued", "sending", "succeeded", "declined", "expired"])
def test_and_nowhere_else(query: CreditQuery, now: dt.datetime, state: str) -> None:
    parked(query, state)
    begin = lambda: drafts.begin(query=query, person=query.person, now=now)  # noqa: E731
    assert code(begin) == "review-not-offered"


def test_not_without_consent(query: CreditQuery, now: dt.datetime) -> None:
    parked(query, "needs_person")
    queries.withdraw(query=query, now=now)
    fresh = CreditQuery.objects.get(pk=query.pk)
    begin = lambda: drafts.begin(query=fresh, person=query.person, now=now)  # noqa: E731
    assert code(begin) == "review-not-offered"


@pytest.mark.django_db(transaction=True)
def test_two_presses_begin_one_draft(query: CreditQuery, now: dt.datetime) -> None:
    parked(query)
    found = at_once(4, lambda _: drafts.begin(query=query, person=query.person, now=now).pk)
    assert len(set(found)) == 1
    assert ReviewTask.objects.count() == 1


def test_a_file_is_sealed_checked_and_shown_only_rebuilt(
    query: CreditQuery, now: dt.datetime
) -> None:
    task = draft(query, now)
    data = pdf(2, script=True)
    document = add(task, data)
    assert document.state == "quarantined"
    with connection.cursor() as cursor:
        cursor.execute("SELECT original, name FROM reviews_document")
        sealed, name = (bytes(value) for value in cursor.fetchone())
    assert b"JavaScript" in data
    assert b"JavaScript" not in sealed
    assert "流水".encode() not in name
    document = checked(task, data)
    assert (document.state, document.pages_count) == ("sanitised", 2)
    assert "javascript" in document.removed
    assert b"JavaScript" not in bytes(document.copy or b"")
    assert bytes(document.original or b"") == data
    numbers = document.pages.values_list("number", "media_type")
    assert {number for number, _ in numbers} == {1, 2}
    subject = query.request_no
    kept = Record.objects.get(kind="reviews.document.quarantined", subject=subject).body
    assert kept["sha256"] == document.sha256
    assert "流水" not in str(list(Record.objects.values_list("body", flat=True)))


def test_the_same_file_twice_is_one_document(query: CreditQuery, now: dt.datetime) -> None:
    task, data = draft(query, now), pdf()
    assert add(task, data).pk == add(task, data).pk
    assert code(lambda: add(task, data, kind="tax")) == "review-file-twice"
    assert Document.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", "upload-empty"),
        (b"<html><script>alert(1)</script>", "upload-kind"),
        (b"%PDF-1.7" + bytes(LIMITS.most_bytes), "upload-too-big"),
    ],
)
def test_what_can_be_told_at_the_door_is(
    query: CreditQuery, now: dt.datetime, data: bytes, refusal: str
) -> None:
    task = draft(query, now)
    assert code(lambda: add(task, data)) == refusal
    assert not Document.objects.exists()


def test_what_is_broken_is_turned_away_with_a_reason(query: CreditQuery, now: dt.datetime) -> None:
    document = checked(draft(query, now), b"%PDF-1.7\nnothing of the kind")
    assert (document.state, document.refusal) == ("refused", "upload-damaged")
    assert not DocumentPage.objects.exists()


def test_a_password_opens_a_file_and_is_forgotten(query: CreditQuery, now: dt.datetime) -> None:
    task = draft(query, now)
    document = checked(task, pdf(password=PASSWORD))
    assert (document.state, document.refusal) == ("locked", "upload-password-needed")
    for tried, state, refusal in (
        ("wrong", "locked", "upload-password-wrong"),
        (PASSWORD, "sanitised", ""),
    ):
        drafts.unlock(document=document, password=tried, now=now)
        document = checked(task, pdf(mark=len(tried)))  # works the lane off, and adds another file
        document = Document.objects.get(sha256=Document.objects.earliest("pk").sha256)
        assert (document.state, document.refusal) == (state, refusal)
        assert document.password is None
    unlock = lambda: drafts.unlock(document=document, password="x", now=now)  # noqa: E731
    assert code(unlock) == "review-moved-on"


def test_what_is_removed_is_gone_but_for_its_hash(query: CreditQuery, now: dt.datetime) -> None:
    document = checked(draft(query, now))
    drafts.remove(document=document, now=now)
    kept = Document.objects.get()
    assert (kept.state, kept.original, kept.copy, kept.name) == ("removed", None, None, "")
    assert kept.sha256 == document.sha256
    assert not DocumentPage.objects.exists()


def test_a_file_removed_during_its_check_stays_removed(
    query: CreditQuery, now: dt.datetime
) -> None:
    task = draft(query, now)
    document = add(task)
    drafts.remove(document=document, now=now)
    checked(task, photo())
    document.refresh_from_db()
    assert (document.state, document.pages.count()) == ("removed", 0)


def test_limits_of_a_review_and_of_a_day(
    query: CreditQuery, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    promise(most_documents=2)
    task = draft(query, now)
    first = add(task, pdf(mark=1))
    add(task, pdf(mark=2))
    assert code(lambda: add(task, pdf(mark=3))) == "review-files-many"
    monkeypatch.setattr(drafts, "MOST_FILES_A_DAY", 3)
    drafts.remove(document=first, now=now)
    add(task, pdf(mark=3))
    drafts.remove(document=Document.objects.latest("pk"), now=now)
    assert code(lambda: add(task, pdf(mark=4))) == "review-files-today"
    assert ReviewPolicy._meta.get_field("most_documents").default < MOST_FILES_A_DAY


def test_staff_add_for_a_borrower_and_the_timeline_says_so(
    query: CreditQuery, now: dt.datetime
) -> None:
    task, by = draft(query, now), officer()
    drafts.add(task=task, kind="tax", name="税.pdf", data=pdf(), by=by, now=now)
    step = task.steps.get()
    assert (step.kind, step.by, step.shown) == ("added", by, True)


def test_what_was_read_is_kept_sealed_and_read_once(query: CreditQuery, now: dt.datetime) -> None:
    document = checked(draft(query, now), photo())
    reading = DocumentReading.objects.get(document=document)
    assert from_json(json.loads(reading.content)).engine == reading.engine
    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM reviews_documentreading")
        assert b"engine" not in bytes(cursor.fetchone()[0])
    for kind in (documents.SANITISE, documents.READ):  # a worker died before it could say so
        work.add(kind=kind, subject=str(document.pk), lane=Lane.INTAKE, now=now)
    assert work_off(Lane.INTAKE) == 2
    assert DocumentPage.objects.count() == DocumentReading.objects.count() == 1
    assert not Work.objects.filter(lane=Lane.INTAKE).exclude(state=WorkState.DONE).exists()


def test_a_scanner_that_is_away_burns_nothing(
    query: CreditQuery, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_args: object, **_values: object) -> None:
        raise Unavailable("no scanner", sent=False)

    monkeypatch.setattr(tasks, "clean", away)
    document = checked(draft(query, now))
    waiting = Work.objects.get(kind=documents.SANITISE)
    assert (document.state, waiting.state, waiting.attempts) == ("quarantined", "ready", 0)
    assert waiting.run_after > now


def test_a_draft_ends_after_its_days_and_nothing_of_it_is_kept(
    query: CreditQuery, now: dt.datetime
) -> None:
    task = draft(query, now)
    document = checked(task)
    days = dt.timedelta(days=task.policy.draft_days)
    assert drafts.forget_old(now=now + days - dt.timedelta(hours=1)) == 0
    assert drafts.forget_old(now=now + days + dt.timedelta(hours=1)) == 1
    task.refresh_from_db()
    document.refresh_from_db()
    assert (task.state, document.state, document.original) == ("lapsed", "purged", None)


def test_a_draft_survives_the_end_of_the_session(
    person: User, query: CreditQuery, now: dt.datetime
) -> None:
    checked(draft(query, now))
    elsewhere = log_in(Client(), person)
    page = elsewhere.get(address(query)).content.decode()
    assert "流水.pdf" in page
    assert "Being put together" in page
