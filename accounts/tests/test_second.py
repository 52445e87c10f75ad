"""The second of two proofs: another factor than the first, in the same browser, in time."""

import datetime as dt
import ipaddress

import pytest
from django.utils import timezone

from accounts.codes import code_for
from accounts.models import (
    Delivery,
    Device,
    Login,
    LoginChallenge,
    User,
    WrongCode,
)
from accounts.services import budgets, factors, second
from accounts.states import LoginState, Way
from accounts.tests.test_backup_codes import sheet
from accounts.tests.test_factors import enrol, number
from accounts.tests.test_passwords import GOOD, choose, enter
from accounts.tests.test_races import twin
from accounts.tests.visitor import Visitor, fresh_phone, wrong
from evidence.models import Record
from portal.tests.racing import at_once

pytestmark = pytest.mark.django_db
HERE = "203.0.113.7"


@pytest.fixture
def owner(visitor, clock):
    """Somebody with every factor but a passkey."""
    visitor.log_in()
    visitor.app = enrol(visitor)
    visitor.sheet = sheet(visitor)
    choose(visitor)
    User.objects.update(email="li@example.com", email_hash="e" * 64)
    visitor.client.post("/logout/")
    clock.pass_(seconds=61)
    return visitor


def by_password(owner, address=HERE):
    """A new browser whose password was right."""
    browser = Visitor(owner.phone, address=address)
    assert enter(browser)["Location"] == "/login/second/"
    return browser


def by_code(owner, settings):
    """A new browser in a branch's network, whose code by text message was right."""
    settings.OFFICE_NETWORKS = [ipaddress.ip_network(f"{HERE}/32")]
    browser = Visitor(owner.phone)
    browser.ask()
    assert browser.enter()["Location"] == "/login/second/"
    return browser


def prove(browser, way, entered, **fields):
    return browser.client.post("/login/second/", {"way": way, "code": entered, **fields})


def send(browser, way):
    return browser.client.post("/login/second/send/", {"way": way})


def begun(browser):
    return LoginChallenge.objects.get(pk=browser.client.session["at_the_door"]["challenge"])


def message_code(browser, place=""):
    challenge = begun(browser)
    return code_for(challenge.pk, challenge.purpose, place)


def shown(browser):
    return browser.client.get("/en/login/second/").content.decode()


def test_the_page_offers_what_differs_from_the_first(owner, settings):
    after_password, after_code = shown(by_password(owner)), shown(by_code(owner, settings))
    assert "Send a code by text message" in after_password
    assert "Send a code by email" in after_password
    assert "Send a code by text message" not in after_code  # the phone again
    assert "read out by a call" not in after_code
    assert "Send a code by email" in after_code
    assert "?way=password" in after_code and "?way=password" not in after_password
    assert owner.phone not in after_password and "li@example.com" not in after_password


def test_an_app_number_lets_in(owner):
    browser = by_password(owner)
    answer = prove(browser, "app", number(owner.app.secret, timezone.now()))
    assert answer.status_code == 302 and browser.logged_in
    login = Login.objects.latest("created_at")
    assert (login.state, login.first.way, login.second.way) == ("entered", "password", "app")
    assert Record.objects.filter(kind="accounts.login.entered", subject=str(login.pk)).exists()


def test_a_backup_code_lets_in_once(owner):
    browser = by_password(owner)
    prove(browser, "backup", owner.sheet[0])
    assert browser.logged_in
    again = by_password(owner)
    prove(again, "backup", owner.sheet[0])
    assert not again.logged_in


@pytest.mark.parametrize(("way", "place"), [("sms", ""), ("email", "mailbox")])
def test_a_code_by_message_lets_in(owner, way, place):
    browser = by_password(owner)
    assert send(browser, way)["Location"].endswith(f"/login/second/?way={way}")
    assert Delivery.objects.latest("created_at").channel == way
    prove(browser, way, message_code(browser, place))
    assert browser.logged_in
    assert Login.objects.latest("created_at").second.way == way


def test_a_password_after_a_code(owner, settings):
    browser = by_code(owner, settings)
    prove(browser, "password", GOOD)
    assert browser.logged_in


@pytest.mark.parametrize("way", ["sms", "voice"])
def test_the_phone_twice_is_one_factor(owner, settings, way):
    browser = by_code(owner, settings)
    before = Delivery.objects.count()
    assert send(browser, way).status_code == 200
    assert Delivery.objects.count() == before
    prove(browser, way, "123456")
    assert not browser.logged_in


def test_the_same_password_again_is_no_second_proof(owner):
    browser = by_password(owner)
    prove(browser, "password", GOOD)
    assert not browser.logged_in


def test_a_code_for_the_mailbox_is_not_the_one_of_the_phone(owner, settings):
    """Who reads the phone has the first code alone; the second came to the mailbox."""
    browser = by_code(owner, settings)
    send(browser, "email")
    prove(browser, "email", message_code(browser))
    assert not browser.logged_in


def test_another_browser_cannot_show_the_second_proof(owner):
    by_password(owner)
    other = Visitor(owner.phone)
    assert shown_status(other) == 302
    prove(other, "app", number(owner.app.secret, timezone.now()))
    assert not other.logged_in


