"""Two vendors: a code goes by the other one, once, when the first fails or nothing is confirmed."""

import datetime as dt
import json

import pytest
from django.conf import settings as django_settings

from accounts.models import Delivery, MessageVendor, User
from accounts.selectors import phone_hash
from accounts.selectors import vendors as selectors
from accounts.services import messages, routes
from accounts.states import DeliveryState, Trouble
from accounts.tests.visitor import Visitor, fresh_phone
from conftest import forget_routes
from evidence.models import Record
from portal.routing import services as routing
from portal.routing.models import RouteTransition
from portal.routing.policy import VENDORS
from portal.routing.states import RouteState
from portal.work.models import Work
from portal.work.tasks import drain

pytestmark = pytest.mark.django_db
D = DeliveryState
MOBILE = "aliyun-sms.mobile"


@pytest.fixture(autouse=True)
def one_clock(clock, monkeypatch):
    """The breaker's time is the test's, and a vendor that hangs is given up soon."""
    shared = routes.router._here().shared
    monkeypatch.setattr(shared, "_clock", lambda: int(clock().timestamp() * 1000))
    for name in ("aliyun", "tencent_sms", "aliyun_voice", "tencent_voice"):
        monkeypatch.setattr(f"accounts.gateways.{name}.SECONDS", 1.5)


def asked(phone=None, **more):
    visitor = Visitor(phone or fresh_phone(), **more)
    visitor.ask()
    return visitor


def sent_by(outside, visitor):
    return [message["vendor"] for message in outside.messages("phone", visitor.phone)]


def tries():
    return list(Delivery.objects.order_by("created_at", "pk"))


def state_of(route=MOBILE):
    [found] = routes.router.look(
        [each for each in selectors.routes("sms", "mobile", now=dt.datetime.now(dt.UTC))
         if each.name == route]
    ).values()  # fmt: skip
    return found


# --- One code -----------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["hang", "error", "refuse", "garbage"])
def test_a_code_whose_sending_and_asking_are_not_answered_goes_by_the_other(outside, clock, mode):
    outside.fault("aliyun", mode, seconds=3)
    visitor = asked()
    drain("message", seconds=20)
    assert sent_by(outside, visitor)[-1] == "tencent"
    assert sent_by(outside, visitor).count("tencent") == 1
    first, second = tries()
    assert (first.state, first.trouble) == (D.UNKNOWN, Trouble.VENDOR)
    assert (second.replaces, second.vendor, second.state) == (first, "tencent", D.ACCEPTED)
    assert visitor.enter().status_code == 302


def test_what_was_provably_not_done_goes_by_the_other_at_once(outside, clock):
    outside.fault("aliyun", "busy")
    visitor = asked()
    drain("message")
    assert sent_by(outside, visitor) == ["tencent"]
    assert [(each.vendor, each.state, each.trouble) for each in tries()] == [
        ("aliyun", D.REFUSED, Trouble.VENDOR),
        ("tencent", D.ACCEPTED, ""),
    ]


def test_a_code_that_was_taken_and_never_arrived_goes_by_the_other_in_time(outside, clock):
    outside.fault("aliyun", "undelivered")
    visitor = asked()
    drain("message")
    assert sent_by(outside, visitor) == []
    clock.pass_(seconds=13)
    drain("message")
    assert sent_by(outside, visitor) == ["tencent"]
    first, second = tries()
    assert (first.state, first.trouble) == (D.ACCEPTED, Trouble.SILENT)
    assert second.created_at - first.created_at < dt.timedelta(seconds=30)
    for _ in range(4):
        clock.pass_(seconds=20)
        drain("message")
    assert len(tries()) == 2


def test_a_lost_receipt_is_pulled_and_nothing_is_sent_twice(outside, clock):
    visitor = asked()
    drain("message")
    clock.pass_(seconds=13)
    drain("message")
    assert Delivery.objects.get().state == D.DELIVERED
    assert sent_by(outside, visitor) == ["aliyun"]


