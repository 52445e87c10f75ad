"""The phrase on two screens: who gets one, who sees it, and for how long."""

import threading
import uuid

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Delivery, OfficerPhrase, User
from accounts.phrases import FIRST, PAIRS, SECOND, phrase, phrase_of
from accounts.roles import Role
from accounts.services import phrases, retention
from accounts.tests.visitor import Visitor, fresh_phone
from creditquery.tests.staff import member
from evidence.models import Record

pytestmark = pytest.mark.django_db


@pytest.fixture
def borrower(db):
    return Visitor(fresh_phone()).log_in()


@pytest.fixture
def officer(db):
    return member(Role.LOAN_OFFICER)


def of(client):
    return User.objects.get(pk=client.session["_auth_user_id"])


def begun(officer, borrower, clock, about="RG-1"):
    return phrases.begin(officer=of(officer), borrower=borrower.user, about=about, now=clock())


# --- The words ------------------------------------------------------------------------------


def test_there_are_enough_of_them_and_each_is_its_own_in_both_languages():
    every = [phrase(number) for number in range(PAIRS)]
    assert PAIRS >= 2048
    assert len({each.chinese for each in every}) == len({each.english for each in every}) == PAIRS
    assert all(len(each.chinese) == 4 for each in every)


def test_no_word_stands_in_both_places():
    assert not {word for word, _ in FIRST} & {word for word, _ in SECOND}


def test_they_spread_evenly():
    """Of 4,096 draws no phrase comes often; a skewed one could be guessed."""
    drawn = [phrase_of(uuid.UUID(int=number)).english for number in range(4096)]
    assert len(set(drawn)) > 2400 and max(drawn.count(each) for each in set(drawn)) < 12


def test_without_the_servers_key_the_row_tells_nothing(settings):
    row = uuid.UUID(int=7)
    first = phrase_of(row)
    settings.SECRET_KEY = "another key of at least thirty-two signs"
    assert phrase_of(row) != first or phrase_of(uuid.UUID(int=8)) != phrase(0)


def test_the_words_are_in_no_table_and_no_evidence(officer, borrower, clock):
    row = begun(officer, borrower, clock)
    words = phrase_of(row.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(p)::text FROM accounts_officerphrase p")
        kept = cursor.fetchone()[0]
    said = str(list(Record.objects.values_list("kind", "body")))
    assert words.chinese not in kept + said and words.english not in kept + said


# --- Both screens ---------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["", "/en"])
def test_both_see_the_same_words_with_name_role_and_number(
    officer, borrower, clock, settings, language
):
    row = begun(officer, borrower, clock)
    words = phrase_of(row.pk)
    theirs = borrower.client.get(f"{language}/account/caller/").content.decode()
    mine = officer.get(f"{language}/staff/phrases/{row.pk}/").content.decode()
    for page in (theirs, mine):
        assert words.chinese in page and words.english in page
    assert "loan_officer" in theirs and settings.SUPPORT_PHONE in theirs
    assert borrower.phone not in mine


def test_nobody_else_sees_them(officer, borrower, clock):
    row = begun(officer, borrower, clock)
    words = phrase_of(row.pk).english
    other = Visitor(fresh_phone()).log_in()
    assert words not in other.client.get("/account/caller/").content.decode()
    colleague = member(Role.COMPLIANCE_OFFICER)
    assert colleague.get(f"/staff/phrases/{row.pk}/").status_code == 404
    assert Client().get(f"/staff/phrases/{row.pk}/").status_code == 302
    assert borrower.client.get(f"/staff/phrases/{row.pk}/").status_code == 403
    assert officer.get("/account/caller/").status_code == 403


def test_after_five_minutes_they_are_gone_from_both(officer, borrower, clock):
    row = begun(officer, borrower, clock)
    words = phrase_of(row.pk).english
    clock.pass_(minutes=5, seconds=1)
    assert words not in borrower.client.get("/account/caller/").content.decode()
    assert words not in officer.get(f"/staff/phrases/{row.pk}/").content.decode()


def test_the_next_call_has_other_words(officer, borrower, clock):
    first = begun(officer, borrower, clock)
    assert begun(officer, borrower, clock).pk == first.pk
    clock.pass_(minutes=6)
    assert begun(officer, borrower, clock).pk != first.pk


def test_the_borrower_may_begin_and_the_officer_takes_it_up(officer, borrower, clock):
    assert borrower.client.post("/account/caller/").status_code == 302
    waiting = OfficerPhrase.objects.get()
    page = borrower.client.get("/account/caller/").content.decode()
    assert phrase_of(waiting.pk).chinese not in page and "data-reload" in page
    row = begun(officer, borrower, clock)
    assert row.pk == waiting.pk and row.officer == of(officer)
    assert phrase_of(row.pk).chinese in borrower.client.get("/account/caller/").content.decode()


def test_pressing_twice_waits_once(borrower):
    for _ in range(3):
        borrower.client.post("/account/caller/")
    assert OfficerPhrase.objects.count() == 1


def test_a_disabled_officer_shows_nothing(officer, borrower, clock):
    row = begun(officer, borrower, clock)
    User.objects.filter(pk=row.officer_id).update(is_active=False)
    assert phrase_of(row.pk).english not in borrower.client.get("/account/caller/").content.decode()


@pytest.mark.parametrize("pair", ["staff to staff", "borrower to borrower"])
def test_it_is_between_an_officer_and_a_borrower(officer, borrower, clock, pair):
    people = {"staff to staff": of(officer), "borrower to borrower": borrower.user}[pair]
    with pytest.raises(ValueError, match="between"):
        phrases.begin(officer=people, borrower=people, about="", now=clock())


def test_showing_it_is_evidence_and_sends_nothing(officer, borrower, clock):
    sent = Delivery.objects.count()
    row = begun(officer, borrower, clock)
    record = Record.objects.get(kind="accounts.phrase.shown", subject=str(row.pk))
    assert record.body == {
        "officer": of(officer).pk, "borrower": borrower.user.pk, "about": "RG-1",
    }  # fmt: skip
    assert Delivery.objects.count() == sent


def test_the_page_holds_no_code_and_no_link_out(officer, borrower, clock):
    row = begun(officer, borrower, clock)
    page = officer.get(f"/en/staff/phrases/{row.pk}/").content.decode()
    assert 'name="code"' not in page and "http://" not in page.replace("http://www.w3.org", "")


def test_rows_are_deleted_when_they_have_served(officer, borrower, clock):
    begun(officer, borrower, clock)
    retention.forget(now=clock())
    assert OfficerPhrase.objects.exists()
    clock.pass_(days=31)
    retention.forget(now=clock())
    assert not OfficerPhrase.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_officers_who_take_up_one_call_at_once_show_two_phrases(clock):
    borrower = Visitor(fresh_phone()).log_in()
    officers = [of(member(role)) for role in (Role.LOAN_OFFICER, Role.COMPLIANCE_OFFICER)]
    phrases.ask(borrower=borrower.user, now=clock())
    person, start, rows = borrower.user, threading.Barrier(2), []

    def take(each):
        start.wait(timeout=30)
        rows.append(phrases.begin(officer=each, borrower=person, about="x", now=clock()))
        connection.close()

    threads = [threading.Thread(target=take, args=(each,)) for each in officers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert {row.officer_id for row in rows} == {each.pk for each in officers}
    assert len({row.pk for row in rows}) == 2