def shown_status(browser):
    return browser.client.get("/login/second/").status_code


def test_a_session_that_names_somebody_elses_login_gets_nowhere(owner):
    """Were the session ever written by somebody: the door compares browser and person."""
    first = by_password(owner)
    thief = Visitor(fresh_phone())
    thief.ask()
    session = thief.client.session
    session["at_the_door"] = dict(first.client.session["at_the_door"])
    session.save()
    prove(thief, "app", number(owner.app.secret, timezone.now()))
    assert not thief.logged_in


def test_a_right_first_proof_alone_is_no_session(owner):
    browser = by_password(owner)
    assert not browser.logged_in
    assert browser.client.get("/account/").status_code == 302
    assert browser.client.get("/queries/").status_code == 302


def test_it_comes_too_late_after_a_quarter_of_an_hour(owner, clock):
    browser = by_password(owner)
    clock.pass_(minutes=15)
    answer = prove(browser, "app", number(owner.app.secret, clock()))
    assert not browser.logged_in
    assert answer.status_code == 200
    assert Login.objects.latest("created_at").state == LoginState.LAPSED
    assert browser.client.get("/login/second/")["Location"] == "/login/"


def test_a_closed_account_stays_closed(owner):
    browser = by_password(owner)
    User.objects.update(is_active=False)
    prove(browser, "app", number(owner.app.secret, timezone.now()))
    assert not browser.logged_in


def test_wrong_ones_are_counted_and_five_end_the_challenge(owner):
    browser = by_password(owner)
    before = WrongCode.objects.count()
    for _ in range(5):
        prove(browser, "app", "000000")
    assert WrongCode.objects.count() == before + 5
    assert begun(browser).attempts == 5


def test_guesses_after_a_right_password_end_at_twenty(owner, clock):
    """They are a budget of their own: strangers, who lack the password, cannot use it up."""
    browser = by_password(owner)
    for _ in range(25):
        prove(browser, "app", "000000")
    assert WrongCode.objects.filter(bucket=budgets.PROVED).count() == 20
    prove(browser, "app", number(owner.app.secret, clock()))
    assert not browser.logged_in


def test_strangers_leave_the_owners_second_proof_alone(owner, settings):
    """The password is known to a known browser alone; strangers spent what is theirs."""
    settings.CAPTCHA_AFTER_WRONG_NUMBER = settings.CAPTCHA_AFTER_WRONG_NETWORK = 1000
    for place in range(20):
        enter(Visitor(owner.phone, address=f"198.51.{place}.4"), "not this one at all")
    assert WrongCode.objects.count() == 20
    assert enter(owner)["Location"] == "/login/second/"
    prove(owner, "app", number(owner.app.secret, timezone.now()))
    assert owner.logged_in


def test_a_browser_can_be_remembered_after_two_factors(owner, clock):
    browser = by_password(owner)
    prove(browser, "app", number(owner.app.secret, clock()), remember="on")
    token = browser.client.cookies["device"].value
    assert token
    assert Device.objects.filter(trusted_until__gt=clock() + dt.timedelta(days=29)).exists()


def test_without_any_second_way_the_page_says_what_helps(visitor, clock, settings):
    """Such a login is held for people; this one lost its app meanwhile."""
    visitor.log_in()
    device = enrol(visitor)
    visitor.client.post("/logout/")
    clock.pass_(seconds=61)
    browser = by_code(visitor, settings)
    device.delete()
    page = shown(browser)
    assert "You have set up no second way" in page
    assert "two of our officers" in page
    assert 'name="code"' not in page


def test_sending_again_keeps_the_code_and_waits_a_minute(owner, clock):
    browser = by_password(owner)
    send(browser, "sms")
    code = message_code(browser)
    assert send(browser, "sms").status_code == 429
    clock.pass_(seconds=61)
    assert send(browser, "sms").status_code == 302
    assert message_code(browser) == code


def test_a_wrong_message_code_is_wrong(owner):
    browser = by_password(owner)
    send(browser, "sms")
    prove(browser, "sms", wrong(message_code(browser)))
    assert not browser.logged_in
    assert WrongCode.objects.filter(bucket=budgets.PROVED).count() == 1


def test_what_can_be_a_second_proof(owner):
    ways = factors.available(user=owner.user, now=timezone.now())
    assert ways == [Way.APP, Way.SMS, Way.VOICE, Way.EMAIL, Way.PASSWORD, Way.BACKUP]
    by_password(owner)
    login = Login.objects.latest("created_at")
    assert Way.PASSWORD not in second.ways(login=login, now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_one_number_in_ten_tabs_at_once_is_one_login(clock):
    visitor = Visitor(fresh_phone()).log_in()
    device = enrol(visitor)
    choose(visitor)
    browser = by_password(visitor)
    tabs = [twin(browser) for _ in range(10)]
    entered = {"way": "app", "code": number(device.secret, timezone.now())}
    answers = at_once(10, lambda n: tabs[n].post("/login/second/", entered))
    assert len([a for a in answers if "device" in a.cookies]) == 1
    assert Login.objects.filter(second__isnull=False).count() == 1