@pytest.mark.parametrize(
    ("tail", "trouble"),
    [("98001", Trouble.NUMBER), ("98005", Trouble.OFF), ("98006", Trouble.NO_SIGNAL)],
)
def test_no_other_vendor_helps_a_handset(outside, clock, tail, trouble):
    asked(f"139000{tail}")
    drain("message")
    clock.pass_(seconds=13)
    drain("message")
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.trouble) == (D.UNDELIVERED, trouble)


def test_a_limit_of_one_vendor_says_when_it_ends(outside, clock):
    phone = fresh_phone()
    asked(phone)
    drain("message")
    clock.pass_(seconds=61)
    visitor = asked(phone)  # for the vendor's own clock it is too soon
    drain("message")
    refused = Delivery.objects.get(state=D.REFUSED)
    assert (refused.trouble, refused.vendor) == (Trouble.CAP, "aliyun")
    assert dt.timedelta(0) < refused.next_at - clock() <= dt.timedelta(minutes=1)
    assert sent_by(outside, visitor) == ["aliyun", "tencent"]


def test_with_both_dead_a_person_gets_two_at_most_and_the_page_stands(outside, clock):
    outside.fault("sms", "garbage")  # done, and no answer to make anything of
    visitor = asked()
    for _ in range(6):
        drain("message", seconds=20)
        clock.pass_(seconds=10)
    assert len(sent_by(outside, visitor)) == 2
    assert len(tries()) == 2
    assert visitor.client.get("/login/code/").status_code == 200


def test_with_nobody_in_reach_a_code_waits_and_says_whose_trouble_it_is(outside, clock):
    outside.fault("sms", "busy")
    visitor = asked()
    for _ in range(3):
        drain("message", seconds=20)
        clock.pass_(seconds=4)
    assert len(tries()) == 2
    assert tries()[-1].trouble == Trouble.VENDOR
    outside.fault("sms", "ok")
    clock.pass_(seconds=4)
    drain("message", seconds=20)
    assert len(sent_by(outside, visitor)) <= 1


def test_a_used_code_sends_nothing_more_and_speaks_for_the_vendor(outside, clock):
    visitor = asked()
    drain("message")
    outside.fault("aliyun", "hang", seconds=3)
    visitor.enter()
    clock.pass_(seconds=13)
    drain("message")
    assert outside.messages("phone", visitor.phone)[0]["vendor"] == "aliyun"
    first = tries()[0]
    assert first.judged_at is not None and first.trouble == ""


def test_tries_of_the_sender_cost_nobody_a_budget(outside, clock):
    outside.fault("aliyun", "busy")
    visitor = asked()
    drain("message")
    assert len(tries()) == 2
    clock.pass_(seconds=django_settings.OTP_RESEND_SECONDS + 1)
    for _ in range(django_settings.OTP_SENDS_PER_HOUR - 1):
        assert visitor.again().status_code == 302
        clock.pass_(seconds=django_settings.OTP_RESEND_SECONDS + 1)
    own = Delivery.objects.filter(replaces=None).count()
    assert own == django_settings.OTP_SENDS_PER_HOUR


# --- Messages that are no codes -----------------------------------------------------------------


def person(clock, phone=None):
    phone = phone or fresh_phone()
    return User.objects.create(phone=phone, phone_hash=phone_hash(phone), joined_at=clock())


def test_bulk_messages_go_by_whichever_vendor_works(outside, clock):
    outside.fault("aliyun", "busy")
    people = [person(clock) for _ in range(5)]
    rows = ((each, {"no": f"{i:04d}"}) for i, each in enumerate(people))
    messages.send_many(rows=rows, kind="creditquery.query_delayed", now=clock())
    clock.pass_(seconds=2)
    drain("message", seconds=60)
    for each in people:
        assert [m["vendor"] for m in outside.messages("phone", each.phone)] == ["tencent"]
    assert RouteTransition.objects.filter(route=MOBILE, to_state=RouteState.OPEN).count() == 1


