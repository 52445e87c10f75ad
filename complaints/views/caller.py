"""The handler of a complaint shows who they are to the complainant."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access import PersonalRequest, staff_required
from accounts.services import phrases
from complaints.selectors import cases as selectors
from complaints.views.desk_cases import HANDLE


@require_POST
@staff_required(HANDLE)
@never_cache
def show(request: PersonalRequest, number: str) -> HttpResponse:
    """Only whoever handles the complaint has a reason to call."""
    complaint = selectors.for_officer(request.user, number)
    if complaint is None:
        raise Http404
    if complaint.handler_id != request.user.pk:
        raise PermissionDenied
    row = phrases.begin(
        officer=request.user,
        borrower=complaint.person,
        about=complaint.number or "",
        now=timezone.now(),
    )
    return redirect("accounts:caller-officer", row.pk)
