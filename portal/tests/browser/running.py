"""The running portal that the journeys walk through: started by the runner, seen over HTTP only."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS = 120
CODE_SECONDS = 20
# Engines of the tests around this one, and addresses of outside services that a developer set.
NOT_INHERITED = ("DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "SITE_URL", "RECEIPT_URL")


@dataclass(frozen=True)
class Portal:
    web: str
    simulators: str
    accounts: list[dict[str, str]]

    def account(self, role: str) -> dict[str, str]:
        return next(account for account in self.accounts if account["role"] == role)

    def messages(self, phone: str) -> list[dict[str, Any]]:
        """What the simulated phone shows, oldest first."""
        return self._json(f"/phone/{phone}/messages.json")

    def code(self, phone: str, *, after: int) -> str:
        """The code of the first message that the phone got beyond the `after` it had."""
        until = time.monotonic() + CODE_SECONDS
        while time.monotonic() < until:
            fresh = [m["code"] for m in self.messages(phone)[after:] if m["code"]]
            if fresh:
                return fresh[-1]
            time.sleep(0.1)
        raise AssertionError(f"no code came within {CODE_SECONDS} s")

    def fault(self, service: str, mode: str) -> None:
        """Puts a service of the outside world into trouble, or back in order with "ok"."""
        self._json("/faults.json", {"service": service, "mode": mode, "rate": 1})

    def inquiries(self, request_no: str) -> list[dict[str, Any]]:
        return self._json(f"/bureau/inquiries.json?request_no={request_no}")

    def _json(self, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        address = self.simulators + path
        with urllib.request.urlopen(address, data, timeout=10) as answer:  # noqa: S310 (loopback)
            return json.load(answer)


@contextmanager
def running_portal(var: Path) -> Iterator[Portal]:
    """Everything `make run` starts, with engines and data of its own in `var`."""
    environment = {k: v for k, v in os.environ.items() if k not in NOT_INHERITED}
    environment |= {"PORTAL_VAR": str(var), "PORT": str(three_free_ports()), "LOG_LEVEL": "WARNING"}
    log = var / "run.log"
    with log.open("w") as output:
        runner = subprocess.Popen(
            [sys.executable, "-m", "dev.runner"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        yield wait_until_ready(runner, var / "run.json", log)
    finally:
        runner.send_signal(signal.SIGTERM)
        runner.wait(60)


def wait_until_ready(runner: subprocess.Popen[bytes], announcement: Path, log: Path) -> Portal:
    until = time.monotonic() + START_SECONDS
    while not announcement.exists():
        if runner.poll() is not None or time.monotonic() > until:
            raise AssertionError(f"the portal did not start:\n{log.read_text()[-4000:]}")
        time.sleep(0.2)
    content = json.loads(announcement.read_text())
    return Portal(content["web"], content["simulators"], content["accounts"])


def three_free_ports() -> int:
    """The first of three ports in a row that nobody listens on."""
    for first in range(18000 + os.getpid() % 1000 * 10, 60000, 3):
        if all(is_free(first + step) for step in range(3)):
            return first
    raise AssertionError("no three free ports")


def is_free(port: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
