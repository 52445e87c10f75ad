"""Tencent's three-element check: TC3 signature and the ways it ends."""

import time
from typing import Any

import pytest

from simulators.tests.conftest import Reply, Running
from simulators.tests.signers import as_bytes, tc3

ASKED = {"IdCard": "110101199003070011", "Name": "李明", "Phone": "13911112222"}


def call(
    outside: Running, asked: Any, *, change: dict[str, str] | None = None, **other: Any
) -> Reply:
    signing: dict[str, Any] = {
        "service": "faceid",
        "action": "PhoneVerification",
        "version": "2018-03-01",
        "body": as_bytes(asked),
        "secret_id": "development-tencent-id",
        "key": "development-tencent-key",
        "stamp": int(time.time()),
        "host": "127.0.0.1",
    }
    headers = tc3(**{**signing, **other})
    return outside.call("POST", "/tencent/", headers | (change or {}), signing["body"])


def error(reply: Reply) -> str:
    assert (reply.status, reply.headers["Content-Type"]) == (200, "application/json")
    return str(reply.json()["Response"]["Error"]["Code"])


def test_the_signer_reproduces_tencents_published_example() -> None:
    headers = tc3(
        service="cvm",
        action="DescribeInstances",
        version="2017-03-12",
        body=rb'{"Limit": 1, "Filters": [{"Values": ["\u672a\u547d\u540d"],'
        rb' "Name": "instance-name"}]}',
        secret_id="AKID" + "*" * 32,
        key="*" * 32,
        stamp=1551113065,
        host="cvm.tencentcloudapi.com",
    )
    published = "10b1a37a7301a02ca19a647ad722d5e43b4b3cff309d421d85b46093f6ab6c4f"
    assert headers["Authorization"].endswith(f"Signature={published}")


@pytest.mark.parametrize(
    ("change", "result"),
    [
        ({}, "0"),
        ({"Phone": "13911199001"}, "-4"),
        ({"Phone": "13911199002"}, "-9"),
        ({"Phone": "13911199003"}, "-12"),
        ({"Phone": "13911199004"}, "-11"),
        ({"Phone": "13911199005"}, "-13"),
        ({"Phone": "12345"}, "-6"),
        ({"IdCard": "110101199003070012"}, "-7"),
        ({"Name": "123"}, "-8"),
    ],
)
def test_how_a_check_ends(outside: Running, change: dict[str, str], result: str) -> None:
    response = call(outside, ASKED | change).json()["Response"]
    assert response["Result"] == result
    assert response["Description"] and response["RequestId"]
    assert "ResultDetail" not in response


def test_detail_only_when_asked_for(outside: Running) -> None:
    asked = ASKED | {"Phone": "13911199001", "VerifyMode": "1"}
    assert call(outside, asked).json()["Response"]["ResultDetail"] == "PhoneNameMismatch"


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"key": "wrong"}, "AuthFailure.SignatureFailure"),
        ({"secret_id": "stranger"}, "AuthFailure.SecretIdNotFound"),
        ({"service": "cvm"}, "AuthFailure.InvalidAuthorization"),
        ({"stamp": 1551113065}, "AuthFailure.SignatureExpire"),
        ({"body": b"{}"}, "AuthFailure.SignatureFailure"),
        ({"action": "DeleteAll"}, "InvalidAction"),
        ({"version": "2016-01-01"}, "InvalidAction"),
        ({"change": {"Authorization": ""}}, "AuthFailure.InvalidAuthorization"),
        ({"change": {"X-TC-Action": "Other"}}, "AuthFailure.SignatureFailure"),
    ],
)
def test_a_request_that_is_not_ours(outside: Running, other: Any, expected: str) -> None:
    assert error(call(outside, ASKED, **other)) == expected


@pytest.mark.parametrize(
    ("asked", "expected"),
    [([], "InvalidParameter"), ({"Name": "李明"}, "MissingParameter")],
)
def test_a_request_without_its_parameters(outside: Running, asked: Any, expected: str) -> None:
    assert error(call(outside, asked)) == expected


@pytest.mark.parametrize(
    ("mode", "expected"), [("error", "InternalError"), ("busy", "RequestLimitExceeded")]
)
def test_the_vendor_in_trouble(outside: Running, mode: str, expected: str) -> None:
    outside.switch("tencent", mode)
    assert error(call(outside, ASKED)) == expected
