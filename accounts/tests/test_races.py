"""Fifty at once: of right codes one counts, of wrong ones five, of requests one."""

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from django_otp.oath import totp

from accounts.models import Authenticator, Delivery, Device, LoginChallenge, User, WrongCode
from accounts.services import backup_codes, deliveries, routes
from accounts.tests.visitor import Visitor, fresh_phone, wrong
from portal.tests.racing import at_once
from portal.work.models import Work
from portal.work.tasks import drain

pytestmark = pytest.mark.django_db(transaction=True)


def twin(visitor):
    """The same browser session in another tab."""
    client = Client(REMOTE_ADDR="203.0.113.7")
    client.cookies["sessionid"] = visitor.client.cookies["sessionid"].value
    return client


def test_fifty_right_codes_are_one_login():
    visitor = Visitor(fresh_phone())
    visitor.ask()
    code = visitor.code
    tabs = [twin(visitor) for _ in range(50)]
    answers = at_once(50, lambda n: tabs[n].post("/login/code/", {"code": code}))
    assert sum(map(passed, answers)) == 1
    assert User.objects.count() == 1 and Device.objects.count() == 1
    assert not WrongCode.objects.exists()
    assert LoginChallenge.objects.get().attempts == 1


def test_of_fifty_wrong_codes_five_are_evaluated():
    visitor = Visitor(fresh_phone())
    visitor.ask()
    code, tabs = wrong(visitor.code), [twin(visitor) for _ in range(50)]
    answers = at_once(50, lambda n: tabs[n].post("/login/code/", {"code": code}))
    assert {answer.status_code for answer in answers} == {200}
    assert WrongCode.objects.count() == 5
    assert LoginChallenge.objects.get().attempts == 5


def test_twenty_parallel_requests_send_one_message():
    phone = fresh_phone()
    answers = at_once(20, lambda n: Visitor(phone).ask().status_code)
    assert sorted(answers) == [302] + [429] * 19
    assert Delivery.objects.count() == 1
    assert Work.objects.filter(kind="accounts.tasks.send_delivery").count() == 1


def test_guesses_over_many_sessions_share_one_budget(settings):
    """20 guesses are evaluated a day, over 10 sessions and 50 networks."""
    settings.OTP_RESEND_SECONDS = 0
    settings.OTP_SENDS_PER_HOUR = settings.OTP_SENDS_PER_DAY = 100
    settings.CAPTCHA_AFTER_NUMBER = 100
    phone = fresh_phone()
    visitors = [Visitor(phone, address=f"198.51.{place}.1") for place in range(10)]
    for visitor in visitors:
        assert visitor.ask().status_code == 302
    codes = [wrong(visitor.code) for visitor in visitors]
    at_once(50, lambda n: twin_post(visitors[n % 10], codes[n % 10], n))
    assert WrongCode.objects.count() == 20


def twin_post(visitor, code, network):
    client = twin(visitor)
    client.defaults["REMOTE_ADDR"] = f"198.51.{network}.9"
    return client.post("/login/code/", {"code": code})


WAYS = ("sms", "voice", "email", "app")


def equipped():
    """A person with an app and a sheet, in a fresh browser that waits for a code."""
    phone = fresh_phone()
    user = Visitor(phone).log_in().user
    Authenticator.objects.create(user=user, name="app", confirmed=True)
    with transaction.atomic():
        sheet = backup_codes.renew(user=user, now=timezone.now())
    return phone, user, sheet


def passed(answer):
    """Let in, or asked for a second factor: the first proof was right."""
    return "device" in answer.cookies or answer.headers.get("Location") == "/login/second/"


def shown(user):
    app = Authenticator.objects.get(user=user)
    return f"{totp(bytes(app.secret), step=30):06d}"


