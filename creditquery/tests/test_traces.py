"""One query is one trace: from the press of the button through its work to the call."""

import datetime as dt
from typing import Any

import pytest
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from accounts.models import User
from accounts.selectors import identity
from creditquery.models import Attempt, LoanApplication
from creditquery.models.consents import Purpose
from creditquery.services import queries
from creditquery.services.queries import RUN
from creditquery.tests.conftest import ID_NUMBER, work_off
from portal import tracing
from portal.tests.outside import Outside
from portal.tracing_export import ExportingTracer
from portal.work.states import Lane


def test_a_query_is_one_trace_and_tells_nothing_of_the_person(
    person: User,
    loan: LoanApplication,
    world: Outside,
    now: dt.datetime,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    exporter = InMemorySpanExporter()
    tracer = ExportingTracer(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "tracer", lambda: tracer)
    checked = identity(person)
    assert checked is not None
    with tracing.span("POST /queries/"):
        ordered = tracing.trace_id()
        query = queries.wish(person=person, loan=loan, purpose=Purpose.LOAN, now=now)
        queries.sign(query=query, identity=checked, language="en", signed_with="test", now=now)
    work_off(Lane.UPSTREAM)
    attempt = Attempt.objects.get()
    spans: dict[str, Any] = {span.name: span for span in exporter.get_finished_spans()}
    assert attempt.trace == ordered
    assert {f"{spans[name].context.trace_id:032x}" for name in (RUN, "inquire")} == {ordered}
    assert spans["inquire"].parent.span_id == spans[RUN].context.span_id
    assert dict(spans["inquire"].attributes) == {
        "route": "pboc.east",
        "attempt": attempt.ref,
        "outcome": "Delivered",
    }
    told = " ".join(span.to_json() for span in spans.values())
    for secret in (person.name, ID_NUMBER, person.phone):
        assert secret is not None
        assert secret not in told
