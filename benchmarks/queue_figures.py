"""Pages of the queue, asked for over an open connection by officers of different competence."""

import statistics
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from benchmarks import queue_rows
from creditquery.models import Institution
from drills.desk_people import browser
from drills.incident_people import member
from drills.stage import Stage
from portal.tests.browser.program import Program
from reviews.models import Competence, ReviewTask
from reviews.selectors.desk import Cursor
from reviews.states.cases import REVIEW_UNDECIDED

SIZES = (1_000, 1_000_000)
ROUNDS, WARM_UP = 60, 10
QUEUE, PEER = "/en/desk/reviews/", "/en/peer/queue/"
OF_LENDERS = 3
"""Lenders of the officer whose competence is narrow, of so many as queue_rows makes."""


def figures(stage: Stage) -> Iterator[dict[str, Any]]:
    officers = {"everything": _officer("everything"), "narrow": _officer("narrow")}
    for size in SIZES:
        queue_rows.fill(size, list(officers.values()))
        _give(officers)
        if "web" not in stage.actors:
            stage.start_web()
        for page, who, path, peer in _pages():
            program = Program(stage.web, cookies=browser(officers[who]))
            ours = _p95(program, QUEUE + path)
            theirs = _p95(program, PEER + peer) if peer is not None else None
            yield {"cases": size, "page": page, "p95_ms": ours, "peer_p95_ms": theirs}


def _pages() -> list[tuple[str, str, str, str | None]]:
    """Name, whose, what to ask ours for, and the peer where it has the same page."""
    middle, place = _middle()
    lender = Institution.objects.order_by("pk")[0].pk
    return [
        ("first page", "everything", "", ""),
        ("a page in the middle", "everything", f"?after={middle}", f"?page={place}"),
        ("overdue", "everything", "?overdue=on", "?overdue=on"),
        ("objections", "everything", "?again=on", "?again=on"),
        ("priority lane", "everything", "?express=on", "?express=on"),
        ("one lender", "everything", f"?institution={lender}", f"?institution={lender}"),
        ("decided ones", "everything", "?state=approved", "?state=approved"),
        ("few lenders, small sums", "narrow", "", ""),
    ]


def _middle() -> tuple[str, int]:
    """A cursor in the middle of what is undecided, and the number of that page."""
    rows = ReviewTask.objects.filter(state__in=sorted(REVIEW_UNDECIDED)).order_by("due_at", "pk")
    place = rows.count() // 2
    pk, due_at = rows.values_list("pk", "due_at")[place]
    assert due_at is not None
    return str(Cursor(due_at, pk)), place // 50 + 1


def _p95(program: Program, path: str) -> float:
    times = []
    for _round in range(WARM_UP + ROUNDS):
        answer = program.once("GET", program.web + path)
        assert answer.status == 200, f"{path}: {answer.status}"
        times.append(answer.first_byte_ms)
    return round(statistics.quantiles(times[WARM_UP:], n=20)[-1], 1)


def _officer(name: str) -> User:
    return member(f"bench.{name}", Role.RISK_OFFICER if name == "everything" else Role.LOAN_OFFICER,
                  timezone.now())  # fmt: skip


def _give(officers: dict[str, User]) -> None:
    Competence.objects.all().delete()
    Competence.objects.create(officer=officers["everything"])
    for lender in Institution.objects.order_by("pk")[:OF_LENDERS]:
        Competence.objects.create(
            officer=officers["narrow"], institution=lender, most_fen=queue_rows.SMALL_FEN
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
