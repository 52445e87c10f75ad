"""Fifty at once: of right codes one counts, of wrong ones five, of requests one."""

import pytest
from django.test import Client

from accounts.models import Delivery, Device, LoginChallenge, User, WrongCode
from accounts.tests.visitor import Visitor, fresh_phone, wrong
from portal.tests.racing import at_once
from portal.work.models import Work

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
    logins = [a for a in answers if a.status_code == 302 and "device" in a.cookies]
    assert len(logins) == 1
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
