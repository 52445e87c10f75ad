"""One's own numbers in full: after a fresh proof, for this one page, and noted."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.access import PersonalRequest, recent_code_required
from accounts.services import people
from accounts.states import Purpose


@require_safe
@recent_code_required(Purpose.SHOW)
@never_cache
def numbers(request: PersonalRequest) -> HttpResponse:
    people.shown_in_full(request.user, now=timezone.now())
    return render(request, "accounts/numbers.html")
