"""The emergency guide of a borrower whom an outage holds up, and the papers to go on with."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import borrower_required
from complaints.compensation.trail import duration
from complaints.models import Incident
from complaints.selectors import guide as selectors
from complaints.selectors.guide import Guide
from creditquery.selectors.queries import progress
from creditquery.views.lookup import query_or_404
from portal import catalogue, law


@require_GET
@borrower_required
@never_cache
def of_query(request: Any, request_no: str) -> HttpResponse:
    guide = selectors.of_query(query_or_404(request, request_no))
    return _page(request, guide) if guide else _untouched(request)


@require_GET
@borrower_required
@never_cache
def own(request: Any) -> HttpResponse:
    """The newest outage that touched this borrower, or the one that the address names."""
    touched = selectors.incidents(request.user)
    if not touched:
        return _untouched(request)
    incident = _named(touched, request.GET.get("incident", touched[0].number))
    others = [each for each in touched if each != incident]
    return _page(request, selectors.of_person(request.user, incident), others)


@require_GET
@borrower_required
@never_cache
def papers(request: Any, number: str, request_no: str = "") -> HttpResponse:
    """Every number and date of one outage, to print or to read out on the phone."""
    if request_no:
        found = selectors.of_query(query_or_404(request, request_no))
        if found is None or found.incident is None or found.incident.number != number:
            raise Http404
    else:
        incident = _named(selectors.incidents(request.user), number)
        found = selectors.of_person(request.user, incident)
    context = {"guide": found, "now": timezone.now(), "article": law.COMPLAINT}
    return render(request, "complaints/guide_papers.html", context)


def _page(request: Any, guide: Guide, others: list[Incident] | None = None) -> HttpResponse:
    now = timezone.now()
    context = {
        "guide": guide,
        "progress": progress(guide.query, now) if guide.query else None,
        "others": others or [],
        "lasted": duration(guide.seconds(now)),
    }
    return render(request, "complaints/guide.html", context)


def _named(touched: list[Incident], number: str) -> Incident:
    for incident in touched:
        if incident.number == number:
            return incident
    raise Http404


def _untouched(request: Any) -> HttpResponse:
    context = {"entry": catalogue.ENTRIES["guide-untouched"]}
    return render(request, "portal/error.html", context, status=404)
