"""Each page of a borrower against the running portal: bytes, requests and time to the first byte.

The portal runs as `make run` starts it. The first load counts the page and every file that it
names, as sent to a browser that accepts Brotli and has nothing cached; the time is that of the
page alone, over a connection that is open, on loopback.
"""

import re
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from benchmarks.rows import Row
from portal.tests.browser.borrower import Borrower
from portal.tests.browser.people import new_person
from portal.tests.browser.program import Answer
from portal.tests.browser.running import Portal, running_portal

ROUNDS = 60
WARM_UP = 5
BYTES, REQUESTS, TTFB_MS = 25_000, 6, 100
NAMED = re.compile(r'<(?:link|script|img)\b[^>]*?\b(?:href|src)="([^"]+)"')
ENCODINGS = "br, gzip"


@dataclass(frozen=True)
class Load:
    size: int
    requests: int


def measure() -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as var, running_portal(Path(var)) as portal:
        borrower, pages = a_borrower_with_a_report(portal)
        for name, path in pages.items():
            load = first_load(borrower, path)
            yield _row(f"bytes, {name}", load.size, "B", BYTES)
            yield _row(f"requests, {name}", load.requests, "requests", REQUESTS)
            yield _row(f"p95 TTFB, {name}", p95(times(borrower, path)), "ms", TTFB_MS)


def _row(figure: str, value: float, unit: str, goal: float) -> Row:
    return Row(bench="pages", figure=figure, value=round(value, 1), unit=unit, goal=goal)


def a_borrower_with_a_report(portal: Portal) -> tuple[Borrower, dict[str, str]]:
    """Somebody at the end of the main job, and the pages of that way by name."""
    borrower = Borrower(portal, new_person())
    borrower.log_in()
    borrower.prove_name()
    borrower.enter_loan("BENCH-1")
    request_no = borrower.agree()
    borrower.wait_for_report(request_no)
    borrower.enter_loan("BENCH-2")
    return borrower, {
        "home": "/",
        "help": "/help/",
        "privacy": "/privacy/",
        "queries": "/queries/",
        "loan": "/queries/loan/",
        "consent": "/queries/new/",
        "progress": f"/queries/{request_no}/",
        "report": f"/queries/{request_no}/report/",
        "account": "/account/",
    }


def first_load(borrower: Borrower, path: str) -> Load:
    page = fetch(borrower, path)
    text = borrower.get(path).text
    files = {urljoin(page.url, name) for name in NAMED.findall(text)}
    return Load(
        len(page.body) + sum(len(fetch(borrower, name).body) for name in files), 1 + len(files)
    )


def fetch(borrower: Borrower, path: str) -> Answer:
    """One request as a browser makes it; the body is as long as it was on the wire."""
    headers = {"Accept-Encoding": ENCODINGS}
    answer = borrower.once("GET", urljoin(borrower.web, path), **headers)
    assert answer.status == 200, f"{path}: {answer.status}"
    return answer


def times(borrower: Borrower, path: str) -> list[float]:
    answers = [fetch(borrower, path).first_byte_ms for _ in range(WARM_UP + ROUNDS)]
    return answers[WARM_UP:]


def p95(values: list[float]) -> float:
    return statistics.quantiles(values, n=20)[-1]
