"""Aliyun's SMS interface: signature, refusals, caps, delivery and receipts."""

import json
import re
import threading
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from simulators import handsets
from simulators.exchange import Request
from simulators.receipts import Receipts
from simulators.sms_templates import CODES, NOTICES, TEMPLATES
from simulators.tests.conftest import Reply, Running
from simulators.tests.signers import acs3

PHONE = "13912345678"


def sms(phone: str = PHONE, **other: str) -> dict[str, str]:
    return {
        "PhoneNumbers": phone,
        "SignName": "征信直通",
        "TemplateCode": "SMS_LOGIN",
        "TemplateParam": '{"code": "012345"}',
        "OutId": "7",
        **other,
    }


def signed(
    query: dict[str, str],
    action: str = "SendSms",
    *,
    key_id: str = "development-aliyun-id",
    secret: str = "development-aliyun-secret",
    off: int = 0,
    nonce: str = "",
    version: str = "2017-05-25",
) -> tuple[str, dict[str, str]]:
    at = datetime.now(UTC) + timedelta(seconds=off)
    return acs3(
        action=action, query=query, key_id=key_id, secret=secret, at=at,
        nonce=nonce or uuid.uuid4().hex, host="127.0.0.1", version=version,
    )  # fmt: skip


def call(outside: Running, query: dict[str, str], action: str = "SendSms", **other: Any) -> Reply:
    text, headers = signed(query, action, **other)
    return outside.call("POST", f"/aliyun/?{text}", headers)


def code(reply: Reply) -> str:
    return str(reply.json()["Code"])


def inbox(outside: Running, phone: str = PHONE) -> list[dict[str, str]]:
    messages: list[dict[str, str]] = outside.get(f"/phone/{phone}/messages.json")
    return messages


def test_the_signer_reproduces_aliyuns_published_example() -> None:
    _, headers = acs3(
        action="RunInstances",
        query={
            "ImageId": "win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd",
            "RegionId": "cn-shanghai",
        },
        key_id="YourAccessKeyId",
        secret="YourAccessKeySecret",
        at=datetime(2023, 10, 26, 10, 22, 32, tzinfo=UTC),
        nonce="3156853299f313e23d1673dc12e1703d",
        host="ecs.cn-shanghai.aliyuncs.com",
        version="2014-05-26",
    )
    published = "06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0"
    assert headers["Authorization"].endswith(f"Signature={published}")


def test_a_message_arrives_as_registered_with_its_leading_zero(outside: Running) -> None:
    reply = call(outside, sms())
    assert reply.status == 200
    assert reply.json()["Code"] == "OK" and reply.json()["BizId"]
    [message] = inbox(outside)
    assert message["text"] == (
        "【征信直通】工作人员绝不会索要验证码。您的登录验证码是012345，5分钟内有效。"
    )
    assert (message["code"], message["vendor"]) == ("012345", "aliyun")
    assert datetime.fromisoformat(message["at"]).utcoffset() == timedelta(hours=8)


@pytest.mark.parametrize(
    ("change", "status", "expected"),
    [
        ({"secret": "wrong"}, 400, "SignatureDoesNotMatch"),
        ({"key_id": "stranger"}, 404, "InvalidAccessKeyId.NotFound"),
        ({"off": -1000}, 400, "InvalidTimeStamp.Expired"),
        ({"off": 1000}, 400, "InvalidTimeStamp.Expired"),
        ({"version": "2020-01-01"}, 404, "InvalidAction.NotFound"),
        ({"action": "DeleteAll"}, 404, "InvalidAction.NotFound"),
    ],
)
def test_a_request_that_is_not_ours_is_refused(
    outside: Running, change: dict[str, Any], status: int, expected: str
) -> None:
    reply = call(outside, sms(), **change)
    assert (reply.status, code(reply)) == (status, expected)
    assert inbox(outside) == []


def test_a_parameter_changed_after_signing_is_refused(outside: Running) -> None:
    text, headers = signed(sms())
    reply = outside.call("POST", "/aliyun/?" + text.replace(PHONE, "13900000000"), headers)
    assert code(reply) == "SignatureDoesNotMatch"


def test_a_body_that_was_not_signed_is_refused(outside: Running) -> None:
    text, headers = signed(sms())
    assert code(outside.call("POST", f"/aliyun/?{text}", headers, b"x=1")) == (
        "SignatureDoesNotMatch"
    )


def test_a_header_that_must_be_signed(outside: Running) -> None:
    text, headers = signed(sms())
    headers["Authorization"] = headers["Authorization"].replace("host;", "")
    assert code(outside.call("POST", f"/aliyun/?{text}", headers)) == "SignatureDoesNotMatch"


