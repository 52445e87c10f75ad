"""Requests for a longer deadline: answered at the lender, watched at the desk."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import PersonalRequest, staff_required
from accounts.refusals import Refused
from accounts.views import refusal
from complaints.forms.extensions import AskForm, DecideForm, FindForm, TogetherForm
from complaints.models import Incident
from complaints.selectors import extensions as selectors
from complaints.services import extensions
from complaints.states.extensions import ExtensionState
from complaints.views.extensions import TONES
from creditquery.access import LenderRequest, lender_required
from creditquery.models import CreditQuery

PAGE = 25
READ, ASK = "complaints.view_deadlineextension", "complaints.ask_deadlineextension"


# --- A lender -------------------------------------------------------------------------------


@require_GET
@lender_required
@never_cache
def index(request: LenderRequest) -> HttpResponse:
    """What waits for an answer, what may be answered together, and what was answered."""
    lender = request.institution
    is_done = request.GET.get("show") == "answered"
    rows = selectors.decided(lender) if is_done else selectors.waiting(lender)
    context = {
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "is_done": is_done,
        "together": [] if is_done else selectors.together(lender),
        "batches": selectors.batches(lender),
        "today": timezone.localdate(),
        "tones": TONES,
    }
    return render(request, "complaints/extension_lender_list.html", context)


@require_http_methods(["GET", "POST"])
@lender_required
@never_cache
def decide(request: LenderRequest, pk: int) -> HttpResponse:
    """One request: its ground, what the calendar makes of it, and the answer."""
    found, now = selectors.of_lender(request.institution, pk), timezone.now()
    if found is None:
        raise Http404
    room = selectors.room(found, now=now)
    form = None
    if found.state == ExtensionState.REQUESTED:
        initial = {"days": min(found.days_asked, room.left)}
        form = DecideForm(request.POST or None, left=room.left, initial=initial)
        if form.is_valid():
            try:
                extensions.decide(extension=found, by=request.user, now=now, **form.cleaned_data)
                messages.success(request, _("Answered. The borrower gets a message."))
                return redirect("complaints:lender-extensions")
            except Refused as error:
                refusal.add(form, error, None)
    context = {
        "extension": found,
        "form": form,
        "room": room,
        "reckoning": selectors.reckoning(found),
        "tone": TONES.get(ExtensionState(found.state), ""),
    }
    return render(request, "complaints/extension_decide.html", context)


@require_http_methods(["GET", "POST"])
@lender_required
@never_cache
def accept_all(request: LenderRequest, number: str) -> HttpResponse:
    """Confirm before all that one outage left waiting is accepted as it was asked."""
    incident = get_object_or_404(Incident, number=number)
    waiting = selectors.waiting(request.institution).filter(incident=incident).count()
    form = TogetherForm(request.POST or None)
    if form.is_valid():
        try:
            extensions.accept_all(
                incident=incident,
                institution=request.institution,
                by=request.user,
                now=timezone.now(),
                **form.cleaned_data,
            )
            messages.success(request, _("They are being accepted; the list shows how far it is."))
            return redirect("complaints:lender-extensions")
        except Refused as error:
            refusal.add(form, error, None)
    if not waiting:
        raise Http404
    context = {"form": form, "incident": incident, "waiting": waiting}
    return render(request, "complaints/extension_accept_all.html", context)


# --- Officers -------------------------------------------------------------------------------


@require_GET
@staff_required(READ)
@never_cache
def desk(request: PersonalRequest) -> HttpResponse:
    context = {
        "page": Paginator(selectors.board(), PAGE).get_page(request.GET.get("page")),
        "counts": selectors.counts(),
        "policy": selectors.policy(timezone.now()),
        "tones": TONES,
        "form": FindForm(),
    }
    return render(request, "complaints/extension_desk.html", context)


@require_http_methods(["GET", "POST"])
@staff_required(ASK)
@never_cache
def ask(request: PersonalRequest) -> HttpResponse:
    """Ask for a borrower who cannot; found by the number of the query."""
    find, now = FindForm(request.GET or None), timezone.now()
    query: Any = None
    if find.is_valid():
        rows = CreditQuery.objects.select_related("loan__institution", "loan__borrower")
        query = rows.filter(request_no=find.cleaned_data["request_no"]).first()
    offer = selectors.offer(query, now=now) if query else None
    if offer is None or not offer.is_open:
        if find.is_bound and find.is_valid():
            told = _(
                "No longer deadline can be asked for: no outage held it up, one has been asked "
                "for, or the loan is decided."
            )
            find.add_error("request_no", told)
        return render(request, "complaints/extension_find.html", {"form": find})
    initial = {"days": offer.days, "reason": selectors.reason_of(offer.incident)}
    form = AskForm(request.POST or None, left=offer.left, initial=initial)
    if form.is_valid():
        try:
            extensions.ask(
                loan=offer.loan,
                incident=offer.incident,
                person=offer.loan.borrower,
                by=request.user,
                now=now,
                **form.cleaned_data,
            )
            messages.success(request, _("The request is with the lender."))
            return redirect("complaints:desk-extensions")
        except Refused as error:
            refusal.add(form, error, None)
    context = {"form": form, "offer": offer, "query": query}
    return render(request, "complaints/extension_ask_for.html", context)
