"""Each switch does on the wire what it says."""

import contextlib
import http.client
import socket
import struct
import time

import pytest

from simulators.faults import MODES, SECONDS, SERVICES, BadSwitch, Switchboard, modes
from simulators.tests import bank_institution
from simulators.tests.bank_institution import BankInstitution
from simulators.tests.conftest import Running, outside_world
from simulators.tests.institution import NUMBER, PERSON, Institution, inquiry


@pytest.fixture
def bank(outside: Running) -> Institution:
    return Institution(outside).open()


def count(outside: Running) -> int:
    return len(outside.get(f"/bureau/inquiries.json?request_no={NUMBER}"))


def raw_inquiry(bank: Institution, body: bytes) -> socket.socket:
    """Send an inquiry on a connection of its own; whoever reads it sees every byte."""
    path = "/pboc/east/v1/inquiries"
    bank.headers = bank.sign("POST", path, body)
    lines = [f"POST {path} HTTP/1.1", "Host: 127.0.0.1", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in bank.headers.items()]
    connection = socket.create_connection(("127.0.0.1", bank.outside.port), timeout=3)
    connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
    return connection


def read_all(connection: socket.socket) -> bytes:
    data = b""
    with connection:
        while chunk := connection.recv(65536):
            data += chunk
    return data


def test_slow_answers_late_and_right(outside: Running, bank: Institution) -> None:
    outside.switch("pboc.east", "slow", seconds=0.2)
    begun = time.monotonic()
    reply = bank.inquire()
    assert time.monotonic() - begun >= 0.2
    assert bank.code(reply) == "AAA000" and bank.verified(reply)


def test_drip_sends_a_byte_at_a_time(outside: Running, bank: Institution) -> None:
    outside.switch("pboc.east", "drip", seconds=0.05)
    with raw_inquiry(bank, inquiry()) as connection:
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(65536)
        begun, dripped = time.monotonic(), 0
        while time.monotonic() - begun < 0.3:
            dripped += len(connection.recv(65536))
        assert 2 <= dripped <= 20
    assert count(outside) == 1


def test_hang_takes_the_call_and_does_nothing(outside: Running, bank: Institution) -> None:
    outside.switch("pboc.east", "hang", seconds=0.1)
    assert read_all(raw_inquiry(bank, inquiry())) == b""
    assert count(outside) == 0


@pytest.mark.parametrize(
    ("mode", "status", "code", "wait"),
    [
        ("error", 500, "SYS003", None),
        ("busy", 503, "SYS001", "5"),
        ("throttle", 429, "SYS002", "5"),
        ("maintenance", 503, "SYS004", "60"),
        ("suspended", 403, "AUT006", None),
    ],
)
def test_what_is_said_at_the_door_is_signed_and_do_nothing(
    outside: Running, bank: Institution, mode: str, status: int, code: str, wait: str | None
) -> None:
    outside.switch("pboc.east", mode)
    reply = bank.inquire()
    assert (reply.status, bank.code(reply)) == (status, code)
    assert (bank.verified(reply), reply.headers["Retry-After"]) == (True, wait)
    assert count(outside) == 0
    probe = outside.call("GET", "/pboc/east/v1/status")
    assert (probe.status, probe.headers["X-PBOC-Signed-With"]) == (status, "none")


def test_refuse_resets_the_connection(outside: Running, bank: Institution) -> None:
    outside.switch("pboc.east", "refuse")
    with pytest.raises(ConnectionResetError):
        read_all(raw_inquiry(bank, inquiry()))
    assert count(outside) == 0


def test_garbage_is_no_envelope_after_the_effect(outside: Running, bank: Institution) -> None:
    outside.switch("pboc.east", "garbage")
    reply = bank.inquire()
    assert reply.status == 200 and b"<Document>" not in reply.body
    assert count(outside) == 1


def test_forged_is_signed_by_somebody_else(outside: Running, bank: Institution) -> None:
    outside.switch("pboc.east", "forged")
    body = inquiry()
    reply = bank.inquire(body)
    assert reply.headers["X-PBOC-Signed-With"] == "session" and not bank.verified(reply)
    assert bank.verified(bank.ask())
    assert count(outside) == 1


def test_effect_then_timeout(outside: Running, bank: Institution) -> None:
    outside.switch("pboc.east", "effect_then_timeout", seconds=0.1)
    body = inquiry()
    assert read_all(raw_inquiry(bank, body)) == b""
    assert count(outside) == 1
    assert bank.code(bank.ask()) == "AAA000"  # questions stay honest
    outside.switch("pboc.east", "ok")
    assert bank.code(bank.inquire(body)) == "AAA000"
    assert count(outside) == 1


