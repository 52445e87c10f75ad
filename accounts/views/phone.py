"""Another mobile number: the old one is proved first, then the new one; a day later it counts."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access import (
    PersonalRequest,
    borrower_required,
    recent_code_required,
    recent_proofs,
    two_factors,
)
from accounts.forms import NewPhoneForm
from accounts.refusals import Refused
from accounts.services import phones, proofs
from accounts.states import FACTORS, Purpose, Way
from accounts.views import browser, refusal


@recent_code_required(Purpose.CHANGE)
@never_cache
def phone(request: PersonalRequest) -> HttpResponse:
    """Whoever shows neither the old phone nor two other factors is led to the recovery."""
    now = timezone.now()
    if not _proved(request, now):
        return render(request, "accounts/phone_proof.html")
    form = NewPhoneForm(request.POST or None)
    context = {"form": form, "waiting": phones.waiting(request.user)}
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/phone.html", context)
    try:
        challenge = phones.ask(
            user=request.user,
            phone=form.cleaned_data["phone"],
            asker=browser.asker(request),
            now=now,
        )
    except Refused as error:
        refusal.add(form, error, "phone")
        return render(request, "accounts/phone.html", context, status=refusal.status(error))
    return browser.to_code_page(request, challenge, reverse("accounts:account"))


@require_POST
@borrower_required
def prove(request: PersonalRequest) -> HttpResponse:
    """A code to the old number, for whoever confirmed by something else."""
    try:
        challenge = proofs.begin(
            user=request.user, way=Way.SMS, asker=browser.asker(request), now=timezone.now()
        )
    except Refused as error:
        context = {"refusal": refusal.sentence(error)}
        status = refusal.status(error)
        return render(request, "accounts/phone_proof.html", context, status=status)
    return browser.to_code_page(request, challenge, reverse("accounts:phone"))


@require_POST
@borrower_required
def stop(request: PersonalRequest) -> HttpResponse:
    """The old number stays: no proof is wanted for leaving things as they are."""
    if phones.stop(user=request.user, now=timezone.now()):
        messages.success(request, _("Your number stays as it is."))
    return redirect("accounts:account")


def _proved(request: HttpRequest, now: dt.datetime) -> bool:
    shown = {FACTORS[proof.way] for proof in recent_proofs(request, now) if proof.way}
    return FACTORS[Way.SMS] in shown or two_factors(request, now)
