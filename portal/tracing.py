"""Traces of one query's way through web request, work and call; off unless an address is set.

With OTEL_EXPORTER_OTLP_ENDPOINT unset no tracer or exporter is imported and a span does nothing.
Attributes are names and numbers of ours (lane, kind, route, status), never anything about a person
and never a whole address, since some addresses are secret. The bureau is told nothing of a trace.
"""

from contextlib import AbstractContextManager, nullcontext
from functools import cache
from importlib import import_module
from typing import Protocol

from django.conf import settings

EXPORT = "portal.tracing_export"
"""Imported when traces are wanted, since it loads OpenTelemetry."""


class Span(Protocol):
    def rename(self, name: str) -> None: ...

    def note(self, **attributes: str | int) -> None: ...


class Tracer(Protocol):
    def span(
        self, name: str, *, parent: str, attributes: dict[str, str | int]
    ) -> AbstractContextManager[Span]: ...

    def carried(self) -> str: ...


class NoSpan:
    def rename(self, name: str) -> None:
        pass

    def note(self, **attributes: str | int) -> None:
        pass


class NoTracer:
    """What traces are when nobody wants them."""

    _nothing = nullcontext(NoSpan())

    def span(
        self, name: str, *, parent: str, attributes: dict[str, str | int]
    ) -> AbstractContextManager[Span]:
        return self._nothing

    def carried(self) -> str:
        return ""


@cache
def tracer() -> Tracer:
    if not settings.OTEL_EXPORTER_OTLP_ENDPOINT:
        return NoTracer()
    exported: Tracer = import_module(EXPORT).tracer(settings.OTEL_EXPORTER_OTLP_ENDPOINT)
    return exported


def span(name: str, *, parent: str = "", **attributes: str | int) -> AbstractContextManager[Span]:
    """The time of one thing. `parent` is what `carried` gave where it was ordered; without one it
    belongs to the span that is open in this thread, or begins a trace."""
    return tracer().span(name, parent=parent, attributes=attributes)


def carried() -> str:
    """The present span as a W3C traceparent, to be kept beside work that it orders; "" when off."""
    return tracer().carried()


def trace_id() -> str:
    """32 hex digits by which an operator finds the trace of an attempt; "" when off."""
    return carried()[3:35]
