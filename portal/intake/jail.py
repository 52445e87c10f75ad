"""Starts the child, and ends it: what a stranger's file does, it does there.

File and result pass through memory (memfd), never through a disk and never through a pipe that a
stuck child could leave full. The child inherits no environment and no other file of ours.
"""

import contextlib
import logging
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from portal.intake.limits import Limits

log = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[2]
CHILD = [sys.executable, "-E", "-s", "-m", "portal.intake.child"]
TOO_MUCH = 3
"""The child's exit code when it wanted more memory, or room for its result, than it may have."""

FAIR_SHARE = 0.25
"""A child that had less of the processor when its time was over was kept from its work."""
NO_FENCE = 4
"""Its exit code when it could not be fenced in, and so has read nothing."""


class Overrun(Exception):
    """It took longer, or wanted more memory, than it may."""


class Crashed(Exception):
    """It ended by a signal, or without a word."""

    def __init__(self, code: int) -> None:
        super().__init__(f"exit code {code}")


class Starved(Exception):
    """Its time is over, but it had little of the processor: the machine is busy, not the file."""


class NoFence(RuntimeError):
    """This kernel cannot fence a process in; no file is read here."""

    def __init__(self) -> None:
        super().__init__("this kernel has no seccomp filter: uploads cannot be read safely")


def run(job: bytes, *, limits: Limits) -> bytes:
    """The child's answer to a job. Raises Overrun, Crashed, Starved or NoFence; nothing of it
    is left either way."""
    with _in_memory("job", job) as asked, _in_memory("answer", b"") as answer:
        code = _perform(asked, answer, limits.seconds)
        if code == NO_FENCE:
            raise NoFence
        if code in (TOO_MUCH, -signal.SIGXCPU, -signal.SIGKILL):
            raise Overrun
        if code != 0:
            raise Crashed(code)
        answer.seek(0)
        return answer.read(limits.result_bytes)


def _perform(asked: BinaryIO, answer: BinaryIO, seconds: float) -> int:
    child = subprocess.Popen(
        CHILD,
        stdin=asked,
        stdout=answer,
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
        env={},
        start_new_session=True,
    )
    in_time = False
    try:
        in_time = _ends_within(child.pid, seconds)
    finally:  # not reaped yet, so that its number is nobody else's: whatever it left ends here
        os.killpg(child.pid, signal.SIGKILL)
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
        taken = usage.ru_utime + usage.ru_stime
        log.debug("a file took %.1f s of processor time, %d KiB", taken, usage.ru_maxrss)
    if not in_time and taken < seconds * FAIR_SHARE:
        raise Starved
    return child.returncode


def _ends_within(pid: int, seconds: float) -> bool:
    ended = os.pidfd_open(pid)
    try:
        return bool(select.select([ended], [], [], seconds)[0])
    finally:
        os.close(ended)


@contextlib.contextmanager
def _in_memory(name: str, content: bytes) -> Iterator[BinaryIO]:
    with os.fdopen(os.memfd_create(name), "w+b", buffering=0) as file:
        view = memoryview(content)
        while view:
            view = view[file.write(view) :]
        file.seek(0)
        yield file
