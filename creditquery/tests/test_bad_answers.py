"""Signed answers with a bad content: bounded memory, no exception, a state with a next step."""

import datetime as dt
import resource
import threading
from functools import cache
from typing import Any

import pytest
from django.utils import timezone

from creditquery.models import CreditQuery, CreditReport, UnusedAnswer
from creditquery.report.samples import XML
from creditquery.services import channels
from creditquery.states import QueryState
from creditquery.tests.conftest import reasons_of_trouble, work_off
from creditquery.tests.hostile_bureau import Body, answering, delivering, envelope
from portal.work.states import Lane

pytestmark = pytest.mark.django_db
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaaaaaaaa">'
    + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(8))
    + b"]><Document>&i;</Document>"
)
HUGE = b"<Document>" + b"<A>" * 100_000
MIB = 1024 * 1024


@cache
def huge_envelope() -> bytes:
    start, end = envelope("AAA000", ReportMessage="|").split(b"|")
    return b"".join((start, b"A" * (50 * MIB), end))


BODIES: dict[str, Body] = {
    "nothing": lambda number: b"",
    "truncated envelope": lambda number: envelope("AAA000", RequestNo=number)[:-20],
    "entity bomb as envelope": lambda number: BOMB,
    "50 MB": lambda number: huge_envelope(),
    "another number": lambda number: envelope("AAA000", RequestNo="A" * 24),
    "unknown code": lambda number: envelope("ZZZ999", RequestNo=number),
    "not Base64": lambda number: envelope(
        "AAA000", RequestNo=number, ReportNo="1" * 22, ReportMessage="***"
    ),
    "empty report": delivering(b""),
    "truncated report": delivering(XML[:20_000]),
    "entity bomb as report": delivering(BOMB),
    "report of unclosed elements": delivering(HUGE),
    "report in a wrong encoding": delivering(XML.decode().encode("gb18030")),
    "no report at all": delivering(b"<html><body>maintenance</body></html>"),
    "somebody else's report": delivering(XML.replace("王小二".encode(), b"X")),
}


@pytest.mark.parametrize("kind", BODIES)
def test_a_bad_answer_ends_with_a_person_who_looks(
    kind: str, query: CreditQuery, entrances: None, settings: Any
) -> None:
    settings.QUERY_DEADLINE_SECONDS = 5
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with answering(BODIES[kind]) as base:
        settings.PBOC_BASE_URL = base
        channels.sync(now=timezone.now())
        work_off(Lane.UPSTREAM, at=timezone.now() + dt.timedelta(hours=1))
    query.refresh_from_db()
    assert (query.state, query.reason) == (QueryState.NEEDS_PERSON, "query-needs-person")
    assert reasons_of_trouble() == []
    assert not CreditReport.objects.filter(query=query).exists()
    assert UnusedAnswer.objects.filter(attempt__query=query).exists()
    # The server that makes and sends the 50 MB is in this very process, and counts here too.
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 256 * 1024
    assert threading.active_count() < 50
