"""The bytes on the wire are those of the published interface's worked example."""

import base64
import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric import ec

from creditquery.gateways import bank_codes as codes
from creditquery.gateways import bank_wire as wire
from creditquery.gateways.bank_callbacks import is_message_of, message_id, opened
from creditquery.gateways.bank_codes import said
from creditquery.gateways.inquiry import Access, Inquiry, Person, Untrusted, Working
from portal.gateway import Rejected

SPECIFICATION = Path(__file__).parents[2] / "docs/interface/bank.yaml"
NUMBER = "20260101000000ABCDEFGH12"
AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def interface() -> dict[str, Any]:
    return yaml.safe_load(SPECIFICATION.read_text("utf-8"))


@pytest.fixture(scope="module")
def example(interface: dict[str, Any]) -> dict[str, Any]:
    return interface["x-worked-example"]


@pytest.fixture
def access(example: dict[str, Any]) -> Access:
    return Access(
        channel="bank",
        endpoint="east",
        url="https://bank.example/bank/east",
        institution=example["institution"],
        secrets=(example["institution_private_key"],),
        peer_key=example["bank_public_key"],
    )


def step(example: dict[str, Any], name: str) -> dict[str, Any]:
    return next(each for each in example["steps"] if each["name"] == name)


def keys_of(example: dict[str, Any]) -> wire.KeyPair:
    given = example["keys"]
    own = wire.signer(given["institution_ephemeral_private_key"]).key
    theirs = wire.signer(given["bank_ephemeral_private_key"]).key
    return wire.dynamic_keys(
        own,
        wire.public_text(theirs),
        nonces=(given["request_nonce"], given["answer_nonce"]),
        institution=example["institution"],
        key_id=given["key_id"],
    )


def test_static_keys_have_the_names_of_the_example(example: dict[str, Any]) -> None:
    signer = wire.signer(example["institution_private_key"])
    assert signer.kid == example["institution_kid"]
    assert wire.public_text(signer.key) == example["institution_public_key"]
    assert list(wire.verifiers(example["bank_public_key"])) == [example["bank_kid"]]


def test_dynamic_keys(example: dict[str, Any]) -> None:
    pair = keys_of(example)
    assert pair.ours.hex() == example["keys"]["institution_to_bank"]
    assert pair.theirs.hex() == example["keys"]["bank_to_institution"]


def test_each_message_is_signed_as_in_the_example(example: dict[str, Any]) -> None:
    asked = b""
    for each in example["steps"]:
        body, lines = each["body"].encode(), each["text"].split("\n")
        assert len(body) == each["body_bytes"]
        if lines[0] == "BANK1-REQUEST":
            text, asked = wire.request_text(lines[1], lines[2], body), body
        elif lines[0] == "BANK1-ANSWER":
            text = wire.answer_text(int(lines[1]), asked, body)
        else:
            text = wire.callback_text(body)
        assert text == each["text"]
        headers = {
            "x-bank-key": example[f"{each['key']}_kid"],
            "x-bank-signature": each["signature"],
        }
        assert wire.holds(example[f"{each['key']}_public_key"], headers, text)
        assert not wire.holds(example[f"{each['key']}_public_key"], headers, text + " ")


def test_our_own_signature_holds(example: dict[str, Any]) -> None:
    signer = wire.signer(example["institution_private_key"])
    headers = {"x-bank-key": signer.kid, "x-bank-signature": signer.sign("text")}
    assert wire.holds(example["institution_public_key"], headers, "text")
    assert not wire.holds(example["bank_public_key"], headers, "text")


def test_either_of_two_registered_keys_verifies(example: dict[str, Any]) -> None:
    following = wire.new_key()
    both = f"{example['bank_public_key']}\n{wire.public_text(following)}"
    kid = wire.kid(wire.public_text(following))
    headers = {"x-bank-key": kid, "x-bank-signature": wire.Signer(following, kid).sign("text")}
    assert wire.holds(both, headers, "text")


def test_the_inquiry_s_plain_text_and_seal(example: dict[str, Any]) -> None:
    given = step(example, "send an inquiry, asynchronous")
    inquiry = Inquiry(
        request_no=NUMBER,
        person=Person("王小二", "10", "11010519491231002X", "13800000006"),
        reason="02",
        consent_reference="C-20260101-0001",
        consent_sha256="12423e0482f3e81cb1d23230664e95bb3d11b9f34f06fc199e588d4cdab6e4d4",
        consent_signed_at=dt.datetime(2025, 12, 31, 23, 59, tzinfo=dt.UTC),
    )
    plain = wire.inquiry_body(inquiry)
    assert json.dumps(plain, ensure_ascii=False, separators=(",", ":")) == given["plain_text"]
    bound_to = given["additional_data"].split("\n")
    sealed = json.loads(given["body"])["body"]
    assert wire.unseal(keys_of(example).ours, sealed, bound_to) == plain
    assert (
        wire.unseal(
            keys_of(example).ours, wire.seal(keys_of(example).ours, plain, bound_to), bound_to
        )
        == plain
    )


