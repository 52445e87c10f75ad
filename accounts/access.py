"""Who may open a view: decorators, so that a view says in its first line who it is for."""

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django_otp_webauthn.models import WebAuthnCredential

from accounts import selectors
from accounts.models import LoginChallenge, User
from accounts.selectors.passkeys import lacks_passkey
from accounts.services import freezing
from accounts.states import FACTORS, PROVES_NO_ACCOUNT, Purpose

View = Callable[..., HttpResponse]
VERIFICATION = "verification"
"""Session key: the challenge by which this session last proved control of the phone."""
PROOFS = "proofs"
"""Session key: the last few challenges by which this session proved anything."""


class PersonalRequest(HttpRequest):
    """What a view behind one of these decorators gets."""

    user: User


def borrower_required(view: View) -> View:
    """A logged-in borrower; others are sent to log in, staff get 403."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        if not request.user.is_borrower:
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return wrapper


def staff_required(permission: str) -> Callable[[View], View]:
    """A member of staff with this permission and a verified second factor."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            user: Any = request.user
            if not user.is_authenticated or (user.is_staff and not user.is_verified()):
                return redirect_to_login(request.get_full_path(), reverse("accounts:staff-login"))
            if not user.has_perm(permission):
                raise PermissionDenied
            return passkey_first(request) or view(request, *args, **kwargs)

        # Where Django's LoginRequiredMiddleware, which comes before, sends a stranger.
        wrapper.login_url = reverse_lazy("accounts:staff-login")  # type: ignore[attr-defined]
        return wrapper

    return decorate


def passkey_first(request: HttpRequest) -> HttpResponse | None:
    """Where somebody of the staff goes who must add a passkey before anything else."""
    user: Any = request.user
    # Whoever came in by one has one: the row on which this session hangs was just read.
    if isinstance(getattr(user, "otp_device", None), WebAuthnCredential) or not lacks_passkey(user):
        return None
    query = urlencode({"next": request.get_full_path()})
    return HttpResponseRedirect(f"{reverse('accounts:passkey-add')}?{query}")


def recent_code_required(purpose: str) -> Callable[[View], View]:
    """A code entered in this session less than STEP_UP_SECONDS ago, for this purpose or to log in.

    Sets `request.verification`, the LoginChallenge that proves it. Without one a GET goes to the
    step-up page and comes back; a POST comes back to the page it was sent from, as GET.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        @borrower_required
        def wrapper(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            challenge = recent_verification(request, purpose, timezone.now())
            if challenge is None:
                return to_step_up(request, purpose)
            request.verification = challenge
            return view(request, *args, **kwargs)

        return wrapper

    return decorate


def to_step_up(request: HttpRequest, purpose: str) -> HttpResponse:
    """To the page that sends a code for this purpose, and from there back to this address; while
    the account is frozen, to the page that says so."""
    if request.user.is_authenticated and freezing.frozen(user=request.user, now=timezone.now()):
        return HttpResponseRedirect(reverse("accounts:frozen"))
    query = urlencode({"purpose": purpose, "next": request.get_full_path()})
    return HttpResponseRedirect(f"{reverse('accounts:confirm')}?{query}")


def recent_verification(
    request: HttpRequest, purpose: str, now: dt.datetime
) -> LoginChallenge | None:
    """The verification that serves this purpose now, if the session holds one."""
    challenge_id = request.session.get(VERIFICATION)
    if challenge_id is None or not request.user.is_authenticated:
        return None
    challenge = selectors.verification(challenge_id, user=request.user)
    if challenge is None or not selectors.serves(challenge, purpose=purpose):
        return None
    recent = selectors.used_within(challenge, seconds=settings.STEP_UP_SECONDS, now=now)
    return challenge if recent and _let_through(request, purpose, now) else None


def recent_proofs(request: HttpRequest, now: dt.datetime) -> list[LoginChallenge]:
    """What this session proved within STEP_UP_SECONDS about the account, by whatever way."""
    user: Any = request.user
    since = now - dt.timedelta(seconds=settings.STEP_UP_SECONDS)
    rows = LoginChallenge.objects.filter(
        pk__in=request.session.get(PROOFS, []), user=user, used_at__gt=since
    )
    return list(rows.exclude(purpose__in=PROVES_NO_ACCOUNT))


def two_factors(request: HttpRequest, now: dt.datetime) -> bool:
    return len({FACTORS[proof.way] for proof in recent_proofs(request, now) if proof.way}) > 1


def _let_through(request: HttpRequest, purpose: str, now: dt.datetime) -> bool:
    """While an account is frozen nothing is changed, agreed to or handed on; a report is still
    shown to whoever proves two factors."""
    user: Any = request.user
    if not freezing.frozen(user=user, now=now):
        return True
    return purpose in {Purpose.DOWNLOAD, Purpose.SHOW} and two_factors(request, now)


def safe_next(request: HttpRequest, wanted: str | None, default: str) -> str:
    """An address of this site to go on to, or the default."""
    allowed = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if wanted and allowed and wanted.startswith("/") else default