def test_without_authorization(outside: Running) -> None:
    assert code(outside.call("POST", "/aliyun/")) == "MissingAuthorization"


def test_a_nonce_serves_once(outside: Running) -> None:
    assert code(call(outside, sms(), nonce="n1")) == "OK"
    assert code(call(outside, sms("13900000001"), nonce="n1")) == "SignatureNonceUsed"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"PhoneNumbers": "123"}, "isv.MOBILE_NUMBER_ILLEGAL"),
        ({"PhoneNumbers": "13800098003"}, "isv.BLACK_KEY_CONTROL_LIMIT"),
        ({"SignName": "别家"}, "isv.SMS_SIGNATURE_ILLEGAL"),
        ({"TemplateCode": "SMS_FREE_TEXT"}, "isv.SMS_TEMPLATE_ILLEGAL"),
        ({"TemplateParam": "not json"}, "isv.INVALID_JSON_PARAM"),
        ({"TemplateParam": "[1]"}, "isv.INVALID_JSON_PARAM"),
        ({"TemplateParam": "{}"}, "isv.TEMPLATE_MISSING_PARAMETERS"),
        ({"TemplateParam": '{"code": 12345}'}, "isv.TEMPLATE_PARAMS_ILLEGAL"),
        ({"TemplateParam": '{"code": "%s"}' % ("1" * 36)}, "isv.PARAM_LENGTH_LIMIT"),
        ({"TemplateParam": '{"code": "http://a"}'}, "isv.PARAM_NOT_SUPPORT_URL"),
    ],
)
def test_what_the_vendor_refuses(outside: Running, change: dict[str, str], expected: str) -> None:
    reply = call(outside, sms(**change))
    assert (reply.status, code(reply)) == (200, expected)
    assert inbox(outside) == []


def test_every_code_template_warns_first_and_every_text_exists_in_english() -> None:
    for name, text in CODES.items():
        assert text.startswith(("工作人员绝不会索要验证码。", "Our staff never ask")), name
        assert "${code}" in text
    chinese = {name for name in TEMPLATES if "_EN_" not in name}
    assert {name.replace("SMS_", "SMS_EN_", 1) for name in chinese} | chinese == set(TEMPLATES)
    assert not set(CODES) & set(NOTICES)


class Caps:
    """SendSms by itself, at times of the test's choosing."""

    def __init__(self, outside: Running) -> None:
        self.service = outside.world.aliyun

    def send(self, now: float, template: str = "SMS_LOGIN") -> str:
        query = sms(TemplateCode=template, TemplateParam='{"code": "012345", "no": "1234"}')
        text, headers = acs3(
            action="SendSms", query=query, key_id="development-aliyun-id",
            secret="development-aliyun-secret", at=datetime.fromtimestamp(now, UTC),
            nonce=uuid.uuid4().hex, host="127.0.0.1",
        )  # fmt: skip
        headers = {name.lower(): value for name, value in headers.items()}
        answer = self.service.answer(Request("POST", f"/aliyun/?{text}", headers), now)
        said = json.loads(answer.body)
        return str(said["Code"] if said["Code"] == "OK" else said["Message"])


def test_one_code_a_minute_five_an_hour_ten_a_day(outside: Running) -> None:
    caps, start = Caps(outside), 1_800_000_000.0
    assert caps.send(start) == "OK"
    assert caps.send(start + 59) == "触发分钟级流控Permits:1"
    for minute in range(1, 5):
        assert caps.send(start + 60 * minute) == "OK"
    assert caps.send(start + 300) == "触发小时级流控Permits:5"
    for minute in range(5):
        assert caps.send(start + 3600 + 60 * minute) == "OK"
    assert caps.send(start + 10_000) == "触发天级流控Permits:10"
    assert caps.send(start + 86400) == "OK"


def test_notices_have_their_own_cap(outside: Running) -> None:
    caps, start = Caps(outside), 1_800_000_000.0
    assert [caps.send(start, "SMS_NOTICE_READY") for _ in range(50)] == ["OK"] * 50
    assert caps.send(start, "SMS_NOTICE_READY") == "触发天级流控Permits:50"
    assert caps.send(start) == "OK"


