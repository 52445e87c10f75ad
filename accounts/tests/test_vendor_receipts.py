"""Receipts in each vendor's words: true, forged, early, repeated, out of order, days late."""

import json

import pytest
from django.conf import settings

from accounts.models import Delivery
from accounts.states import DeliveryState, Trouble
from accounts.tests.visitor import Visitor
from portal.routing.models import RouteTransition
from portal.work.models import Work
from portal.work.tasks import drain

pytestmark = pytest.mark.django_db
D, T = DeliveryState, Trouble
VENDORS = {
    "aliyun": ("aliyun", "sms"),
    "aliyun-voice": ("aliyun", "voice"),
    "tencent": ("tencent", "sms"),
    "tencent-voice": ("tencent", "voice"),
}
EVERY = pytest.mark.parametrize("form", VENDORS)


@pytest.fixture
def delivery(form, outside, clock):
    vendor, channel = VENDORS[form]
    if vendor == "tencent":
        outside.fault("aliyun", "busy")
        outside.fault("aliyun.voice", "busy")
    visitor = Visitor("13900000077")
    visitor.ask()
    drain("message")
    if channel == "voice":
        clock.pass_(seconds=61)
        visitor.again("voice")
        drain("message")
    return Delivery.objects.get(vendor=vendor, channel=channel)


def told(form, delivery, *, reached=True, **changes):
    """A receipt as the vendor words it."""
    phone, number, ours = delivery.address, delivery.vendor_id, str(delivery.pk)
    if form == "aliyun":
        code = "DELIVERED" if reached else "IS_CLOSED"
        known = {"phone_number": phone, "biz_id": number, "out_id": ours}
        return [{**known, "success": reached, "err_code": code, **changes}]
    if form == "aliyun-voice":
        known = {"callee": phone, "call_id": number, "out_id": ours}
        return [{**known, "status_code": "200000" if reached else "200010", **changes}]
    if form == "tencent":
        status = ("SUCCESS", "DELIVRD") if reached else ("FAIL", "EXPIRED")
        known = {"mobile": phone, "nationcode": "86", "sid": number}
        return [{**known, "report_status": status[0], "errmsg": status[1], **changes}]
    known = {"mobile": phone, "nationcode": "86", "callid": number}
    return {"voicecode_callback": {**known, "result": "0" if reached else "1", **changes}}


def post(client, form, body, token=None):
    address = f"/receipts/{form}/{token or settings.RECEIPT_TOKEN}/"
    return client.post(address, json.dumps(body), content_type="application/json")


def taken(answer):
    said = answer.json()
    return answer.status_code == 200 and (said.get("code"), said.get("result")) in {
        (0, None),
        (None, 0),
    }


@EVERY
def test_a_receipt_marks_the_delivery_and_any_repetition_is_simply_true(client, form, delivery):
    for _ in range(3):
        assert taken(post(client, form, told(form, delivery)))
    after = Delivery.objects.get(pk=delivery.pk)
    assert (after.state, after.trouble) == (D.DELIVERED, "")
    assert after.received_at and after.judged_at


@EVERY
def test_out_of_order_delivered_wins(client, form, delivery):
    for reached in (False, True, False):
        assert taken(post(client, form, told(form, delivery, reached=reached)))
    assert Delivery.objects.get(pk=delivery.pk).state == D.DELIVERED


@EVERY
def test_a_handset_in_trouble_is_named_and_no_vendors_fault(client, form, delivery):
    post(client, form, told(form, delivery, reached=False))
    after = Delivery.objects.get(pk=delivery.pk)
    expected = T.UNANSWERED if form == "tencent-voice" else T.OFF
    assert (after.state, after.trouble) == (D.UNDELIVERED, expected)
    drain("message")
    assert not Delivery.objects.filter(replaces=delivery).exists()


@EVERY
def test_three_days_late_changes_no_route(client, form, delivery, clock):
    clock.pass_(days=3)
    assert taken(post(client, form, told(form, delivery, reached=False)))
    drain("message")
    assert not Delivery.objects.filter(replaces=delivery).exists()
    assert not RouteTransition.objects.filter(route__startswith="tencent").exists()


@EVERY
@pytest.mark.parametrize("change", ["number", "phone", "vendor"])
def test_a_forged_one_changes_nothing(client, form, delivery, change):
    names = {
        "aliyun": ("biz_id", "phone_number"),
        "aliyun-voice": ("call_id", "callee"),
        "tencent": ("sid", "mobile"),
        "tencent-voice": ("callid", "mobile"),
    }[form]
    wrong = {"number": {names[0]: "1^1"}, "phone": {names[1]: "13811112222"}, "vendor": {}}[change]
    target = form
    if change == "vendor":  # the words of one vendor about a message of another
        Delivery.objects.filter(pk=delivery.pk).update(
            vendor="tencent" if delivery.vendor == "aliyun" else "aliyun"
        )
    assert post(client, target, told(form, delivery, **wrong)).status_code == 200
    assert Delivery.objects.get(pk=delivery.pk).state == D.ACCEPTED


@EVERY
def test_a_guessed_address_is_not_found(client, form, delivery):
    assert post(client, form, told(form, delivery), token="guess").status_code == 404
    assert Delivery.objects.get(pk=delivery.pk).state == D.ACCEPTED


@EVERY
@pytest.mark.parametrize("rubbish", ["\0", "\ud800", ["a"], {"b": 1}, 10**400, None])
def test_rubbish_in_any_place_breaks_nothing(client, form, delivery, rubbish):
    whole = told(form, delivery)
    [inner] = whole if isinstance(whole, list) else whole.values()
    for name in list(inner):
        assert post(client, form, told(form, delivery, **{name: rubbish})).status_code == 200


@pytest.mark.parametrize("form", ["tencent"])
def test_one_that_overtakes_the_answer_is_wanted_again(client, form, delivery):
    """Its number is written down when the answer has come: until then nobody can know it."""
    Delivery.objects.filter(pk=delivery.pk).update(state=D.SENDING, vendor_id="")
    assert not taken(post(client, form, told(form, delivery)))
    Delivery.objects.filter(pk=delivery.pk).update(state=D.ACCEPTED, vendor_id=delivery.vendor_id)
    assert taken(post(client, form, told(form, delivery)))
    assert Delivery.objects.get(pk=delivery.pk).state == D.DELIVERED


@pytest.mark.parametrize("form", ["tencent-voice"])
def test_why_a_call_failed_comes_in_words_of_its_own(client, form, delivery):
    about = {"mobile": delivery.address, "callid": delivery.vendor_id, "failure_code": 8}
    assert taken(post(client, form, {"voice_failure_callback": about}))
    after = Delivery.objects.get(pk=delivery.pk)
    assert (after.state, after.trouble, after.error_code) == (D.UNDELIVERED, T.NUMBER, "8")


@pytest.mark.parametrize("form", ["aliyun"])
def test_one_that_blames_the_vendor_sends_the_code_elsewhere_at_once(
    client, form, delivery, outside
):
    post(client, form, told(form, delivery, reached=False, err_code="SP_UNKNOWN_ERROR"))
    drain("message")
    again = Delivery.objects.get(replaces=delivery)
    assert (again.vendor, again.state) == ("tencent", D.ACCEPTED)
    assert outside.messages("phone", delivery.address)[-1]["vendor"] == "tencent"
    assert Work.objects.get(subject=str(delivery.pk)).state == "done"