def test_late_effect(outside: Running, bank: Institution) -> None:
    outside.switch("pboc.east", "late_effect", seconds=0.6)
    with raw_inquiry(bank, inquiry()) as connection:
        assert bank.code(bank.ask()) == "AAA002"
        assert connection.recv(1) == b""
    assert bank.code(bank.ask()) == "AAA000"
    assert count(outside) == 1


def test_late_effect_happens_though_the_caller_left(outside: Running, bank: Institution) -> None:
    outside.switch("pboc.east", "late_effect", seconds=0.3)
    connection = raw_inquiry(bank, inquiry())
    linger = struct.pack("ii", 1, 0)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    connection.close()
    assert count(outside) == 0
    until = time.monotonic() + 3
    while count(outside) == 0 and time.monotonic() < until:
        time.sleep(0.02)
    assert count(outside) == 1


def test_wrong_person_is_signed_and_somebody_else(outside: Running, bank: Institution) -> None:
    outside.switch("pboc.east", "wrong_person")
    reply = bank.inquire()
    assert bank.verified(reply)
    name = bank.report(reply).findtext("PRH/PA01/PA01B/PA01BQ01")
    assert name not in (None, PERSON["Name"])


def test_wrong_number_answers_another_question(outside: Running, bank: Institution) -> None:
    outside.switch("pboc.east", "wrong_number")
    reply = bank.inquire()
    assert bank.verified(reply) and bank.code(reply) == "AAA000"
    assert bank.text(reply, "RequestNo") not in ("", NUMBER)
    assert count(outside) == 1


def test_impossible_dates_are_in_the_future(outside: Running, bank: Institution) -> None:
    outside.switch("pboc.east", "impossible_dates")
    reply = bank.inquire()
    assert bank.verified(reply)
    made = bank.report(reply).findtext("PRH/PA01/PA01A/PA01AR01") or ""
    assert int(made[:4]) > time.gmtime().tm_year + 70


def test_skewed_is_a_clock_that_is_ahead(outside: Running, bank: Institution) -> None:
    outside.switch("pboc.east", "skewed")
    assert bank.code(bank.inquire()) == "AUT004"
    outside.switch("pboc.east", "skewed", seconds=120)
    reply = bank.inquire()
    ahead = int(reply.headers["X-PBOC-Timestamp"]) - time.time()
    assert bank.code(reply) == "AAA000" and 110 < ahead < 125


def test_cut_is_silence_that_even_hanging_up_does_not_end(
    outside: Running, bank: Institution
) -> None:
    outside.switch("pboc.east", "cut", seconds=0.4)
    begun = time.monotonic()
    with raw_inquiry(bank, inquiry()) as connection:
        connection.shutdown(socket.SHUT_WR)  # at which a server that hangs closes, too
        with contextlib.suppress(ConnectionResetError):
            assert connection.recv(1) == b""
    assert time.monotonic() - begun >= 0.4
    assert count(outside) == 0


def test_nothing_begins_later_than_the_settle_time() -> None:
    with outside_world(settle=0) as running:
        bank = Institution(running).open()
        running.switch("pboc.east", "slow", seconds=0.05)
        reply = bank.inquire()
        assert (reply.status, bank.code(reply)) == (503, "SYS001")
        assert count(running) == 0
        running.switch("pboc.east", "late_effect", seconds=0.05)
        bank.inquire()
        assert bank.code(bank.ask()) == "AAA002"


@pytest.mark.parametrize(
    ("mode", "status", "code", "wait"),
    [
        ("error", 500, "000099", None),
        ("busy", 503, "000090", 5),
        ("throttle", 429, "000091", 7),
        ("maintenance", 503, "000092", 60),
        ("suspended", 403, "000021", None),
    ],
)
@pytest.mark.parametrize("channel", ["bank", "blind"])
def test_what_a_bank_says_at_its_door(
    outside: Running, channel: str, mode: str, status: int, code: str, wait: int | None
) -> None:
    bank = BankInstitution(outside, channel=channel).open()
    outside.switch(f"{channel}.east", mode, **({"seconds": 7} if mode == "throttle" else {}))
    reply = bank.inquire()
    head = reply.json()["respHead"]
    assert (reply.status, head["resp_cd"], head.get("retry_after")) == (status, code, wait)
    assert bank.verified(reply) and head["rqst_id"] == bank.head["rqst_id"]
    assert outside.get("/bureau/inquiries.json") == []


