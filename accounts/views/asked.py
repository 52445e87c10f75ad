""" "Someone asked for my code": one page, for whoever has a session and for whoever has none."""

from dataclasses import asdict
from typing import Any

from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import PersonalRequest, staff_required
from accounts.asking.forms import AskedForm
from accounts.models import CodeAsked
from accounts.services import asked as service
from accounts.services.asked import Said
from accounts.views import browser

TOLD = "told_of_asking"
MOST = 100
"""Rows on the page of compliance."""


@login_not_required
@require_http_methods(["GET", "POST"])
@never_cache
def asked(request: HttpRequest) -> HttpResponse:
    """Says what the button does; pressed, it does it. What is written beside it is optional."""
    form = AskedForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        answered = {name: value for name, value in form.cleaned_data.items() if value}
        return _tell(request, Said(**answered))
    person: Any = request.user
    context = {"form": form, "session": person.is_authenticated and person.is_borrower}
    return render(request, "accounts/asked.html", context)


def _tell(request: HttpRequest, said: Said) -> HttpResponse:
    person: Any = request.user
    waiting = browser.waiting(request)
    outcome = service.tell(
        said=said,
        visit=browser.visit(request),
        binding=browser.binding(request),
        challenge=waiting.challenge if waiting else None,
        user=person if person.is_authenticated and person.is_borrower else None,
        now=timezone.now(),
    )
    if outcome.frozen:
        auth.logout(request)  # its row is ended; the browser forgets it, too
    request.session.pop(browser.WAITING, None)
    request.session[TOLD] = asdict(outcome)
    return redirect("accounts:asked-told")


@login_not_required
@require_GET
@never_cache
def told(request: HttpRequest) -> HttpResponse:
    """What was done, and what to do now."""
    outcome = request.session.get(TOLD)
    if outcome is None:
        return redirect("accounts:asked")
    return render(request, "accounts/asked_told.html", {"outcome": outcome})


@require_GET
@staff_required("accounts.view_codeasked")
@never_cache
def desk(request: PersonalRequest) -> HttpResponse:
    """What was told lately, for compliance; the words of a known borrower are in the complaint."""
    rows = CodeAsked.objects.order_by("-at")[:MOST]
    return render(request, "accounts/asked_desk.html", {"rows": rows})
