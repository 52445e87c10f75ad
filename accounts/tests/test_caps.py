"""Limits by number, ten thousand numbers, browser, network and day; and the vendors' own, mirrored
so that no page promises a message that is refused behind it."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts import caps
from accounts.models import Delivery, LoginChallenge, MessageVendor
from accounts.selectors import phone_hash, sends
from accounts.services import floods
from accounts.states import Channel, DeliveryState, Purpose, Trouble, Vendor
from accounts.tests.test_guarding import answered
from accounts.tests.visitor import Visitor, fresh_phone
from evidence.models import Record
from portal.watch import kinds
from portal.watch.models import Alarm, Severity

pytestmark = pytest.mark.django_db
S, H, D = dt.timedelta(seconds=1), dt.timedelta(hours=1), dt.timedelta(days=1)
START = dt.datetime(2027, 1, 4, 4, tzinfo=dt.UTC)


def spaced(number, gap):
    return [START + place * gap for place in range(number)]


@pytest.mark.parametrize(
    ("route", "times", "wait"),
    [
        ((Vendor.ALIYUN, Channel.SMS), spaced(1, S), 60 * S),
        ((Vendor.ALIYUN, Channel.SMS), spaced(5, 61 * S), H),
        ((Vendor.ALIYUN, Channel.SMS), spaced(10, 2 * H), D),
        ((Vendor.ALIYUN, Channel.VOICE), spaced(20, H), D),
        ((Vendor.TENCENT, Channel.SMS), spaced(1, S), 30 * S),
        ((Vendor.TENCENT, Channel.SMS), spaced(10, 2 * H), D),
        ((Vendor.TENCENT, Channel.VOICE), spaced(10, 2 * H), D),
    ],
)
def test_the_vendors_limits_open_when_they_say(route, times, wait):
    """With `wait` from the first of so many sends; a second before it is closed."""
    limits, last = caps.CODES[route], times[-1] + S
    opens = caps.opens(times, limits, last)
    assert opens == START + wait
    assert not caps.goes_through(times, limits, opens - S)
    assert caps.goes_through(times, limits, opens)


def test_strangers_leave_two_fifths_of_each():
    hour, day = caps.Cap(H, 5).for_strangers(), caps.Cap(D, 10).for_strangers()
    assert (hour.most, day.most) == (3, 6)
    assert caps.Cap(60 * S, 1).for_strangers().most == 1


def deliver(phone, number, *, vendor, ago, now, **values):
    """So many codes, a minute apart, the last so long ago."""
    for place in range(number):
        at = now - ago - place * 61 * S
        Delivery.objects.create(
            challenge=some_challenge(phone, now),
            kind="accounts.login",
            language="en",
            channel=Channel.SMS,
            vendor=vendor,
            address_hash=phone_hash(phone),
            state=DeliveryState.DELIVERED,
            created_at=at,
            sent_at=at,
            **values,
        )


def some_challenge(phone, now):
    return LoginChallenge.objects.create(
        purpose=Purpose.LOGIN,
        address=phone,
        address_hash=phone_hash(phone),
        account_hash=phone_hash(phone),
        binding="b" * 64,
        created_at=now,
        sent_at=now,
        expires_at=now,
        stops_at=now,
    )


def next_at(phone, now, *, channel=Channel.SMS, bucket=""):
    return sends.next_at(address_hash=phone_hash(phone), channel=channel, bucket=bucket, now=now)


def only(vendor):
    MessageVendor.objects.all().delete()
    MessageVendor.objects.create(name=vendor, rank=1, makes_calls=True)


def test_one_vendor_alone_is_promised_only_what_it_lets_through(settings):
    """Ours would allow a fourth and fifth in the hour; the vendor's are kept for the owner."""
    only(Vendor.ALIYUN)
    phone, now = fresh_phone(), timezone.now()
    deliver(phone, 3, vendor=Vendor.ALIYUN, ago=70 * S, now=now)
    assert next_at(phone, now) > now + 50 * 60 * S
    assert next_at(phone, now, bucket="device:1") == now
    deliver(phone, 2, vendor=Vendor.ALIYUN, ago=300 * S, now=now, bucket="device:1")
    assert next_at(phone, now, bucket="device:1") > now


def test_a_second_vendor_has_room_where_the_first_has_none():
    phone, now = fresh_phone(), timezone.now()
    deliver(phone, 5, vendor=Vendor.ALIYUN, ago=10 * H, now=now, bucket="device:1")
    deliver(phone, 3, vendor=Vendor.ALIYUN, ago=70 * S, now=now)
    assert next_at(phone, now) == now  # Tencent
    only(Vendor.ALIYUN)
    assert next_at(phone, now) > now


def test_what_a_vendor_said_of_its_limit_counts():
    only(Vendor.TENCENT)
    phone, now = fresh_phone(), timezone.now()
    until = now + 3 * H
    deliver(phone, 1, vendor=Vendor.TENCENT, ago=2 * H, now=now, trouble=Trouble.CAP, next_at=until)
    assert next_at(phone, now) == until
    assert next_at(phone, until) == until


