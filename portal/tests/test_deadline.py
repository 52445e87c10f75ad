"""The deadline holds against servers that are slow in every way. Short budgets, real sockets."""

import contextlib
import queue
import socket
import threading
import time

import pytest

from portal import deadline
from portal.gateway import Unavailable

SLEEPS = 6  # seconds: longer than any call here may take, however busy the machine is
PATIENCE = 3
HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nX-Test: yes\r\n\r\n"


def stop_after(data: bytes):
    def behave(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(data)
        time.sleep(SLEEPS)

    return behave


@contextlib.contextmanager
def server(behave):
    """A listening socket that hands its first connection to `behave`."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with contextlib.suppress(OSError):
            connection, _ = listener.accept()
            with connection:
                behave(connection)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/path?x=1"
    finally:
        listener.close()
        thread.join(timeout=0.1)  # a sleeper is left behind


def drip(data: bytes):
    def behave(connection: socket.socket) -> None:
        connection.recv(65536)
        for byte in data:
            time.sleep(0.05)
            connection.sendall(bytes([byte]))

    return behave


def answer(data: bytes):
    def behave(connection: socket.socket) -> None:
        connection.recv(65536)
        connection.sendall(data)

    return behave


def test_an_answer_comes_back_whole():
    with server(answer(HEAD % 5 + b"hello")) as url:
        got = deadline.call("POST", url, body=b"{}", seconds=5)
    assert (got.status, got.body, got.headers["x-test"]) == (200, b"hello", "yes")


@pytest.mark.parametrize(
    "head", [b"HTTP/1.0 200 OK\r\n", HEAD[:-2] % 10**6 + b"Connection: close\r\n"]
)
def test_a_long_answer_that_ends_with_the_connection_comes_whole(head):
    with server(answer(head + b"\r\n" + b"x" * 10**6)) as url:
        assert len(deadline.call("GET", url, seconds=5).body) == 10**6


@pytest.mark.parametrize(
    "behave",
    [
        drip(HEAD % 500 + b"x" * 500),
        drip(b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: y\r\n" % n for n in range(99))),
        lambda connection: time.sleep(SLEEPS),
        stop_after(HEAD % 9),
    ],
    ids=["dripping body", "dripping head", "silence", "body never comes"],
)
def test_a_slow_server_is_left_at_the_deadline(behave):
    with server(behave) as url:
        begun = time.monotonic()
        with pytest.raises(Unavailable) as error:
            deadline.call("GET", url, seconds=0.5)
        spent = time.monotonic() - begun
    assert (error.value.reason, error.value.sent) == ("timeout", True)
    assert 0.45 <= spent < PATIENCE


def test_nothing_was_sent_when_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(Unavailable) as error:
        deadline.call("GET", f"http://127.0.0.1:{port}/", seconds=2)
    assert error.value.sent is False


def slow_names(monkeypatch, *found):
    """Names take for ever to resolve, or give these addresses; digits resolve as always."""
    real = socket.getaddrinfo

    def look_up(*args, flags=0, **named):
        if flags & socket.AI_NUMERICHOST:
            return real(*args, flags=flags, **named)
        return list(found) or time.sleep(SLEEPS)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)


def test_a_name_that_hangs_is_left_at_the_deadline(monkeypatch):
    slow_names(monkeypatch)
    begun = time.monotonic()
    with pytest.raises(Unavailable) as error:
        deadline.call("GET", "http://slow.invalid/", seconds=0.3)
    assert (error.value.reason, error.value.sent) == ("timeout", False)
    assert time.monotonic() - begun < PATIENCE


def test_an_address_that_does_not_answer_leaves_time_for_the_next(monkeypatch):
    with server(answer(HEAD % 5 + b"hello")) as url, full_backlog() as deaf:
        port = int(url.split(":")[2].split("/")[0])
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        slow_names(monkeypatch, (*kind, deaf), (*kind, ("127.0.0.1", port)))
        got = deadline.call("GET", f"http://two.invalid:{port}/", seconds=2)
    assert got.body == b"hello"


@contextlib.contextmanager
def full_backlog():
    """An address at which the kernel no longer answers a SYN: nobody accepts, the queue is full."""
    listener = socket.create_server(("127.0.0.1", 0), backlog=0)
    waiting = []
    for _ in range(3):
        each = socket.socket()
        each.setblocking(False)
        each.connect_ex(listener.getsockname())
        waiting.append(each)
    try:
        yield listener.getsockname()
    finally:
        for each in (listener, *waiting):
            each.close()


@pytest.mark.parametrize("scheme", ["http", "https"], ids=["TCP", "TLS"])
def test_connecting_gets_no_more_than_its_share(scheme, monkeypatch):
    monkeypatch.setattr(deadline, "CONNECT_SECONDS", 0.3)
    silent = server(lambda connection: time.sleep(SLEEPS))
    with full_backlog() as deaf, silent as url:
        address = f"http://{deaf[0]}:{deaf[1]}/" if scheme == "http" else url.replace("p:", "ps:")
        begun = time.monotonic()
        with pytest.raises(Unavailable) as error:
            deadline.call("GET", address, seconds=SLEEPS)
        spent = time.monotonic() - begun
    assert (error.value.reason, error.value.sent) == ("timeout", False)
    assert 0.25 <= spent < PATIENCE


def test_a_process_that_slept_after_connecting_sends_nothing(monkeypatch):
    heard = queue.SimpleQueue()
    real = deadline._connect

    def connect_and_sleep(*args):
        connected = real(*args)
        time.sleep(0.5)  # as a stopped process does, until somebody lets it go on
        return connected

    monkeypatch.setattr(deadline, "_connect", connect_and_sleep)
    with (
        server(lambda connection: heard.put(connection.recv(1))) as url,
        pytest.raises(Unavailable) as error,
    ):
        deadline.call("POST", url, body=b"{}", deadline=deadline.Deadline(0.3))
    assert (error.value.reason, error.value.sent) == ("timeout", False)
    assert heard.get(timeout=PATIENCE) == b""


def test_a_server_that_does_not_read_is_left_at_the_deadline():
    with (
        server(lambda connection: time.sleep(SLEEPS)) as url,
        pytest.raises(Unavailable) as error,
    ):
        deadline.call("POST", url, body=b"x" * 32_000_000, seconds=0.5)
    assert (error.value.reason, error.value.sent) == ("timeout", True)


def test_a_deadline_set_before_counts_not_the_seconds_since():
    past = deadline.Deadline(0.05)
    time.sleep(0.1)
    with pytest.raises(Unavailable) as error:
        deadline.call("GET", "http://127.0.0.1:9/", deadline=past, seconds=60)
    assert (error.value.reason, error.value.sent) == ("timeout", False)


def test_plain_http_is_refused_in_production(settings):
    settings.PRODUCTION = True
    with server(answer(HEAD % 0)) as url, pytest.raises(Unavailable, match="plain http"):
        deadline.call("GET", url, seconds=2)


@pytest.mark.parametrize(
    "data",
    [b"", b"rubbish\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", HEAD % 50 + b"cut off"],
    ids=["hangs up", "rubbish", "no status", "truncated"],
)
def test_a_broken_answer_is_unknown_not_failed(data):
    with server(answer(data)) as url, pytest.raises(Unavailable) as error:
        deadline.call("GET", url, seconds=2)
    assert error.value.sent is True


def test_an_answer_that_is_too_large_is_cut():
    with server(answer(HEAD % 2000 + b"x" * 2000)) as url, pytest.raises(Unavailable) as error:
        deadline.call("GET", url, seconds=2, max_bytes=1000)
    assert error.value.reason == "answer too large"


def test_plain_http_where_tls_is_wanted_was_not_sent():
    with (
        server(answer(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as url,
        pytest.raises(Unavailable) as error,
    ):
        deadline.call("GET", url.replace("http://", "https://"), seconds=2)
    assert error.value.sent is False
    assert error.value.reason.startswith("tls")