def test_four_ways_over_ten_sessions_and_fifty_networks_share_one_budget(settings):
    """However six digits are meant, twenty are looked at a day; five of one challenge. Backup codes
    go on: nobody guesses 65 bits."""
    settings.OTP_RESEND_SECONDS = 0
    settings.OTP_SENDS_PER_HOUR = settings.OTP_SENDS_PER_DAY = 100
    settings.CAPTCHA_AFTER_NUMBER = 100
    phone, user, _sheet = equipped()
    visitors = [Visitor(phone, address=f"198.51.{place}.1") for place in range(10)]
    for visitor in visitors:
        assert visitor.ask().status_code == 302
        assert visitor.again("voice").status_code == visitor.again("email").status_code == 302
    codes, app = [wrong(visitor.code) for visitor in visitors], wrong(shown(user))

    def guess(place):
        by_app = WAYS[place % 4] == "app"
        form = {"code": app if by_app else codes[place % 10], "way": "app" if by_app else ""}
        client = twin(visitors[place % 10])
        client.defaults["REMOTE_ADDR"] = f"198.51.{place}.9"
        return client.post("/login/code/", form).status_code

    at_once(50, guess)
    assert WrongCode.objects.filter(account_hash=user.phone_hash, bucket="").count() <= 20
    spent = LoginChallenge.objects.filter(used_at=None).values_list("attempts", flat=True)
    assert max(spent) <= 5 and sum(spent) <= 20


def test_right_by_three_ways_at_once_is_one_login():
    phone, user, sheet = equipped()
    visitor = Visitor(phone)
    session = visitor.client.post("/login/", {"phone": phone, "way": "other"})
    assert session.status_code == 302
    forms = [{"code": shown(user), "way": "app"}, {"code": sheet[0], "way": "backup"}]
    tabs = [twin(visitor) for _ in range(20)]
    answers = at_once(20, lambda n: tabs[n].post("/login/code/", forms[n % 2]))
    assert sum(map(passed, answers)) == 1
    assert LoginChallenge.objects.exclude(used_at=None).count() == 2  # with the first login


def test_one_number_of_an_app_opens_one_of_ten_sessions():
    phone, user, _sheet = equipped()
    visitors = [Visitor(phone) for _ in range(10)]
    for visitor in visitors:
        visitor.client.post("/login/", {"phone": phone, "way": "other"})
    code = shown(user)
    form = {"code": code, "way": "app"}
    answers = at_once(10, lambda n: twin(visitors[n]).post("/login/code/", form))
    assert sum(map(passed, answers)) == 1


def test_of_ten_windows_that_come_back_by_one_number_one_has_it():
    visitor = Visitor(fresh_phone())
    visitor.ask()
    number, cookie = visitor.challenge.number, visitor.client.cookies["begun"].value
    windows = [Client() for _ in range(10)]
    for window in windows:
        window.cookies["begun"] = cookie
    at_once(10, lambda n: windows[n].post("/login/resume/", {"number": number}))
    assert sum(window.get("/login/code/").status_code == 200 for window in windows) == 1


def test_of_fifty_wrong_numbers_twenty_are_looked_at():
    visitor = Visitor(fresh_phone())
    visitor.ask()
    tabs = [twin(visitor) for _ in range(50)]
    for tab in tabs:
        tab.cookies["begun"] = visitor.client.cookies["begun"].value
    answers = at_once(50, lambda n: tabs[n].post("/login/resume/", {"number": "0" * 10}))
    assert sorted(a.status_code for a in answers) == [200] * 20 + [429] * 30
    assert WrongCode.objects.count() == 20


def test_of_many_receipts_at_once_one_speaks_to_the_breaker(outside, monkeypatch):
    visitor = Visitor(fresh_phone())
    visitor.ask()
    drain("message")
    delivery = Delivery.objects.get()
    spoken = []
    report = routes.router.report
    monkeypatch.setattr(
        routes.router, "report", lambda *told, **more: (spoken.append(told), report(*told, **more))
    )

    def receipt(place):
        return deliveries.receive(
            receipt=deliveries.Receipt(
                vendor="aliyun",
                channel="sms",
                phone_hash=delivery.address_hash,
                number=str(delivery.pk),
                vendor_id=delivery.vendor_id,
                reached=place % 2 == 0,
                error_code="" if place % 2 == 0 else "IS_CLOSED",
                trouble="" if place % 2 == 0 else "off",
            ),
            now=timezone.now(),
        )

    assert all(at_once(20, receipt))
    assert Delivery.objects.get().state == "delivered"
    assert len(spoken) == 1


def test_two_workers_that_look_at_one_message_make_one_replacement(outside):
    outside.fault("aliyun", "busy")
    visitor = Visitor(fresh_phone())
    visitor.ask()
    at_once(8, lambda _place: drain("message"))
    assert Delivery.objects.count() == 2
    assert [m["vendor"] for m in outside.messages("phone", visitor.phone)] == ["tencent"]
