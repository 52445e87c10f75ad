import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dev.paths import CHECKOUT
from dev.ports import free_ports

SECONDS = 20.0


class Machine:
    """A var folder of its own, and the processes that a test starts in it."""

    def __init__(self, var: Path) -> None:
        self.var = var
        self.environment = {**os.environ, "PORTAL_VAR": str(var)}
        for name in ("DATABASE_URL", "REDIS_URL", "MAKELEVEL"):
            self.environment.pop(name, None)
        self.started: list[subprocess.Popen[str]] = []

    def start(self, module: str, *words: str, **extra: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *words],
            cwd=CHECKOUT,
            env=self.environment | extra,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.started.append(process)
        return process

    def run(self, module: str, *words: str, **extra: str) -> tuple[int, str]:
        process = self.start(module, *words, **extra)
        output, _ = process.communicate(timeout=SECONDS)
        return process.returncode, output

    def processes(self) -> list[str]:
        """Command lines of the living processes that belong to this folder."""
        mark = f"PORTAL_VAR={self.var}".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                environment = (folder / "environ").read_bytes().split(b"\0")
                words = (folder / "cmdline").read_bytes().decode().split("\0")
            except OSError:
                continue
            if mark in environment and "".join(words):
                found.append(" ".join(words))
        return found

    def remove_sockets(self) -> None:
        """A killed launcher leaves its socket folder, which lies outside the test's."""
        tag = hashlib.sha256(os.fsencode(self.var)).hexdigest()[:8]
        shutil.rmtree(Path(tempfile.gettempdir()) / f"portal-{os.getuid()}-{tag}", True)

    def close(self) -> None:
        for process in self.started:
            process.terminate()
        for process in self.started:
            process.communicate(timeout=SECONDS)


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[Machine]:
    machine = Machine(tmp_path / "var")
    yield machine
    machine.close()
    eventually(lambda: machine.processes() == [])
    machine.remove_sockets()


@pytest.fixture
def port() -> int:
    """The first of three free ports in a row."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = 20_000 + 1_000 * worker + os.getpid() % 300 * 3
    found = free_ports(range(first, first + 900, 3))
    assert found, "no three free ports in a row"
    return found


def eventually(condition: Callable[[], bool], seconds: float = SECONDS) -> float:
    """Seconds until the condition held."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, "did not come true in time"
        time.sleep(0.02)
    return time.monotonic() - began
