"""The vendors' protocols against the simulators, which check every signature themselves."""

import datetime as dt

import pytest

from accounts.gateways import aliyun, email, tencent
from accounts.states import CheckState
from portal.gateway import Rejected, Unavailable

PERSON = {"name": "王小二", "id_number": "11010119900307002X"}
LOGIN = {"text": "SMS_LOGIN", "values": {"code": "012345"}, "number": "n-1"}


def test_a_message_arrives_with_its_leading_zero(outside):
    assert aliyun.send(phone="13900000001", **LOGIN)
    assert outside.messages("phone", "13900000001")[-1]["code"] == "012345"


def test_a_wrong_key_is_refused(outside, settings):
    settings.ALIYUN_ACCESS_KEY_SECRET = "not ours"
    with pytest.raises(Rejected) as refused:
        aliyun.send(phone="13900000001", **LOGIN)
    assert refused.value.code == "SignatureDoesNotMatch"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"template": "SMS_NONE"}, "isv.SMS_TEMPLATE_ILLEGAL"),
        ({"values": {}}, "isv.TEMPLATE_MISSING_PARAMETERS"),
        ({"values": {"code": "x" * 40}}, "isv.PARAM_LENGTH_LIMIT"),
    ],
)
def test_the_vendors_refusals_are_final(outside, change, code):
    with pytest.raises(Rejected) as refused:
        aliyun.send(phone="13900000001", **{**LOGIN, **change})
    assert refused.value.code == code


def test_the_vendors_own_limit_is_a_refusal(outside):
    aliyun.send(phone="13900000002", **LOGIN)
    with pytest.raises(Rejected) as refused:
        aliyun.send(phone="13900000002", **LOGIN)
    assert refused.value.code == "isv.BUSINESS_LIMIT_CONTROL"


def test_a_message_is_found_by_our_number(outside):
    now = dt.datetime.now(dt.UTC)
    aliyun.send(phone="13900000003", **LOGIN)
    found = aliyun.find(phone="13900000003", sent_at=now, number="n-1")
    assert found == aliyun.Found(aliyun.Fate.REACHED, "DELIVERED")
    assert aliyun.find(phone="13900000003", sent_at=now, number="n-2") is None


@pytest.mark.parametrize(
    ("second", "days"), [(0, ["20261122"]), (49, ["20261122"]), (55, ["20261122", "20261123"])]
)
def test_a_message_sent_before_midnight_is_looked_for_on_the_next_day_too(
    monkeypatch, second, days
):
    asked = []

    def act(action, **parameters):
        asked.append(parameters["SendDate"])
        return {"SmsSendDetailDTOs": {"SmsSendDetailDTO": []}}

    monkeypatch.setattr(aliyun, "_act", act)
    sent_at = dt.datetime(2026, 11, 22, 15, 59, second, tzinfo=dt.UTC)  # 23:59 in Beijing
    assert aliyun.find(phone="13900000003", sent_at=sent_at, number="n-1") is None
    assert asked == days


@pytest.mark.parametrize("mode", ["error", "garbage", "refuse", "hang"])
@pytest.mark.parametrize("service", ["aliyun", "tencent"])
def test_trouble_is_unavailable(outside, monkeypatch, service, mode):
    gateway = {"aliyun": aliyun, "tencent": tencent}[service]
    monkeypatch.setattr(gateway, "SECONDS", 0.5)
    outside.fault(service, mode, seconds=1)
    with pytest.raises(Unavailable):
        if service == "aliyun":
            aliyun.send(phone="13900000004", **LOGIN)
        else:
            tencent.verify(phone="13900000004", **PERSON)


@pytest.mark.parametrize(
    ("phone", "state"),
    [
        ("13900000005", CheckState.MATCHED),
        ("13900099001", CheckState.MISMATCHED),
        ("13900099002", CheckState.NO_RECORD),
        ("13900099003", CheckState.LIMITED),
        ("13900099005", CheckState.UNSUPPORTED),
    ],
)
def test_each_verdict_of_the_operators(outside, phone, state):
    assert tencent.verify(phone=phone, **PERSON).state == state


def test_busy_operators_are_unavailable(outside):
    with pytest.raises(Unavailable):
        tencent.verify(phone="13900099004", **PERSON)


def test_a_wrong_tencent_key_is_unavailable(outside, settings):
    settings.TENCENT_SECRET_KEY = "not ours"
    with pytest.raises(Unavailable) as error:
        tencent.verify(phone="13900000005", **PERSON)
    assert error.value.vendor_code == "AuthFailure.SignatureFailure"


def test_an_email_arrives(outside):
    email.send(address="li@example.com", subject="主题", body="正文 012345\n", number="n-9")
    mail = outside.messages("mailbox", "li@example.com")[-1]
    assert "012345" in mail["text"]


def test_the_same_number_again_is_the_same_mail(outside):
    mail = {"address": "li@example.com", "subject": "s", "body": "b"}
    assert email.send(**mail, number="n-9") == email.send(**mail, number="n-9")
    assert email.send(**mail, number="n-9") != email.send(**mail, number="n-10")


@pytest.mark.parametrize("mode", ["error", "garbage", "refuse", "hang", "drip"])
def test_mail_trouble_ends_at_the_deadline(outside, monkeypatch, mode):
    monkeypatch.setattr(email, "SECONDS", 0.6)
    outside.fault("email", mode, seconds=2)
    with pytest.raises((Unavailable, Rejected)):
        email.send(address="li@example.com", subject="s", body="b", number="n")


def test_a_mail_server_that_is_not_there_got_nothing(settings):
    settings.EMAIL_URL = "smtp://127.0.0.1:9"
    with pytest.raises(Unavailable) as error:
        email.send(address="li@example.com", subject="s", body="b", number="n")
    assert error.value.sent is False
