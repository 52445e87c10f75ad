"""Whoever reads an old address says no: by a link without a login, or from the account."""

import pytest
from django.test import Client

from accounts.models import Freeze
from creditquery.tests.conftest import log_in
from portal.watch import kinds
from portal.watch.models import Alarm
from recovery.models import RecoveryLink
from recovery.selectors import tickets as selectors
from recovery.services import waiting
from recovery.tests.asking import (
    DAY,
    SECOND,
    approved,
    enrolled,
    fresh,
    handed_in,
    opened,
    ready,
    told,
    word_sent,
    work_off,
)

pytestmark = pytest.mark.django_db


def test_get_shows_and_post_stops(now, owner):
    ticket, _word = opened(now)
    work_off()
    path = f"/en/stop/{word_sent(ticket, 'notice_opened')}/"
    client = Client()
    page = client.get(path)
    assert page.status_code == 200 and ticket.number in page.content.decode()
    assert client.head(path).status_code == 200
    assert fresh(ticket).state == "opened"
    assert "It is stopped" in client.post(path).content.decode()
    assert fresh(ticket).state == "stopped"
    assert client.post(path).status_code == 404  # once
    assert not Alarm.objects.filter(kind=kinds.RECOVERY_STOPPED).exists()
    assert told("news")  # the asker hears of it


@pytest.mark.parametrize("bring", [approved, ready])
def test_what_two_officers_approved_is_stopped_and_looked_at(bring, now, owner, first, second):
    ticket = bring(now, first, second)
    path = f"/en/stop/{word_sent(ticket, 'notice_approved')}/"
    Client().post(path)
    assert fresh(ticket).state == "stopped"
    assert Alarm.objects.get(kind=kinds.RECOVERY_STOPPED).subject == ticket.number
    assert waiting.release_due(now=now + 9 * DAY) == 0
    for link in RecoveryLink.objects.filter(kind="enrol", used_at=None):
        assert selectors.good_link(link.pk, now=now) is None
    assert fresh(ticket).account.phone == owner.phone
    assert waiting.clear_old(now=now + 4 * DAY) == 1


def test_afterwards_it_freezes_the_account(now, owner, first, second):
    ticket = enrolled(now, first, second)
    word = word_sent(ticket, "notice_enrolled")
    assert selectors.link(word, kind="stop", now=now + selectors.STOPPABLE_AFTER) is None
    before = now + selectors.STOPPABLE_AFTER - SECOND
    assert selectors.link(word, kind="stop", now=before).ticket == ticket
    page = Client().get(f"/en/stop/{word}/").content.decode()
    assert "changed already" in page
    Client().post(f"/en/stop/{word}/")
    assert fresh(ticket).state == "stopped"
    assert Freeze.objects.get(user=owner).reason == "recovery"
    assert Alarm.objects.get(kind=kinds.RECOVERY_STOPPED).subject == ticket.number


def test_the_owner_stops_it_from_the_account(now, owner):
    ticket = handed_in(now)
    browser = log_in(Client(), owner)
    page = browser.get("/en/account/").content.decode()
    assert ticket.number in page and "It was not me: stop it" in page
    browser.post(f"/en/recovery/{ticket.number}/stop/")
    assert fresh(ticket).state == "stopped"
    assert ticket.number not in browser.get("/en/account/").content.decode()


def test_nobody_stops_anothers_from_an_account(now, owner, make_person):
    ticket = handed_in(now)
    other = log_in(Client(), make_person(phone="13800000055"))
    other.post(f"/en/recovery/{ticket.number}/stop/")
    assert fresh(ticket).state == "evidence"
    assert ticket.number not in other.get("/en/account/").content.decode()
    assert Client().post(f"/en/recovery/{ticket.number}/stop/").status_code == 302
    assert fresh(ticket).state == "evidence"


def test_one_link_stops_its_own_request_alone(now, owner):
    """A stranger's request and its stopping do not end the owner's."""
    mine, _word = opened(now)
    strangers, _word = opened(now, network="thief")
    work_off()
    Client().post(f"/en/stop/{word_sent(strangers, 'notice_opened')}/")
    assert (fresh(strangers).state, fresh(mine).state) == ("stopped", "opened")


@pytest.mark.parametrize("word", ["0" * 16, "x", "K7M3-Q9TA-22ZX-0VBN"])
def test_made_up_words_read_alike(word, now, owner):
    for path in ("stop", "enrol"):
        for method in ("get", "post"):
            answer = getattr(Client(), method)(f"/en/{path}/{word}/")
            assert answer.status_code == 404
            assert answer.context["entry"].code == "recovery-link-over"


def test_a_word_typed_by_hand_leads_to_its_page(now, owner):
    ticket, _word = opened(now)
    work_off()
    word = word_sent(ticket, "notice_opened")
    answer = Client().post("/en/stop/", {"word": f" {word.lower()} "})
    assert answer["Location"] == f"/en/stop/{word.replace('-', '')}/"
    assert Client().get(answer["Location"]).status_code == 200


def test_no_crowd_of_a_network_stands_before_the_button(now, owner):
    ticket, _word = opened(now)
    work_off()
    for _each in range(30):
        assert Client().get("/en/stop/0000000000000000/").status_code == 404
    assert "It is stopped" in Client().post(stop_path(ticket)).content.decode()


def stop_path(ticket):
    return f"/en/stop/{word_sent(ticket, 'notice_opened')}/"