def test_forty_a_day_count_notices_too():
    only(Vendor.ALIYUN)
    phone, now = fresh_phone(), timezone.now()
    for place in range(40):
        Delivery.objects.create(
            kind="creditquery.ready", language="en", channel=Channel.SMS, vendor=Vendor.ALIYUN,
            address_hash=phone_hash(phone), created_at=now - 5 * H - place * S,
            sent_at=now - 5 * H - place * S, state=DeliveryState.DELIVERED,
        )  # fmt: skip
    assert next_at(phone, now, bucket="device:1") > now + 18 * H


def test_calls_have_limits_of_their_own():
    only(Vendor.TENCENT)
    phone, now = fresh_phone(), timezone.now()
    deliver(phone, 5, vendor=Vendor.TENCENT, ago=70 * S, now=now)
    assert next_at(phone, now) > now
    assert next_at(phone, now, channel=Channel.VOICE) == now
    assert next_at(phone, now, channel=Channel.EMAIL) == now


def test_the_sender_leaves_out_who_would_refuse():
    phone, now = fresh_phone(), timezone.now()
    deliver(phone, 5, vendor=Vendor.ALIYUN, ago=70 * S, now=now, bucket="device:1")
    delivery = Delivery(
        challenge=some_challenge(phone, now), channel=Channel.SMS, created_at=now,
        address_hash=phone_hash(phone), bucket="device:1",
    )  # fmt: skip
    assert sends.full(delivery, now=now) == {Vendor.ALIYUN}
    assert sends.full(delivery, tried={Vendor.TENCENT}, now=now) == set()


def test_the_page_says_when(visitor):
    """After the captcha, which stands there after any three."""
    only(Vendor.ALIYUN)
    now = timezone.now()
    deliver(visitor.phone, 3, vendor=Vendor.ALIYUN, ago=70 * S, now=now)
    before = Delivery.objects.count()
    page = visitor.ask()
    assert "captcha_id" in page.content.decode()
    page = answered(visitor, page)
    assert page.status_code == 429
    opens = timezone.localtime(now - 192 * S + H + 59 * S)  # rounded up to the minute
    assert f"{opens:%H:%M}" in page.content.decode()
    assert Delivery.objects.count() == before


def test_a_browser_that_goes_from_number_to_number_meets_a_captcha(visitor, settings):
    browser = visitor.client
    for place in range(5):
        visitor.phone = f"138{place}0000001"
        assert visitor.ask().status_code == 302
    visitor.phone = "13770000001"
    page = visitor.ask()
    assert page.status_code == 200
    assert answered(visitor, page).status_code == 302
    settings.BROWSER_SENDS_PER_DAY = 6
    visitor.phone = "13760000001"
    assert visitor.ask().status_code == 429
    browser.cookies.pop("sessionid")  # the cookie that outlives the session is still the same
    assert visitor.ask().status_code == 429
    fresh = Visitor("13760000001")
    assert fresh.ask().status_code == 302


def test_ten_thousand_numbers_in_a_row_share_a_limit(settings):
    settings.CAPTCHA_AFTER_RANGE = 3
    for place in range(3):
        stranger = Visitor(f"1371234000{place}", address=f"198.51.{place}.1")
        assert stranger.ask().status_code == 302
    assert Visitor("13712349999", address="198.51.9.1").ask().status_code == 200
    assert Visitor("13712350000", address="198.51.9.1").ask().status_code == 302


def test_a_network_meets_the_captcha_and_is_never_locked(settings):
    settings.CAPTCHA_AFTER_NETWORK = 2
    for _ in range(2):
        assert Visitor(fresh_phone(), address="198.51.100.8").ask().status_code == 302
    stranger = Visitor(fresh_phone(), address="198.51.100.9")
    assert answered(stranger, stranger.ask()).status_code == 302
    assert Visitor(fresh_phone(), address="198.51.101.9").ask().status_code == 302


@pytest.fixture
def stock(settings):
    settings.CODES_PER_DAY = 10
    return settings


def test_the_days_stock_warns_then_asks_then_ends_for_strangers_alone(visitor, stock, clock):
    visitor.log_in()
    visitor.client.post("/logout/")
    clock.pass_(seconds=61)
    for _ in range(7):
        assert Visitor(fresh_phone()).ask().status_code == 302
    floods.look(now=clock())
    assert Alarm.objects.get(kind=kinds.CODES_RUN_OUT).severity == Severity.WARNING
    for _ in range(2):  # from 80 % on a captcha first
        stranger = Visitor(fresh_phone())
        page = stranger.ask()
        assert page.status_code == 200
        assert answered(stranger, page).status_code == 302
    floods.look(now=clock())
    assert Alarm.objects.get(kind=kinds.CODES_RUN_OUT).severity == Severity.CRITICAL
    stranger = Visitor(fresh_phone())
    page = stranger.client.post("/en/login/", {"phone": stranger.phone})
    assert page.status_code == 429
    assert "You can try again after" in page.content.decode()
    assert visitor.ask().status_code == 302  # whoever is known goes on
    clock.pass_(hours=25)
    floods.look(now=clock())
    assert Alarm.objects.get(kind=kinds.CODES_RUN_OUT).cleared_at is not None
    assert Visitor(fresh_phone()).ask().status_code == 302
    assert Record.objects.filter(kind="accounts.flood.codes_run_out").count() == 2


def test_the_days_stock_holds_for_sending_again_too(visitor, stock, clock):
    visitor.ask()
    stock.CODES_PER_DAY = 1
    floods.look(now=clock())
    clock.pass_(seconds=61)
    assert visitor.again().status_code == 429
