"""What was written about a review goes when its papers go, and not before."""

import datetime as dt

import pytest
from django.test import Client

from creditquery.models import CreditQuery
from evidence.models import Record
from reviews.models import ReviewStep, ReviewTask
from reviews.services import handling, retention, submission
from reviews.tests.officers import DAY, REFUSE, decided, officer, submitted
from reviews.tests.papers import address, draft, sent

pytestmark = pytest.mark.django_db


def words() -> set[str]:
    return {step.text for step in ReviewStep.objects.filter(text__isnull=False) if step.text}


def kept(task: ReviewTask) -> dt.timedelta:
    return task.policy.keep_days * DAY


def test_the_words_of_a_decided_case_go_after_the_days_of_its_policy(
    query: CreditQuery, now: dt.datetime
) -> None:
    task = decided(submitted(query, now), now, REFUSE)
    handling.note(task=task, by=officer("later"), text="电话里说过", now=now + DAY)
    assert retention.forget_words(now=now + kept(task) - DAY) == 0
    assert words() == {REFUSE["text"], "电话里说过"}
    # Even the note, which is a day younger than the decision, is due with it; but not before.
    assert retention.forget_words(now=now + kept(task) + 2 * DAY) == 3
    assert (words(), ReviewStep.objects.filter(kind="decided").get().reasons) == (
        set(),
        REFUSE["reasons"],
    )
    assert Record.objects.get(kind="reviews.words.deleted").body == {"steps": 3}
    assert retention.forget_words(now=now + kept(task) + 2 * DAY) == 0


def test_an_objection_keeps_them(query: CreditQuery, now: dt.datetime) -> None:
    task = decided(submitted(query, now), now, REFUSE)
    submission.object_to(task=task, text="九月的流水在第二页", now=now + DAY)
    assert retention.forget_words(now=now + kept(task) + 2 * DAY) == 0
    assert "九月的流水在第二页" in words()


def test_what_was_taken_back_is_forgotten_too(query: CreditQuery, now: dt.datetime) -> None:
    task = submitted(query, now)
    handling.note(task=task, by=officer(), text="一句话", now=now)
    submission.withdraw(task=task, now=now)
    assert retention.forget_words(now=now + kept(task) - DAY) == 0
    assert retention.forget_words(now=now + kept(task) + DAY) == 1
    assert words() == set()


def test_the_page_says_how_long_before_anything_is_handed_in(
    query: CreditQuery, now: dt.datetime, browser: Client
) -> None:
    browser.force_login(query.person)
    draft(query, now)
    page = browser.get(address(query)).content.decode()
    assert "deleted 180 days after the decision" in page
    sent(query, now)
    assert "deleted 180 days after the decision" in browser.get(address(query)).content.decode()
