"""Full logins by code at 16 clients, beside django-two-factor-auth's phone login and the login by
code of django-allauth: on one PostgreSQL server, each in its own environment, in turn.

A login is every request from the first page to the answer that begins the session. All send in
their own way and nobody waits for a phone: ours writes the durable message and rings for it, the
peers write the code into a file. What is sent by a worker is not measured.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from benchmarks.rows import Row
from dev.paths import CHECKOUT

P95_MS = 300.0
OURS = "ours"


def measure() -> Iterator[Row]:
    stage = subprocess.run(
        [sys.executable, "-m", "benchmarks.login_stage"],
        cwd=CHECKOUT,
        stdout=subprocess.PIPE,
        env={**os.environ, "MAKELEVEL": ""},
        text=True,
        check=True,
    )
    figures = [json.loads(line) for line in stage.stdout.splitlines() if line.startswith("{")]
    yield from rows(figures)


def rows(figures: list[dict[str, Any]]) -> Iterator[Row]:
    sites = {each["site"]: each for each in figures if "site" in each}
    ours = sites.pop(OURS)
    for peer, theirs in sites.items():
        yield _row("full logins a second", ours["per_second"], "1/s", peer, theirs["per_second"])
        for key, figure in (("request_p95_ms", "p95 of a request"), ("login_p95_ms", "p95 of all")):
            goal = P95_MS if key == "request_p95_ms" else None
            yield _row(figure, ours[key], "ms", peer, theirs[key], goal)
        for step, took in ours["steps_ms"].items():
            yield _row(f"median, {step}", took, "ms", peer, theirs["steps_ms"].get(step))
    for each in figures:
        if "profile" in each:
            yield from _profile(each["profile"])


def _row(
    figure: str,
    value: float,
    unit: str,
    peer: str | None = None,
    peer_value: float | None = None,
    goal: float | None = None,
) -> Row:
    return Row(
        bench="login",
        figure=figure,
        value=value,
        unit=unit,
        peer=peer if peer_value else None,
        peer_value=peer_value,
        goal=goal,
        more=unit == "1/s",
    )


def _profile(profile: dict[str, Any]) -> Iterator[Row]:
    """One login alone, step by step, and what part of the program has the processor."""
    for step, middle in profile["steps"].items():
        yield _row(f"alone, {step}", middle["ms"], "ms")
        yield _row(f"alone, {step}, database", middle["database_ms"], "ms")
        yield _row(f"alone, {step}, statements", middle["statements"], "count")
    for part, share in profile["parts"].items():
        yield _row(f"share of the processor, {part}", share, "share")
