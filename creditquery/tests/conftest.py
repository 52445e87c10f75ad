"""People, loans and a real outside world for the tests of this app."""

import datetime as dt
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts import sessions
from accounts.access import VERIFICATION
from accounts.models import LoginChallenge, User
from accounts.selectors import identity, phone_hash
from creditquery.gateways import pboc
from creditquery.models import CreditQuery, Institution, LoanApplication
from creditquery.models.consents import Purpose
from creditquery.services import loans, queries
from portal.crypto import keyed_hash
from portal.work.models import Work
from portal.work.services import claim
from portal.work.tasks import perform

ID_NUMBER = "11010519491231002X"  # the example printed in GB 11643


@pytest.fixture
def now() -> dt.datetime:
    return timezone.now()


@pytest.fixture
def make_person(db: None) -> Callable[..., User]:
    def make(phone: str = "13800000001", name: str = "王小二", **values: Any) -> User:
        values.setdefault("verified_at", timezone.now())
        return User.objects.create(
            phone=phone,
            phone_hash=phone_hash(phone),
            name=name,
            id_type="10",
            id_number=ID_NUMBER,
            id_hash=keyed_hash(ID_NUMBER, "id"),
            joined_at=timezone.now(),
            **values,
        )

    return make


@pytest.fixture
def person(make_person: Callable[..., User]) -> User:
    return make_person()


@pytest.fixture
def institution(db: None) -> Institution:
    return Institution.objects.create(name="远山银行", code="A10311000H0001")


@pytest.fixture
def loan(person: User, institution: Institution, now: dt.datetime) -> LoanApplication:
    return loans.apply(
        borrower=person,
        institution=institution,
        reference="LA-2026-001",
        amount_fen=20_000_000,
        annual_rate_bp=395,
        term_months=36,
        decision_deadline=timezone.localdate(now) + dt.timedelta(days=10),
        now=now,
    )


@pytest.fixture
def query(person: User, loan: LoanApplication, now: dt.datetime) -> CreditQuery:
    """A signed query that waits in the queue."""
    made = queries.wish(person=person, loan=loan, purpose=Purpose.LOAN, now=now)
    checked = identity(person)
    assert checked is not None
    queries.sign(query=made, identity=checked, language="en", signed_with="test", now=now)
    made.refresh_from_db()
    return made


def log_in(client: Client, person: User, *, code_age: dt.timedelta = dt.timedelta()) -> Client:
    """A browser in which this person logged in by a code so long ago."""
    at = timezone.now() - code_age
    challenge = LoginChallenge.objects.create(
        id=uuid.uuid4(),
        purpose="login",
        user=person,
        address=person.phone,
        address_hash=person.phone_hash or "",
        account_hash=person.phone_hash or "",
        binding="test",
        created_at=at,
        sent_at=at,
        expires_at=at + dt.timedelta(minutes=5),
        stops_at=at + dt.timedelta(minutes=10),
        used_at=at,
    )
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session[sessions.STARTED] = session[sessions.SEEN] = timezone.now().isoformat()
    session[VERIFICATION] = str(challenge.pk)
    session.save()
    return client


@pytest.fixture
def browser(client: Client, person: User) -> Client:
    """The borrower, logged in a moment ago, reading English."""
    return log_in(client, person)


def work_off(lane: str, *, at: dt.datetime | None = None, most: int = 20) -> int:
    """Do what a lane's workers would do by `at`, one claim after the other."""
    done = 0
    while done < most:
        claims = claim(lane=lane, now=at or timezone.now(), holder="test")
        if not claims:
            break
        perform(claims[0])
        done += 1
    return done


def reasons_of_trouble() -> list[str]:
    return list(Work.objects.filter(attempts__gt=0).values_list("reason", flat=True))


# --- The outside world ----------------------------------------------------------------------


@dataclass
class World:
    """The simulators as a process of their own, driven over their control addresses."""

    url: str

    def get(self, path: str) -> Any:
        with urllib.request.urlopen(self.url + path, timeout=5) as answer:  # noqa: S310
            return json.load(answer)

    def post(self, path: str, value: Any) -> None:
        request = urllib.request.Request(  # noqa: S310
            self.url + path,
            json.dumps(value).encode(),
            {"Content-Type": "application/json"},
            method="POST",
        )
        with urllib.request.urlopen(request, timeout=5):  # noqa: S310
            pass

    def switch(self, mode: str, service: str = "pboc", **more: float) -> None:
        self.post("/faults.json", {"service": service, "mode": mode, **more})

    def inquiries(self, request_no: str) -> list[dict[str, str]]:
        return self.get(f"/bureau/inquiries.json?request_no={request_no}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="session")
def simulators() -> Iterator[World]:
    web, mail = _free_port(), _free_port()
    environment = {
        **os.environ,
        "SIMULATOR_PORT": str(web),
        "SIMULATOR_SMTP_PORT": str(mail),
        "SIMULATOR_ACCOUNTS": "6",
    }
    process = subprocess.Popen([sys.executable, "-m", "simulators"], env=environment)
    world = World(f"http://127.0.0.1:{web}")
    try:
        for _attempt in range(100):
            try:
                world.get("/faults.json")
                break
            except OSError:
                time.sleep(0.1)
        yield world
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def world(simulators: World, settings: Any) -> World:
    """A fresh outside world, and a portal that speaks to it."""
    simulators.post("/reset.json", {})
    pboc._bureau.cache_clear()  # no session is left of another test
    settings.PBOC_BASE_URL = f"{simulators.url}/pboc"
    settings.ALIYUN_BASE_URL = f"{simulators.url}/aliyun"
    return simulators
