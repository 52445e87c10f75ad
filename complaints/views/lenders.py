"""A lender's pages: its loans and deadlines, what borrowers told it; and the page to tell it."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import borrower_required
from complaints.forms.lenders import LoanFilterForm
from complaints.lender.facts import Facts, read
from complaints.selectors import lender_notices
from complaints.selectors import lenders as selectors
from complaints.services import lenders
from creditquery.access import LenderRequest, lender_required
from creditquery.views.lookup import query_or_404
from portal import catalogue

PAGE = 25


@require_GET
@lender_required
@never_cache
def home(request: LenderRequest) -> HttpResponse:
    """What waits, and the way to everything."""
    counts = selectors.home(request.institution, timezone.localdate())
    context = {"institution": request.institution, "counts": counts}
    return render(request, "complaints/lender_home.html", context)


@require_GET
@lender_required
@never_cache
def loans(request: LenderRequest) -> HttpResponse:
    """The loans by deadline; the address holds the filter."""
    today = timezone.localdate()
    form = LoanFilterForm(request.GET or None)
    rows = selectors.loans(request.institution, today=today, **form.chosen())
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    lines = selectors.lines(request.institution, page, today)
    context = {"form": form, "page": page, "lines": lines}
    return render(request, "complaints/lender_loans.html", context)


@require_GET
@lender_required
@never_cache
def loan(request: LenderRequest, pk: int) -> HttpResponse:
    found = selectors.loan(request.institution, pk)
    if found is None:
        raise Http404
    context = {
        "line": selectors.line(
            found, selectors.calendar(request.institution.code), timezone.localdate()
        ),
        "events": selectors.timeline(found),
    }
    return render(request, "complaints/lender_loan.html", context)


@require_GET
@lender_required
@never_cache
def notices(request: LenderRequest) -> HttpResponse:
    rows = lender_notices.inbox(request.institution)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    told = [(notice, read(notice.facts)) for notice in page.object_list]
    return render(request, "complaints/lender_notices.html", {"page": page, "told": told})


@require_GET
@lender_required
@never_cache
def notice(request: LenderRequest, pk: int) -> HttpResponse:
    """One notice; whoever opens it first has read it for the lender."""
    found = get_object_or_404(lender_notices.inbox(request.institution), pk=pk)
    lenders.read(notice=found, user=request.user, now=timezone.now())
    context = {"notice": found, **_spelt_out(read(found.facts))}
    return render(request, "complaints/lender_notice.html", context)


# --- The borrower ---------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@borrower_required
@never_cache
def tell(request: Any, request_no: str) -> HttpResponse:
    """Look at the notice, send it, and see whether it was read."""
    query = query_or_404(request, request_no)
    impact = lender_notices.impact_of(query)
    told = list(lender_notices.of_query(query))
    if impact is None and not told:
        refused = {"entry": catalogue.ENTRIES["lender-untouched"]}
        return render(request, "portal/error.html", refused, status=404)
    if request.method == "POST":
        if impact is not None:  # else it was told, and a correction found it untouched since
            lenders.tell(query=query, person=request.user, now=timezone.now())
        return redirect("complaints:tell-lender", request_no)
    sent = {notice.incident_id for notice in told}
    draft = None
    if impact is not None and impact.incident_id not in sent:
        draft = lender_notices.facts(query, impact)
    context = {"query": query, "told": told, **(_spelt_out(draft) if draft else {})}
    return render(request, "complaints/lender_tell.html", context)


def _spelt_out(facts: Facts) -> dict[str, Any]:
    """The facts with their times as times."""
    return {
        "facts": facts,
        "since": parse_datetime(facts.touched_from),
        "until": parse_datetime(facts.touched_until) if facts.touched_until else None,
    }
