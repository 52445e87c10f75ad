"""A borrower's ways in, on the account page: authenticator, backup codes, password."""

from collections.abc import Callable
from typing import Any

import qrcode
import qrcode.image.svg
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.access import PersonalRequest, borrower_required, recent_code_required
from accounts.backup_codes import grouped
from accounts.forms import NewPasswordForm, TokenForm
from accounts.refusals import Refused
from accounts.services import factors, own_factors
from accounts.states import Purpose
from accounts.views import refusal


@borrower_required
@never_cache
def index(request: PersonalRequest) -> HttpResponse:
    context = {"held": factors.held(user=request.user)}
    return render(request, "accounts/factors.html", context)


@recent_code_required(Purpose.CHANGE)
@never_cache
def app(request: PersonalRequest) -> HttpResponse:
    """An authenticator app: its secret as a picture and typed, then one number that proves it."""
    user, form = request.user, TokenForm(request.POST if "otp_token" in request.POST else None)
    status = 200
    if request.method == "POST":
        try:
            if not form.is_bound:
                own_factors.begin_app(user=user, now=timezone.now())
                return redirect("accounts:factor-app")
            if form.is_valid():
                entered = form.cleaned_data["otp_token"]
                own_factors.confirm_app(user=user, entered=entered, now=timezone.now())
                return _done(request, _("The authenticator app counts from now on."))
        except Refused as error:
            status = _refused(form, error, "otp_token")
    waiting = own_factors.waiting_app(user=user)
    context = {
        "form": form,
        "held": factors.held(user=user),
        "secret": waiting.secret_base32 if waiting else "",
        "picture": picture(waiting.address) if waiting else "",
    }
    return render(request, "accounts/factor_app.html", context, status=status)


def picture(text: str) -> str:
    """A QR code as SVG."""
    image = qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage, box_size=8, border=4)
    return mark_safe(image.to_string(encoding="unicode"))  # noqa: S308 (drawn here, no text in it)


@recent_code_required(Purpose.CHANGE)
@never_cache
def codes(request: PersonalRequest) -> HttpResponse:
    """Backup codes; those just made are on this answer and nowhere else."""
    made: list[str] = []
    refused = ""
    if request.method == "POST":
        try:
            fresh = own_factors.renew_codes(user=request.user, now=timezone.now())
            made = [grouped(code) for code in fresh]
        except Refused as error:
            refused = refusal.sentence(error)
    context = {
        "made": made,
        "refusal": refused,
        "held": factors.held(user=request.user),
        "now": timezone.now(),
    }
    return render(request, "accounts/factor_codes.html", context)


@sensitive_post_parameters("present", "password")
@recent_code_required(Purpose.CHANGE)
@never_cache
def password(request: PersonalRequest) -> HttpResponse:
    """A password, which is asked for a second proof ever after."""
    form, status = NewPasswordForm(request.POST or None, person=request.user), 200
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        try:
            own_factors.set_password(
                user=request.user,
                present=entered.get("present", ""),
                new=entered["password"],
                now=timezone.now(),
            )
            update_session_auth_hash(request, request.user)  # all sessions but this one
            return _done(request, _("The password counts from now on."))
        except Refused as error:
            status = _refused(form, error, "present")
    context = {"form": form, "held": factors.held(user=request.user)}
    return render(request, "accounts/factor_password.html", context, status=status)


def _remover(remove: Callable[..., None], said: Any, page: str) -> Any:
    @recent_code_required(Purpose.CHANGE)
    def view(request: PersonalRequest) -> HttpResponse:
        if request.method != "POST":  # back from the step-up
            return redirect(page)
        try:
            remove(user=request.user, now=timezone.now())
        except Refused as error:
            messages.error(request, refusal.sentence(error))
            return redirect("accounts:factors")
        update_session_auth_hash(request, request.user)
        return _done(request, said())

    return view


remove_app = _remover(
    own_factors.remove_app, lambda: _("The authenticator app is removed."), "accounts:factor-app"
)
remove_codes = _remover(
    own_factors.remove_codes, lambda: _("The backup codes are void."), "accounts:factor-codes"
)
remove_password = _remover(
    own_factors.remove_password,
    lambda: _("The password is removed."),
    "accounts:factor-password",
)


def _done(request: PersonalRequest, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect("accounts:factors")


def _refused(form: Any, error: Refused, field: str) -> int:
    if form.is_bound:
        refusal.add(form, error, field if field in form.fields else None)
    return refusal.status(error)
