"""Traces follow a query from request to call, hold nothing personal, and cost nothing when off."""

import subprocess
import sys

import pytest
from django.test import Client
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from portal import tracing
from portal.tests import work_probe
from portal.tests.work_probe import add, claim_one
from portal.tracing_export import ExportingTracer
from portal.work.tasks import perform

probes = work_probe.probes
LOOK = """
import sys, django
django.setup()
from portal import celery, tracing
with tracing.span("x", lane="upstream") as span:
    span.note(a=1)
    assert tracing.carried() == tracing.trace_id() == ""
heavy = ("opentelemetry.exporter", "opentelemetry.sdk.trace", "google", "requests")
print(sorted(name for name in sys.modules if name.startswith(heavy)))
"""


@pytest.fixture
def spans(monkeypatch):
    """What is exported while traces are on."""
    exporter = InMemorySpanExporter()
    tracer = ExportingTracer(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(tracing, "tracer", lambda: tracer)
    return exporter.get_finished_spans


def test_off_it_loads_nothing_heavy_and_gives_nothing():
    """redis-py loads the SDK's metrics by itself wherever it is installed; we add nothing to it."""
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        env={"DJANGO_SETTINGS_MODULE": "portal.settings", "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "[]\n"


def test_a_span_within_another_belongs_to_it(spans):
    with tracing.span("outer"), tracing.span("inner", lane="upstream"):
        assert len(tracing.trace_id()) == 32
    inner, outer = spans()
    assert inner.parent.span_id == outer.context.span_id
    assert dict(inner.attributes) == {"lane": "upstream"}
    assert outer.parent is None


def test_what_was_carried_along_continues_the_trace(spans):
    with tracing.span("ordered"):
        carried = tracing.carried()
    with tracing.span("done", parent=carried):
        assert tracing.trace_id() == carried[3:35]
    ordered, done = spans()
    assert done.parent.span_id == ordered.context.span_id


@pytest.mark.parametrize("carried", ["", "nonsense", "00-" + "0" * 32 + "-" + "0" * 16 + "-01"])
def test_what_nobody_carried_begins_a_trace(spans, carried):
    with tracing.span("alone", parent=carried):
        pass
    assert spans()[0].parent is None


def test_an_error_is_told_by_its_class_alone(spans):
    with pytest.raises(ValueError), tracing.span("call"):
        raise ValueError("13800000001")
    (span,) = spans()
    assert (span.status.is_ok, span.status.description) == (False, "ValueError")
    assert span.events == ()


@pytest.mark.django_db
def test_a_request_is_named_by_its_route_and_not_by_its_address(spans):
    Client().get("/en/help/not-found/")
    (span,) = spans()
    assert span.name == "GET /en/help/<slug:code>/"
    assert dict(span.attributes) == {"status": 200}


@pytest.mark.django_db
def test_work_goes_on_with_the_trace_of_whoever_ordered_it(spans, probes):
    with tracing.span("order"):
        row = add()
    perform(claim_one())
    order, done = spans()
    assert done.name == row.kind
    assert done.parent.span_id == order.context.span_id
    assert dict(done.attributes) == {"lane": "upstream", "work": row.pk}
