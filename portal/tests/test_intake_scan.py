"""The virus scanner is asked in its own protocol, by a deadline, and nothing passes without it."""

import contextlib
import socket
import threading
import time

import pytest
from django.core.exceptions import ImproperlyConfigured

from portal import environment
from portal.catalogue import ENTRIES
from portal.gateway import Unavailable
from portal.intake.refusals import CODES, IntakeRefused
from portal.intake.removed import Removed
from portal.intake.scan import scan
from portal.intake.words import REMOVED

DATA = bytes(range(256)) * 1000


class Clamd(threading.Thread):
    """Speaks INSTREAM to one client and keeps what it got; a wrong frame is an error of its own."""

    def __init__(self, listener: socket.socket, answer: bytes, *, drip: float = 0.0) -> None:
        super().__init__(daemon=True)
        self.listener, self.answer, self.drip = listener, answer, drip
        self.received, self.complaint = b"", ""
        self.start()

    def run(self) -> None:
        client, _ = self.listener.accept()
        with client, client.makefile("rb") as said:
            if said.read(10) != b"zINSTREAM\0":
                self.complaint = "another command"
                return
            while size := int.from_bytes(said.read(4), "big"):
                piece = said.read(size)
                if len(piece) != size or size > 1 << 20:
                    self.complaint = "a frame of another size"
                    return
                self.received += piece
            with contextlib.suppress(OSError):  # the other side may have had enough
                for byte in self.answer:
                    time.sleep(self.drip)
                    client.sendall(bytes([byte]))


@pytest.fixture(params=["tcp", "unix"])
def scanner(request, tmp_path):
    """Makes a listening scanner; gives its thread and its address."""
    open_ones = []

    def listening(answer: bytes, **how):
        if request.param == "tcp":
            listener = socket.create_server(("127.0.0.1", 0))
            address = f"tcp://127.0.0.1:{listener.getsockname()[1]}"
        else:
            listener, path = socket.socket(socket.AF_UNIX), tmp_path / "clamd"
            listener.bind(str(path))
            listener.listen()
            address = f"unix://{path}"
        open_ones.append(listener)
        return Clamd(listener, answer, **how), address

    yield listening
    for listener in open_ones:
        listener.close()


def test_the_whole_file_reaches_the_scanner(scanner):
    clamd, address = scanner(b"stream: OK\0")
    assert scan(DATA, address=address) is True
    assert (clamd.received, clamd.complaint) == (DATA, "")


def test_what_is_found_is_refused(scanner):
    _clamd, address = scanner(b"stream: Eicar-Test-Signature FOUND\0")
    with pytest.raises(IntakeRefused) as refused:
        scan(DATA, address=address)
    assert refused.value.code == "upload-infected"


@pytest.mark.parametrize(
    "answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: O", b"OK\0", b"x" * 5000]
)
def test_any_other_answer_is_no_answer(scanner, answer):
    _clamd, address = scanner(answer)
    with pytest.raises(Unavailable):
        scan(DATA, address=address)


def test_a_scanner_that_drips_is_left(scanner):
    _clamd, address = scanner(b"stream: OK\0", drip=0.3)
    began = time.monotonic()
    with pytest.raises(Unavailable):
        scan(DATA, address=address, seconds=1)
    assert time.monotonic() - began < 2.5


def test_a_scanner_that_is_away_keeps_the_file_back(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    for address in (f"tcp://127.0.0.1:{port}", f"unix://{tmp_path}/nobody"):
        with pytest.raises(Unavailable) as away:
            scan(DATA, address=address)
        assert away.value.sent is False


def test_without_a_scanner_nothing_is_said_to_be_scanned(settings):
    settings.CLAMD_ADDRESS = ""
    assert scan(DATA) is False


@pytest.mark.parametrize("raw", ["", "tcp://scanner:3310", "unix:///run/clamav/clamd.ctl"])
def test_an_address_of_a_scanner(monkeypatch, raw):
    monkeypatch.setenv("CLAMD_ADDRESS", raw)
    assert environment.scanner("CLAMD_ADDRESS") == raw


@pytest.mark.parametrize("raw", ["scanner:3310", "tcp://scanner", "unix://run/x", "http://x:1"])
def test_what_is_no_address_of_a_scanner(monkeypatch, raw):
    monkeypatch.setenv("CLAMD_ADDRESS", raw)
    with pytest.raises(ImproperlyConfigured, match="CLAMD_ADDRESS"):
        environment.scanner("CLAMD_ADDRESS")


def test_each_refusal_has_its_words():
    assert set(ENTRIES) >= CODES
    assert set(REMOVED) == set(Removed)
