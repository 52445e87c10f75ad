"""Who is calling? The borrower's page, and the officer's, with the same words."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import PersonalRequest, borrower_required, staff_required
from accounts.phrases import phrase_of
from accounts.services import phrases

LOOKS_EVERY = 3
"""Seconds until the page looks again whether an officer has shown themselves."""


@require_http_methods(["GET", "POST"])
@borrower_required
@never_cache
def caller(request: PersonalRequest) -> HttpResponse:
    """Who says now, of our staff, to be speaking with this borrower."""
    now = timezone.now()
    if request.method == "POST":
        phrases.ask(borrower=request.user, now=now)
        return redirect("accounts:caller")
    shown = phrases.shown_to(borrower=request.user, now=now)
    context = {
        "shown": [(row, phrase_of(row.pk)) for row in shown],
        "waiting": phrases.waiting(borrower=request.user, now=now),
        "every": LOOKS_EVERY,
    }
    return render(request, "accounts/caller.html", context)


@require_GET
@staff_required("accounts.view_officerphrase")
@never_cache
def officer(request: PersonalRequest, pk: uuid.UUID) -> HttpResponse:
    """The words to read out; only whoever began it, and only while it lasts."""
    row, now = phrases.of_officer(pk=pk, officer=request.user), timezone.now()
    if row is None:
        raise Http404
    words = phrase_of(row.pk) if row.expires_at > now else None
    return render(request, "accounts/caller_officer.html", {"row": row, "phrase": words})
