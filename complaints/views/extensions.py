"""The borrower asks for a longer deadline and sees how the new deadline was counted."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import borrower_required
from accounts.refusals import Refused
from accounts.views import refusal
from complaints.forms.extensions import AskForm
from complaints.models import DeadlineExtension
from complaints.selectors import extensions as selectors
from complaints.services import extension_letters, extensions
from complaints.states.extensions import ExtensionState
from creditquery.views.lookup import query_or_404
from evidence.services import IllegalMove
from portal import catalogue, law

TONES = {
    ExtensionState.REQUESTED: "caution",
    ExtensionState.APPROVED: "good",
    ExtensionState.IN_FORCE: "good",
    ExtensionState.REFUSED: "bad",
}


@require_GET
@borrower_required
@never_cache
def index(request: Any) -> HttpResponse:
    context = {"rows": selectors.of_person(request.user), "tones": TONES}
    return render(request, "complaints/extension_list.html", context)


@require_http_methods(["GET", "POST"])
@borrower_required
@never_cache
def ask(request: Any, request_no: str) -> HttpResponse:
    """Ask for the loan of a query that an outage held up."""
    query, now = query_or_404(request, request_no), timezone.now()
    offer = selectors.offer(query, now=now)
    if offer is None or offer.loan.borrower_id != request.user.pk:
        return refused(request, "extension-not-touched")
    if offer.standing is not None:
        return redirect("complaints:extension", offer.standing.pk)
    if not offer.is_open:
        return refused(request, "extension-cap" if offer.days <= 0 else "extension-loan-decided")
    initial = {"days": offer.days, "reason": selectors.reason_of(offer.incident)}
    form = AskForm(request.POST or None, left=offer.left, initial=initial)
    if form.is_valid():
        try:
            made = extensions.ask(
                loan=offer.loan,
                incident=offer.incident,
                person=request.user,
                now=now,
                **form.cleaned_data,
            )
            return redirect("complaints:extension", made.pk)
        except Refused as error:
            refusal.add(form, error, None)
    context = {"form": form, "offer": offer, "query": query}
    return render(request, "complaints/extension_ask.html", context)


@require_GET
@borrower_required
@never_cache
def show(request: Any, pk: int) -> HttpResponse:
    found = _own_or_404(request, pk)
    context = {
        "extension": found,
        "reckoning": selectors.reckoning(found),
        "tone": TONES.get(ExtensionState(found.state), ""),
        "articles": (law.START_DAY, law.REST_DAY),
    }
    return render(request, "complaints/extension.html", context)


@require_POST
@borrower_required
def withdraw(request: Any, pk: int) -> HttpResponse:
    found = _own_or_404(request, pk)
    try:
        extensions.withdraw(extension=found, person=request.user, now=timezone.now())
        messages.success(request, _("Your request is taken back."))
    except IllegalMove:
        messages.info(request, _("The lender has answered already."))
    return redirect("complaints:extension", pk)


@require_POST
@borrower_required
def letter(request: Any, pk: int) -> HttpResponse:
    """Issue the letter that confirms the new deadline, or find the one that is valid."""
    try:
        made = extension_letters.issue(extension=_own_or_404(request, pk), now=timezone.now())
    except Refused as error:
        return refused(request, error.code)
    return redirect("complaints:letter", made.serial)


def refused(request: Any, code: str) -> HttpResponse:
    """A page that says why nothing can be asked for, and what else helps."""
    context = {"entry": catalogue.ENTRIES[code]}
    return render(request, "portal/error.html", context, status=404)


def _own_or_404(request: Any, pk: int) -> DeadlineExtension:
    found = selectors.own(request.user, pk)
    if found is None:
        raise Http404
    return found
