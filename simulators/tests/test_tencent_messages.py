"""Tencent's text messages and calls, Aliyun's calls: signed, limited, told of, put out of order."""

import time
from typing import Any

import pytest

from simulators.tests.conftest import Reply, Running
from simulators.tests.signers import as_bytes, tc3

PHONE = "13911112222"
SMS: dict[str, Any] = {
    "PhoneNumberSet": [f"+86{PHONE}"],
    "SmsSdkAppId": "1400006666",
    "SignName": "征信直通",
    "TemplateId": "SMS_NOTICE_REVIEW",
    "TemplateParamSet": ["2026", "11-30"],
    "SessionContext": "n-1",
}
CALL: dict[str, Any] = {
    "CalledNumber": f"+86{PHONE}",
    "VoiceSdkAppid": "1400006667",
    "TemplateId": "TTS_LOGIN",
    "TemplateParamSet": ["012345"],
}


def ask(
    outside: Running,
    asked: Any,
    *,
    action: str = "SendSms",
    service: str = "sms",
    version: str = "2021-01-11",
    path: str = "/tencent-sms/",
    region: str = "ap-guangzhou",
    **other: Any,
) -> Reply:
    signing: dict[str, Any] = {
        "service": service,
        "action": action,
        "version": version,
        "body": as_bytes(asked),
        "secret_id": "development-tencent-id",
        "key": "development-tencent-key",
        "stamp": int(time.time()),
        "host": "127.0.0.1",
    }
    headers = tc3(**{**signing, **other}) | {"X-TC-Region": region}
    return outside.call("POST", path, headers, signing["body"])


def call(outside: Running, asked: Any) -> Reply:
    return ask(
        outside,
        asked,
        action="SendTtsVoice",
        service="vms",
        version="2020-09-02",
        path="/tencent-voice/",
    )


def error(reply: Reply) -> str:
    return str(reply.json()["Response"]["Error"]["Code"])


def status(reply: Reply) -> dict[str, Any]:
    [only] = reply.json()["Response"]["SendStatusSet"]
    return dict(only)


def inbox(outside: Running, phone: str = PHONE) -> list[dict[str, str]]:
    messages: list[dict[str, str]] = outside.get(f"/phone/{phone}/messages.json")
    return messages


def test_parameters_are_told_by_their_place(outside: Running) -> None:
    told = status(ask(outside, SMS))
    assert (told["Code"], told["SessionContext"]) == ("Ok", "n-1")
    [message] = inbox(outside)
    assert message["vendor"] == "tencent"
    assert "人工审核2026已收到，最迟于11-30作出决定" in message["text"]


@pytest.mark.parametrize(
    ("other", "code"),
    [
        ({"key": "not ours"}, "AuthFailure.SignatureFailure"),
        ({"secret_id": "nobody"}, "AuthFailure.SecretIdNotFound"),
        ({"stamp": int(time.time()) - 1000}, "AuthFailure.SignatureExpire"),
        ({"service": "vms"}, "AuthFailure.InvalidAuthorization"),
        ({"region": "eu-nowhere"}, "UnsupportedRegion"),
        ({"version": "2019-07-11"}, "InvalidAction"),
    ],
)
def test_what_is_not_signed_rightly_is_refused(
    outside: Running, other: dict[str, Any], code: str
) -> None:
    assert error(ask(outside, SMS, **other)) == code
    assert inbox(outside) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"SignName": "x"}, "FailedOperation.SignatureIncorrectOrUnapproved"),
        ({"TemplateId": "x"}, "FailedOperation.TemplateUnapprovedOrNotExist"),
        (
            {"TemplateParamSet": ["1"]},
            "FailedOperation.TemplateParamSetNotMatchApprovedTemplate",
        ),
        ({"PhoneNumberSet": [PHONE]}, "InvalidParameterValue.IncorrectPhoneNumber"),
        ({"PhoneNumberSet": ["+8613800098003"]}, "FailedOperation.PhoneNumberInBlacklist"),
    ],
)
def test_one_number_is_refused_by_its_own_code(
    outside: Running, change: dict[str, Any], code: str
) -> None:
    assert status(ask(outside, SMS | change))["Code"] == code


def test_codes_have_limits_of_their_own(outside: Running) -> None:
    code = SMS | {"TemplateId": "SMS_LOGIN", "TemplateParamSet": ["012345"]}
    assert status(ask(outside, code))["Code"] == "Ok"
    assert status(ask(outside, code))["Code"] == "LimitExceeded.PhoneNumberThirtySecondLimit"
    assert status(ask(outside, SMS))["Code"] == "Ok"


def test_only_what_has_a_receipt_is_pulled(outside: Running) -> None:
    serial = status(ask(outside, SMS))["SerialNo"]
    ask(outside, SMS | {"PhoneNumberSet": ["+8613800098004"]})
    for number, expected in ((PHONE, [serial]), ("13800098004", [])):
        wish = {
            "BeginTime": int(time.time()) - 60,
            "Offset": 0,
            "Limit": 10,
            "PhoneNumber": f"+86{number}",
            "SmsSdkAppId": "1400006666",
        }
        reply = ask(outside, wish, action="PullSmsSendStatusByPhoneNumber")
        rows = reply.json()["Response"]["PullSmsSendStatusSet"]
        assert [row["SerialNo"] for row in rows] == expected


def test_messages_of_one_carrier_vanish(outside: Running) -> None:
    wish = {"service": "tencent.sms", "mode": "undelivered", "carrier": "mobile"}
    assert outside.post("/faults.json", wish).status == 200
    for number in (PHONE, "18911112222"):
        told = status(ask(outside, SMS | {"PhoneNumberSet": [f"+86{number}"]}))
        assert told["Code"] == "Ok"
    assert inbox(outside) == []
    assert len(inbox(outside, "18911112222")) == 1
    refused = outside.post("/faults.json", wish | {"mode": "hang"})
    assert refused.status == 400


def test_a_call_reads_the_code_out(outside: Running) -> None:
    assert call(outside, CALL).json()["Response"]["SendStatus"]["CallId"]
    [message] = inbox(outside)
    assert (message["vendor"], message["code"]) == ("tencent-voice", "012345")
    assert error(call(outside, CALL)) == "LimitExceeded.DeliveryFrequencyLimit"
    assert error(call(outside, CALL | {"TemplateId": "SMS_LOGIN"})).endswith("TemplateInvalid")


@pytest.mark.parametrize("name", ["aliyun.sms", "sms", "voice", "tencent.identity", "tencent"])
def test_every_name_of_a_switch_is_known(outside: Running, name: str) -> None:
    outside.switch(name, "error")
