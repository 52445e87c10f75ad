"""A hostile borrower: floods of drafts, files and passwords end at a limit, and others go first."""

import datetime as dt

import pytest
from django.db import connection

from accounts.refusals import Refused
from creditquery.models import CreditQuery
from portal.tests.racing import at_once
from portal.work.models import Work
from portal.work.states import Priority
from reviews.models import Document, DocumentPage, ReviewTask
from reviews.services import documents, drafts, moves
from reviews.tests.officers import officer, paper
from reviews.tests.papers import add, draft, pdf
from reviews.tests.test_drafts import code

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def another(task: ReviewTask) -> ReviewTask:
    """A draft about a second query of the same person."""
    query = CreditQuery.objects.get(pk=task.query_id)
    query.pk, query.consent, query.request_no = None, None, "9" * 24
    query.state = "cancelled"
    query.save(force_insert=True)
    made = ReviewTask.objects.get(pk=task.pk)
    made.pk, made.query = None, query
    made.save(force_insert=True)
    return made


@pytest.mark.django_db(transaction=True)
def test_files_that_come_at_once_for_two_reviews_are_counted_together(
    query: CreditQuery, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MOST_FILES_A_DAY", 1)
    first = draft(query, now)
    tasks = [first, another(first)]
    slow = "CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
    slow += " PERFORM pg_sleep(0.5); RETURN NEW; END $$; CREATE TRIGGER dawdle BEFORE INSERT"
    slow += " ON reviews_document FOR EACH ROW EXECUTE FUNCTION dawdle()"
    with connection.cursor() as cursor:
        cursor.execute(slow)

    def upload(place: int) -> bool:
        try:
            return bool(add(tasks[place], pdf(mark=place), now=now))
        except Refused as refused:
            assert refused.code == "review-files-today"
            return False

    try:
        assert sorted(at_once(2, upload)) == [False, True]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP FUNCTION dawdle() CASCADE")
    assert Document.objects.count() == 1


def test_a_counter_s_files_count_for_the_borrower_and_not_for_the_officer(
    query: CreditQuery, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "MOST_FILES_A_DAY", 1)
    task, by = draft(query, now), officer()
    drafts.add(task=task, kind="tax", name="税.pdf", data=pdf(mark=1), by=by, now=now)
    assert code(lambda: add(task, pdf(mark=2), now=now)) == "review-files-today"
    assert add(task, pdf(mark=2), now=now + DAY + DAY).state == "quarantined"


def test_small_files_that_are_drawn_large_fill_their_borrower_s_room_and_no_more(
    query: CreditQuery, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = draft(query, now)
    paper(task, now, pages=3)
    kept = sum(len(bytes(page.image)) for page in DocumentPage.objects.all())
    monkeypatch.setattr(drafts, "MOST_KEPT", kept)
    assert code(lambda: add(task, pdf(mark=2), now=now)) == "review-files-room"
    drafts.remove(document=Document.objects.get(), now=now)
    assert add(task, pdf(mark=2), now=now).state == "quarantined"


def test_passwords_of_a_file_are_tried_so_often_and_no_more(
    query: CreditQuery, now: dt.datetime
) -> None:
    document = add(draft(query, now), now=now)
    Document.objects.filter(pk=document.pk).update(state="locked")
    ordered = Work.objects.filter(kind=documents.SANITISE).order_by("pk")
    for n in range(drafts.MOST_PASSWORDS):
        document.refresh_from_db()
        drafts.unlock(document=document, password=f"guess {n}", now=now)
        moves.document(document, to="refused", now=now, refusal="x", password=None)
        Document.objects.filter(pk=document.pk).update(state="locked")
    document.refresh_from_db()
    assert document.tries == drafts.MOST_PASSWORDS
    last = lambda: drafts.unlock(document=document, password="the last", now=now)  # noqa: E731
    assert code(last) == "review-passwords-many"
    fresh = ordered.filter(priority=Priority.FRESH).count()
    assert (fresh, ordered.count()) == (1 + drafts.FEW, 1 + drafts.MOST_PASSWORDS)


def test_many_files_at_once_give_way_to_everybody_else_s(
    query: CreditQuery, now: dt.datetime
) -> None:
    task = draft(query, now)
    for mark in range(drafts.FEW + 2):
        add(task, pdf(mark=mark), now=now)
    found = Work.objects.filter(kind=documents.SANITISE).order_by("pk")
    priorities = list(found.values_list("priority", flat=True))
    assert priorities == [Priority.FRESH] * drafts.FEW + [Priority.BACKLOG] * 2


def test_drafts_begun_and_given_up_end_at_a_limit(query: CreditQuery, now: dt.datetime) -> None:
    for _n in range(drafts.MOST_DRAFTS_A_DAY):
        drafts.discard(task=draft(query, now), now=now)
    assert code(lambda: draft(query, now)) == "review-drafts-many"
    assert draft(query, now + DAY + DAY).state == "draft"
    assert ReviewTask.objects.count() == drafts.MOST_DRAFTS_A_DAY + 1
