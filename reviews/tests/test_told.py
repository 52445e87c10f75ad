"""The borrower hears of each step on the channel of their choice, and no message carries anything
of what was handed in."""

import datetime as dt
import json

import pytest

from accounts.models import Delivery
from accounts.services import people
from creditquery.models import CreditQuery
from creditquery.services import reports
from portal.beijing import last_day
from reviews.models import ReviewTask
from reviews.services import escalation, joining, submission
from reviews.tests.officers import REFUSE, agreed, officer, recommended
from reviews.tests.papers import add, checked, draft, pdf, sent
from reviews.tests.test_submission import asked

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)
FIGURES = {"no", "day", "approved"}
"""All that a message about a review may be filled with: its number, a day, the outcome."""


def told() -> list[Delivery]:
    return list(Delivery.objects.order_by("created_at"))


@pytest.mark.parametrize(("by_email", "channel"), [(False, "sms"), (True, "email")])
def test_each_step_is_told_on_the_channel_of_their_choice(
    query: CreditQuery, now: dt.datetime, by_email: bool, channel: str
) -> None:
    person = query.person
    person.email = "wang@example.com"
    person.save(update_fields=["email"])
    people.choose(person, language="zh-hans", prefers_email=by_email)

    at = (now + n * dt.timedelta(minutes=1) for n in range(20))
    task = asked(sent(query, next(at)), next(at))
    submission.answer(task=task, text="给您", now=next(at))
    reports.keep(query=query, number="1" * 22, source=b"<x/>", now=next(at))
    joining.join_late(now=next(at))
    task.refresh_from_db()
    agreed(recommended(task, officer(), next(at), REFUSE), officer("checker"), next(at))
    submission.object_to(task=task, text="请再看一次", now=next(at))
    task.refresh_from_db()
    assert task.due_at is not None
    escalation.escalate_due(now=task.due_at + 3 * DAY)  # upkeep stood still

    kinds = [each.kind.removeprefix("reviews.review_") for each in told()]
    assert kinds == [
        "received",
        "more_wanted",
        "received",  # the answer, with the day to which the decision has moved
        "report_joined",
        "decided",
        "received",  # the objection
        "overdue",
    ]
    assert {each.channel for each in told()} == {channel}
    promised = last_day(task.due_at).isoformat()
    assert json.loads(told()[-1].context) == {"no": task.number, "day": promised}
    for each in told():
        assert json.loads(each.context).keys() <= FIGURES, each.kind


def test_an_answer_is_confirmed_with_the_new_day(query: CreditQuery, now: dt.datetime) -> None:
    task = asked(sent(query, now), now)
    submission.answer(task=task, text="给您", now=now + 7 * DAY)
    task = ReviewTask.objects.get()
    assert task.due_at is not None and task.due_at > now + 7 * DAY
    day = last_day(task.due_at).isoformat()
    assert json.loads(told()[-1].context) == {"no": task.number, "day": day}


def test_whoever_takes_a_review_back_its_borrower_hears_of_it(
    query: CreditQuery, now: dt.datetime
) -> None:
    task = sent(query, now)
    submission.withdraw(task=task, now=now + DAY)
    assert told()[-1].kind == "reviews.review_withdrawn"
    assert json.loads(told()[-1].context) == {"no": task.number}


def test_a_draft_tells_nobody_anything(query: CreditQuery, now: dt.datetime) -> None:
    task = draft(query, now)
    checked(task, now=now)
    add(task, pdf(mark=2))
    assert told() == []
