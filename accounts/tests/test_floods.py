"""Nobody's phone, inbox or session is flooded or taken over by way of somebody else's account."""

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.codes import hashed
from accounts.models import Delivery, Device
from accounts.services import retention
from accounts.tests.visitor import Visitor

pytestmark = pytest.mark.django_db


def to_address(visitor, number):
    return visitor.client.post("/account/email/", {"email": f"victim{number}@example.com"})


def test_one_account_writes_to_five_inboxes_an_hour_and_ten_a_day(visitor, clock):
    visitor.log_in()
    answers = [to_address(visitor, number).status_code for number in range(8)]
    assert answers == [302] * 5 + [429] * 3
    for _hour in range(3):
        clock.pass_(hours=1, seconds=1)
        visitor.log_in()
        for number in range(10, 18):
            to_address(visitor, f"{_hour}-{number}")
    assert Delivery.objects.filter(kind="accounts.bind_email").count() == 10


def test_a_cookie_that_somebody_planted_makes_no_browser_known(visitor):
    visitor.client.cookies["device"] = "planted"
    visitor.log_in()
    assert visitor.client.cookies["device"].value != "planted"
    assert Device.objects.get().token_hash != hashed("planted")


def test_one_browser_of_two_people_stays_known_to_both(visitor):
    visitor.log_in()
    token = visitor.client.cookies["device"].value
    visitor.client.post("/logout/")
    second = Visitor("13977000001")
    second.client = visitor.client
    second.log_in()
    assert visitor.client.cookies["device"].value == token
    assert Device.objects.count() == 2


def test_sessions_that_are_over_leave_the_table(visitor, clock):
    visitor.log_in()
    Session.objects.update(expire_date=timezone.now())
    clock.pass_(minutes=1)
    retention.forget(now=clock())
    assert not Session.objects.exists()
