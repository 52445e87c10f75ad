"""Guesses sprayed over many accounts: everybody meets a captcha, and somebody is told; and however
many strangers guess at one account, its owner gets in."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.codes import code_for
from accounts.models import Delivery, LoginChallenge, WrongCode
from accounts.roles import Role
from accounts.selectors import phone_hash
from accounts.services import alarms, floods, staff
from accounts.tests.passkey_user import add, use
from accounts.tests.test_backup_codes import sheet
from accounts.tests.test_guarding import answered
from accounts.tests.visitor import Visitor, fresh_phone, wrong
from evidence.models import Record
from portal.watch import kinds
from portal.watch.models import Alarm

pytestmark = pytest.mark.django_db


def spray(number, now):
    """Wrong codes on as many accounts, one each, within the last half minute."""
    WrongCode.objects.bulk_create(
        WrongCode(account_hash=f"{place:064d}", at=now - dt.timedelta(milliseconds=100 * place))
        for place in range(number)
    )


def test_below_the_limit_nobody_is_asked(visitor):
    spray(199, timezone.now())
    assert visitor.ask().status_code == 302


def test_from_200_a_minute_on_everybody_meets_the_captcha(visitor, clock):
    visitor.log_in()
    visitor.client.post("/logout/")
    clock.pass_(minutes=2)
    spray(200, clock())
    for person in (visitor, Visitor(fresh_phone())):  # the known browser as well
        page = person.ask()
        assert page.status_code == 200
        assert answered(person, page).status_code == 302


@pytest.mark.parametrize("path", ["/login/password/", "/login/backup/"])
def test_it_stands_before_passwords_and_backup_codes_too(visitor, path):
    spray(200, timezone.now())
    before = WrongCode.objects.count()
    page = visitor.client.post(path, {"phone": visitor.phone, "code": "4KQ7X-0M2T-V9BD"})
    assert "captcha" in page.content.decode()
    assert WrongCode.objects.count() == before  # nothing was compared


def test_whoever_is_logged_in_goes_on(visitor, clock):
    visitor.log_in()
    clock.pass_(minutes=11)
    spray(300, clock())
    assert visitor.client.post("/login/confirm/", {"purpose": "consent"}).status_code == 302
    assert visitor.enter().status_code == 302


def test_it_ends_a_minute_after_the_last(visitor, clock):
    spray(250, clock())
    clock.pass_(seconds=61)
    assert visitor.ask().status_code == 302


def test_wrong_ones_from_a_network_bring_its_captcha_forward(settings):
    """Also where they cost no message; a network is never refused."""
    settings.CAPTCHA_AFTER_WRONG_NETWORK = 3
    guesser = Visitor(fresh_phone(), address="198.51.100.4")
    guesser.ask()
    for _ in range(3):
        guesser.enter(wrong(guesser.code))
    neighbour = Visitor(fresh_phone(), address="198.51.100.200")
    page = neighbour.ask()
    assert page.status_code == 200
    assert answered(neighbour, page).status_code == 302
    assert Visitor(fresh_phone(), address="198.51.101.4").ask().status_code == 302


def test_administrators_and_compliance_are_told_once(clock):
    for role, name in ((Role.ADMINISTRATOR, "an"), (Role.COMPLIANCE_OFFICER, "he")):
        person = staff.create(username=name, role=role, password="x", secret=b"s" * 20, now=clock())
        staff.set_email(user=person, email=f"{name}@example.com", now=clock())
    spray(250, clock())
    for _ in range(3):
        floods.look(now=clock())
        alarms.tell(now=clock())
    alarm = Alarm.objects.get(kind=kinds.WRONG_CODES)
    assert (alarm.severity, alarm.cleared_at) == ("critical", None)
    assert alarm.detail == {"wrong_codes": 250, "limit": 200}
    assert Delivery.objects.filter(kind="accounts.alarms", channel="email").count() == 2
    assert Record.objects.filter(kind="accounts.flood.wrong_codes").count() == 1
    clock.pass_(minutes=11)
    floods.look(now=clock())
    alarm.refresh_from_db()
    assert alarm.cleared_at is not None


def test_no_alarm_without_a_cause(clock):
    spray(199, clock())
    floods.look(now=clock())
    assert not Alarm.objects.exists()


def besiege(phone, clock):
    """A thousand wrong guesses from fifty networks: codes where there are any, else passwords and
    sheets; none of them has a captcha read by a person."""
    for network in range(50):
        stranger = Visitor(phone, address=f"198.51.{network}.4")
        asked = stranger.ask().status_code == 302
        for place in range(20):
            if asked and place < 5:
                stranger.enter(wrong(stranger.code))
            else:
                path = "/login/password/" if place % 5 else "/login/backup/"
                stranger.client.post(path, {"phone": phone, "code": "0123456789ABC"})
        clock.pass_(seconds=61)


@pytest.fixture
def besieged(visitor, clock, settings):
    """Somebody with a sheet and a passkey, who is known in one browser and guessed at by many."""
    settings.CAPTCHA_AFTER_WRONG_NUMBER = settings.CAPTCHA_AFTER_WRONG_NETWORK = 1000
    settings.CAPTCHA_AFTER_NUMBER = 1000
    visitor.log_in()
    visitor.sheet = sheet(visitor)
    visitor.key = add(visitor.client)
    visitor.client.post("/logout/")
    clock.pass_(hours=1)
    besiege(visitor.phone, clock)
    return visitor


def inside(browser, owner):
    """Let in, be it with a code by text message as the second proof."""
    if not browser.logged_in:
        page = browser.client.get("/login/second/")
        assert page.status_code == 200, page.headers
        assert browser.client.post("/login/second/send/", {"way": "sms"}).status_code == 302
        kept = LoginChallenge.objects.get(pk=browser.client.session["at_the_door"]["challenge"])
        code = code_for(kept.pk, kept.purpose)
        browser.client.post("/login/second/", {"way": "sms", "code": code})
    return browser.logged_in


def test_the_owner_gets_in_whatever_strangers_guess(besieged, clock):
    """By the known browser; in new ones by a sheet and by a passkey. Passwords and codes of
    strangers were compared 20 times and no more."""
    guesses = WrongCode.objects.filter(account_hash=phone_hash(besieged.phone), bucket="")
    assert guesses.count() >= 20
    page = besieged.ask()
    if page.status_code == 200:
        assert answered(besieged, page).status_code == 302
    besieged.enter()
    assert besieged.logged_in
    sheet_holder = Visitor(besieged.phone, address="192.0.2.9")
    fields = {"phone": besieged.phone, "code": besieged.sheet[0]}
    clock.pass_(minutes=2)  # the next message may be sent
    sheet_holder.client.post("/login/backup/", fields)
    assert inside(sheet_holder, besieged)
    clock.pass_(minutes=2)
    key_holder = Visitor(besieged.phone, address="192.0.2.10")
    use(key_holder.client, besieged.key)
    assert inside(key_holder, besieged)
