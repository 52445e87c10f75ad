"""Receipts: forged, repeated, out of order, late, garbled; they change one delivery at most."""

import json

import pytest

from accounts.models import Delivery
from accounts.states import DeliveryState
from portal.work.tasks import drain

pytestmark = pytest.mark.django_db
D = DeliveryState
ADDRESS = "/receipts/aliyun/development-receipt-token/"


@pytest.fixture
def delivery(visitor, outside):
    visitor.ask()
    drain("message")
    return Delivery.objects.get()


def receipt(delivery, **changes):
    return {
        "phone_number": delivery.address,
        "success": True,
        "err_code": "DELIVERED",
        "biz_id": delivery.vendor_id,
        "out_id": str(delivery.pk),
        **changes,
    }


def post(client, *receipts, address=ADDRESS):
    return client.post(address, json.dumps(receipts), content_type="application/json")


def state():
    return Delivery.objects.get().state


def test_a_receipt_marks_the_delivery(client, delivery):
    assert post(client, receipt(delivery)).json() == {"code": 0, "msg": "接收成功"}
    assert state() == D.DELIVERED
    assert Delivery.objects.get().received_at is not None


def test_a_failure_keeps_its_code_and_shows_on_the_page(client, delivery, visitor):
    post(client, receipt(delivery, success=False, err_code="MOBILE_NOT_ON_SERVICE"))
    assert state() == D.UNDELIVERED
    assert Delivery.objects.get().error_code == "MOBILE_NOT_ON_SERVICE"
    assert "not in service" in visitor.client.get("/en/login/code/").content.decode()


def test_out_of_order_delivered_wins(client, delivery):
    post(client, receipt(delivery, success=False))
    post(client, receipt(delivery))
    post(client, receipt(delivery, success=False))
    assert state() == D.DELIVERED


def test_duplicates_do_no_harm(client, delivery):
    for _ in range(3):
        assert post(client, receipt(delivery)).json()["code"] == 0
    assert state() == D.DELIVERED


def test_three_days_late_changes_no_login(client, delivery, visitor, clock):
    visitor.enter()
    clock.pass_(days=3)
    assert post(client, receipt(delivery)).json()["code"] == 0
    assert state() == D.DELIVERED


@pytest.mark.parametrize(
    "forged",
    [
        {"out_id": "0b3a4a5e-5f0c-4a3b-9d0a-111111111111"},
        {"out_id": "no number"},
        {"biz_id": "12345^0"},
        {"phone_number": "13811112222"},
        {"phone_number": "nobody"},
    ],
)
def test_a_forged_one_changes_nothing(client, delivery, forged):
    assert post(client, receipt(delivery, success=False, **forged)).status_code == 200
    assert state() == D.ACCEPTED


def test_one_before_anything_was_sent_changes_nothing(client, visitor):
    visitor.ask()
    post(client, receipt(Delivery.objects.get()))
    assert state() == D.PREPARED


def test_a_guessed_address_is_not_found(client, delivery):
    assert post(client, receipt(delivery), address="/receipts/aliyun/guess/").status_code == 404
    assert state() == D.ACCEPTED


@pytest.mark.parametrize("body", [b"", b"{}", b"[1", b"\xff\xfe", b"[" * 5000, b" " * 300_000])
def test_what_is_no_list_is_refused(client, body, db):
    answer = client.post(ADDRESS, body, content_type="application/json")
    assert answer.status_code == 400


def test_members_that_are_no_receipts_are_passed_over(client, delivery):
    assert post(client, 1, None, [], {}, receipt(delivery)).status_code == 200
    assert state() == D.DELIVERED


def test_only_post(client):
    assert client.get(ADDRESS).status_code == 405


@pytest.mark.parametrize("rubbish", ["\0", "\ud800", "\n", ["a"], {"b": 1}, 10**400, None, 1e308])
def test_rubbish_in_any_place_of_a_receipt_breaks_nothing(client, delivery, rubbish):
    for name in ("phone_number", "biz_id", "out_id", "err_code"):
        assert post(client, receipt(delivery, success=False, **{name: rubbish})).status_code == 200
    assert Delivery.objects.get().error_code == ""
