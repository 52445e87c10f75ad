"""The bank on the wire: who may ask, what is answered, and what arriving twice does."""

import json
import secrets
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from simulators.bureau.people import special_id_number
from simulators.tests.bank_institution import (
    NUMBER,
    PERSON,
    BankInstitution,
    inquiry,
    kid,
    public_text,
)
from simulators.tests.conftest import Running, outside_world


@pytest.fixture
def bank(outside: Running) -> BankInstitution:
    return BankInstitution(outside).open()


@pytest.fixture
def blind(outside: Running) -> BankInstitution:
    return BankInstitution(outside, channel="blind").open()


def count(outside: Running) -> int:
    return len(outside.get(f"/bureau/inquiries.json?request_no={NUMBER}"))


def test_the_report_is_about_the_person_asked_for(bank: BankInstitution) -> None:
    reply = bank.inquire()
    assert (reply.status, bank.code(reply), bank.verified(reply)) == (200, "000000", True)
    assert bank.content(reply)["request_no"] == NUMBER
    report = bank.report(reply)
    header = report["PRH"]["PA01"]
    assert header["PA01B"]["PA01BQ01"] == PERSON["name"]
    assert header["PA01B"]["PA01BI01"] == PERSON["id_number"]
    assert header["PA01A"]["PA01AI01"] == bank.content(reply)["report_no"]
    assert report["PIM"]["PB01"]["PB01A"]["PB01AR01"] == "1990-03-07"
    assert report["PIM"]["PB01"]["PB01B"]["PB01BH"][0]["PB01BQ01"] == PERSON["phone"]
    assert len(report["PDA"]["PD01"]) == 6
    assert len(report) == 24


def test_a_name_with_quotes_stays_a_name(bank: BankInstitution) -> None:
    reply = bank.inquire(inquiry(name='O"Neil \\ {y}'))
    assert bank.report(reply)["PRH"]["PA01"]["PA01B"]["PA01BQ01"] == 'O"Neil \\ {y}'


@pytest.mark.parametrize("channel", ["bank", "blind"])
def test_a_number_that_arrives_twice_leaves_two_inquiries(outside: Running, channel: str) -> None:
    bank = BankInstitution(outside, channel=channel).open()
    numbers = [bank.content(bank.inquire())["report_no"] for _ in range(2)]
    assert len(set(numbers)) == 2
    rows = outside.get(f"/bureau/inquiries.json?request_no={NUMBER}")
    assert [(row["channel"], row["region"]) for row in rows] == [(channel, "east")] * 2
    assert [row["report_no"] for row in rows] == numbers
    assert PERSON["id_number"] in rows[0]["person"]


def test_asking_gives_the_last_outcome_at_any_entrance(bank: BankInstitution) -> None:
    bank.inquire()
    last = bank.content(bank.inquire())
    south = bank.at("south")
    reply = south.ask()
    assert (bank.code(reply), south.verified(reply)) == ("000000", True)
    assert south.content(reply) == last


def test_a_number_never_seen(bank: BankInstitution) -> None:
    reply = bank.ask()
    assert (reply.status, bank.code(reply), bank.verified(reply)) == (200, "000002", True)
    assert bank.content(reply) == {"request_no": NUMBER}


def test_a_blind_bank_does_not_say(blind: BankInstitution) -> None:
    assert blind.code(blind.inquire()) == "000000"
    reply = blind.ask()
    assert (reply.status, blind.code(reply), blind.verified(reply)) == (403, "000034", True)
    assert reply.json()["body"] is None


def test_a_blind_bank_has_no_later(outside: Running, blind: BankInstitution) -> None:
    slow = inquiry(id_number=special_id_number("19000105"))
    assert blind.code(blind.inquire(slow, **{"async": True})) == "000000"
    assert outside.get("/callbacks.json") == []


@pytest.mark.parametrize(
    ("birth", "code"),
    [
        ("19000101", "100001"),
        ("19000102", "100002"),
        ("19000103", "100003"),
        ("19000104", "100004"),
    ],
)
def test_special_people_are_refused_and_leave_no_inquiry(
    outside: Running, bank: BankInstitution, birth: str, code: str
) -> None:
    reply = bank.inquire(inquiry(id_number=special_id_number(birth)))
    assert (bank.code(reply), bank.content(reply)) == (code, {"request_no": NUMBER})
    assert bank.code(bank.ask()) == code
    assert count(outside) == 0


