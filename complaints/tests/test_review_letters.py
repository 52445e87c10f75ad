"""What two officers decided goes out by itself: to the borrower with reasons and the way to object,
to the lender with the evidence and its hashes."""

import datetime as dt

import pytest

from complaints.letter.texts import words
from complaints.models import Letter
from complaints.selectors import letters as selectors
from complaints.services import review_letters
from creditquery.models import CreditQuery
from creditquery.services import reports
from reviews.models import ReviewOutcome, ReviewTask
from reviews.services import joining, submission
from reviews.tests.officers import REFUSE, agreed, decided, officer, paper, recommended, submitted

pytestmark = pytest.mark.django_db


def by_kind(task: ReviewTask) -> dict[str, Letter]:
    return {letter.kind: letter for letter in Letter.objects.filter(person=task.person)}


def issued(
    query: CreditQuery, now: dt.datetime, said: dict[str, object] | None = None
) -> ReviewTask:
    task = submitted(query, now)
    paper(task, now, pages=3)
    decided(task, now, said)
    assert review_letters.issue_due(now=now) == 1
    return task


def test_a_decision_leaves_two_letters_once(query: CreditQuery, now: dt.datetime) -> None:
    task = issued(query, now)
    assert review_letters.issue_due(now=now) == 0
    assert set(by_kind(task)) == {"review", "opinion"}
    assert ReviewOutcome.objects.get().claimed_at == now


def test_the_opinion_lists_the_evidence_with_its_hashes(
    query: CreditQuery, now: dt.datetime
) -> None:
    task = issued(query, now)
    document = task.documents.get()
    letter = by_kind(task)["opinion"]
    assert letter.institution == task.institution
    said = selectors.said(letter)
    for language in ("zh-hans", "en"):
        facts = " ".join(fact for _name, fact in words(said, language).facts)
        assert document.sha256 in facts
        assert task.number is not None and task.number in facts
    assert str(task.person.id_number) not in str(letter.document)


@pytest.mark.parametrize(("language", "sentence"), [("zh-hans", "提出异议"), ("en", "object on")])
def test_a_refusal_says_why_and_how_to_object(
    query: CreditQuery, now: dt.datetime, language: str, sentence: str
) -> None:
    task = issued(query, now, REFUSE)
    said = selectors.said(by_kind(task)["review"])
    printed = words(said, language)
    assert sentence in " ".join(printed.paragraphs)
    assert "12378" in " ".join(printed.paragraphs)
    [reason] = said["decision"]["reasons"]
    assert reason["zh" if language == "zh-hans" else "en"] in [
        fact for _name, fact in printed.facts
    ]


@pytest.mark.parametrize(
    ("language", "sentence"), [("zh-hans", "已并入本次核验"), ("en", "joined the review")]
)
def test_the_opinion_says_whether_the_report_came_meanwhile(
    query: CreditQuery, now: dt.datetime, language: str, sentence: str
) -> None:
    task = submitted(query, now - dt.timedelta(hours=1))
    reports.keep(query=query, number="1" * 22, source=b"<x/>", now=now)
    assert joining.join_late(now=now) == 1
    task.refresh_from_db()
    decided(task, now)
    assert review_letters.issue_due(now=now) == 1
    said = selectors.said(by_kind(task)["opinion"])
    assert sentence in " ".join(words(said, language).paragraphs)

    del said["decision"]["report_came_at"]  # as older letters are
    assert sentence not in " ".join(words(said, language).paragraphs)


def test_an_approval_speaks_of_no_objection(query: CreditQuery, now: dt.datetime) -> None:
    task = issued(query, now)
    printed = words(selectors.said(by_kind(task)["review"]), "zh-hans")
    assert "异议" not in " ".join(printed.paragraphs)


def test_the_second_round_supersedes_and_offers_no_third(
    query: CreditQuery, now: dt.datetime
) -> None:
    task = issued(query, now, REFUSE)
    submission.object_to(task=task, text="请再看一次", now=now)
    task.refresh_from_db()
    recommended(task, officer("second-maker"), now, REFUSE)
    agreed(task, officer("second-checker"), now)
    assert review_letters.issue_due(now=now) == 1
    states = Letter.objects.filter(kind="review").order_by("pk").values_list("state", flat=True)
    assert list(states) == ["superseded", "issued"]
    newest = Letter.objects.get(kind="review", state="issued")
    printed = words(selectors.said(newest), "zh-hans")
    assert "异议" not in " ".join(printed.paragraphs)
    assert "投诉" in " ".join(printed.paragraphs)


def test_evidence_whose_check_ended_after_the_decision_is_none_of_it(
    query: CreditQuery, now: dt.datetime
) -> None:
    task = submitted(query, now)
    seen = paper(task, now)
    decided(task, now)
    late = paper(task, now + dt.timedelta(seconds=1), pages=2)
    assert review_letters.issue_due(now=now + dt.timedelta(seconds=2)) == 1
    said = selectors.said(by_kind(task)["opinion"])
    assert seen.sha256 in str(said)
    assert late.sha256 not in str(said)
