"""A message on its way: its table, its sender, and what the vendor's troubles come to."""

import datetime as dt
import itertools
import uuid

import pytest
from django.utils import timezone

from accounts.models import Delivery, MessageVendor
from accounts.selectors import deliveries as in_words
from accounts.services import deliveries, messages
from accounts.states import DELIVERY_TERMINAL, DELIVERY_TRANSITIONS, DeliveryState, Trouble
from accounts.tests.visitor import Visitor
from evidence.services import IllegalMove
from portal.work.models import Work
from portal.work.tasks import drain

pytestmark = pytest.mark.django_db
D = DeliveryState
PAIRS = list(itertools.product(DeliveryState, DeliveryState))


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_the_table_is_kept(visitor, clock, one, other):
    visitor.ask()
    Delivery.objects.update(state=one)
    delivery = Delivery.objects.get()
    if other in DELIVERY_TRANSITIONS[one]:
        deliveries.go(delivery, to=other, now=clock())
        assert Delivery.objects.get().state == other
    else:
        with pytest.raises(IllegalMove):
            deliveries.go(delivery, to=other, now=clock())
        assert Delivery.objects.get().state == one


def test_terminal_states_have_no_way_out():
    assert {s for s, to in DELIVERY_TRANSITIONS.items() if not to} == DELIVERY_TERMINAL
    assert set(DELIVERY_TRANSITIONS) == set(DeliveryState)


def test_the_code_reaches_the_phone(visitor, outside):
    visitor.ask()
    drain("message")
    message = outside.messages("phone", visitor.phone)[-1]
    assert (message["code"], message["vendor"]) == (visitor.code, "aliyun")
    delivery = Delivery.objects.get()
    assert delivery.state == D.ACCEPTED and delivery.vendor_id
    assert (delivery.vendor, delivery.carrier, delivery.route) == (
        "aliyun",
        "mobile",
        "aliyun-sms.mobile",
    )
    work = Work.objects.get()  # looks again whether it arrived
    assert work.state == "ready" and work.run_after > work.created_at


def test_english_is_sent_to_who_asks_in_english(visitor, outside):
    visitor.client.post("/en/login/", {"phone": visitor.phone})
    drain("message")
    assert "Your login code is" in outside.messages("phone", visitor.phone)[-1]["text"]


def test_vendors_that_are_down_are_tried_again(visitor, outside, clock, settings):
    up = settings.ALIYUN_BASE_URL, settings.TENCENT_SMS_BASE_URL
    settings.ALIYUN_BASE_URL = settings.TENCENT_SMS_BASE_URL = "http://127.0.0.1:9"
    visitor.ask()
    drain("message")
    first, second = Delivery.objects.order_by("created_at")
    assert (first.state, first.trouble, first.vendor) == (D.REFUSED, Trouble.VENDOR, "aliyun")
    assert (second.state, second.trouble) == (D.PREPARED, Trouble.VENDOR)
    settings.ALIYUN_BASE_URL, settings.TENCENT_SMS_BASE_URL = up
    clock.pass_(seconds=6)
    drain("message")
    second.refresh_from_db()
    assert (second.state, second.trouble) == (D.ACCEPTED, "")
    assert len(outside.messages("phone", visitor.phone)) == 1


def test_an_answer_that_never_came_is_asked_for_and_not_sent_twice(
    visitor, outside, clock, monkeypatch
):
    monkeypatch.setattr("accounts.gateways.aliyun.SECONDS", 0.7)
    outside.fault("aliyun", "effect_then_timeout", seconds=3)
    visitor.ask()
    drain("message")
    assert Delivery.objects.get().state == D.DELIVERED
    assert len(outside.messages("phone", visitor.phone)) == 1


