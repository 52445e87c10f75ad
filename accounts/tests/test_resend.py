"""Sending again: the same code, a fresh clock, the old count of failures; and the budgets."""

import pytest

from accounts.models import Delivery
from accounts.tests.visitor import Visitor, wrong

pytestmark = pytest.mark.django_db


def test_a_resend_keeps_the_code_and_the_failures_and_renews_the_clock(visitor, clock):
    visitor.ask()
    code, first = visitor.code, visitor.challenge
    visitor.enter(wrong(code))
    clock.pass_(seconds=61)
    assert visitor.again().url == "/login/code/"
    second = visitor.challenge
    assert (second.pk, second.attempts) == (first.pk, 1)
    assert second.expires_at > first.expires_at
    clock.pass_(seconds=280)  # dead by the first clock
    visitor.enter(code)
    assert visitor.logged_in


def test_no_resend_lives_longer_than_ten_minutes(visitor, clock):
    visitor.ask()
    first = visitor.challenge
    for _ in range(3):
        clock.pass_(seconds=170)
        visitor.again()
    assert visitor.challenge.pk == first.pk
    assert (visitor.challenge.expires_at - first.created_at).total_seconds() == 600


def test_after_its_end_a_resend_is_a_new_code(visitor, clock):
    visitor.ask()
    first = visitor.challenge
    clock.pass_(seconds=601)
    visitor.again()
    assert visitor.challenge.pk != first.pk
    visitor.enter()
    assert visitor.logged_in


def test_a_burnt_code_is_replaced_by_a_new_one(visitor, clock):
    visitor.ask()
    for _ in range(5):
        visitor.enter(wrong(visitor.code))
    first = visitor.challenge
    clock.pass_(seconds=61)
    visitor.again()
    assert visitor.challenge.pk != first.pk


def test_within_a_minute_it_says_when(visitor):
    visitor.ask()
    response = visitor.client.post("/en/login/code/again/", {"channel": "sms"})
    assert response.status_code == 429
    assert "A code is already on its way." in response.content.decode()
    assert Delivery.objects.count() == 1


def test_the_sixth_in_an_hour_is_refused_before_the_gateway_with_the_time(visitor, clock):
    visitor.ask()
    for _ in range(4):
        clock.pass_(seconds=61)
        assert visitor.again().status_code == 302
    clock.pass_(seconds=61)
    response = visitor.client.post("/en/login/code/again/", {"channel": "sms"})
    assert response.status_code == 429
    page = response.content.decode()
    assert "This number had many codes lately." in page
    assert "You can try again after" in page
    assert Delivery.objects.count() == 5
    clock.pass_(hours=1)
    assert visitor.again().status_code == 302


def test_the_eleventh_of_a_day_is_refused(visitor, clock):
    visitor.ask()
    for _ in range(9):
        clock.pass_(minutes=16)
        assert visitor.again().status_code == 302
    clock.pass_(minutes=16)
    assert visitor.again().status_code == 429
    assert Delivery.objects.count() == 10


def test_strangers_leave_the_owners_browser_some_sends(visitor, clock, settings):
    settings.CAPTCHA_AFTER_NUMBER = 100
    visitor.log_in()
    clock.pass_(hours=2)
    for _ in range(5):
        assert Visitor(visitor.phone).ask().status_code == 302
        clock.pass_(seconds=61)
    assert Visitor(visitor.phone).ask().status_code == 429
    visitor.client.post("/logout/")
    assert visitor.ask().status_code == 302
    visitor.enter()
    assert visitor.logged_in


def test_email_is_prepared_for_known_and_unknown_numbers_alike(visitor):
    visitor.ask()
    assert visitor.again("email").url == "/login/code/"
    page = visitor.client.get("/en/login/code/").content.decode()
    assert "If an email address is bound to this number, it has the code." in page


def test_a_made_up_channel_is_not_found(visitor):
    visitor.ask()
    assert visitor.again("pigeon").status_code == 404