def test_details_say_what_became_of_a_message(outside: Running) -> None:
    biz_id = call(outside, sms()).json()["BizId"]
    today = datetime.now(UTC) + timedelta(hours=8)
    query = {"PhoneNumber": PHONE, "SendDate": f"{today:%Y%m%d}", "BizId": biz_id}
    query |= {"PageSize": "10", "CurrentPage": "1"}
    said = call(outside, query, "QuerySendDetails").json()
    [row] = said["SmsSendDetailDTOs"]["SmsSendDetailDTO"]
    assert (said["TotalCount"], row["SendStatus"], row["ErrCode"]) == ("1", 3, "DELIVERED")
    assert row["OutId"] == "7"
    other = call(outside, query | {"PhoneNumber": "13900000000"}, "QuerySendDetails")
    assert other.json()["TotalCount"] == "0"


def test_duplicate_delivers_twice(outside: Running) -> None:
    outside.switch("aliyun", "duplicate")
    call(outside, sms())
    outside.connection.close()
    assert len(inbox(outside)) == 2


@pytest.mark.parametrize(
    ("mode", "status", "expected"),
    [("error", 500, "InternalError"), ("busy", 400, "Throttling.User")],
)
def test_the_vendor_in_trouble_sends_nothing(
    outside: Running, mode: str, status: int, expected: str
) -> None:
    outside.switch("aliyun", mode)
    reply = call(outside, sms())
    assert (reply.status, code(reply)) == (status, expected)
    assert inbox(outside) == []


class Portal:
    """Where receipts are pushed to; refuses the first `refusals` of them."""

    def __init__(self, refusals: int = 0) -> None:
        self.receipts: list[tuple[str, dict[str, Any]]] = []
        self.came = threading.Condition()
        portal = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with portal.came:
                    portal.receipts += [(self.path, receipt) for receipt in body]
                    portal.came.notify()
                    refused = len(portal.receipts) <= refusals
                answer = b'{"code": 1}' if refused else b'{"code": 0, "msg": "ok"}'
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/receipts/aliyun/token/"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def wait_for(self, number: int) -> list[tuple[str, dict[str, Any]]]:
        with self.came:
            assert self.came.wait_for(lambda: len(self.receipts) >= number, timeout=3)
            return list(self.receipts)


@pytest.fixture
def portal() -> Iterator[Portal]:
    portal = Portal()
    yield portal
    portal.server.shutdown()
    portal.server.server_close()


def push_to(outside: Running, url: str) -> None:
    outside.world.aliyun._receipts = Receipts(url, 0.01, outside.world.background)


def test_a_receipt_is_pushed_as_aliyun_does(outside: Running, portal: Portal) -> None:
    push_to(outside, portal.url)
    biz_id = call(outside, sms()).json()["BizId"]
    [(path, receipt)] = portal.wait_for(1)
    assert path == "/receipts/aliyun/token/"
    times = {receipt.pop("send_time"), receipt.pop("report_time")}
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d", text) for text in times)
    assert receipt == {
        "phone_number": PHONE,
        "success": True,
        "err_code": "DELIVERED",
        "err_msg": "用户接收成功",
        "sms_size": "1",
        "biz_id": biz_id,
        "out_id": "7",
    }


def test_a_receipt_that_is_not_taken_comes_again(
    outside: Running, portal: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulators.receipts.RETRY_SECONDS", (0.01, 0.01))
    refusing = Portal(refusals=2)
    push_to(outside, refusing.url)
    call(outside, sms())
    receipts = refusing.wait_for(3)
    assert {receipt["biz_id"] for _, receipt in receipts} == {receipts[0][1]["biz_id"]}
    refusing.server.shutdown()
    refusing.server.server_close()


def test_an_unreachable_phone_gets_nothing_and_says_so(outside: Running, portal: Portal) -> None:
    push_to(outside, portal.url)
    assert code(call(outside, sms(f"138000{handsets.TAIL_UNREACHABLE}"))) == "OK"
    [(_, receipt)] = portal.wait_for(1)
    assert receipt["success"] is False
    assert inbox(outside, f"138000{handsets.TAIL_UNREACHABLE}") == []


def test_a_silent_phone_gets_its_message_and_no_receipt(outside: Running, portal: Portal) -> None:
    push_to(outside, portal.url)
    call(outside, sms(f"138000{handsets.TAIL_SILENT}"))
    assert len(inbox(outside, f"138000{handsets.TAIL_SILENT}")) == 1
    time.sleep(0.1)
    assert portal.receipts == []


def test_forged_receipts_know_neither_number_nor_address(outside: Running, portal: Portal) -> None:
    push_to(outside, portal.url)
    outside.switch("aliyun", "forged")
    biz_id = call(outside, sms()).json()["BizId"]
    receipts = portal.wait_for(3)
    genuine = [path for path, receipt in receipts if receipt["biz_id"] == biz_id]
    assert genuine == ["/receipts/aliyun/token/"]
    assert len({path for path, _ in receipts}) == 2
