"""A report for the lender's eyes: the borrower makes and takes back the link, the lender opens it.

A look at the link alone uses nothing up: mail programs and scanners open addresses by themselves,
so that opening is a POST.
"""

import logging
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import borrower_required, recent_code_required
from accounts.refusals import Refused
from accounts.states import Purpose
from accounts.views import refusal
from creditquery.access import LenderRequest, lender_required
from creditquery.forms.lenders import ShareForm
from creditquery.report.errors import ReportError
from creditquery.selectors import queries
from creditquery.selectors import shares as selectors
from creditquery.services import shares
from creditquery.states import SHARE_LIVE
from creditquery.views.lookup import query_or_404, readable
from creditquery.views.queries import identity_required
from portal import catalogue

logger = logging.getLogger(__name__)

# --- The borrower ---------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@recent_code_required(Purpose.SHARE)
@identity_required
@never_cache
def share(request: Any, request_no: str) -> HttpResponse:
    """Agree, and get a link that is shown in this very answer and never again."""
    query = query_or_404(request, request_no)
    form = ShareForm(request.POST or None)
    link = ""
    if request.method == "POST" and form.is_valid():
        try:
            token = shares.offer(
                query=query,
                identity=request.identity,
                language=get_language() or "zh-hans",
                signed_with=str(request.verification.pk),
                now=timezone.now(),
            )
            link = _address(token)
        except Refused as refused:
            refusal.add(form, refused, None)
    context = {
        "query": query,
        "form": form,
        "link": link,
        "text": selectors.written_out(query.loan, get_language() or "zh-hans"),
        "has_report": readable(query) is not None,
        "shares": selectors.of_query(query),
        "looks": selectors.looks(query),
        "live": SHARE_LIVE,
    }
    return render(request, "creditquery/share.html", context)


@require_POST
@borrower_required
def revoke(request: Any, request_no: str, pk: int) -> HttpResponse:
    query = query_or_404(request, request_no)
    shares.revoke(share=get_object_or_404(selectors.of_query(query), pk=pk), now=timezone.now())
    messages.success(request, _("The link is taken back. It opens nothing any more."))
    return redirect("creditquery:share", request_no)


def _address(token: str) -> str:
    """In the default language: whose the lender's user reads is not known."""
    with translation.override(settings.LANGUAGE_CODE):
        return settings.SITE_URL + reverse("creditquery:share-open", kwargs={"token": token})


# --- The lender -----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@lender_required
@never_cache
def opening(request: LenderRequest, token: str) -> HttpResponse:
    """What opening means, then the opening itself."""
    found = selectors.of_link(token)
    if found is None or found.institution != request.institution:
        return _refused(request, "share-other-lender", 404)
    mark = selectors.session_mark(request.session.session_key)
    if found.opened_by == request.user and found.session_hash == mark:
        return redirect("creditquery:share-read", found.pk)
    if (code := selectors.closed(found, timezone.now())) is not None:
        return _refused(request, code, 410)
    if request.method == "GET":
        return render(request, "creditquery/share_open.html", {"share": found})
    try:
        shares.use(share=found, user=request.user, session_hash=mark, now=timezone.now())
    except Refused as refused:
        return _refused(request, refused.code, 410)
    return redirect("creditquery:share-read", found.pk)


@require_GET
@gzip_page  # nothing that a stranger could vary stands on it (BREACH)
@lender_required
@never_cache
def reading(request: LenderRequest, pk: int) -> HttpResponse:
    """The report, in the one session that opened the link; each look is registered."""
    mark = selectors.session_mark(request.session.session_key)
    found = selectors.open_in(pk=pk, user=request.user, session_hash=mark)
    if found is None or found.institution != request.institution:
        raise Http404
    if (code := selectors.stopped(found, timezone.now())) is not None:
        return _refused(request, code, 410)
    try:
        document = queries.document(found.query.report)
    except ReportError:
        logger.exception("report of query %s cannot be read any more", found.query.request_no)
        return _refused(request, "report-unreadable", 500)
    shares.look(share=found, user=request.user, now=timezone.now())
    context = {"share": found, "document": document}
    return render(request, "creditquery/share_report.html", context)


def _refused(request: Any, code: str, status: int) -> HttpResponse:
    context = {"entry": catalogue.ENTRIES[code]}
    return render(request, "portal/error.html", context, status=status)
