"""docs/interface/bank.yaml is valid, its worked example is right, and the simulator obeys it."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import validate

from simulators.bureau import bank_wire, inquiry
from simulators.bureau.bank_outcomes import CODES
from simulators.tests.bank_institution import (
    BankInstitution,
    decoded,
    derive,
    joined,
    kid,
    open_callback,
    open_sealed,
    private_key,
    public_key,
    public_text,
    signed_by,
)
from simulators.tests.conftest import Running

FILE = Path(__file__).parents[2] / "docs" / "interface" / "bank.yaml"
DOCUMENT: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
SCHEMAS = DOCUMENT["components"]["schemas"]
EXAMPLE = DOCUMENT["x-worked-example"]
STEPS = {step["name"]: step for step in EXAMPLE["steps"]}


def test_the_document_is_valid_openapi() -> None:
    validate(DOCUMENT)


def test_the_static_keys_of_the_example_belong_together() -> None:
    for side in ("institution", "bank"):
        public = EXAMPLE[f"{side}_public_key"]
        assert public_text(private_key(EXAMPLE[f"{side}_private_key"])) == public
        assert kid(public) == EXAMPLE[f"{side}_kid"]


def test_both_sides_derive_the_dynamic_keys_of_the_example() -> None:
    keys = EXAMPLE["keys"]
    asked = json.loads(STEPS["open keys"]["body"])
    answered = json.loads(STEPS["the bank's answer"]["body"])
    assert asked["reqHead"]["nonce"] == keys["request_nonce"]
    assert answered["respHead"]["nonce"] == keys["answer_nonce"]
    assert answered["respHead"]["key_id"] == keys["key_id"]
    salt = keys["request_nonce"] + keys["answer_nonce"]
    info = joined("BANK1 keys", EXAMPLE["institution"], keys["key_id"])
    for side, other in (("institution", answered), ("bank", asked)):
        own = private_key(keys[f"{side}_ephemeral_private_key"])
        sent, received = derive(own, other["body"]["public_key"], salt, info)
        assert sent.hex() == keys["institution_to_bank"]
        assert received.hex() == keys["bank_to_institution"]


@pytest.mark.parametrize("step", EXAMPLE["steps"], ids=list(STEPS))
def test_each_signature_of_the_example(step: dict[str, Any]) -> None:
    body = step["body"].encode()
    assert len(body) == step["body_bytes"]
    assert step["text"].splitlines()[-1] == hashlib.sha256(body).hexdigest()
    public = EXAMPLE[f"{step['key']}_public_key"]
    assert signed_by(public, step["signature"], step["text"].encode())


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("send an inquiry, asynchronous", "institution_to_bank"),
        ("the bank accepts it", "bank_to_institution"),
    ],
)
def test_each_sealed_body_of_the_example_opens(name: str, key: str) -> None:
    step = STEPS[name]
    body = json.loads(step["body"])["body"]
    plain = open_sealed(bytes.fromhex(EXAMPLE["keys"][key]), body, step["additional_data"].encode())
    assert plain == json.loads(step["plain_text"])


def test_the_callback_of_the_example_opens_with_the_static_key() -> None:
    step = STEPS["the bank calls back"]
    plain = open_callback(step["body"].encode(), private_key(EXAMPLE["institution_private_key"]))
    assert plain == json.loads(step["plain_text"])
    given = EXAMPLE["callback"]
    ephemeral = json.loads(step["body"])["body"]["public_key"]
    assert public_text(private_key(given["bank_ephemeral_private_key"])) == ephemeral
    info = joined("BANK1 callback", EXAMPLE["institution"], EXAMPLE["institution_kid"])
    own = private_key(given["bank_ephemeral_private_key"])
    key, _ = derive(own, EXAMPLE["institution_public_key"], given["nonce"], info)
    assert key.hex() == given["key"]


def test_the_simulator_makes_the_texts_of_the_example() -> None:
    step = STEPS["send an inquiry, asynchronous"]
    body, path = step["body"].encode(), step["text"].splitlines()[2]
    assert bank_wire.signed_request("POST", path, body) == step["text"].encode()
    head, _ = bank_wire.read_request(body)
    assert head.additional(path) == step["additional_data"].encode() and head.wants_later
    accepted = STEPS["the bank accepts it"]
    text = bank_wire.signed_answer(202, body, accepted["body"].encode())
    assert text == accepted["text"].encode()
    answer_head = json.loads(accepted["body"])["respHead"]
    additional = bank_wire.additional("BANK1-ANSWER", answer_head)
    assert additional == accepted["additional_data"].encode()
    called = STEPS["the bank calls back"]
    assert bank_wire.signed_callback(called["body"].encode()) == called["text"].encode()
    callback_head = json.loads(called["body"])["respHead"]
    additional = bank_wire.additional("BANK1-CALLBACK", callback_head, EXAMPLE["institution_kid"])
    assert additional == called["additional_data"].encode()


def test_the_table_of_codes_is_the_simulators() -> None:
    table = DOCUMENT["x-result-codes"]
    assert {code: (row["http"], row["text"]) for code, row in table.items()} == CODES


def test_the_patterns_are_the_simulators() -> None:
    content = SCHEMAS["Inquiry"]["properties"]
    assert "|".join(content["query_reason"]["enum"]) == inquiry.PATTERNS["reason"]
    types = content["person"]["properties"]["id_type"]["enum"]
    assert "|".join(types) == inquiry.PATTERNS["id_type"]


def test_every_http_status_of_a_code_is_documented() -> None:
    answers = DOCUMENT["paths"]["/{region}/v1/inquiries"]["post"]["responses"]
    assert {str(status) for status, _ in CODES.values()} == set(answers)


def conforms(value: object, schema: str) -> None:
    reference = {"$ref": f"#/components/schemas/{schema}", "components": DOCUMENT["components"]}
    OAS31Validator(reference).validate(value)


def test_what_passes_on_the_wire_conforms_to_the_schemas(outside: Running) -> None:
    bank = BankInstitution(outside).open()
    conforms(json.loads(STEPS["open keys"]["body"]), "OpenKeys")
    conforms(json.loads(STEPS["the bank's answer"]["body"]), "KeysOpened")
    conforms(json.loads(STEPS["the bank calls back"]["body"]), "Callback")
    reply = bank.inquire()
    conforms(json.loads(bank.sent), "SealedRequest")
    conforms(reply.json(), "SealedAnswer")
    conforms(bank.content(reply), "Outcome")
    bank.key_id = "0" * 32
    conforms(bank.inquire().json(), "Failure")
    conforms(outside.get("/bank/east/v1/status"), "Failure")


def test_the_keys_of_the_example_are_the_ones_of_development() -> None:
    assert BankInstitution.__dataclass_fields__["bank_key"].default == EXAMPLE["bank_public_key"]
    assert decoded(EXAMPLE["bank_public_key"])[:2] == b"\x30\x59"
    assert public_key(EXAMPLE["institution_public_key"]).curve.name == "secp256r1"