def test_nobodys_block_is_got_round_for_a_notice(outside, clock):
    blocked = person(clock, "13600098003")
    messages.send(
        user=blocked, kind="creditquery.query_delayed", context={"no": "0001"}, now=clock()
    )
    drain("message")
    assert Delivery.objects.get().trouble == Trouble.BLOCKED


def test_a_silent_notice_is_not_sent_again(outside, clock):
    somebody = person(clock)
    outside.fault("aliyun", "undelivered")
    messages.send(
        user=somebody, kind="creditquery.query_delayed", context={"no": "0001"}, now=clock()
    )
    drain("message")
    clock.pass_(minutes=5)
    drain("message")
    assert Delivery.objects.get().state == D.ACCEPTED
    assert Work.objects.get().state == "done"


# --- The breaker --------------------------------------------------------------------------------


def test_three_hard_errors_in_a_row_switch_and_leave_rows_and_evidence(outside, clock):
    outside.fault("aliyun", "busy")
    for _ in range(3):
        asked()
        drain("message")
    transition = RouteTransition.objects.get(route=MOBILE)
    assert (transition.to_state, transition.reason) == (RouteState.OPEN, "consecutive")
    assert Record.objects.filter(kind="accounts.route.open", subject=MOBILE).count() == 1
    asked()
    drain("message")
    assert tries()[-1].vendor == "tencent" and tries()[-1].replaces is None


def test_an_answer_between_them_ends_the_row(outside, clock):
    for mode in ("busy", "busy", "ok", "busy", "busy"):
        outside.fault("aliyun", mode)
        asked()
        drain("message")
    assert not RouteTransition.objects.exists()


def test_one_carrier_in_trouble_leaves_the_others_alone(outside, clock):
    outside.fault("aliyun", "undelivered", carrier="mobile")
    for number in range(20):
        asked(f"1390001{number:04d}", address=f"198.51.100.{number}")
    drain("message", seconds=60)
    clock.pass_(seconds=13)
    drain("message", seconds=60)
    opened = RouteTransition.objects.filter(to_state=RouteState.OPEN)
    assert [(each.route, each.reason) for each in opened] == [(MOBILE, "share")]
    telecom, mobile = asked("18900012345"), asked("13900012345")
    drain("message")
    assert sent_by(outside, telecom) == ["aliyun"]
    assert sent_by(outside, mobile) == ["tencent"]


def test_two_silent_of_twenty_are_no_outage_and_three_are(outside, clock):
    route = selectors.routes("sms", "mobile", now=clock())[0]
    verdicts = [True] * 17 + [False] * 2
    for came in verdicts:
        judge(route, came=came)
    assert state_of().state == RouteState.CLOSED
    judge(route, came=False)
    assert state_of().state == RouteState.OPEN


def judge(route, *, came):
    leave = routes.take(channel="sms", carrier="mobile", now=dt.datetime.now(dt.UTC))
    routes.accepted(leave, seconds=0.01)
    delivery = Delivery.objects.create(
        kind="accounts.login",
        channel="sms",
        language="zh-hans",
        created_at=dt.datetime.now(dt.UTC),
        route=leave.permit.route,
        epoch=leave.permit.epoch,
        token=leave.permit.token,
    )
    assert routes.judge(delivery, came=came, now=delivery.created_at)
    assert not routes.judge(delivery, came=not came, now=delivery.created_at)  # once


def test_silent_phones_in_a_row_are_no_hard_errors(outside, clock):
    route = selectors.routes("sms", "mobile", now=clock())[0]
    for _ in range(VENDORS.consecutive + 1):
        judge(route, came=False)
    assert state_of().state == RouteState.CLOSED


