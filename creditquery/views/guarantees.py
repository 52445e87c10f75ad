"""The page of somebody who is asked to guarantee a loan: consent for yourself, or decline."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import borrower_required
from creditquery.forms.queries import AgreeForm
from creditquery.models.consents import Purpose
from creditquery.services import loans
from creditquery.states import GuarantorState
from creditquery.views.lookup import invitation_or_404
from creditquery.views.queries import agreement, identity_required, sign_or_confirm


@require_http_methods(["GET", "POST"])
@identity_required
@never_cache
def guarantee(request: Any, token: str) -> HttpResponse:
    guarantor = invitation_or_404(request, token)
    if guarantor.state != GuarantorState.INVITED:
        return redirect("creditquery:list")
    form = AgreeForm(request.POST or None)
    if form.is_valid():
        query = loans.accept(guarantor=guarantor, person=request.user, now=timezone.now())
        return sign_or_confirm(request, query)
    context = {"form": form, "guarantor": guarantor}
    context |= agreement(guarantor.loan, Purpose.GUARANTEE)
    return render(request, "creditquery/guarantee.html", context)


@require_POST
@borrower_required
def decline(request: Any, token: str) -> HttpResponse:
    guarantor = invitation_or_404(request, token)
    loans.decline(guarantor=guarantor, person=request.user, now=timezone.now())
    return redirect("creditquery:list")
