"""Traces through OpenTelemetry (portal.tracing says when). Sent in batches by a thread of its own,
which the SDK starts again after a fork; a collector that is away costs a log line."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from portal.tracing import Span

SERVICE = "credit-portal"
HEADER = "traceparent"

_propagator = TraceContextTextMapPropagator()


def tracer(endpoint: str) -> "ExportingTracer":
    """Traces to a collector; headers, time-out and sampling are read by the SDK from its OTEL_…"""
    exporter = OTLPSpanExporter(endpoint=f"{endpoint.rstrip('/')}/v1/traces")
    return ExportingTracer(BatchSpanProcessor(exporter))


class OpenSpan:
    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def rename(self, name: str) -> None:
        self._span.update_name(name)

    def note(self, **attributes: str | int) -> None:
        self._span.set_attributes(attributes)


class ExportingTracer:
    def __init__(self, processor: SpanProcessor) -> None:
        name = os.environ.get("OTEL_SERVICE_NAME", SERVICE)
        provider = TracerProvider(resource=Resource.create({"service.name": name}))
        provider.add_span_processor(processor)
        self._tracer = provider.get_tracer("portal")

    @contextmanager
    def span(self, name: str, *, parent: str, attributes: dict[str, str | int]) -> Iterator[Span]:
        context = _propagator.extract({HEADER: parent}) if parent else None
        with self._tracer.start_as_current_span(
            name,
            context=context,
            attributes=attributes,
            # The text of an exception may quote what it choked on: only its class is kept.
            record_exception=False,
            set_status_on_exception=False,
        ) as opened:
            try:
                yield OpenSpan(opened)
            except BaseException as error:
                opened.set_status(trace.StatusCode.ERROR, type(error).__name__)
                raise

    def carried(self) -> str:
        carrier: dict[str, str] = {}
        _propagator.inject(carrier)
        return carrier.get(HEADER, "")
