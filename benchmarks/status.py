"""The status page of the running portal while PostgreSQL, Redis and every worker are stopped.

The portal runs as `make run` starts it. When it has published once, its engines and workers are
stopped (SIGSTOP: connections hang, as behind a dead cable, which is worse than a refusal), and a
visitor who was logged in before asks for each address in turn.
"""

import json
import os
import signal
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.pages import fetch
from benchmarks.rows import Row
from dev.plan import LANES
from portal.tests.browser.borrower import Borrower
from portal.tests.browser.people import new_person
from portal.tests.browser.running import running_portal

PATHS = ("/status/", "/en/status/", "/status.json", "/status.atom")
ROUNDS, WARM_UP = 100, 5
P95_MS = 50
PUBLISHED_SECONDS = 60
STOPPED = ("postgres", "redis", "beat", *LANES)


def measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as var, running_portal(Path(var)) as portal:
        borrower = Borrower(portal, new_person())
        borrower.log_in()
        wait_for_copy(Path(var) / "public" / "status.json")
        with stopped(json.loads((Path(var) / "run.json").read_text())["pids"]):
            for path in PATHS:
                times = [fetch(borrower, path).first_byte_ms for _ in range(WARM_UP + ROUNDS)]
                p95 = statistics.quantiles(times[WARM_UP:], n=20)[-1]
                figure = f"p95, engines stopped, {path}"
                yield Row(
                    bench="status", figure=figure, value=round(p95, 1), unit="ms", goal=P95_MS
                )


def wait_for_copy(file: Path) -> None:
    until = time.monotonic() + PUBLISHED_SECONDS
    while not file.exists():
        if time.monotonic() > until:
            raise AssertionError("the status page was not published")
        time.sleep(0.5)


@contextmanager
def stopped(pids: dict[str, int]) -> Iterator[None]:
    """These programs with all their children stand still meanwhile."""
    still = [pid for name, pid in pids.items() if name in STOPPED for pid in family(pid)]
    for pid in still:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in still:
            os.kill(pid, signal.SIGCONT)


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(one for child in children for one in family(int(child)))]
