"""Results that the bank sends by itself: honest ones, and those that must be refused."""

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from simulators.tests.bank_institution import (
    NUMBER,
    PERSON,
    PRIVATE_KEY,
    BankInstitution,
    callback_verified,
    decoded,
    inquiry,
    open_callback,
    private_key,
)
from simulators.tests.conftest import Running, outside_world

KEY = private_key(PRIVATE_KEY)
LATER = {"async": True}


@dataclass
class Receiver:
    """An institution's callback address; answers come in turn, the last one for ever."""

    answers: list[tuple[int, bytes]] = field(default_factory=lambda: [(200, b'{"received": true}')])
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    def wait(self, messages: int) -> list[tuple[dict[str, str], bytes]]:
        until = time.monotonic() + 5
        while len(self.got) < messages and time.monotonic() < until:
            time.sleep(0.01)
        assert len(self.got) == messages
        return self.got

    def head(self, index: int) -> dict[str, Any]:
        head: dict[str, Any] = json.loads(self.got[index][1])["respHead"]
        return head


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            answer = made.answers.pop(0) if len(made.answers) > 1 else made.answers[0]
            made.got.append((dict(self.headers.items()), body))
            self.send_response(answer[0])
            self.send_header("Content-Length", str(len(answer[1])))
            self.end_headers()
            self.wfile.write(answer[1])

        def log_message(self, format: str, *args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        made.url = f"http://127.0.0.1:{server.server_port}/callbacks/bank/token/"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield made
        server.shutdown()


@pytest.fixture
def calling(receiver: Receiver) -> Iterator[Running]:
    with outside_world(callback_url=receiver.url) as running:
        yield running


@pytest.fixture
def bank(calling: Running) -> BankInstitution:
    return BankInstitution(calling).open()


def until(condition: Callable[[], bool]) -> bool:
    end = time.monotonic() + 5
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def test_an_asynchronous_inquiry_is_called_back(bank: BankInstitution, receiver: Receiver) -> None:
    reply = bank.inquire(**LATER)
    rqst_id = bank.head["rqst_id"]
    assert (reply.status, bank.code(reply)) == (202, "000001")
    [(headers, body)] = receiver.wait(1)
    assert callback_verified(body, headers)
    assert (receiver.head(0)["resp_cd"], receiver.head(0)["rqst_id"]) == ("000000", rqst_id)
    content = open_callback(body, KEY)
    assert (content["request_no"], content["sequence"]) == (NUMBER, 1)
    report = json.loads(decoded(content["report"]))
    assert report["PRH"]["PA01"]["PA01B"]["PA01BI01"] == PERSON["id_number"]


def test_asking_and_the_callback_say_the_same(bank: BankInstitution, receiver: Receiver) -> None:
    bank.inquire(**LATER)
    [(_, body)] = receiver.wait(1)
    told = open_callback(body, KEY)
    del told["sequence"]
    assert bank.content(bank.ask()) == told


def test_a_synchronous_inquiry_is_not_called_back(calling: Running, bank: BankInstitution) -> None:
    bank.inquire()
    assert calling.get("/callbacks.json") == []


def test_what_was_taken_is_written_down(
    calling: Running, bank: BankInstitution, receiver: Receiver
) -> None:
    bank.inquire(**LATER)
    receiver.wait(1)
    assert until(lambda: len(calling.get("/callbacks.json")) == 1)
    assert calling.get("/callbacks.json") == [
        {
            "request_no": NUMBER,
            "sequence": 1,
            "code": "000000",
            "mode": "ok",
            "status": 200,
            "received": True,
        }
    ]


@pytest.mark.parametrize("first", [(500, b""), (429, b""), (200, b"<html>"), (200, b"{}")])
def test_what_was_not_taken_comes_again_sealed_afresh(
    bank: BankInstitution,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    first: tuple[int, bytes],
) -> None:
    monkeypatch.setattr("simulators.bureau.bank_callbacks.RETRY_SECONDS", (0.05,))
    receiver.answers.insert(0, first)
    bank.inquire(**LATER)
    (_, one), (_, two) = receiver.wait(2)
    assert open_callback(one, KEY) == open_callback(two, KEY)
    assert receiver.head(0)["nonce"] != receiver.head(1)["nonce"]


def test_what_was_refused_does_not_come_again(
    calling: Running, bank: BankInstitution, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulators.bureau.bank_callbacks.RETRY_SECONDS", (0.01,))
    receiver.answers = [(403, b"")]
    bank.inquire(**LATER)
    assert until(lambda: len(calling.get("/callbacks.json")) == 1)
    time.sleep(0.1)
    receiver.wait(1)


def test_forged_comes_before_the_true_one(
    calling: Running, bank: BankInstitution, receiver: Receiver
) -> None:
    calling.switch("bank.callback", "forged")
    bank.inquire(**LATER)
    (forged_headers, forged), (headers, true) = receiver.wait(2)
    assert forged_headers["X-Bank-Key"] == headers["X-Bank-Key"]
    assert not callback_verified(forged, forged_headers) and callback_verified(true, headers)
    assert receiver.head(0)["resp_cd"] == "100001"


def test_replayed_is_the_same_bytes(
    calling: Running, bank: BankInstitution, receiver: Receiver
) -> None:
    calling.switch("bank.callback", "replayed")
    bank.inquire(**LATER)
    (_, one), (_, two) = receiver.wait(2)
    assert one == two


def test_stale_is_rightly_signed_and_an_hour_old(
    calling: Running, bank: BankInstitution, receiver: Receiver
) -> None:
    calling.switch("bank.callback", "stale")
    bank.inquire(**LATER)
    [(headers, body)] = receiver.wait(1)
    assert callback_verified(body, headers)
    assert 3590 < time.time() - int(receiver.head(0)["timestamp"]) / 1000 < 3700


def test_reordered_brings_the_older_news_last(
    calling: Running, bank: BankInstitution, receiver: Receiver
) -> None:
    calling.switch("bank.callback", "reordered")
    bank.inquire(**LATER)
    contents = [open_callback(body, KEY) for _, body in receiver.wait(2)]
    assert [content["sequence"] for content in contents] == [2, 1]
    assert [receiver.head(n)["resp_cd"] for n in (0, 1)] == ["000000", "000001"]


def test_oversized_is_beyond_what_the_interface_allows(
    calling: Running, bank: BankInstitution, receiver: Receiver
) -> None:
    calling.switch("bank.callback", "oversized")
    bank.inquire(**LATER)
    [(headers, body)] = receiver.wait(1)
    assert len(body) > 16 * 1024 * 1024 and callback_verified(body, headers)


def test_wrong_person_is_rightly_signed(
    calling: Running, bank: BankInstitution, receiver: Receiver
) -> None:
    calling.switch("bank.callback", "wrong_person")
    bank.inquire(**LATER)
    [(headers, body)] = receiver.wait(1)
    report = json.loads(decoded(open_callback(body, KEY)["report"]))
    assert callback_verified(body, headers)
    assert report["PRH"]["PA01"]["PA01B"]["PA01BI01"] != PERSON["id_number"]
    assert bank.report(bank.ask())["PRH"]["PA01"]["PA01B"]["PA01BI01"] == PERSON["id_number"]


def test_lost_never_comes_and_asking_helps(
    calling: Running, bank: BankInstitution, receiver: Receiver
) -> None:
    calling.switch("bank.callback", "lost")
    bank.inquire(**LATER)
    assert bank.code(bank.ask()) == "000000"
    assert receiver.got == []


def test_a_refusal_is_called_back_too(bank: BankInstitution, receiver: Receiver) -> None:
    bank.inquire(inquiry(signed_at="2020-01-01T00:00:00+00:00"), **LATER)
    [(_, body)] = receiver.wait(1)
    assert receiver.head(0)["resp_cd"] == "100003"
    assert open_callback(body, KEY) == {"request_no": NUMBER, "sequence": 1}


def test_a_callback_is_sealed_to_the_newest_key(
    calling: Running, bank: BankInstitution, receiver: Receiver
) -> None:
    keys = calling.get("/keys.json")["institution"]
    bank.inquire(**LATER)
    [(_, body)] = receiver.wait(1)
    assert json.loads(body)["body"]["to"] == keys[-1]["kid"]
