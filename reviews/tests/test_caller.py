"""An officer who holds a review shows who they are; the borrower sees the same words."""

import datetime as dt
import re

import pytest
from django.test import Client

from accounts.models import OfficerPhrase
from accounts.roles import Role
from creditquery.models import CreditQuery
from reviews.services import claims
from reviews.tests.officers import officer, submitted
from reviews.tests.test_desk_pages import at, enter

pytestmark = pytest.mark.django_db


def words(page: str) -> list[str]:
    return re.findall(r'class="phrase"[^>]*>([^<]+)<', page)


def test_both_screens_show_the_same_words(
    query: CreditQuery, now: dt.datetime, browser: Client
) -> None:
    task, by = submitted(query, now), officer()
    claims.claim(task=task, officer=by, now=now)
    desk = enter(by)
    assert at(task, "phrase/") in desk.get(at(task)).content.decode()
    shown = desk.post(at(task, "phrase/"))
    mine = words(desk.get(shown.headers["Location"]).content.decode())
    theirs = words(browser.get("/en/account/caller/").content.decode())
    assert len(mine) == 2 and mine == theirs
    assert OfficerPhrase.objects.get().about == task.number


def test_the_page_says_that_the_borrower_waits(
    query: CreditQuery, now: dt.datetime, browser: Client
) -> None:
    task, by = submitted(query, now), officer()
    claims.claim(task=task, officer=by, now=now)
    desk, said = enter(by), "waits to see who is calling"
    assert said not in desk.get(at(task)).content.decode()
    browser.post("/account/caller/")
    assert said in desk.get(at(task)).content.decode()


def test_whoever_does_not_hold_it_has_no_reason_to_call(
    query: CreditQuery, now: dt.datetime
) -> None:
    task = submitted(query, now)
    claims.claim(task=task, officer=officer(), now=now)
    other = enter(officer("other"))
    assert at(task, "phrase/") not in other.get(at(task)).content.decode()
    assert other.post(at(task, "phrase/")).status_code == 403
    assert not OfficerPhrase.objects.exists()


def test_beyond_the_competence_it_does_not_exist(query: CreditQuery, now: dt.datetime) -> None:
    task = submitted(query, now)
    stranger = enter(officer("stranger", competent=False))
    assert stranger.post(at(task, "phrase/")).status_code == 404


def test_readers_borrowers_and_strangers_begin_none(
    query: CreditQuery, now: dt.datetime, browser: Client
) -> None:
    task = submitted(query, now)
    auditor = enter(officer("reader", Role.AUDITOR, competent=False))
    assert auditor.post(at(task, "phrase/")).status_code == 403
    assert browser.post(at(task, "phrase/")).status_code == 403
    assert Client().post(at(task, "phrase/")).status_code == 302
    assert not OfficerPhrase.objects.exists()


def test_looking_shows_nothing(query: CreditQuery, now: dt.datetime) -> None:
    task, by = submitted(query, now), officer()
    claims.claim(task=task, officer=by, now=now)
    assert enter(by).get(at(task, "phrase/")).status_code == 405
