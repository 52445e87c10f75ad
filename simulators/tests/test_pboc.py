"""The bureau on the wire: who may ask, what is answered, and one inquiry a request number."""

import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from simulators.bureau.pboc_wire import read_inquiry
from simulators.bureau.people import special_id_number
from simulators.bureau.register import Register
from simulators.mainland import valid_id_number
from simulators.tests.conftest import Running, outside_world
from simulators.tests.institution import NUMBER, PERSON, SECRET, Institution, inquiry


@pytest.fixture
def bank(outside: Running) -> Institution:
    return Institution(outside).open()


def count(outside: Running) -> int:
    return len(outside.get(f"/bureau/inquiries.json?request_no={NUMBER}"))


def test_the_report_is_about_the_person_asked_for(bank: Institution) -> None:
    reply = bank.inquire()
    assert (reply.status, bank.code(reply), bank.verified(reply)) == (200, "AAA000", True)
    report = bank.report(reply)
    header = "PRH/PA01/PA01"
    assert report.findtext(f"{header}B/PA01BQ01") == PERSON["Name"]
    assert report.findtext(f"{header}B/PA01BI01") == PERSON["IdNumber"]
    assert report.findtext(f"{header}A/PA01AI01") == bank.text(reply, "ReportNo")
    assert report.findtext("PIM/PB01/PB01A/PB01AR01") == "1990-03-07"
    assert report.findtext("PIM/PB01/PB01A/PB01AD01") == "1"
    assert report.findtext("PIM/PB01/PB01B/PB01BH/PB01BQ01") == PERSON["Phone"]
    assert len(report.findall("PDA/PD01")) == 6


def test_accounts_beyond_the_sample_get_numbers_of_their_own(
    outside: Running, bank: Institution
) -> None:
    assert outside.post("/bureau/report.json", {"accounts": 60}).status == 200
    accounts = bank.report(bank.inquire()).findall("PDA/PD01/PD01A/PD01AI01")
    assert len({account.text for account in accounts}) == 60


def test_a_name_with_markup_stays_a_name(bank: Institution) -> None:
    reply = bank.inquire(inquiry(Name="A&amp;B &lt;x&gt; {y}"))
    assert bank.report(reply).findtext("PRH/PA01/PA01B/PA01BQ01") == "A&B <x> {y}"


def test_repeated_numbers_get_the_same_answer_at_any_entrance(
    outside: Running, bank: Institution
) -> None:
    body = inquiry()
    first = bank.text(bank.inquire(body), "ReportMessage")
    south = Institution(outside, "south").open()
    assert bank.text(bank.inquire(body), "ReportMessage") == first
    assert south.text(south.inquire(body), "ReportMessage") == first
    assert south.text(south.ask(), "ReportMessage") == first
    rows = outside.get(f"/bureau/inquiries.json?request_no={NUMBER}")
    assert [(row["channel"], row["region"]) for row in rows] == [("pboc", "east")]
    assert PERSON["IdNumber"] in rows[0]["person"]


def test_one_inquiry_from_32_parallel_repeats(outside: Running, bank: Institution) -> None:
    body, answers = inquiry(), []

    def repeat() -> None:
        own = Running(outside.world, outside.port, outside.smtp_port)
        twin = replace(bank, outside=own)
        answers.append(twin.text(twin.inquire(body), "ReportNo"))
        own.connection.close()

    threads = [threading.Thread(target=repeat) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 32 and len(set(answers)) == 1
    assert count(outside) == 1


def test_the_same_number_with_other_content_is_refused(bank: Institution) -> None:
    body = inquiry()
    bank.inquire(body)
    other = bank.inquire(body.replace("李明".encode(), "李鸣".encode()))
    assert (other.status, bank.code(other), bank.verified(other)) == (409, "BUS005", True)
    assert bank.code(bank.inquire(body)) == "AAA000"


def test_a_number_never_seen(bank: Institution) -> None:
    reply = bank.ask()
    assert (reply.status, bank.code(reply), bank.verified(reply)) == (200, "AAA002", True)


@pytest.mark.parametrize(
    ("birth", "code"),
    [
        ("19000101", "BUS001"),
        ("19000102", "BUS002"),
        ("19000103", "BUS003"),
        ("19000104", "BUS004"),
    ],
)
def test_special_people_are_refused_and_leave_no_inquiry(
    outside: Running, bank: Institution, birth: str, code: str
) -> None:
    number = special_id_number(birth)
    assert valid_id_number(number)
    reply = bank.inquire(inquiry(IdNumber=number))
    assert (bank.code(reply), bank.verified(reply)) == (code, True)
    assert bank.code(bank.ask()) == code
    assert count(outside) == 0


def test_an_inquiry_that_is_still_working(outside: Running, bank: Institution) -> None:
    reply = bank.inquire(inquiry(IdNumber=special_id_number("19000105")))
    assert (reply.status, bank.code(reply)) == (202, "AAA001")
    assert 1 <= int(reply.headers["Retry-After"]) <= 11
    entry = outside.world.register.find("pboc", "A10311000H0001", NUMBER)
    assert entry is not None and entry.ready_at - entry.at == 10
    assert bank.code(bank.ask()) == "AAA001"


@pytest.mark.parametrize("signed_at", ["2020-01-01T00:00:00Z", "2099-01-01T00:00:00+08:00"])
def test_a_consent_out_of_its_time_is_no_consent(bank: Institution, signed_at: str) -> None:
    assert bank.code(bank.inquire(inquiry(SignedAt=signed_at))) == "BUS003"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"Name": ""}, "Name"),
        ({"IdNumber": "110101199003070012"}, "IdNumber"),
        ({"Phone": "12345678901"}, "Phone"),
        ({"QueryReason": "99"}, "QueryReason"),
        ({"Sha256": "short"}, "Sha256"),
        ({"RequestNo": "abc"}, "RequestNo"),
    ],
)
def test_a_wrong_field_is_named(bank: Institution, change: dict[str, str], field: str) -> None:
    reply = bank.inquire(inquiry(**change))
    assert (reply.status, bank.code(reply), bank.text(reply, "Field")) == (400, "REQ002", field)


