"""Reading the report, and taking it along as a PDF under one's own password."""

import logging
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import borrower_required, recent_code_required
from accounts.states import Purpose
from creditquery import passwords
from creditquery.forms.queries import PasswordForm
from creditquery.models import AccessLog, CreditQuery, CreditReport
from creditquery.report.errors import ReportError
from creditquery.selectors import queries as selectors
from creditquery.services import reports
from creditquery.states import FileState
from creditquery.views.lookup import query_or_404, readable
from creditquery.views.queries import identity_required
from portal import catalogue

logger = logging.getLogger(__name__)
FILE_STEPS = (gettext_lazy("Making the PDF"), gettext_lazy("PDF ready"))
FILE_POLL_MS = 1000


@require_GET
@gzip_page  # ten times smaller; nothing that a stranger could vary stands on it (BREACH)
@recent_code_required(Purpose.DOWNLOAD)
@identity_required
@never_cache
def report(request: Any, request_no: str) -> HttpResponse:
    query = query_or_404(request, request_no)
    kept = readable(query)
    if kept is None:
        return redirect("creditquery:progress", request_no)
    try:
        document = selectors.document(kept)
    except ReportError:
        # It could be read when it came, so this is a fault of ours: say so and keep the report.
        logger.exception("report of query %s cannot be read any more", request_no)
        context = {"entry": catalogue.ENTRIES["report-unreadable"]}
        return render(request, "portal/error.html", context, status=500)
    _log(request, query, AccessLog.Action.VIEWED)
    form = PasswordForm(identity=request.identity)
    return _page(request, query, kept, {"form": form, "document": document})


@require_http_methods(["GET", "POST"])
@recent_code_required(Purpose.DOWNLOAD)
@identity_required
@never_cache
def pdf(request: Any, request_no: str) -> HttpResponse:
    """POST a password to order the file, GET to take it; until it is made, back to the page."""
    query = query_or_404(request, request_no)
    kept = readable(query)
    if kept is None:
        return redirect("creditquery:progress", request_no)
    if request.method == "POST":
        return _order(request, query, kept)
    file = selectors.newest_file(kept, timezone.now())
    if file is None or file.state != FileState.READY:
        return redirect("creditquery:report", request_no)
    _log(request, query, AccessLog.Action.DOWNLOADED)
    name = f"credit-report-{request_no[-4:]}.pdf"
    return HttpResponse(
        file.content,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


@require_GET
@borrower_required
@never_cache
def file_json(request: Any, request_no: str) -> JsonResponse:
    """How the file comes along, in the words of progress.json."""
    query = query_or_404(request, request_no)
    kept = readable(query)
    file = selectors.newest_file(kept, timezone.now()) if kept else None
    wanted = file is not None and file.state == FileState.WANTED
    return JsonResponse(
        {
            "state": file.state if file else "",
            "step": 0 if wanted else 1,
            "steps": [str(step) for step in FILE_STEPS],
            "slow": False,
            "place": None,
            "eta": None,
            "next_poll_ms": FILE_POLL_MS if wanted else 0,
            "message": _("Your PDF is being made.") if wanted else _("Your PDF is ready."),
        }
    )


def _order(request: Any, query: CreditQuery, kept: CreditReport) -> HttpResponse:
    """Order the file. A password that we made is shown in this very answer and never again."""
    if "random" in request.POST:
        made = passwords.random()
        reports.want_file(report=kept, password=made, now=timezone.now())
        return render(request, "creditquery/password.html", {"query": query, "password": made})
    form = PasswordForm(request.POST, identity=request.identity)
    if not form.is_valid():
        return _page(request, query, kept, {"form": form})
    reports.want_file(report=kept, password=form.cleaned_data["password"], now=timezone.now())
    return redirect("creditquery:report", query.request_no)


def _page(
    request: HttpRequest, query: CreditQuery, kept: CreditReport, context: dict[str, Any]
) -> HttpResponse:
    context |= {
        "query": query,
        "report": kept,
        "file": selectors.newest_file(kept, timezone.now()),
        "file_steps": FILE_STEPS,
        "in_wechat": "MicroMessenger" in request.headers.get("User-Agent", ""),
    }
    return render(request, "creditquery/report.html", context)


def _log(request: Any, query: CreditQuery, action: str) -> None:
    reports.log_access(
        query=query, actor=request.user, action=action, purpose="own report", now=timezone.now()
    )
