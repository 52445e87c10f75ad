"""What stands around every page: traces, and what is refused before a page looks at it."""

from collections.abc import Callable

from django.core.exceptions import BadRequest, MiddlewareNotUsed
from django.http import HttpRequest, HttpResponse

from portal import tracing


class TraceMiddleware:
    """A span for each request, named by its route: the address itself may hold a secret."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        if isinstance(tracing.tracer(), tracing.NoTracer):
            raise MiddlewareNotUsed
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        method = request.method or ""
        with tracing.span(method) as span:
            response = self.get_response(request)
            if request.resolver_match:
                span.rename(f"{method} /{request.resolver_match.route}")
            span.note(status=response.status_code)
            return response


class PlainAddressMiddleware:
    """An address with a NUL is no address: PostgreSQL cannot hold one, so that looking for it would
    be a fault of ours. Forms refuse NULs by themselves, with a sentence."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise BadRequest("NUL in the address")
        return self.get_response(request)