def test_an_inquiry_that_is_still_working(bank: BankInstitution) -> None:
    reply = bank.inquire(inquiry(id_number=special_id_number("19000105")))
    assert (reply.status, bank.code(reply)) == (202, "000001")
    assert 9 <= reply.json()["respHead"]["retry_after"] <= 11
    assert bank.content(reply) == {"request_no": NUMBER}
    assert bank.code(bank.ask()) == "000001"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"id_number": "110101199003070012"}, "id_number"),
        ({"phone": 13911112222}, "phone"),
        ({"query_reason": "99"}, "query_reason"),
        ({"consent": {}}, "reference"),
        ({"request_no": "abc"}, "request_no"),
    ],
)
def test_a_wrong_member_is_named(
    outside: Running, bank: BankInstitution, change: dict[str, Any], field: str
) -> None:
    reply = bank.inquire(inquiry(**change))
    head = reply.json()["respHead"]
    assert (reply.status, head["resp_cd"], head["field"]) == (400, "000031", field)
    assert outside.get("/bureau/inquiries.json") == []


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff\xfe", b'{"reqHead":{},"reqHead":{}}'])
def test_what_is_no_envelope(bank: BankInstitution, body: bytes) -> None:
    reply = bank.send_bytes("inquiries", body)
    assert (bank.code(reply), bank.verified(reply)) == ("000030", True)


def test_content_that_is_no_object(bank: BankInstitution) -> None:
    assert bank.code(bank.inquire([])) == "000030"


def test_a_body_that_is_too_big(bank: BankInstitution) -> None:
    reply = bank.send_bytes("inquiries", b" " * 16385)
    assert (reply.status, bank.code(reply)) == (413, "000033")


@pytest.mark.parametrize("name", ["version", "rqst_id", "timestamp", "nonce"])
def test_a_head_without_one_of_its_members(bank: BankInstitution, name: str) -> None:
    reply = bank.inquire(**{name: ""}) if name != "version" else bank.inquire(version="2.0")
    assert (bank.code(reply), reply.json()["respHead"]["field"]) == ("000031", name)


def test_a_stranger_is_none(bank: BankInstitution) -> None:
    reply = bank.inquire(institution="B10311000H0001")
    assert (reply.status, bank.code(reply), bank.verified(reply)) == (401, "000020", True)


def test_a_signature_by_somebody_else(outside: Running, bank: BankInstitution) -> None:
    thief = replace(bank, private=ec.generate_private_key(ec.SECP256R1()))
    assert bank.code(thief.inquire()) == "000024"
    body = json.dumps({"reqHead": bank.new_head(), "body": None}).encode()
    claims = thief.headers("keys", body) | {"X-Bank-Key": kid(public_text(bank.private))}
    assert bank.code(outside.call("POST", bank.path("keys"), claims, body)) == "000024"
    assert count(outside) == 0


@pytest.mark.parametrize("change", ["body", "path"])
def test_whatever_is_signed_cannot_be_changed(
    outside: Running, bank: BankInstitution, change: str
) -> None:
    bank.inquire()
    headers, path, body = bank.headers("inquiries", bank.sent), bank.path("inquiries"), bank.sent
    if change == "body":
        body = body.replace(b'"async"', b'"asynk"') + b" "
    else:
        path = bank.at("south").path("inquiries")
    assert bank.code(outside.call("POST", path, headers, body)) == "000024"


def test_what_was_sealed_for_one_head_does_not_open_under_another(
    outside: Running, bank: BankInstitution
) -> None:
    head = bank.new_head()
    sealed = bank.sealed("inquiries", inquiry(), head)
    other = bank.new_head()
    reply = bank.send_bytes("inquiries", json.dumps({"reqHead": other, "body": sealed}).encode())
    assert (reply.status, bank.code(reply)) == (400, "000026")
    assert count(outside) == 0


@pytest.mark.parametrize("body", [None, {}, {"iv": 1, "data": 2}, {"iv": "AAAA", "data": "x"}])
def test_a_body_that_is_not_sealed(bank: BankInstitution, body: object) -> None:
    assert bank.code(bank.send("inquiries", body)) == "000026"


@pytest.mark.parametrize("key", [None, "", "AAAA", 5])
def test_a_public_key_that_is_none(bank: BankInstitution, key: object) -> None:
    reply = bank.send("keys", {"public_key": key}, key_id="")
    assert (bank.code(reply), reply.json()["respHead"]["field"]) == ("000031", "public_key")


