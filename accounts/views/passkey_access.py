"""Who may look at passkeys, and who may change them."""

import datetime as dt
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from accounts import sessions
from accounts.access import View, recent_code_required, recent_verification
from accounts.states import Purpose


def own_pages(view: View) -> View:
    """A borrower, or somebody of the staff with a verified second factor."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        if user.is_staff and not user.is_verified():
            return to_staff_login(request)
        return view(request, *args, **kwargs)

    return wrapper


def recent_proof_required(view: View) -> View:
    """Borrowers: a step-up to change the account. Staff: both factors, just as lately; later they
    log in once more and come back."""
    for_borrowers = recent_code_required(Purpose.CHANGE)(view)

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_staff:
            return for_borrowers(request, *args, **kwargs)
        if not proved_lately(request, timezone.now()):
            return to_staff_login(request)
        return view(request, *args, **kwargs)

    return wrapper


def proved_lately(request: HttpRequest, now: dt.datetime) -> bool:
    """Whether a passkey may be added or taken away in this session now."""
    user: Any = request.user
    if not user.is_authenticated:
        return False
    if user.is_borrower:
        return recent_verification(request, Purpose.CHANGE, now) is not None
    began = sessions.moment(request, sessions.STARTED)
    lately = dt.timedelta(seconds=settings.STEP_UP_SECONDS)
    return bool(user.is_verified() and began is not None and now - began < lately)


def to_staff_login(request: HttpRequest) -> HttpResponse:
    return redirect_to_login(request.get_full_path(), reverse("accounts:staff-login"))
