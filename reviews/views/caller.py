"""An officer who holds a review shows who they are to its borrower."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access import PersonalRequest, staff_required
from accounts.services import phrases
from reviews.selectors import competences
from reviews.views.case import case_or_404


@require_POST
@staff_required(competences.WORK)
@never_cache
def show(request: PersonalRequest, number: str) -> HttpResponse:
    """Only whoever holds the case has a reason to call."""
    task = case_or_404(request, number)
    if task.held_by_id != request.user.pk:
        raise PermissionDenied
    row = phrases.begin(
        officer=request.user, borrower=task.person, about=task.number or "", now=timezone.now()
    )
    return redirect("accounts:caller-officer", row.pk)
