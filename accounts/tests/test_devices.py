"""Known and remembered browsers: trusted for 30 days, while the factors are those of the day."""

import pytest

from accounts.codes import code_for, hashed
from accounts.models import Authenticator, BackupSet, Delivery, Device, Login, LoginChallenge, User
from accounts.selectors import email_hash
from accounts.services import devices, freezing, interlock
from accounts.states import FreezeReason, LoginState
from accounts.tests.visitor import Visitor

pytestmark = pytest.mark.django_db


def bind(visitor, address="wang@example.com"):
    User.objects.filter(pk=visitor.user.pk).update(email=address, email_hash=email_hash(address))


def by_mail(visitor, remember=True):
    """The second factor by email."""
    visitor.client.post("/login/second/send/", {"way": "email"})
    challenge = LoginChallenge.objects.latest("created_at")
    entered = {"way": "email", "code": code_for(challenge.pk, challenge.purpose, "mailbox")}
    if remember:
        entered["remember"] = "on"
    return visitor.client.post("/login/second/", entered)


def let_in_by_two(visitor, clock, monkeypatch, remember=True):
    visitor.log_in()
    bind(visitor)
    visitor.client.post("/logout/")
    clock.pass_(minutes=2)
    monkeypatch.setattr(interlock, "wants_second", lambda **_: True)
    assert visitor.ask().status_code == 302
    assert visitor.enter().url == "/login/second/"
    assert by_mail(visitor, remember).status_code == 302
    assert visitor.logged_in
    visitor.client.post("/logout/")
    return Device.objects.get(user=visitor.user)


def again(visitor, clock, **later):
    clock.pass_(**(later or {"minutes": 2}))
    visitor.ask()
    return visitor.enter().url


def test_a_remembered_browser_is_asked_for_one_factor(visitor, clock, monkeypatch):
    device = let_in_by_two(visitor, clock, monkeypatch)
    assert devices.trusts(device, now=clock())
    assert again(visitor, clock) != "/login/second/"
    assert visitor.logged_in
    assert Login.objects.latest("created_at").state == LoginState.ENTERED


def test_only_who_asks_for_it_is_remembered(visitor, clock, monkeypatch):
    device = let_in_by_two(visitor, clock, monkeypatch, remember=False)
    assert device.trusted_until is None
    assert again(visitor, clock) == "/login/second/"


def test_one_factor_alone_never_makes_a_browser_remembered(visitor, clock):
    visitor.ask()
    visitor.client.post("/login/code/", {"code": visitor.code, "remember": "on"})
    assert visitor.logged_in
    assert Device.objects.get().trusted_until is None


def test_after_thirty_days_it_is_asked_again(visitor, clock, monkeypatch):
    let_in_by_two(visitor, clock, monkeypatch)
    assert again(visitor, clock, days=29) != "/login/second/"
    visitor.client.post("/logout/")
    assert again(visitor, clock, days=1, minutes=5) == "/login/second/"


CHANGES = {
    "password": lambda user, now: user.set_password("a long sentence of one's own"),
    "phone": lambda user, now: setattr(user, "phone_hash", "another"),
    "email": lambda user, now: setattr(user, "email_hash", "another"),
    "authenticator": lambda user, now: Authenticator.objects.create(user=user, name="app"),
    "backup codes": lambda user, now: BackupSet.objects.create(
        user=user, salt=b"salt", created_at=now
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_any_change_of_a_factor_ends_the_trust(visitor, clock, monkeypatch, what):
    device = let_in_by_two(visitor, clock, monkeypatch)
    assert devices.trusts(device, now=clock())
    user = visitor.user
    CHANGES[what](user, clock())
    user.save()
    assert not devices.trusts(Device.objects.get(pk=device.pk), now=clock())


def test_a_frozen_account_trusts_no_browser(visitor, clock, monkeypatch):
    device = let_in_by_two(visitor, clock, monkeypatch)
    freezing.freeze(user=visitor.user, reason=FreezeReason.BY_OFFICER, now=clock())
    device.refresh_from_db()
    assert not devices.trusts(device, now=clock())


def test_the_cookie_of_somebody_else_is_trusted_for_nobody(visitor, clock, monkeypatch):
    """A remembered browser is one person's: at the same browser another person shows two."""
    device = let_in_by_two(visitor, clock, monkeypatch)
    token = visitor.client.cookies["device"].value
    assert hashed(token) == device.token_hash
    other = User.objects.create(phone="13911112222", phone_hash="x", joined_at=clock())
    assert not devices.trusted(user=other, token=token, now=clock())


def test_a_planted_cookie_is_never_taken_over(visitor, clock):
    visitor.client.cookies["device"] = "planted-by-somebody-else"
    visitor.log_in()
    assert visitor.client.cookies["device"].value != "planted-by-somebody-else"
    assert devices.known(user=visitor.user, token="planted-by-somebody-else") is None


def test_a_browser_gets_a_name_that_is_sealed_and_shown(visitor):
    visitor.log_in()
    device = Device.objects.get()
    visitor.client.post(f"/account/browsers/{device.pk}/name/", {"name": "王的手机"})
    assert "王的手机" in visitor.client.get("/account/sessions/").content.decode()
    stored = Device.objects.extra(select={"raw": "name::text"}).values_list("raw", flat=True)
    assert "王的手机" not in stored[0]
    long = visitor.client.post(f"/account/browsers/{device.pk}/name/", {"name": "x" * 41})
    assert long.status_code == 200 and "id_name" in long.content.decode()


def test_nobody_names_the_browser_of_somebody_else(visitor):
    visitor.log_in()
    stranger = Visitor("13911112222").log_in()
    device = Device.objects.get(user=visitor.user)
    answer = stranger.client.post(f"/account/browsers/{device.pk}/name/", {"name": "mine"})
    assert answer.status_code == 404
    device.refresh_from_db()
    assert device.name == ""


def told(visitor):
    return Delivery.objects.filter(user=visitor.user, kind="accounts.new_browser")


def test_the_first_browser_of_a_new_account_is_no_news(visitor):
    visitor.log_in()
    assert not told(visitor).exists()


def test_a_new_browser_is_told_to_every_address_whatever_is_preferred(visitor, clock):
    visitor.log_in()
    bind(visitor)
    User.objects.filter(pk=visitor.user.pk).update(prefers_email=True)
    clock.pass_(minutes=2)
    Visitor(visitor.phone, address="198.51.100.9").log_in()
    sent = {(message.channel, message.address) for message in told(visitor)}
    assert sent == {("sms", visitor.phone), ("email", "wang@example.com")}


def test_whoever_forgot_all_browsers_is_told_all_the_same(visitor, clock):
    visitor.log_in()
    Device.objects.all().delete()
    clock.pass_(minutes=2)
    Visitor(visitor.phone, address="198.51.100.9").log_in()
    assert told(visitor).count() == 1


def test_a_known_browser_is_no_news(visitor, clock):
    visitor.log_in()
    visitor.client.post("/logout/")
    again(visitor, clock)
    assert visitor.logged_in and not told(visitor).exists()