def test_what_the_vendor_never_saw_is_sent_again(visitor, outside, clock, settings):
    """Whoever is the only vendor is asked until it has settled, and gets it once more."""
    MessageVendor.objects.filter(name="tencent").update(enabled=False)
    visitor.ask()
    delivery = Delivery.objects.get()
    for to in (D.SENDING, D.UNKNOWN):
        deliveries.go(delivery, to=to, now=clock(), sent_at=clock(), vendor="aliyun")
    drain("message")
    assert Delivery.objects.get().state == D.UNKNOWN
    for _ in range(5):
        clock.pass_(seconds=6)
        drain("message")
    assert Delivery.objects.get().state in (D.ACCEPTED, D.DELIVERED)
    assert len(outside.messages("phone", visitor.phone)) == 1


def test_a_sender_that_died_in_the_middle_is_asked_for(visitor, outside, clock):
    visitor.ask()
    drain("message")
    Delivery.objects.update(state=D.SENDING)
    Work.objects.update(state="ready", run_after=clock())
    drain("message")
    assert Delivery.objects.get().state == D.DELIVERED
    assert len(outside.messages("phone", visitor.phone)) == 1


def test_a_refusal_by_both_is_final_and_says_why(outside, clock, db):
    visitor = Visitor("13900098003")  # black list
    visitor.ask()
    drain("message")
    first, second = Delivery.objects.order_by("created_at")
    assert (first.state, first.error_code) == (D.REFUSED, "isv.BLACK_KEY_CONTROL_LIMIT")
    assert (second.state, second.error_code) == (
        D.REFUSED,
        "FailedOperation.PhoneNumberInBlacklist",
    )
    assert {first.trouble, second.trouble} == {Trouble.BLOCKED}
    assert {work.state for work in Work.objects.all()} == {"done"}


def test_a_code_that_came_too_late_is_not_sent(visitor, outside, clock):
    visitor.ask()
    clock.pass_(seconds=301)
    drain("message")
    assert Delivery.objects.get().state == D.DROPPED
    assert outside.messages("phone", visitor.phone) == []


def test_the_bound_email_gets_the_code(visitor, outside, clock):
    visitor.log_in()
    user = visitor.user
    user.email = "wang@example.com"
    user.save()
    clock.pass_(minutes=2)
    other = Visitor(visitor.phone)
    other.ask()
    other.again("email")
    drain("message")
    mail = outside.messages("mailbox", "wang@example.com")[-1]
    assert "验证码" in mail["text"]


def test_an_email_to_nobody_is_dropped_and_reads_the_same(visitor, outside):
    visitor.ask()
    visitor.again("email")
    before = [str(words.text) for words in in_words(visitor.challenge)]
    drain("message")
    assert Delivery.objects.get(channel="email").state == D.DROPPED
    assert str(in_words(visitor.challenge)[0].text) == before[0]


def test_a_message_goes_where_the_person_wishes(visitor, outside, clock):
    visitor.log_in()
    user = visitor.user
    context = {"time": "2026-11-22 08:00", "token": "ABCD-EFGH"}
    messages.send(user=user, kind="accounts.account_changed", context=context, now=clock())
    user.email, user.prefers_email = "wang@example.com", True
    messages.send(user=user, kind="accounts.account_changed", context=context, now=clock())
    drain("message")
    assert "2026-11-22 08:00" in outside.messages("phone", visitor.phone)[-1]["text"]
    assert "2026-11-22 08:00" in outside.messages("mailbox", "wang@example.com")[-1]["text"]


def test_work_about_a_deleted_delivery_just_ends(clock):
    deliveries.work.add(
        kind=deliveries.SEND, subject=str(uuid.uuid4()), lane="message", now=timezone.now()
    )
    drain("message")
    assert Work.objects.get().state == "done"


def test_message_kept_too_long_is_dropped(visitor, outside, clock):
    visitor.log_in()
    Delivery.objects.all().delete()
    messages.send(
        user=visitor.user, kind="accounts.account_changed", context={"time": "x"}, now=clock()
    )
    Delivery.objects.update(created_at=clock() - dt.timedelta(days=2))
    drain("message")
    assert Delivery.objects.get().state == D.DROPPED
