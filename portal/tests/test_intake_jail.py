"""The child may do nothing but read its job and answer, and it ends when its time is over."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from drills import uploads_pictures as pictures
from portal.gateway import Unavailable
from portal.intake import confine, jail, wire
from portal.intake.clean import LIMITS, IntakeRefused, Kind, Page, clean

PATIENT = replace(LIMITS, seconds=60)
TRIES = {
    "open a connection": "import socket; socket.socket()",
    "start a program": "import os; os.execv('/bin/true', ['true'])",
    "start a process": "import os; os.fork()",
    "end another process": "import os; os.kill(os.getppid(), 0)",
    "write much": "import os; os.write(1, bytes(200_000_000)); os.write(1, b'x')",
    "take much memory": "bytes(600_000_000)",
}
FILES = {
    "read a file of the machine": "open('/etc/hostname')",
    "read a file of the portal": "open('portal/settings.py')",
    "list a folder": "import os; os.listdir('/')",
    "write a file": "open('/tmp/left-behind', 'w')",
}
FENCED = """
import socket, os
from portal.intake import confine
from portal.intake.limits import LIMITS
confine.limit(LIMITS)
assert confine.lock_down()
try:
    exec({deed!r})
except (OSError, MemoryError):
    os._exit(0)
os._exit(1)
"""


@pytest.mark.parametrize("deed", TRIES.values(), ids=TRIES)
def test_the_fence_holds(deed, tmp_path):
    assert tried(deed, tmp_path / "written") == 0


@pytest.mark.parametrize("deed", FILES.values(), ids=FILES)
def test_the_fence_around_files_holds_where_the_kernel_has_one(deed, tmp_path):
    assert tried(deed, tmp_path / "written") == (0 if confine.landlock() >= 1 else 1)


def tried(deed: str, output: Path) -> int:
    """0 when the kernel refused it."""
    program = [sys.executable, "-c", FENCED.format(deed=deed)]
    with output.open("wb") as file:
        return subprocess.run(program, cwd=jail.ROOT, stdout=file).returncode


def test_fonts_can_be_read_behind_the_fence(tmp_path):
    deed = "import os; os._exit(7 if os.listdir('/usr/share/fonts') else 1)"
    assert tried(deed, tmp_path / "written") == 7


def child(monkeypatch, program: str) -> None:
    monkeypatch.setattr(jail, "CHILD", [sys.executable, "-c", program])


def refusal(**limits: int) -> str:
    with pytest.raises(IntakeRefused) as refused:
        clean(pictures.png(), limits=replace(PATIENT, **limits))
    return refused.value.code


def test_a_child_that_works_on_is_ended(monkeypatch, tmp_path):
    """With whatever it has started."""
    trace = tmp_path / "pids"
    child(
        monkeypatch,
        f"import os, time\nos.fork()\nopen({str(trace)!r}, 'a').write(f'{{os.getpid()}} ')\n"
        "while True: time.sleep(1)",
    )
    monkeypatch.setattr(jail, "FAIR_SHARE", 0)
    open_files = len(list(Path("/proc/self/fd").iterdir()))
    assert refusal(seconds=5) == "upload-too-slow"
    pids = [int(pid) for pid in trace.read_text().split()]
    assert len(pids) == 2
    until = time.monotonic() + 10  # the signal is sent; on a busy machine it takes its time
    while time.monotonic() < until and any(map(is_running, pids)):
        time.sleep(0.05)
    assert [pid for pid in pids if is_running(pid)] == []
    assert len(list(Path("/proc/self/fd").iterdir())) == open_files


def is_running(pid: int) -> bool:
    """A process that nobody has reaped yet does nothing any more."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_busy_machine_is_not_the_files_fault(monkeypatch):
    child(monkeypatch, "import time; time.sleep(60)")
    with pytest.raises(Unavailable) as away:
        clean(pictures.png(), limits=replace(LIMITS, seconds=1))
    assert away.value.sent is False


@pytest.mark.parametrize(
    ("program", "code"),
    [
        ("import os; os.abort()", "upload-damaged"),
        ("import sys; sys.exit(1)", "upload-damaged"),
        ("print('nonsense')", "upload-damaged"),
        ("", "upload-damaged"),
        (f"import sys; sys.exit({jail.TOO_MUCH})", "upload-too-slow"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "upload-too-slow"),
    ],
)
def test_however_a_child_ends_there_is_a_sentence(monkeypatch, program, code):
    child(monkeypatch, program)
    assert refusal() == code


def test_without_a_fence_nothing_is_read(monkeypatch):
    child(monkeypatch, f"import sys; sys.exit({jail.NO_FENCE})")
    with pytest.raises(jail.NoFence):
        clean(pictures.png(), limits=PATIENT)


def test_memory_bites():
    big = pictures.written(pictures.drawn(size=(6000, 5000)), "PNG")
    with pytest.raises(IntakeRefused) as refused:
        clean(big, limits=replace(PATIENT, memory_bytes=140_000_000))
    assert refused.value.code == "upload-too-slow"


def test_the_childs_answer_is_bounded():
    assert refusal(result_bytes=50) == "upload-too-slow"


def test_the_environment_stays_outside(monkeypatch):
    program = "import os, sys; sys.exit(3 if set(os.environ) <= {'LC_CTYPE'} else 1)"
    child(monkeypatch, program)
    assert refusal() == "upload-too-slow"
    assert "PATH" in os.environ


# --- What it says -----------------------------------------------------------------------------

IMAGE = pictures.written(pictures.drawn(), "JPEG")
PAGE = wire.page(Page(1, IMAGE, wire.JPEG_TYPE, 64, 48))
END = wire.ending(removed=[], document=b"", media_type=wire.JPEG_TYPE)


def test_what_fits_is_believed():
    read = wire.read_result(PAGE + END, kind=Kind.JPEG, limits=LIMITS)
    assert read.document == IMAGE
    assert read.pages == (Page(1, IMAGE, wire.JPEG_TYPE, 64, 48),)


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        PAGE,
        END,
        (PAGE + END)[:-1],
        (PAGE + END)[1:],
        PAGE * 61 + END,
        wire.refusal("not-a-code"),
        wire.failure("SomeError"),
        wire.page(Page(1, b"<html>", wire.JPEG_TYPE, 1, 1)) + END,
        wire.page(Page(1, b"<html>", "text/html", 1, 1)) + END,
        PAGE + wire.ending(removed=[], document=b"<html>", media_type=wire.PDF_TYPE),
        PAGE
        + wire.frame(b'{"end": true, "type": "image/jpeg", "removed": ["x"]}')
        + wire.frame(b""),
        wire.frame(b"[" * 5000),
        wire.frame(b"5"),
    ],
)
def test_what_does_not_fit_is_not_believed(answer):
    with pytest.raises(wire.Garbled):
        wire.read_result(answer, kind=Kind.JPEG, limits=LIMITS)


def test_a_refusal_is_passed_on():
    with pytest.raises(IntakeRefused) as refused:
        wire.read_result(wire.refusal("upload-damaged"), kind=Kind.PDF, limits=LIMITS)
    assert refused.value.code == "upload-damaged"