def test_a_vendor_that_takes_and_loses_is_not_believed_and_one_that_delivers_is(outside, clock):
    cut_off(outside)
    outside.fault("aliyun", "undelivered")  # it answers again, and delivers nothing
    clock.pass_(seconds=40)
    trial = asked()
    drain("message")
    assert tries()[-1].vendor == "aliyun"
    clock.pass_(seconds=13)
    drain("message")
    assert sent_by(outside, trial) == ["tencent"]
    assert state_of().state == RouteState.OPEN
    outside.fault("aliyun", "ok")
    clock.pass_(seconds=80)
    for _ in range(VENDORS.probes):
        asked()
        drain("message")
        clock.pass_(seconds=13)
        drain("message")  # no receipts here: the vendor is asked
    assert state_of().state == RouteState.CLOSED
    told = RouteTransition.objects.filter(route=MOBILE).values_list("to_state", flat=True)
    assert list(told.order_by("epoch"))[-2:] == [RouteState.HALF_OPEN, RouteState.CLOSED]


def cut_off(outside):
    outside.fault("aliyun", "busy")
    for _ in range(3):
        asked()
        drain("message")
    assert state_of().state == RouteState.OPEN


def test_a_person_may_hold_a_vendor_shut(outside, clock):
    admin = User.objects.create(username="admin", role="administrator", joined_at=clock())
    routing.force(
        route="aliyun-sms",
        state=RouteState.OPEN,
        until=clock() + dt.timedelta(hours=1),
        reason="their own word",
        actor=admin,
        now=clock(),
    )
    visitor = asked()
    drain("message")
    assert sent_by(outside, visitor) == ["tencent"]


def test_what_redis_lost_is_restored_from_rows(outside, clock):
    outside.fault("aliyun", "busy")
    for _ in range(3):
        asked()
        drain("message")
    forget_routes("aliyun-*")
    outside.fault("aliyun", "ok")
    visitor = asked()
    drain("message")
    assert sent_by(outside, visitor) == ["tencent"]  # still cut off


# --- Calls --------------------------------------------------------------------------------------


def test_a_call_is_made_by_the_other_vendor_when_the_first_fails(outside, clock):
    outside.fault("aliyun.voice", "error")
    visitor = asked()
    drain("message")
    clock.pass_(seconds=61)
    visitor.again("voice")
    drain("message")
    calls = [m for m in outside.messages("phone", visitor.phone) if m["vendor"].endswith("-voice")]
    assert [(m["vendor"], m["code"]) for m in calls] == [("tencent-voice", visitor.code)]


# --- The table ----------------------------------------------------------------------------------


def test_the_order_of_the_table_decides_and_what_a_vendor_may_do(outside, clock):
    MessageVendor.objects.filter(name="tencent").update(rank=0)
    assert selectors.in_order("sms") == ["tencent", "aliyun"]
    MessageVendor.objects.filter(name="tencent").update(makes_calls=False)
    assert selectors.in_order("voice") == ["aliyun"]
    MessageVendor.objects.filter(name="aliyun").update(enabled=False)
    assert (selectors.in_order("sms"), selectors.in_order("voice")) == (["tencent"], [])
    visitor = asked()
    drain("message")
    assert sent_by(outside, visitor) == ["tencent"]


def test_receipts_of_any_age_leave_the_route_as_it_is(client, outside, clock):
    asked()
    drain("message")
    delivery = Delivery.objects.get()
    clock.pass_(seconds=13)
    drain("message")
    judged = Delivery.objects.get().judged_at
    clock.pass_(hours=72)
    body = json.dumps(
        [
            {
                "phone_number": delivery.address,
                "success": False,
                "err_code": "SP_UNKNOWN_ERROR",
                "biz_id": delivery.vendor_id,
                "out_id": str(delivery.pk),
            }
        ]
    )
    address = f"/receipts/aliyun/{django_settings.RECEIPT_TOKEN}/"
    for _ in range(2):
        assert client.post(address, body, content_type="application/json").json()["code"] == 0
    after = Delivery.objects.get()
    assert (after.state, after.judged_at) == (D.DELIVERED, judged)
    assert not RouteTransition.objects.exists()
