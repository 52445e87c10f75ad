"""The running portal that the journeys walk through: started by the runner, seen over HTTP only."""

import json
import os
import signal
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

from dev.ports import free_ports

ROOT = Path(__file__).resolve().parents[3]
START_SECONDS = 240
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

    def messages(self, address: str) -> list[dict[str, Any]]:
        """What the simulated phone or mailbox shows, oldest first."""
        box = "mailbox" if "@" in address else "phone"
        return self._json(f"/{box}/{address}/messages.json")

    def code(self, phone: str, *, after: int) -> str:
        """The code of the first message that phone or mailbox got beyond the `after` it had."""
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
    environment |= {"PORTAL_VAR": str(var), "PORT": str(free_port()), "LOG_LEVEL": "WARNING"}
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


def free_port() -> int:
    """The first of three free ports in a row; each process of the tests looks elsewhere."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first = 24_000 + 1_000 * worker + os.getpid() % 300 * 3
    found = free_ports(range(first, first + 900, 3))
    assert found, "no three free ports in a row"
    return found
