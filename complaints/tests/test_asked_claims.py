"""Whoever was asked for a code has a complaint, once, and is told its number."""

import datetime as dt
import threading

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import CodeAsked, Delivery
from accounts.states import AskedBy, AskedThrough, AskedWhen
from complaints.case.classification import Channel, Reason, Topic
from complaints.models import Complaint
from complaints.services import asked_claims, cases
from complaints.states.cases import ComplaintState
from complaints.tests.complaining import promise
from portal.work.handlers import periodic_of
from portal.work.services import add_periodic
from portal.work.tasks import drain

pytestmark = pytest.mark.django_db


def told(person, now, **said):
    promise()
    values = {
        "by": AskedBy.STAFF,
        "through": AskedThrough.CALL,
        "when": AskedWhen.NOW,
        "officer": "小王",
        "words": "他让我念验证码",
        "froze": person is not None,
        "at": now,
        **said,
    }
    return CodeAsked.objects.create(user=person, **values)


def test_a_row_becomes_a_complaint_that_the_borrower_is_told_of(person, now):
    row = told(person, now)
    assert asked_claims.claim(now=now) == 1
    made = Complaint.objects.get()
    assert (made.person, made.state) == (person, ComplaintState.ACKNOWLEDGED)
    assert (made.topic, made.reason) == (Topic.STAFF, Reason.INFORMATION)
    assert (made.channel, made.number) == (Channel.PHONE, CodeAsked.objects.get().claimed_as)
    for word in ("小王", "他让我念验证码"):
        assert word in made.text
    message = Delivery.objects.get(kind="complaints.complaint_received")
    assert message.user == person and (made.number or "?") in message.context
    row.refresh_from_db()
    assert (row.claimed_at, row.words, row.officer) == (now, "", "")


def test_it_is_claimed_once(person, now):
    told(person, now)
    assert [asked_claims.claim(now=now) for _ in range(3)] == [1, 0, 0]
    assert Complaint.objects.count() == 1


def test_a_stranger_complains_in_nobodys_name(person, now):
    row = told(None, now)
    assert asked_claims.claim(now=now) == 0
    row.refresh_from_db()
    assert not Complaint.objects.exists()
    assert (row.claimed_at, row.words) == (None, "他让我念验证码")


@pytest.mark.parametrize(
    ("by", "topic"),
    [
        (AskedBy.STAFF, Topic.STAFF),
        (AskedBy.BANK, Topic.LENDER),
        (AskedBy.POLICE, Topic.OTHER),
        (AskedBy.OTHER, Topic.OTHER),
        (AskedBy.UNKNOWN, Topic.STAFF),
    ],
)
def test_the_kind_fits_whoever_asked(person, now, by, topic):
    told(person, now, by=by)
    asked_claims.claim(now=now)
    assert (Complaint.objects.get().topic, Complaint.objects.get().reason) == (topic, "10")


def test_every_answer_has_its_kind_and_channel():
    assert set(asked_claims.TOPIC_OF) == set(AskedBy)
    assert set(asked_claims.CHANNEL_OF) == set(AskedThrough)


def test_who_complained_too_often_waits_for_the_next_day(person, now):
    promise()
    for _ in range(cases.MOST_A_DAY):
        cases.file(person=person, reason=Topic.OUTAGE, text="x", now=now)
    told(person, now)
    assert asked_claims.claim(now=now) == 0
    assert CodeAsked.objects.get().words
    assert asked_claims.claim(now=now + dt.timedelta(days=1, minutes=1)) == 1


def test_one_who_must_wait_holds_up_nobody(person, make_person, now):
    promise()
    for _ in range(cases.MOST_A_DAY):
        cases.file(person=person, reason=Topic.OUTAGE, text="x", now=now)
    told(person, now)
    told(make_person("13800000002"), now + dt.timedelta(seconds=1))
    assert asked_claims.claim(now=now) == 1


@pytest.mark.parametrize(("language", "word"), [("en", "I was asked"), ("zh-hans", "验证码")])
def test_it_speaks_the_borrowers_language(person, now, language, word):
    person.language = language
    person.save()
    told(person, now, words="")
    asked_claims.claim(now=now)
    assert word in Complaint.objects.get().text


def test_it_happens_by_itself_within_a_minute(person, now):
    told(person, now)
    (each,) = [one for one in periodic_of("upkeep") if one.kind.endswith("claim_asked")]
    assert each.every <= dt.timedelta(minutes=1)
    add_periodic(periodic=each, now=timezone.now())
    drain("upkeep")
    assert Complaint.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_file_one_complaint(make_person, now):
    told(make_person(), now)
    start, claimed = threading.Barrier(4), []

    def run():
        start.wait(timeout=30)
        claimed.append(asked_claims.claim(now=now))
        connection.close()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sum(claimed) == 1 and Complaint.objects.count() == 1
