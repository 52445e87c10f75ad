"""The handler of a complaint shows who they are; the complainant sees the same words."""

import datetime as dt
import re

import pytest
from django.test import Client

from accounts.models import OfficerPhrase, User
from accounts.roles import Role
from complaints.tests.complaining import filed
from creditquery.tests.staff import member

pytestmark = pytest.mark.django_db


def words(page: str) -> list[str]:
    return re.findall(r'class="phrase"[^>]*>([^<]+)<', page)


def case(number: str | None, tail: str = "") -> str:
    return f"/en/desk/complaints/{number}/{tail}"


def test_both_screens_show_the_same_words(person: User, now: dt.datetime, browser: Client) -> None:
    made, desk = filed(person, now), member(Role.LOAN_OFFICER)
    desk.post(case(made.number, "claim/"))
    assert case(made.number, "phrase/") in desk.get(case(made.number)).content.decode()
    shown = desk.post(case(made.number, "phrase/"))
    mine = words(desk.get(shown.headers["Location"]).content.decode())
    theirs = words(browser.get("/en/account/caller/").content.decode())
    assert len(mine) == 2 and mine == theirs
    assert OfficerPhrase.objects.get().about == made.number


def test_only_the_handler_has_a_reason_to_call(person: User, now: dt.datetime) -> None:
    made = filed(person, now)
    member(Role.LOAN_OFFICER).post(case(made.number, "claim/"))
    chief = member(Role.COMPLIANCE_OFFICER)
    assert case(made.number, "phrase/") not in chief.get(case(made.number)).content.decode()
    assert chief.post(case(made.number, "phrase/")).status_code == 403
    assert not OfficerPhrase.objects.exists()


def test_for_whom_it_is_about_the_complaint_does_not_exist(person: User, now: dt.datetime) -> None:
    made, desk = filed(person, now), member(Role.LOAN_OFFICER)
    made.about_officer = User.objects.get(username=Role.LOAN_OFFICER)
    made.save()
    assert desk.post(case(made.number, "phrase/")).status_code == 404


def test_borrowers_readers_and_strangers_begin_none(
    person: User, now: dt.datetime, browser: Client
) -> None:
    made = filed(person, now)
    for client, answered in ((browser, 403), (member(Role.AUDITOR), 403), (Client(), 302)):
        assert client.post(case(made.number, "phrase/")).status_code == answered
    assert not OfficerPhrase.objects.exists()