@pytest.mark.parametrize("mode", ["wrong_person", "wrong_number", "impossible_dates", "forged"])
def test_a_bank_that_lies(outside: Running, mode: str) -> None:
    bank = BankInstitution(outside).open()
    outside.switch("bank", mode)
    reply = bank.inquire()
    content, header = bank.content(reply), bank.report(reply)["PRH"]["PA01"]
    lies = {
        "wrong_number": content["request_no"] != NUMBER,
        "wrong_person": header["PA01B"]["PA01BI01"] != bank_institution.PERSON["id_number"],
        "impossible_dates": int(header["PA01A"]["PA01AR01"][:4]) > time.gmtime().tm_year + 70,
        "forged": not bank.verified(reply),
    }
    # What is forged is another person's report as well.
    told = {"forged", "wrong_person"} if mode == "forged" else {mode}
    assert {lie for lie, is_told in lies.items() if is_told} == told
    honest = bank.ask()
    assert bank.verified(honest) and bank.content(honest)["request_no"] == NUMBER


def test_an_effect_then_timeout_at_a_bank_is_found_by_asking(outside: Running) -> None:
    bank = BankInstitution(outside).open()
    outside.switch("bank.east", "effect_then_timeout", seconds=0.1)
    with pytest.raises(http.client.RemoteDisconnected):
        bank.inquire()
    outside.connection.close()
    assert bank.code(bank.ask()) == "000000"
    assert count(outside) == 1


def test_duplicate_leaves_a_second_answer_on_the_connection(
    outside: Running, bank: Institution
) -> None:
    outside.switch("pboc.east", "duplicate")
    connection = raw_inquiry(bank, inquiry())
    connection.shutdown(socket.SHUT_WR)
    assert read_all(connection).count(b"HTTP/1.1 200") == 2
    assert count(outside) == 1


def test_a_fault_stays_with_its_entrance(outside: Running, bank: Institution) -> None:
    south = Institution(outside, "south").open()
    outside.switch("pboc.east", "error")
    assert bank.code(bank.inquire()) == "SYS003"
    assert south.code(south.inquire()) == "AAA000"
    outside.switch("pboc", "error")
    assert south.code(south.ask()) == "SYS003"


def test_every_service_takes_every_mode_that_makes_sense(outside: Running) -> None:
    for service in SERVICES:
        for mode in SECONDS:
            reply = outside.post("/faults.json", {"service": service, "mode": mode})
            known = mode in MODES[service]
            assert reply.status == (200 if known else 400), (service, mode)
            assert (mode in modes(service)) is known


def test_rate_spoils_its_share() -> None:
    chances = iter([0.05, 0.5, 0.09, 0.95])
    board = Switchboard(chance=lambda: next(chances))
    board.set({"service": "aliyun", "mode": "error", "rate": 0.1})
    drawn = [board.draw("aliyun", True) is not None for _ in range(4)]
    assert drawn == [True, False, True, False]


def test_a_fault_can_end_by_itself() -> None:
    now = [0.0]
    board = Switchboard(clock=lambda: now[0])
    board.set({"service": "tencent", "mode": "hang", "for": 60})
    assert board.draw("tencent", True) is not None
    now[0] = 60.0
    assert board.draw("tencent", True) is None
    assert {switch.mode for switch in board.all()} == {"ok"}


@pytest.mark.parametrize(
    "wish",
    [
        None,
        [],
        {"service": "nobody", "mode": "slow"},
        {"service": "aliyun", "mode": "sleepy"},
        {"service": "aliyun", "mode": "slow", "rate": 2},
        {"service": "aliyun", "mode": "slow", "seconds": "5"},
        {"service": "aliyun", "mode": "slow", "seconds": True},
        {"service": ["aliyun"], "mode": "slow"},
        {"service": "aliyun", "mode": "throttle"},
        {"service": "pboc", "mode": "stale"},
    ],
)
def test_a_switch_that_does_not_exist(wish: object) -> None:
    with pytest.raises(BadSwitch):
        Switchboard().set(wish)


def test_of_a_group_those_change_that_have_the_mode() -> None:
    board = Switchboard()
    board.set({"service": "all", "mode": "maintenance"})
    changed = {switch.service for switch in board.all() if switch.mode == "maintenance"}
    assert len(changed) == 9 and "aliyun" not in changed and "bank.callback" not in changed
