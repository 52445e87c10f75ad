"""A hostile officer at the desk: what is not handed in is not seen, and no look goes unrecorded."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import User
from accounts.refusals import Refused
from accounts.roles import Role
from creditquery.models import CreditQuery
from creditquery.tests.staff import member
from reviews.models import Document, ReviewStep, ReviewTask
from reviews.selectors import differences
from reviews.services import claims, deciding, submission
from reviews.tests.officers import (
    REFUSE,
    decided,
    officer,
    paper,
    reading,
    recommended,
    submitted,
)
from reviews.tests.test_desk_pages import at, enter

pytestmark = pytest.mark.django_db
ASK: dict[str, Any] = {"reasons": ["period-missing"], "text": "请补充九月。"}


def asked(task: ReviewTask, by: User, now: dt.datetime) -> None:
    claims.claim(task=task, officer=by, now=now)
    deciding.request_more(task=task, by=by, fence=task.fence, now=now, **ASK)


def test_a_picture_fetched_by_its_address_is_a_look(query: CreditQuery, now: dt.datetime) -> None:
    task = submitted(query, now)
    document, who = paper(task, now, pages=3), officer()
    browser = enter(who)
    for number in (1, 2, 3):
        assert browser.get(at(task, f"documents/{document.pk}/pages/{number}/")).status_code == 200
    look = ReviewStep.objects.get(kind="looked")
    assert (look.by, look.document) == (who, document)
    assert browser.get(at(task, f"documents/{document.pk}/pages/4/")).status_code == 404


def test_whoever_only_reads_is_on_record_too(query: CreditQuery, now: dt.datetime) -> None:
    task = submitted(query, now)
    document = paper(task, now)
    auditor = member(Role.AUDITOR)
    assert auditor.get(at(task, f"documents/{document.pk}/pages/1/")).status_code == 200
    assert ReviewStep.objects.get(kind="looked").by == User.objects.get(role=Role.AUDITOR)


def test_what_is_not_sent_yet_is_not_there(query: CreditQuery, now: dt.datetime) -> None:
    """An answer is put together under the eyes of nobody: a file may be there by mistake."""
    task, who = submitted(query, now), officer()
    before = paper(task, now)
    asked(task, who, now)
    mistaken = paper(task, now + dt.timedelta(minutes=1), pages=2)
    reading(mistaken, {"broken": True}, now)
    browser = enter(who)
    page = browser.get(at(task)).content.decode()
    assert (at(task, f"documents/{before.pk}/") in page) and (f"/{mistaken.pk}/" not in page)
    for tail in ("", "pages/1/", "copy/"):
        assert browser.get(at(task, f"documents/{before.pk}/{tail}")).status_code == 200
        assert browser.get(at(task, f"documents/{mistaken.pk}/{tail}")).status_code == 404
    assert differences.of_task(task) == []
    ReviewTask.objects.filter(pk=task.pk).update(state="open")
    assert browser.get(at(task, f"documents/{mistaken.pk}/")).status_code == 200
    assert Document.objects.count() == 2


def test_whoever_was_sent_back_has_no_part_in_the_next_round(
    query: CreditQuery, now: dt.datetime
) -> None:
    """Their opinion counted for nothing in the end, and they have it all the same."""
    task = submitted(query, now)
    first, second = officer("first"), officer("second")
    recommended(task, first, now, REFUSE)
    claims.claim(task=task, officer=second, now=now)
    again: dict[str, Any] = {"reasons": ["wrong-outcome"], "text": "再看一遍"}
    deciding.send_back(task=task, by=second, fence=task.fence, now=now, **again)
    decided(task, now, REFUSE)
    task.refresh_from_db()
    submission.object_to(task=task, text="不同意", now=now)
    task.refresh_from_db()
    names = {"first", "second", "decided-maker", "decided-checker"}
    assert set(task.recusals.values_list("officer__username", flat=True)) == names
    with pytest.raises(Refused, match="desk-recused"):
        claims.claim(task=task, officer=first, now=now)
