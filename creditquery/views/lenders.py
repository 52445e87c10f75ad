"""Users of a lender: an administrator manages those of every lender, whoever leads the own."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import staff_required
from accounts.refusals import Refused
from accounts.views import refusal
from creditquery.access import LenderRequest, lender_required
from creditquery.forms.lenders import LeadInviteForm, LenderInviteForm
from creditquery.models import Institution, Membership
from creditquery.selectors import lenders as selectors
from creditquery.services import lenders


@require_GET
@staff_required("accounts.invite_staff")
def institutions(request: HttpRequest) -> HttpResponse:
    """Every lender, and how many work there."""
    rows = selectors.institutions()
    return render(request, "creditquery/lender_institutions.html", {"institutions": rows})


@require_http_methods(["GET", "POST"])
@staff_required("accounts.invite_staff")
@never_cache
def institution_users(request: HttpRequest, code: str) -> HttpResponse:
    institution = get_object_or_404(Institution, code=code)
    form = LeadInviteForm(request.POST or None)
    return _users(request, institution, form, "creditquery:lender-institution", code)


@require_POST
@staff_required("accounts.invite_staff")
def end_institution_user(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    membership = get_object_or_404(Membership, pk=pk, institution__code=code)
    _end(request, membership)
    return redirect("creditquery:lender-institution", code)


@require_http_methods(["GET", "POST"])
@lender_required
@never_cache
def users(request: LenderRequest) -> HttpResponse:
    """The own colleagues; who leads invites."""
    if not request.membership.leads:
        if request.method == "POST":
            raise PermissionDenied
        return _page(request, request.institution, None)
    form = LenderInviteForm(request.POST or None)
    return _users(request, request.institution, form, "creditquery:lender-users")


@require_POST
@lender_required
def end_user(request: LenderRequest, pk: int) -> HttpResponse:
    _end(request, get_object_or_404(Membership, pk=pk, institution=request.institution))
    return redirect("creditquery:lender-users")


def _users(
    request: Any, institution: Institution, form: LenderInviteForm, *back: str
) -> HttpResponse:
    """The page, or the invitation that its form asks for."""
    if request.method == "POST" and form.is_valid():
        try:
            lenders.invite(
                institution=institution, by=request.user, now=timezone.now(), **form.cleaned_data
            )
        except ValidationError as error:
            form.add_error("username", error)
        except Refused as refused:
            refusal.add(form, refused, None)
        else:
            messages.success(request, _("The invitation is on its way by email."))
            return redirect(*back)
    return _page(request, institution, form)


def _page(
    request: HttpRequest, institution: Institution, form: LenderInviteForm | None
) -> HttpResponse:
    context = {
        "institution": institution,
        "memberships": selectors.users(institution),
        "form": form,
    }
    return render(request, "creditquery/lender_users.html", context)


def _end(request: Any, membership: Membership) -> None:
    try:
        lenders.end(membership=membership, by=request.user, now=timezone.now())
        messages.success(request, _("The user was removed, and every session of theirs ended."))
    except Refused as refused:
        messages.warning(request, refusal.sentence(refused))
