"""After 20 wrong codes a day an account is guarded, and still never locked for its owner."""

import re

import pytest

from accounts import captcha
from accounts.models import Captcha, WrongCode
from accounts.roles import Role
from accounts.services import staff
from accounts.tests.visitor import Visitor, wrong
from evidence.models import Record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sends_without_end(settings):
    settings.OTP_RESEND_SECONDS = 0
    settings.OTP_SENDS_PER_HOUR = settings.OTP_SENDS_PER_DAY = 1000
    settings.CAPTCHA_AFTER_NUMBER = 1000


def attack(phone, guesses):
    """A stranger guesses, in a new browser for every code; stops when no more codes are sent."""
    for number in range(guesses):
        if number % 5 == 0:
            stranger = Visitor(phone, address="198.51.100.1")
            if stranger.ask().status_code != 302:
                return
        stranger.enter(wrong(stranger.code))


def answered(visitor, page):
    """Ask again with the answer to the captcha on this page."""
    found = re.search(r'name="captcha_id" value="([^"]+)"', page.content.decode())
    key = Captcha.objects.get(pk=found[1]).pk
    return visitor.ask(captcha_id=str(key), captcha=captcha.letters(key))


def test_a_thousand_wrong_guesses_by_a_stranger_do_not_shut_the_owner_out(visitor):
    visitor.log_in()
    visitor.client.post("/logout/")
    attack(visitor.phone, 1000)
    assert WrongCode.objects.count() == 20
    assert Visitor(visitor.phone).ask().status_code == 429
    page = visitor.ask()
    assert page.status_code == 200  # a captcha first, then on
    assert answered(visitor, page).status_code == 302
    visitor.enter()
    assert visitor.logged_in


def test_a_stranger_with_the_captcha_stays_outside(visitor):
    attack(visitor.phone, 20)
    stranger = Visitor(visitor.phone)
    page = stranger.ask()
    assert page.status_code == 429
    assert answered(stranger, page).status_code == 429


def test_a_code_that_is_on_its_way_does_not_escape_the_budget(visitor):
    visitor.ask()
    attack(visitor.phone, 20)
    visitor.enter()
    assert not visitor.logged_in


def test_an_officers_ticket_lets_a_new_browser_try(visitor, clock):
    attack(visitor.phone, 20)
    officer = staff.create(
        username="lin", role=Role.LOAN_OFFICER, password="x", secret=b"s" * 20, now=clock()
    )
    word = staff.issue_ticket(phone=visitor.phone, reason="passport seen", by=officer, now=clock())
    assert visitor.ask(ticket="WRONG").status_code == 200
    page = visitor.ask(ticket=word.lower())
    found = re.search(r'name="captcha_id" value="([^"]+)"', page.content.decode())[1]
    key = Captcha.objects.get(pk=found).pk
    letters = captcha.letters(key)
    assert visitor.ask(ticket=word, captcha_id=found, captcha=letters).status_code == 302
    visitor.enter()
    assert visitor.logged_in
    assert Record.objects.filter(kind="accounts.ticket.issued").count() == 1


def test_a_ticket_of_another_number_or_day_is_none(visitor, clock):
    officer = staff.create(
        username="lin", role=Role.LOAN_OFFICER, password="x", secret=b"s" * 20, now=clock()
    )
    other = staff.issue_ticket(phone="13900001111", reason="r", by=officer, now=clock())
    own = staff.issue_ticket(phone=visitor.phone, reason="r", by=officer, now=clock())
    assert "This ticket is not valid" in english(visitor, other)
    clock.pass_(hours=25)
    assert "This ticket is not valid" in english(visitor, own)


def english(visitor, word):
    answer = visitor.client.post("/en/login/", {"phone": visitor.phone, "ticket": word})
    return answer.content.decode()


def test_the_guard_ends_by_itself_after_a_day(visitor, clock):
    attack(visitor.phone, 20)
    clock.pass_(hours=25)
    visitor.ask()
    visitor.enter()
    assert visitor.logged_in


def test_the_guard_does_not_shut_out_who_is_logged_in(visitor, clock):
    """The step-up page has no captcha to pass: the owner would be stopped by a stranger."""
    visitor.log_in()
    attack(visitor.phone, 20)
    clock.pass_(minutes=11)
    assert visitor.client.post("/login/confirm/", {"purpose": "consent"}).status_code == 302
    assert visitor.enter().status_code == 302