def test_the_answer_opens_bound_to_its_head(example: dict[str, Any]) -> None:
    given = step(example, "the bank accepts it")
    message = wire.json_object(given["body"].encode())
    head = wire.read_head(message)
    bound_to = ["BANK1-ANSWER", *wire.bound(head, head.key_id)]
    assert "\n".join(bound_to) == given["additional_data"]
    plain = wire.unseal(keys_of(example).theirs, message["body"], bound_to)
    assert plain == {"request_no": NUMBER}
    assert said(head, plain) == Working(2)
    with pytest.raises(wire.BadMessage):
        wire.unseal(keys_of(example).theirs, message["body"], [*bound_to[:-1], "000000"])


def test_the_callback_of_the_example_opens(
    example: dict[str, Any], access: Access, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = step(example, "the bank calls back")
    headers = {"x-bank-key": example["bank_kid"], "x-bank-signature": given["signature"]}
    name = "creditquery.gateways.bank_callbacks.is_message_of"
    monkeypatch.setattr(name, lambda number, rqst_id: rqst_id == "2" * 32)
    notice = opened(access, headers, given["body"].encode(), now=AT + dt.timedelta(minutes=4))
    assert (notice.request_no, notice.sequence, notice.message) == (NUMBER, 1, "2" * 32)
    assert isinstance(notice.said, Rejected)
    assert notice.said.code == "BUS001"
    for now, reason in ((AT + dt.timedelta(minutes=6), "stale"), (AT, "")):
        with pytest.raises(Untrusted, match=reason or "forged"):
            opened(access, headers, given["body"].encode() + b" " * (not reason), now=now)


def test_only_what_we_sent_is_ours() -> None:
    assert is_message_of(NUMBER, message_id(NUMBER))
    assert not is_message_of("B" * 24, message_id(NUMBER))
    assert not is_message_of(NUMBER, "2" * 32)
    assert message_id(NUMBER) != message_id(NUMBER)


def test_the_table_of_codes_is_the_interface_s(interface: dict[str, Any]) -> None:
    ours = {
        **dict.fromkeys(codes.FINAL, "none"),
        **dict.fromkeys(codes.NOT_EXECUTED, "none"),
        **dict.fromkeys(codes.UNKNOWN, "unknown"),
        codes.DONE: "recorded",
        codes.WORKING: "unknown",
        codes.NOT_SEEN: "none",
    }
    theirs = {code: row["inquiry"] for code, row in interface["x-result-codes"].items()}
    assert ours == theirs


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'{"a":1,"a":2}',
        b'{"a":NaN}',
        b"[" * 100_000,
        b'{"a":' + b"9" * 5000 + b"}",
    ],
)
def test_other_bytes_are_no_message(body: bytes) -> None:
    with pytest.raises(wire.BadMessage):
        wire.json_object(body)


def heads(**changed: Any) -> dict[str, Any]:
    head = {"timestamp": "1767225600000", "nonce": "0" * 32, "resp_cd": "000000"}
    head |= {"rqst_id": "", "institution": "", "key_id": ""}
    return {"respHead": head | changed}


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"respHead": []},
        heads(timestamp="now"),
        heads(timestamp="²767225600000"),
        heads(nonce=7),
        heads(nonce=""),
        heads(resp_cd=None),
        heads(rqst_id="\ud800"),
    ],
)
def test_other_heads_are_none(message: dict[str, Any]) -> None:
    with pytest.raises(wire.BadMessage):
        wire.read_head(message)


@pytest.mark.parametrize("after", [-1, 0, 10**9, "5", 2.5, None])
def test_a_senseless_wait_is_none(after: Any) -> None:
    assert wire.read_head(heads(retry_after=after)).retry_after == 0


@pytest.mark.parametrize("curve", [ec.SECP384R1(), ec.SECP256K1()])
def test_a_key_on_another_curve_is_refused(curve: ec.EllipticCurve) -> None:
    with pytest.raises(wire.BadMessage):
        wire.public_key(wire.public_text(ec.generate_private_key(curve)))


@pytest.mark.parametrize("text", ["", "*", base64.b64encode(b"no key").decode(), "é"])
def test_other_bytes_are_no_key(text: str) -> None:
    with pytest.raises(wire.BadMessage):
        wire.public_key(text)