@pytest.mark.parametrize("body", [b"<Document>", b"\xff\xfe", b"<!DOCTYPE a><Document/>", b"{}"])
def test_what_is_no_envelope(bank: Institution, body: bytes) -> None:
    assert bank.code(bank.inquire(body)) == "REQ001"


def test_a_body_that_is_too_big(bank: Institution) -> None:
    reply = bank.inquire(b" " * 16385)
    assert (reply.status, bank.code(reply)) == (413, "REQ004")


def test_a_stranger_gets_no_signature(bank: Institution) -> None:
    reply = bank.send("POST", "inquiries", inquiry(), **{"X-PBOC-Institution": "B10311000H0001"})
    assert (reply.status, bank.code(reply)) == (401, "AUT001")
    assert reply.headers["X-PBOC-Signed-With"] == "none"
    assert reply.headers["X-PBOC-Signature"] is None


def test_an_unknown_session_is_said_with_the_secret(bank: Institution) -> None:
    bank.session = "0" * 32
    reply = bank.inquire()
    assert (reply.status, bank.code(reply), bank.verified(reply, SECRET)) == (401, "AUT003", True)


def test_a_session_belongs_to_its_entrance(bank: Institution) -> None:
    bank.region = "south"
    assert bank.code(bank.inquire()) == "AUT003"


def test_a_session_expires(outside: Running, bank: Institution) -> None:
    sessions = outside.world.pboc._sessions
    sessions[bank.session] = replace(sessions[bank.session], expires=time.time() - 1)
    assert bank.code(bank.inquire()) == "AUT003"


def test_only_the_session_key_opens(outside: Running, bank: Institution) -> None:
    bank.key = SECRET
    assert bank.code(bank.inquire()) == "AUT002"
    assert count(outside) == 0


@pytest.mark.parametrize("change", ["body", "path", "nonce", "timestamp"])
def test_whatever_is_signed_cannot_be_changed(
    outside: Running, bank: Institution, change: str
) -> None:
    path, body = "/pboc/east/v1/inquiries", inquiry()
    headers = bank.sign("POST", path, body)
    if change == "body":
        body = body.replace(b"13911112222", b"13911112223")
    elif change == "path":
        path = "/pboc/v1/inquiries"  # the same entrance under its other name
    elif change == "nonce":
        headers["X-PBOC-Nonce"] = "0" * 32
    else:
        headers["X-PBOC-Timestamp"] = str(int(headers["X-PBOC-Timestamp"]) + 1)
    assert bank.code(outside.call("POST", path, headers, body)) == "AUT002"
    assert count(outside) == 0


@pytest.mark.parametrize(("off", "code"), [(-310, "AUT004"), (310, "AUT004"), (-250, "AAA000")])
def test_the_clock_may_be_300_seconds_off(bank: Institution, off: int, code: str) -> None:
    stamp = {"X-PBOC-Timestamp": str(int(time.time()) + off)}
    reply = bank.send("POST", "inquiries", inquiry(), **stamp)
    assert bank.code(reply) == code
    assert b"<ServerTime>" in reply.body


def test_a_replay_is_refused(outside: Running, bank: Institution) -> None:
    path, body = "/pboc/east/v1/inquiries", inquiry()
    headers = bank.sign("POST", path, body)
    assert bank.code(outside.call("POST", path, headers, body)) == "AAA000"
    assert bank.code(outside.call("POST", path, headers, body)) == "AUT005"


def test_the_probe_is_free_and_open(outside: Running) -> None:
    reply = outside.call("GET", "/pboc/southwest/v1/status")
    assert reply.status == 200 and b"<Region>southwest</Region>" in reply.body


@pytest.mark.parametrize("path", ["/pboc/north/v1/status", "/pboc/v2/status", "/pboc/", "/pboc"])
def test_unknown_addresses(outside: Running, path: str) -> None:
    assert outside.call("GET", path).status == 404


def test_a_restart_keeps_the_inquiries(tmp_path: Path) -> None:
    file = tmp_path / "inquiries.jsonl"
    answers, body = [], inquiry()
    for _ in range(2):
        with outside_world(state_file=str(file)) as running:
            bank = Institution(running).open()
            answers.append(bank.text(bank.inquire(body), "ReportMessage"))
            assert count(running) == 1
    assert answers[0] == answers[1]


def test_half_a_line_in_the_state_file_is_skipped(tmp_path: Path) -> None:
    file = tmp_path / "inquiries.jsonl"
    register = Register(str(file))
    register.enter(
        read_inquiry(inquiry()),
        channel="pboc",
        institution="A",
        region="east",
        code="AAA000",
        now=1.0,
        ready_at=1.0,
        once=True,
    )
    with file.open("a") as opened:
        opened.write('{"request_no": "2026')
    for _ in range(2):  # nor is it in the way of what is written after it
        register = Register(str(file))
        assert [entry.request_no for entry in register.all()] == [NUMBER]