def test_keys_belong_to_their_entrance_and_their_time(
    outside: Running, bank: BankInstitution
) -> None:
    assert bank.code(replace(bank, region="south").inquire()) == "000025"
    outside.post("/forget.json", {})
    assert bank.code(bank.inquire()) == "000025"
    assert bank.code(bank.open().inquire()) == "000000"


def test_opening_new_keys_leaves_the_old_ones_alone(bank: BankInstitution) -> None:
    newer = replace(bank).open()
    assert newer.key_id != bank.key_id
    assert bank.code(bank.inquire()) == "000000" == newer.code(newer.inquire())


@pytest.mark.parametrize(("off", "code"), [(-310, "000022"), (310, "000022"), (250, "000000")])
def test_the_clock_may_be_300_seconds_off(bank: BankInstitution, off: int, code: str) -> None:
    reply = bank.inquire(timestamp=str(int((time.time() + off) * 1000)))
    assert bank.code(reply) == code
    assert abs(int(reply.json()["respHead"]["timestamp"]) / 1000 - time.time()) < 5


def test_an_inquiry_begins_within_60_seconds_of_its_timestamp(
    outside: Running, bank: BankInstitution
) -> None:
    old = str(int((time.time() - 61) * 1000))
    reply = bank.inquire(timestamp=old)
    assert (reply.status, bank.code(reply)) == (408, "000027")
    assert count(outside) == 0
    assert bank.code(bank.send_sealed("outcomes", {"request_no": NUMBER}, timestamp=old)) == (
        "000002"
    )


def test_a_replay_is_refused(outside: Running, bank: BankInstitution) -> None:
    bank.inquire()
    assert bank.code(bank.send_bytes("inquiries", bank.sent)) == "000023"
    assert count(outside) == 1


def test_either_key_of_an_institution_that_changes_its_key(
    outside: Running, bank: BankInstitution
) -> None:
    old, new = public_text(bank.private), ec.generate_private_key(ec.SECP256R1())
    renewed = replace(bank, private=new)
    assert bank.code(renewed.inquire()) == "000024"
    outside.post("/keys.json", {"institution": [old, public_text(new)]})
    assert bank.code(renewed.inquire()) == "000000" == bank.code(bank.inquire())
    outside.post("/keys.json", {"institution": [public_text(new)]})
    assert bank.code(bank.inquire()) == "000024"


def test_a_bank_that_changes_its_key_names_the_one_that_signed(
    outside: Running, bank: BankInstitution
) -> None:
    keys = outside.post("/keys.json", {"bank": "announce"}).json()["bank"]
    assert [key["signs"] for key in keys] == [True, False]
    assert bank.verified(bank.inquire())
    outside.post("/keys.json", {"bank": "use"})
    reply = bank.inquire()
    assert not bank.verified(reply)
    bank.bank_key = keys[1]["public_key"]
    assert bank.verified(reply) and bank.code(reply) == "000000"


@pytest.mark.parametrize("wish", [None, {}, {"institution": []}, {"institution": ["x"]}])
def test_keys_that_make_no_sense(outside: Running, wish: object) -> None:
    assert outside.post("/keys.json", wish).status == 400


def test_the_probe_is_free_open_and_tells_the_time(outside: Running) -> None:
    reply = outside.call("GET", "/bank/southwest/v1/status")
    head = reply.json()["respHead"]
    assert (reply.status, head["resp_cd"]) == (200, "000000")
    assert reply.headers["X-Bank-Signature"] is None
    assert abs(int(head["timestamp"]) / 1000 - time.time()) < 5


@pytest.mark.parametrize("path", ["/bank/north/v1/status", "/bank/east/v2/keys", "/bank/", "/bank"])
def test_unknown_addresses(outside: Running, path: str) -> None:
    reply = outside.call("GET", path)
    assert (reply.status, BankInstitution.code(reply)) == (404, "000032")


def test_a_restart_keeps_what_every_channel_did(tmp_path: Path) -> None:
    file, numbers = str(tmp_path / "inquiries.jsonl"), [secrets.token_hex(12).upper()] * 2
    with outside_world(state_file=file) as running:
        for channel in ("bank", "blind"):
            bank = BankInstitution(running, channel=channel).open()
            bank.inquire(inquiry(numbers[0]))
    with outside_world(state_file=file) as running:
        rows = running.get("/bureau/inquiries.json")
        assert [(row["channel"], row["request_no"]) for row in rows] == [
            ("bank", numbers[0]),
            ("blind", numbers[1]),
        ]
        bank = BankInstitution(running).open()
        assert bank.content(bank.ask(numbers[0]))["report_no"] == rows[0]["report_no"]
