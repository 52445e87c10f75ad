"""Finding what a request is about: the person's own, or nothing."""

from typing import Any

from django.http import Http404, HttpRequest
from django.utils import timezone

from creditquery.models import CreditQuery, CreditReport, Guarantor
from creditquery.selectors import queries as selectors
from creditquery.states import QUERY_READABLE


def query_or_404(request: HttpRequest, request_no: str) -> CreditQuery:
    """Somebody else's number and one that nobody has are the same answer."""
    return _found(selectors.query(_person(request), request_no))


def invitation_or_404(request: HttpRequest, token: str) -> Guarantor:
    return _found(selectors.invitation(_person(request), token))


def readable(query: CreditQuery) -> CreditReport | None:
    """The report, while there is one to read: to its day, even if whoever deletes it is late."""
    report: CreditReport | None = getattr(query, "report", None)
    if query.state not in QUERY_READABLE or report is None or report.purged_at is not None:
        return None
    return report if report.expires_at > timezone.now() else None


def _person(request: HttpRequest) -> Any:
    return request.user


def _found(thing: Any) -> Any:
    if thing is None:
        raise Http404
    return thing
