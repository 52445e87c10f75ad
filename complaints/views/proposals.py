"""The two pages of whatever one person proposes and another decides."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import PersonalRequest
from accounts.refusals import Refused
from accounts.views.refusal import sentence
from complaints.forms.compensation import ReasonForm
from complaints.models.proposals import Proposal

PROPOSE, APPROVE = "complaints.propose_compensation", "complaints.approve_compensation"
Facts = list[tuple[str, Any]]


def proposing(
    request: PersonalRequest,
    act: Callable[[str], None],
    *,
    title: str,
    says: str,
    facts: Facts | None = None,
) -> HttpResponse:
    form: forms.Form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data["reason"])
        except Refused as refused:
            return refusal(request, refused)
        messages.success(request, _("Proposed. A second person decides."))
        return redirect("complaints:desk-compensation")
    context = {"form": form, "title": title, "says": says, "facts": facts}
    return render(request, "complaints/compensation_propose.html", context)


def decision(
    request: PersonalRequest,
    proposal: Proposal,
    act: Callable[[bool], None],
    *,
    title: str,
    facts: Facts,
    back: str = "complaints:desk-compensation",
) -> HttpResponse:
    """Show what was proposed, by whom and why; a POST says `decision=approve` or `refuse`."""
    if request.method == "POST":
        try:
            act(request.POST.get("decision") == "approve")
        except Refused as refused:
            return refusal(request, refused, back)
        messages.success(request, _("Decided. It is on record."))
        return redirect(back)
    context = {
        "proposal": proposal,
        "title": title,
        "facts": facts,
        "back": back,
        "is_own": proposal.proposed_by_id == request.user.pk,
        "is_open": proposal.state == "proposed",
    }
    return render(request, "complaints/compensation_decide.html", context)


def refusal(
    request: HttpRequest, refused: Refused, back: str = "complaints:desk-compensation"
) -> HttpResponse:
    messages.warning(request, sentence(refused))
    return redirect(back)
