"""Sending a review, answering, taking it back, objecting; and what ends by itself."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.utils import timezone

from accounts.models import Delivery
from accounts.refusals import Refused
from creditquery.models import CreditQuery
from creditquery.services import moves as query_moves
from creditquery.services import queries
from evidence.models import Record
from portal.beijing import last_day
from portal.tests.racing import at_once
from portal.workdays.selectors import calendar
from reviews.models import Document, ReviewTask
from reviews.selectors import borrower as selectors
from reviews.services import claims, deciding, documents, drafts, submission
from reviews.tests.officers import REFUSE, agreed, officer, promise, recommended
from reviews.tests.papers import PASSWORD, add, checked, draft, pdf, sent

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def code(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def told() -> list[str]:
    kinds = Delivery.objects.filter(kind__startswith="reviews.").values_list("kind", flat=True)
    return sorted(kinds)


def asked(task: ReviewTask, now: dt.datetime) -> ReviewTask:
    """An officer wants the statement of September."""
    by = officer("asking")
    claims.claim(task=task, officer=by, now=now)
    deciding.request_more(
        task=task,
        by=by,
        fence=task.fence,
        reasons=["period-missing"],
        text="September, please.",
        now=now,
    )
    return task


def declined(task: ReviewTask, now: dt.datetime) -> ReviewTask:
    recommended(task, officer("maker"), now, REFUSE)
    return agreed(task, officer("checker"), now)


# --- Sending --------------------------------------------------------------------------------


def test_what_is_sent_has_a_number_a_day_and_a_query_in_review(
    query: CreditQuery, now: dt.datetime
) -> None:
    task = sent(query, now)
    query.refresh_from_db()
    assert (task.state, query.state, query.beside) == ("open", "manual_review", True)
    assert task.number
    assert task.number.startswith("RG-")
    promised = calendar().add(timezone.localdate(now), task.policy.service_days).day
    assert task.due_at is not None
    assert last_day(task.due_at) == promised
    assert [step.kind for step in task.steps.all()] == ["submitted"]
    assert told() == ["reviews.review_received"]
    assert Record.objects.filter(kind="reviews.reviewtask.open", subject=task.number).count() == 1


def test_what_stands_in_the_way_is_said(query: CreditQuery, now: dt.datetime) -> None:
    task = draft(query, now)
    submit = lambda: submission.submit(task=task, now=now)  # noqa: E731
    assert code(submit) == "review-nothing"
    broken = checked(task, b"%PDF-1.7 broken")
    assert code(submit) == "review-nothing"
    locked = checked(task, pdf(password=PASSWORD))
    assert code(submit) == "review-locked"
    drafts.remove(document=locked, now=now)
    add(task, pdf())
    assert code(submit) == "review-unfinished"
    checked(task, pdf())
    submission.submit(task=task, now=now)
    broken.refresh_from_db()
    assert (broken.state, broken.original) == ("removed", None)


def test_while_the_bureau_is_asked_the_draft_waits(query: CreditQuery, now: dt.datetime) -> None:
    task = draft(query, now)
    checked(task)
    CreditQuery.objects.filter(pk=query.pk).update(state="sending")
    assert code(lambda: submission.submit(task=task, now=now)) == "review-not-offered"
    task.refresh_from_db()
    assert (task.state, task.documents.get().state) == ("draft", "sanitised")


@pytest.mark.django_db(transaction=True)
def test_two_presses_send_one_review(query: CreditQuery, now: dt.datetime) -> None:
    task = draft(query, now)
    checked(task)
    numbers = at_once(3, lambda _: submission.submit(task=task, now=now).number)
    assert len(set(numbers)) == 1
    assert told() == ["reviews.review_received"]


def test_a_large_loan_wants_a_third_person(query: CreditQuery, now: dt.datetime) -> None:
    task = draft(query, now)
    promise(third_person_fen=query.loan.amount_fen)
    checked(task)
    assert submission.submit(task=task, now=now).checks_wanted == 2


def test_nothing_is_added_to_what_was_sent(query: CreditQuery, now: dt.datetime) -> None:
    task = sent(query, now)
    document = task.documents.get()
    assert code(lambda: add(task, pdf(mark=2))) == "review-moved-on"
    assert code(lambda: drafts.remove(document=document, now=now)) == "review-moved-on"


# --- Answering ------------------------------------------------------------------------------


def test_an_answer_brings_documents_and_sets_the_clock_going(
    query: CreditQuery, now: dt.datetime
) -> None:
    task = asked(sent(query, now), now)
    assert (task.state, task.paused_at) == ("awaiting", now)
    assert code(lambda: submission.answer(task=task, text="", now=now)) == "review-answer-empty"
    first, later = task.documents.get(), now + dt.timedelta(hours=1)
    second = checked(task, pdf(mark=9), now=later)
    assert code(lambda: drafts.remove(document=first, now=later)) == "review-moved-on"
    submission.answer(task=task, text="Here it is.", now=later)
    task.refresh_from_db()
    assert (task.state, task.paused_at) == ("open", None)
    added = task.steps.get(kind="added")
    assert (added.document, added.shown) == (second, True)
    assert task.steps.get(kind="answered").text == "Here it is."


def test_who_does_not_answer_in_time_is_told_that_it_ended(
    query: CreditQuery, now: dt.datetime
) -> None:
    task = asked(sent(query, now), now)
    until = selectors.answer_until(task)
    last = dt.datetime.combine(until, dt.time(23), timezone.get_current_timezone())
    assert submission.lapse_due(now=last) == 0
    assert submission.lapse_due(now=last + DAY) == 1
    task.refresh_from_db()
    query.refresh_from_db()
    assert (task.state, query.state) == ("lapsed", "parked")
    assert Document.objects.get().original is None
    assert "reviews.review_lapsed" in told()
    assert selectors.is_offered(query)


# --- Taking back ----------------------------------------------------------------------------


def test_who_takes_it_back_leaves_nothing_here(query: CreditQuery, now: dt.datetime) -> None:
    task = sent(query, now)
    submission.withdraw(task=task, now=now)
    query.refresh_from_db()
    task.refresh_from_db()
    assert (task.state, query.state) == ("withdrawn", "parked")
    assert Document.objects.get().state == "purged"
    assert code(lambda: submission.withdraw(task=task, now=now)) == "review-moved-on"
    again = drafts.begin(query=query, person=query.person, now=now)
    assert again.pk != task.pk


def test_a_draft_is_given_up_and_the_query_stays(query: CreditQuery, now: dt.datetime) -> None:
    task = draft(query, now)
    checked(task)
    drafts.discard(task=task, now=now)
    query.refresh_from_db()
    assert (query.state, Document.objects.get().state) == ("parked", "purged")
    assert selectors.newest(query) is None


# --- Objecting ------------------------------------------------------------------------------


def test_an_objection_begins_anew_with_other_people(query: CreditQuery, now: dt.datetime) -> None:
    task = declined(sent(query, now), now)
    assert (task.state, task.round) == ("refused", 1)
    submission.object_to(task=task, text="September is page 4.", now=now)
    task.refresh_from_db()
    query.refresh_from_db()
    assert (task.state, task.round, query.state) == ("open", 2, "manual_review")
    assert (task.maker, task.checker, task.decided_at, task.proposal) == (None, None, None, "")
    recused = set(task.recusals.values_list("officer__username", "why"))
    assert recused == {("maker", "took_part"), ("checker", "took_part")}
    assert task.documents.get().state == "sanitised"


def test_an_objection_has_its_days_and_is_made_once(query: CreditQuery, now: dt.datetime) -> None:
    task = declined(sent(query, now), now)
    until = selectors.object_until(task)
    assert until is not None
    last = dt.datetime.combine(until, dt.time(23), timezone.get_current_timezone())
    late = lambda: submission.object_to(task=task, text="x", now=last + DAY)  # noqa: E731
    assert code(late) == "review-object-late"
    submission.object_to(task=task, text="x", now=last)
    task.refresh_from_db()
    recommended(task, officer("third"), last, REFUSE)
    agreed(task, officer("fourth"), last)
    again = lambda: submission.object_to(task=task, text="x", now=last)  # noqa: E731
    assert code(again) == "review-objected"
    assert selectors.object_until(task) is None


# --- By itself ------------------------------------------------------------------------------


@pytest.mark.parametrize("ending", ["withdrawn", "cancelled"])
def test_it_ends_with_the_query_and_its_consent(
    query: CreditQuery, now: dt.datetime, ending: str
) -> None:
    task = sent(query, now)
    end = queries.withdraw if ending == "withdrawn" else queries.cancel
    end(query=CreditQuery.objects.get(pk=query.pk), now=now)
    assert submission.lapse_due(now=now) == 1
    assert submission.lapse_due(now=now) == 0
    task.refresh_from_db()
    assert (task.state, Document.objects.get().state) == ("lapsed", "purged")
    assert "reviews.review_lapsed" not in told()


def test_a_draft_ends_when_the_report_has_come(query: CreditQuery, now: dt.datetime) -> None:
    task = draft(query, now)
    checked(task)
    assert submission.lapse_due(now=now) == 0
    for state in ("queued", "sending", "succeeded"):
        query_moves.query(query, to=state, now=now)
    assert submission.lapse_due(now=now) == 1
    task.refresh_from_db()
    assert (task.state, Document.objects.get().original) == ("lapsed", None)


def test_files_of_a_decided_case_are_deleted_after_the_days_of_the_policy(
    query: CreditQuery, now: dt.datetime
) -> None:
    task = declined(sent(query, now), now)
    kept = task.policy.keep_days * DAY
    assert documents.purge_due(now=now + kept - DAY) == 0
    assert documents.purge_due(now=now + kept + DAY) == 1
    document = Document.objects.get()
    assert (document.state, document.original, document.copy) == ("purged", None, None)
    assert len(document.sha256) == 64
