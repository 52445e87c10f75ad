"""A member of staff changes the own password; the present one is asked for."""

from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import sessions
from accounts.access import PersonalRequest
from accounts.forms import NewPasswordForm
from accounts.refusals import Refused
from accounts.services import staff
from accounts.views import refusal


@sensitive_post_parameters("present", "password")
@require_http_methods(["GET", "POST"])
@never_cache
def change(request: PersonalRequest) -> HttpResponse:
    """Every other session of this member ends. A wrong present one counts like a failed login."""
    user: Any = request.user
    if not user.is_staff or not user.is_verified():
        raise PermissionDenied
    form = NewPasswordForm(request.POST or None, person=user)
    if request.method == "POST" and form.is_valid():
        try:
            _change(request, user, form.cleaned_data)
        except Refused as error:
            refusal.add(form, error, "present")
        else:
            messages.success(request, _("The password counts from now on."))
            return redirect("accounts:staff-password")
    return render(request, "accounts/staff_password.html", {"form": form})


def _change(request: HttpRequest, user: Any, entered: dict[str, str]) -> None:
    """Raises Refused."""
    credentials = {"username": user.get_username()}
    if not AxesProxyHandler.is_allowed(request, credentials):
        raise Refused("staff-locked")
    try:
        staff.change_password(
            user=user,
            present=entered["present"],
            new=entered["password"],
            keep=request.session.get(sessions.ROW, ""),
            now=timezone.now(),
        )
    except Refused:
        user_login_failed.send(sender=__name__, credentials=credentials, request=request)
        raise
    update_session_auth_hash(request, user)
