"""Back by the number after the window was closed: the same browser, nobody else, no guessing."""

import pytest
from django.test import Client

from accounts.models import LoginChallenge, WrongCode
from accounts.services import resuming
from accounts.tests.visitor import Visitor, fresh_phone
from evidence.models import Record

pytestmark = pytest.mark.django_db
WORDS = "We find nothing to go on with."


def close(visitor):
    """The window: what lasts a session is gone, the other cookies stay."""
    del visitor.client.cookies["sessionid"]


def number(visitor):
    return resuming.grouped(visitor.challenge.number)


def back(visitor, number, language="en"):
    return visitor.client.post(f"/{language}/login/resume/", {"number": number})


def test_the_page_shows_the_number_and_it_leads_back_to_where_it_led(visitor):
    visitor.ask("?next=/account/")
    shown, code = number(visitor), visitor.code
    assert shown in visitor.client.get("/login/code/").content.decode()
    close(visitor)
    assert visitor.client.get("/login/code/").url == "/login/"
    assert back(visitor, shown).url == "/en/login/code/"
    assert f"139 **** {visitor.phone[-4:]}" in visitor.client.get("/login/code/").content.decode()
    answer = visitor.enter(code)
    assert answer.url == "/account/" and visitor.logged_in
    assert Record.objects.filter(kind="accounts.loginchallenge.resumed").count() == 1


def test_the_browser_finds_it_offered_without_typing(visitor):
    visitor.ask()
    shown = visitor.challenge.number
    close(visitor)
    for page in ("/login/", "/login/resume/"):
        body = visitor.client.get(page).content.decode()
        assert f'name="number" value="{shown}"' in body
        assert visitor.phone[-4:] not in body  # whoever sits there next
    back(visitor, shown)
    visitor.enter()
    close(visitor)
    assert shown not in visitor.client.get("/login/").content.decode()


@pytest.mark.parametrize("form", ["{}", " {} ", "lower", "wide", "grouped", "letters"])
def test_every_way_to_write_it_is_the_same_number(visitor, form):
    visitor.ask()
    LoginChallenge.objects.update(number="0123456789")
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    typed = {
        "lower": "o123456789",
        "wide": "0123456789".translate(wide),
        "grouped": "01234-56789",
        "letters": "OI23456789",
    }.get(form, form.format("0123456789"))
    close(visitor)
    assert back(visitor, typed).url == "/en/login/code/"


def test_another_browser_learns_nothing_by_the_number(visitor):
    visitor.ask()
    shown, thief = number(visitor), Visitor(visitor.phone)
    wrong = back(thief, "0000000000").content
    right = back(thief, shown).content
    assert WORDS in right.decode()
    assert visible(right) == visible(wrong)
    assert thief.client.get("/login/code/").url == "/login/"
    assert not WrongCode.objects.exists()  # a stranger's browser can guess nothing


def test_a_browser_with_a_login_of_its_own_cannot_reach_another_s(visitor):
    visitor.ask()
    thief = Visitor(fresh_phone())
    thief.ask()
    assert WORDS in back(thief, number(visitor)).content.decode()
    assert WrongCode.objects.count() == 1


def test_after_twenty_wrong_numbers_no_more_are_looked_at(visitor):
    visitor.ask()
    shown = number(visitor)
    for _ in range(20):
        assert back(visitor, "0000000000").status_code == 200
    close(visitor)
    answer = back(visitor, shown)
    assert answer.status_code == 429
    assert "Many wrong numbers were entered in this browser." in answer.content.decode()
    assert WrongCode.objects.count() == 20
    # The owner's codes are another matter, in this browser too.
    assert visitor.client.get("/login/").status_code == 200
    assert not WrongCode.objects.filter(account_hash=LoginChallenge.objects.get().account_hash)


@pytest.mark.parametrize("typed", ["", "1234", "U" * 10, "0" * 39])
def test_what_is_no_number_is_named(visitor, typed):
    visitor.ask()
    assert 'id="id_number_error"' in back(visitor, typed).content.decode()


def test_a_used_number_and_an_old_one_lead_nowhere(visitor, clock):
    visitor.ask()
    shown, code = number(visitor), visitor.code
    visitor.enter(code)
    close(visitor)
    assert WORDS in back(visitor, shown).content.decode()
    clock.pass_(minutes=2)
    visitor.ask()
    shown = number(visitor)
    close(visitor)
    clock.pass_(hours=25)
    assert WORDS in back(visitor, shown).content.decode()


def test_after_its_end_the_number_still_leads_back_and_a_new_code_is_sent(visitor, clock):
    visitor.ask("?next=/account/")
    first, shown = visitor.challenge.pk, number(visitor)
    close(visitor)
    clock.pass_(hours=1)
    back(visitor, shown)
    assert visitor.again().url == "/login/code/"
    assert visitor.challenge.pk != first
    assert visitor.enter().url == "/account/"


def test_the_session_that_it_came_from_has_it_no_more(visitor):
    visitor.ask()
    shown = number(visitor)
    old = Client()
    old.cookies["sessionid"] = visitor.client.cookies["sessionid"].value
    close(visitor)
    back(visitor, shown)
    assert old.get("/login/code/").url == "/login/"


def test_a_step_of_a_logged_out_account_leads_over_the_login(visitor, clock):
    visitor.log_in()
    clock.pass_(minutes=11)
    visitor.client.post("/login/confirm/", {"purpose": "consent", "next": "/account/"})
    shown = number(visitor)
    close(visitor)
    assert back(visitor, shown).url == "/en/login/?next=%2Faccount%2F"


def test_a_number_stays_in_its_browser_when_the_code_is_asked_for_again(visitor, clock):
    visitor.ask()
    clock.pass_(minutes=11)
    visitor.again()
    assert visitor.challenge.keeper == LoginChallenge.objects.earliest("created_at").keeper != ""


def test_an_address_elsewhere_is_not_kept(visitor):
    visitor.ask("?next=https://evil.example/")
    assert "evil" not in visitor.challenge.onward


def visible(page):
    """Without what differs between any two answers."""
    text = page.decode()
    start = text.index("<main")
    own = ("csrfmiddlewaretoken", 'name="number"')  # what was typed comes back to who typed it
    return [line for line in text[start:].splitlines() if not any(part in line for part in own)]
