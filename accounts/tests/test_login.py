"""A borrower's way in, step by step, and everything that can be typed wrong on it."""

import pytest
from django.urls import reverse

from accounts.models import Delivery, Device, User
from accounts.tests.visitor import Visitor, wrong
from evidence.models import Record

pytestmark = pytest.mark.django_db


def test_the_first_login_makes_a_borrower(visitor):
    assert visitor.ask().url == "/login/code/"
    assert not User.objects.exists()
    response = visitor.enter()
    assert response.url == reverse("creditquery:list")
    assert visitor.user.role == "borrower"
    assert Record.objects.filter(kind="accounts.user.joined").count() == 1


def test_the_second_login_finds_the_same_borrower(visitor, clock):
    visitor.log_in()
    clock.pass_(minutes=2)
    Visitor(visitor.phone).log_in()
    assert User.objects.count() == 1


def test_the_code_page_shows_the_number_masked(visitor):
    visitor.ask()
    page = visitor.client.get("/login/code/").content.decode()
    assert f"139 **** {visitor.phone[-4:]}" in page
    assert visitor.phone not in page
    assert visitor.code not in page


@pytest.mark.parametrize("typed", ["", "12345", "23912345678", "1391234567a", "+1 202 555 0100"])
def test_a_number_that_is_none_is_named(client, typed):
    page = client.post("/login/", {"phone": typed}, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert 'aria-invalid="true"' in page
    assert 'id="id_phone_error"' in page
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("form", ["+86 {}", "0086{}", "86-{}", " {} "])
def test_every_way_to_write_a_number_is_the_same_number(visitor, form):
    visitor.ask(phone=form.format(visitor.phone))
    assert visitor.challenge.address == visitor.phone


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "1_2_3_4_5_6", "12345a", "１２３４５"])
def test_what_is_no_code_is_named_and_costs_no_try(visitor, typed):
    visitor.ask()
    page = visitor.client.post("/login/code/", {"code": typed}).content.decode()
    assert 'id="id_code_error"' in page
    assert visitor.challenge.attempts == 0


def test_full_width_digits_and_spaces_are_accepted(visitor):
    visitor.ask()
    typed = visitor.code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    visitor.enter(f" {typed[:3]} {typed[3:]} ")
    assert visitor.logged_in


def test_a_wrong_code_says_how_many_tries_are_left(visitor):
    visitor.ask("?next=/en/")
    page = visitor.client.post("/en/login/code/", {"code": wrong(visitor.code)}).content.decode()
    assert "The code is not right." in page
    assert "You have 4 more tries." in page


def test_five_wrong_codes_burn_it(visitor):
    visitor.ask()
    for _ in range(5):
        page = visitor.enter(wrong(visitor.code)).content.decode()
    assert "otp-burnt" not in page  # words, not codes
    right = visitor.enter()
    assert right.status_code == 200 and not visitor.logged_in
    assert visitor.challenge.attempts == 5
    assert Record.objects.filter(kind="accounts.loginchallenge.burnt").count() == 1


def test_a_code_works_once(visitor):
    visitor.ask()
    code, kept = visitor.code, visitor.client.session["waiting_for_code"]
    visitor.enter()
    visitor.client.post("/logout/")
    session = visitor.client.session
    session["waiting_for_code"] = kept
    session.save()
    visitor.enter(code)
    assert not visitor.logged_in


def test_a_code_dies_after_five_minutes(visitor, clock):
    visitor.ask()
    clock.pass_(seconds=301)
    visitor.enter()
    assert not visitor.logged_in


def test_another_browser_cannot_use_the_code(visitor):
    visitor.ask()
    thief = Visitor(visitor.phone)
    thief.client.get("/login/")
    session = thief.client.session
    session["waiting_for_code"] = visitor.client.session["waiting_for_code"]
    session["binding"] = "made up"
    session.save()
    assert thief.enter(visitor.code).url == "/login/"
    assert not thief.logged_in


def test_the_session_key_changes_with_the_login(visitor):
    visitor.ask()
    before = visitor.client.session.session_key
    visitor.enter()
    assert visitor.client.session.session_key not in (None, before)


def test_the_code_is_waited_for_in_the_other_language_too(visitor):
    visitor.ask()
    page = visitor.client.get("/en/login/code/").content.decode()
    assert "Enter the code" in page
    visitor.client.post("/en/login/code/", {"code": visitor.code})
    assert visitor.logged_in


@pytest.mark.parametrize("onward", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_nobody_is_led_elsewhere_after_login(visitor, onward):
    visitor.ask(f"?next={onward}")
    assert visitor.enter().url == reverse("creditquery:list")


def test_after_login_it_goes_on_where_it_began(visitor):
    visitor.ask("?next=/account/")
    assert visitor.enter().url == "/account/"


def test_the_browser_is_known_after_login(visitor):
    visitor.log_in()
    device = Device.objects.get()
    assert device.user == visitor.user and device.label == "Safari · iPhone"
    cookie = visitor.client.cookies["device"]
    assert cookie["httponly"] and cookie.value not in device.token_hash


def test_a_second_browser_is_told_to_the_owner(visitor, clock):
    visitor.log_in()
    clock.pass_(minutes=2)
    Visitor(visitor.phone).log_in()
    assert Delivery.objects.filter(kind="accounts.new_browser", user=visitor.user).count() == 1


def test_a_closed_account_does_not_open(visitor, clock):
    visitor.log_in()
    User.objects.update(is_active=False)
    clock.pass_(minutes=2)
    again = Visitor(visitor.phone)
    again.ask()
    page = again.enter().content.decode()
    assert not again.logged_in
    assert "account-disabled" not in page


def test_the_code_page_without_a_code_leads_to_the_start(client):
    assert client.get("/login/code/").url == "/login/"
    assert client.post("/login/code/again/").url == "/login/"


def test_going_back_and_sending_the_same_number_again_sends_no_second_message(visitor):
    visitor.ask()
    assert visitor.ask().url == "/login/code/"
    assert Delivery.objects.count() == 1
