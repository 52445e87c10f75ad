"""A clock that tests set, people who log in, and the simulated outside world."""

import datetime as dt
import json
import os
import subprocess
import sys
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.utils import timezone

from accounts.tests.visitor import Visitor, fresh_phone

ROOT = Path(__file__).resolve().parents[2]


class Clock:
    """Real time, moved forward."""

    def __init__(self):
        self.ahead = dt.timedelta()

    def __call__(self):
        return dt.datetime.now(dt.UTC) + self.ahead

    def pass_(self, **span):
        self.ahead += dt.timedelta(**span)


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock)
    return clock


@pytest.fixture
def phone():
    return fresh_phone()


@pytest.fixture
def visitor(db):
    return Visitor(fresh_phone())


@dataclass(frozen=True)
class Outside:
    """The simulators of one test session."""

    web: str
    mail: str

    def messages(self, kind, address):
        return self._call(f"/{kind}/{address}/messages.json")

    def fault(self, service, mode, seconds=2):
        self._call(
            "/faults.json", {"service": service, "mode": mode, "rate": 1, "seconds": seconds}
        )

    def reset(self):
        self._call("/reset.json", {})

    def _call(self, path, body=None):
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(self.web + path, data, timeout=10) as answer:  # noqa: S310
            return json.load(answer)


@pytest.fixture(scope="session")
def simulators():
    environ = {**os.environ, "SIMULATOR_PORT": "0", "SIMULATOR_SMTP_PORT": "0", "RECEIPT_URL": ""}
    process = subprocess.Popen(
        [sys.executable, "-m", "simulators"],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    web, mail = process.stdout.readline().removeprefix("simulators: ").split(" and ")
    yield Outside(web.rstrip("/"), mail.strip())
    process.terminate()
    process.wait(10)


@pytest.fixture
def outside(simulators, settings):
    settings.ALIYUN_BASE_URL = f"{simulators.web}/aliyun"
    settings.TENCENT_BASE_URL = f"{simulators.web}/tencent"
    settings.EMAIL_URL = simulators.mail
    simulators.reset()
    yield simulators
    simulators.reset()
