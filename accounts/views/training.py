"""The security training: its page, and the middleware that sends there whoever has not read it."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts import training
from accounts.access import PersonalRequest, safe_next
from accounts.services import training as service
from accounts.training.forms import TrainingForm

PAGE = "accounts:staff-training"
READ_UNTIL = "training_read_until"
"""Session key: version and moment, so that the rows are not asked at every request."""
OPEN = frozenset({PAGE, "accounts:logout", "admin:logout"})
"""Every other page that wants a login waits for the training; public ones do not."""


class TrainingMiddleware:
    """Members of staff read the training before any page of work opens, whatever their role: the
    users of a lender speak with borrowers, and auditors have sessions like everybody."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Any, _args: Any, _kwargs: Any
    ) -> HttpResponse | None:
        user: Any = request.user
        if not (user.is_authenticated and user.is_staff and user.is_verified()):
            return None
        if not getattr(view, "login_required", True) or has_read(request, timezone.now()):
            return None
        match = request.resolver_match
        if match is not None and match.view_name in OPEN:
            return None
        onward = request.get_full_path() if request.method == "GET" else ""
        return redirect(f"{reverse(PAGE)}?{urlencode({'next': onward})}")


def has_read(request: HttpRequest, now: dt.datetime) -> bool:
    version, until = request.session.get(READ_UNTIL) or ("", "")
    if version == training.VERSION and dt.datetime.fromisoformat(until) > now:
        return True
    user: Any = request.user
    valid = service.valid_until(user=user, now=now)
    if valid is None:
        return False
    request.session[READ_UNTIL] = [training.VERSION, valid.isoformat()]
    return True


@require_http_methods(["GET", "POST"])
@never_cache
def show(request: PersonalRequest) -> HttpResponse:
    """The text and three questions; the right answers acknowledge it for a year."""
    user: Any = request.user
    if not user.is_staff or not user.is_verified():
        raise PermissionDenied
    now = timezone.now()
    onward = safe_next(request, request.GET.get("next"), reverse("home"))
    form = TrainingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        row, wrong = service.acknowledge(user=user, answers=form.cleaned_data, now=now)
        if row is not None:
            request.session[READ_UNTIL] = [row.version, row.valid_until.isoformat()]
            return redirect(onward)
        for name in wrong:
            form.add_error(name, _("Not quite: read the part about it once more."))
    context = {"form": form, "until": service.valid_until(user=user, now=now)}
    return render(request, "accounts/training.html", context)
