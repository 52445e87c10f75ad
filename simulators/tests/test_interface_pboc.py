"""docs/interface/pboc.yaml is valid, its worked example is right, and the simulator obeys it."""

import hashlib
import hmac
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import validate

from simulators.bureau import inquiry, pboc_wire
from simulators.bureau.pboc import CODES
from simulators.tests.institution import parse
from simulators.tests.signers import hkdf_sha256

FILE = Path(__file__).parents[2] / "docs" / "interface" / "pboc.yaml"
DOCUMENT: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
EXAMPLE = DOCUMENT["x-worked-example"]
STEPS = {step["name"]: step for step in EXAMPLE["steps"]}


def test_the_document_is_valid_openapi() -> None:
    validate(DOCUMENT)


def test_the_session_key_follows_from_the_example() -> None:
    opened = STEPS["the bureau's answer"]["body"].encode()
    message = parse(opened).find("Msg")
    assert message is not None
    assert message.findtext("ServerNonce") == EXAMPLE["server_nonce"]
    assert message.findtext("SessionId") == EXAMPLE["session_id"]
    key = hkdf_sha256(
        EXAMPLE["secret"].encode(),
        bytes.fromhex(EXAMPLE["client_nonce"] + EXAMPLE["server_nonce"]),
        b"PBOC1 session " + EXAMPLE["session_id"].encode(),
    )
    assert key.hex() == EXAMPLE["session_key"]


@pytest.mark.parametrize("step", EXAMPLE["steps"], ids=list(STEPS))
def test_each_signature_of_the_example(step: dict[str, Any]) -> None:
    body = step["body"].encode()
    assert len(body) == step["body_bytes"]
    assert step["text"].splitlines()[-1] == hashlib.sha256(body).hexdigest()
    keys = {"secret": EXAMPLE["secret"].encode(), "session": bytes.fromhex(EXAMPLE["session_key"])}
    signature = hmac.new(keys[step["key"]], step["text"].encode(), hashlib.sha256).hexdigest()
    assert signature == step["signature"]


def test_the_simulator_makes_the_bytes_of_the_example() -> None:
    step = STEPS["send an inquiry"]
    _, method, path, institution, session, stamp, nonce, _ = step["text"].splitlines()
    text = pboc_wire.signed_request(
        method, path, institution, session, stamp, nonce, step["body"].encode()
    )
    assert text == step["text"].encode()
    answer = STEPS["the bureau's answer to that"]
    _, status, nonce, stamp, _ = answer["text"].splitlines()
    text = pboc_wire.signed_answer(int(status), nonce, stamp, answer["body"].encode())
    assert text == answer["text"].encode()


def test_the_example_inquiry_is_one_that_the_simulator_reads() -> None:
    read = pboc_wire.read_inquiry(STEPS["send an inquiry"]["body"].encode())
    assert (read.name, read.request_no) == ("王小二", "20260101000000ABCDEFGH12")


def test_the_table_of_codes_is_the_simulators() -> None:
    table = DOCUMENT["x-result-codes"]
    assert {code: (row["http"], row["text"]) for code, row in table.items()} == CODES


def test_the_patterns_are_the_simulators() -> None:
    schemas = DOCUMENT["components"]["schemas"]
    message = schemas["Inquiry"]["properties"]["Msg"]["properties"]
    reasons = message["QueryReason"]["enum"]
    assert "|".join(reasons) == inquiry.PATTERNS["reason"]
    types = message["Person"]["properties"]["IdType"]["enum"]
    assert "|".join(types) == inquiry.PATTERNS["id_type"]


def test_every_http_status_of_a_code_is_documented() -> None:
    answers = DOCUMENT["paths"]["/{region}/v1/inquiries"]["post"]["responses"]
    assert {str(status) for status, _ in CODES.values()} == set(answers)
