"""The bytes on the wire are those of the published interface's worked example."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml

from creditquery.gateways import pboc
from creditquery.gateways import pboc_wire as wire
from creditquery.gateways.inquiry import Inquiry, Person

SPECIFICATION = Path(__file__).parents[2] / "docs/interface/pboc.yaml"


@pytest.fixture(scope="module")
def interface() -> dict[str, Any]:
    return yaml.safe_load(SPECIFICATION.read_text("utf-8"))


@pytest.fixture(scope="module")
def example(interface: dict[str, Any]) -> dict[str, Any]:
    return interface["x-worked-example"]


def test_session_key(example: dict[str, Any]) -> None:
    key = wire.session_key(
        example["secret"].encode(),
        example["client_nonce"],
        example["server_nonce"],
        example["session_id"],
    )
    assert key.hex() == example["session_key"]


def test_each_request_is_signed_as_in_the_example(example: dict[str, Any]) -> None:
    keys = {
        "secret": example["secret"].encode(),
        "session": bytes.fromhex(example["session_key"]),
    }
    for step in example["steps"]:
        lines = step["text"].split("\n")
        body = step["body"].encode()
        if lines[0] == "PBOC1-REQUEST":
            method, path, institution, session, timestamp, nonce = lines[1:7]
            session = "" if session == "-" else session
            text = wire.request_text(method, path, institution, session, timestamp, nonce, body)
        else:
            status, nonce, timestamp = lines[1:4]
            text = wire.answer_text(int(status), nonce, timestamp, body)
        assert text == step["text"]
        assert wire.sign(keys[step["key"]], text) == step["signature"]


def test_inquiry_body_is_the_example_s(example: dict[str, Any]) -> None:
    step = next(step for step in example["steps"] if step["name"] == "send an inquiry")
    inquiry = Inquiry(
        request_no="20260101000000ABCDEFGH12",
        person=Person("王小二", "10", "11010519491231002X", "13800000006"),
        reason="02",
        consent_reference="C-20260101-0001",
        consent_sha256="12423e0482f3e81cb1d23230664e95bb3d11b9f34f06fc199e588d4cdab6e4d4",
        consent_signed_at=dt.datetime(2025, 12, 31, 23, 59, tzinfo=dt.UTC),
    )
    assert wire.inquiry_body(inquiry).decode() == step["body"]


def test_the_table_of_codes_is_the_interface_s(interface: dict[str, Any]) -> None:
    ours = {
        **dict.fromkeys(pboc.FINAL, "none"),
        **dict.fromkeys(pboc.NOT_EXECUTED, "none"),
        **dict.fromkeys(pboc.UNKNOWN, "unknown"),
        "AAA000": "recorded",
        "AAA001": "unknown",
        "AAA002": "none",
        "AUT001": "none",  # unsigned, so it proves nothing and is not in the table
    }
    theirs = {code: row["inquiry"] for code, row in interface["x-result-codes"].items()}
    assert ours == theirs


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml",
        b"<Document><Msg>",
        b"<Other><Msg><ResultCode>AAA000</ResultCode></Msg></Other>",
        b"<Document><Msg/></Document>",
        b"<!DOCTYPE d><Document><Msg><ResultCode>AAA000</ResultCode></Msg></Document>",
        "<Document><Msg><ResultCode>AAA000</ResultCode></Msg></Document>".encode("utf-16")[2:],
        b"\x00\xff" * 100,
    ],
)
def test_other_bytes_are_no_envelope(body: bytes) -> None:
    with pytest.raises(wire.BadEnvelope):
        wire.read_envelope(body)


def test_a_person_does_not_print() -> None:
    person = Person("王小二", "10", "11010519491231002X", "13800000006")
    assert not {"王小二", "11010519491231002X", "13800000006"} & set(repr(person).split("'"))
