"""The outside world of a test session: the simulators as a process of their own."""

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# Ports that the system chooses, small reports, and no news to a portal that runs elsewhere.
SETTINGS = {
    "SIMULATOR_PORT": "0",
    "SIMULATOR_SMTP_PORT": "0",
    "SIMULATOR_ACCOUNTS": "6",
    "RECEIPT_URL": "",
    "BANK_CALLBACK_URL": "",
}


@dataclass(frozen=True)
class Outside:
    """Driven over its control addresses."""

    web: str
    mail: str

    def messages(self, kind: str, address: str) -> list[dict[str, str]]:
        """What came to a `phone` or `mailbox`, oldest first."""
        return self._call(f"/{kind}/{address}/messages.json")

    def inquiries(self, request_no: str) -> list[dict[str, str]]:
        return self._call(f"/bureau/inquiries.json?request_no={request_no}")

    def fault(self, service: str, mode: str, **more: float) -> None:
        self._call("/faults.json", {"service": service, "mode": mode, **more})

    def reset(self) -> None:
        self._call("/reset.json", {})

    def _call(self, path: str, body: object = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(self.web + path, data, timeout=10) as answer:  # noqa: S310
            return json.load(answer)


@contextmanager
def simulated(**more: str) -> Iterator[Outside]:
    """The simulators, with `more` of their settings than SETTINGS."""
    process = subprocess.Popen(
        [sys.executable, "-m", "simulators"],
        cwd=ROOT,
        env={**os.environ, **SETTINGS, **more},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout is not None
        web, mail = process.stdout.readline().removeprefix("simulators: ").split(" and ")
        yield Outside(web.rstrip("/"), mail.strip())
    finally:
        process.terminate()
        process.wait(10)
