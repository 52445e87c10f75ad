"""Where our time goes: one login after the other in this process, step by step.

For each step: milliseconds, statements, milliseconds in the database; and over all steps the share
of each part of the program in the processor's time, by cProfile.
"""

import cProfile
import pstats
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection
from django.test import Client

from accounts.codes import code_for
from accounts.models import LoginChallenge
from accounts.selectors import phone_hash
from benchmarks.login_sites import ASK, CODE_PAGE, ENTER, OPEN

LOGINS, WARM_UP = 40, 5
PARTS = {
    "database": ("psycopg", "/django/db/"),
    "templates": ("/django/template/", "/django/utils/safestring", "/django/utils/html"),
    "translations": ("/gettext", "/django/utils/translation/"),
    "sealing": ("/cryptography/", "/portal/crypto"),
    "evidence": ("/evidence/",),
    "accounts": ("/accounts/",),
}


class Watch:
    def __init__(self) -> None:
        self.steps: dict[str, list[tuple[float, int, float]]] = defaultdict(list)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        spent: list[float] = []
        began = time.perf_counter()
        with connection.execute_wrapper(timed(spent)):
            yield
        self.steps[name].append((time.perf_counter() - began, len(spent), sum(spent)))


def timed(spent: list[float]) -> Callable[..., Any]:
    def wrapper(execute: Any, *arguments: Any) -> Any:
        began = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            spent.append(time.perf_counter() - began)

    return wrapper


def steps(phones: Iterator[str]) -> dict[str, Any]:
    for _login in range(WARM_UP):
        log_in(next(phones), Watch())
    watch = Watch()
    for _login in range(LOGINS):
        log_in(next(phones), watch)
    profile = cProfile.Profile(time.process_time)  # what waits for the database is no work
    with profile:
        for _login in range(LOGINS):
            log_in(next(phones), Watch())
    return {"steps": {name: middle(rows) for name, rows in watch.steps.items()}} | {
        "parts": shares(profile)
    }


def log_in(phone: str, watch: Watch) -> None:
    client = Client(SERVER_NAME="127.0.0.1")
    with watch.step(OPEN):
        client.get("/login/")
    with watch.step(ASK):
        client.post("/login/", {"phone": phone})
    with watch.step(CODE_PAGE):
        client.get("/login/code/")
    asked = LoginChallenge.objects.filter(address_hash=phone_hash(phone)).latest("created_at")
    code = code_for(asked.pk, asked.purpose)
    with watch.step(ENTER):
        answer = client.post("/login/code/", {"code": code})
    assert answer.status_code == 302, answer.status_code


def middle(rows: list[tuple[float, int, float]]) -> dict[str, float]:
    wall, statements, database = (statistics.median(column) for column in zip(*rows, strict=True))
    return {
        "ms": round(wall * 1000, 1),
        "statements": statements,
        "database_ms": round(database * 1000, 1),
    }


def shares(profile: cProfile.Profile) -> dict[str, float]:
    """Parts of the time, by the file in which a function is; the rest is Python and Django."""
    found: dict[str, float] = defaultdict(float)
    for (file, _line, name), row in pstats.Stats(profile).stats.items():  # type: ignore[attr-defined]
        place = f"{file}:{name}"
        part = next((p for p, marks in PARTS.items() if any(m in place for m in marks)), "rest")
        found[part] += row[2]
    total = sum(found.values())
    return {part: round(spent / total, 3) for part, spent in sorted(found.items())}
