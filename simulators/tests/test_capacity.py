"""An upstream of limited strength: calls share it, and slow each other down."""

import threading
import time

import pytest

from simulators.capacity import BadCapacity, Capacity, Upstream, Upstreams
from simulators.tests.conftest import Running
from simulators.tests.institution import NUMBER, Institution, inquiry


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def load(upstream: Upstream, calls: int) -> tuple[list[bool], float]:
    """Put so many calls in at once; who was let in, and the seconds until all are done."""
    let_in: list[bool] = []
    threads = [
        threading.Thread(target=lambda: let_in.append(upstream.work())) for _ in range(calls)
    ]
    begun = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return let_in, time.monotonic() - begun


def test_alone_a_call_takes_the_base() -> None:
    upstream = Upstream()
    upstream.set(Capacity(per_second=100, base=0.1))
    _, seconds = load(upstream, 1)
    assert 0.1 <= seconds < 0.3


def test_as_many_as_it_can_do_at_once_do_not_slow_each_other() -> None:
    upstream = Upstream()
    upstream.set(Capacity(per_second=100, base=0.2))
    _, seconds = load(upstream, 20)
    assert 0.2 <= seconds < 0.5


def test_beyond_that_all_get_slower_and_none_is_lost() -> None:
    upstream = Upstream()
    upstream.set(Capacity(per_second=100, base=0.1))
    let_in, seconds = load(upstream, 100)
    assert let_in == [True] * 100
    assert 0.95 <= seconds < 1.6  # 100 calls at 100 a second, however they are spread


def test_beyond_the_most_the_next_is_turned_away() -> None:
    upstream = Upstream()
    upstream.set(Capacity(per_second=50, base=0.1, most=5))
    let_in, _ = load(upstream, 20)
    assert let_in.count(True) >= 5 and let_in.count(False) >= 5
    assert upstream.as_json()["inside"] == 0


def test_it_warms_up_from_a_part_to_all() -> None:
    clock = Clock()
    upstream = Upstream(clock)
    upstream.set(Capacity(per_second=20, warm_seconds=60, warm_from=0.2))
    strengths = []
    for clock.now in (0.0, 30.0, 60.0, 600.0):
        strengths.append(upstream.as_json()["strength"])
    assert strengths == [0.2, 0.6, 1.0, 1.0]


def test_taking_the_limit_away_lets_everybody_go() -> None:
    upstream = Upstream()
    upstream.set(Capacity(per_second=0.1, base=10))
    threading.Timer(0.2, upstream.set, [Capacity()]).start()
    _, seconds = load(upstream, 5)
    assert seconds < 2


@pytest.mark.parametrize(
    "wish",
    [
        None,
        {},
        {"service": "aliyun", "per_second": 5},
        {"service": "pboc", "per_second": "5"},
        {"service": "pboc", "per_second": True},
        {"service": "pboc", "per_second": -1},
        {"service": "pboc", "warm_from": 2},
    ],
)
def test_a_capacity_that_makes_no_sense(outside: Running, wish: object) -> None:
    with pytest.raises(BadCapacity):
        Upstreams().set(wish)
    assert outside.post("/capacity.json", wish).status == 400


def test_the_address_sets_shows_and_forgets_it(outside: Running) -> None:
    outside.post("/capacity.json", {"service": "bank", "per_second": 20, "warm_seconds": 60})
    rows = {row["service"]: row for row in outside.get("/capacity.json")}
    assert (rows["bank"]["per_second"], rows["pboc"]["per_second"]) == (20, 0)
    assert rows["bank"]["strength"] < 0.5 and rows["bank"]["inside"] == 0
    outside.post("/reset.json", {})
    assert {row["per_second"] for row in outside.get("/capacity.json")} == {0}


def test_an_inquiry_takes_its_time_and_a_question_does_not(outside: Running) -> None:
    bank = Institution(outside).open()
    outside.post("/capacity.json", {"service": "pboc", "per_second": 2, "base": 0.5})
    begun = time.monotonic()
    assert bank.code(bank.inquire()) == "AAA000"
    assert time.monotonic() - begun >= 0.5
    begun = time.monotonic()
    assert bank.code(bank.ask()) == "AAA000"
    assert time.monotonic() - begun < 0.4
    assert {row["service"]: row["done"] for row in outside.get("/capacity.json")}["pboc"] == 1


def test_one_too_many_is_told_to_come_back(outside: Running) -> None:
    bank = Institution(outside).open()
    slow = {"service": "pboc", "per_second": 1, "base": 1, "most": 1}
    outside.post("/capacity.json", slow)
    first = Institution(Running(outside.world, outside.port, 0)).open()
    thread = threading.Thread(target=lambda: first.inquire(inquiry("A" * 24)))
    thread.start()
    until = time.monotonic() + 3
    while not outside.get("/capacity.json")[0]["inside"] and time.monotonic() < until:
        time.sleep(0.01)
    reply = bank.inquire()
    assert (reply.status, bank.code(reply), reply.headers["Retry-After"]) == (429, "SYS002", "5")
    assert outside.get(f"/bureau/inquiries.json?request_no={NUMBER}") == []
    thread.join()
