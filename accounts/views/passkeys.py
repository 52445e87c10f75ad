"""A passkey at the door: to log in, as the second factor, for a step-up. What the browser is to
sign comes as JSON; the answer comes back as a plain form."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.access import PersonalRequest, borrower_required, safe_next
from accounts.models import Login
from accounts.refusals import Refused
from accounts.services import own_passkeys, passkeys
from accounts.services import second as seconds
from accounts.states import Ceremony, LoginState, Purpose
from accounts.views import browser, refusal, staff
from accounts.views.code import in_present_language
from accounts.views.login import STEP_UP
from accounts.views.passkey_access import proved_lately


@login_not_required
@require_POST
@never_cache
def begin(request: HttpRequest, ceremony: str) -> HttpResponse:
    """What the browser is to sign, or why not."""
    if ceremony not in OPTIONS:
        raise Http404
    try:
        options = OPTIONS[ceremony](request, timezone.now())
    except Refused as error:
        status = 429 if error.next_at else 403
        return JsonResponse({"refused": refusal.sentence(error)}, status=status)
    return JsonResponse(options)


def _to_log_in(request: HttpRequest, now: dt.datetime) -> dict[str, Any]:
    asker = browser.asker(request)
    return passkeys.ask(ceremony=Ceremony.LOGIN, asker=asker, user=None, now=now)


def _for_second(request: HttpRequest, now: dt.datetime) -> dict[str, Any]:
    login, _onward = _at_the_door(request, now)
    asker = browser.asker(request)
    return passkeys.ask(ceremony=Ceremony.SECOND, asker=asker, user=login.user, now=now)


def _to_confirm(request: HttpRequest, now: dt.datetime) -> dict[str, Any]:
    user: Any = request.user
    if not user.is_authenticated or not user.is_borrower:
        raise Refused("passkey-stale")
    return passkeys.ask(
        ceremony=Ceremony.CONFIRM,
        asker=browser.asker(request),
        user=user,
        purpose=_purpose(request),
        now=now,
    )


def _for_staff(request: HttpRequest, now: dt.datetime) -> dict[str, Any]:
    pending = staff._pending(request, now)
    if pending is None:
        raise Refused("passkey-stale")
    asker = browser.asker(request)
    return passkeys.ask(ceremony=Ceremony.STAFF, asker=asker, user=pending[0], now=now)


def _to_add(request: HttpRequest, now: dt.datetime) -> dict[str, Any]:
    user: Any = request.user
    if not proved_lately(request, now):
        raise Refused("passkey-confirm-first")
    asker, site = browser.asker(request), _("Credit Portal")
    return own_passkeys.ask(user=user, asker=asker, site=site, now=now)


OPTIONS: dict[str, Callable[[HttpRequest, dt.datetime], dict[str, Any]]] = {
    Ceremony.LOGIN: _to_log_in,
    Ceremony.SECOND: _for_second,
    Ceremony.CONFIRM: _to_confirm,
    Ceremony.STAFF: _for_staff,
    Ceremony.ENROL: _to_add,
}


def _purpose(request: HttpRequest) -> str:
    purpose = request.POST.get("purpose", "")
    if purpose not in STEP_UP:
        raise Http404
    return purpose


def _at_the_door(request: HttpRequest, now: dt.datetime) -> tuple[Login, str]:
    """The login of this session that waits for a second factor; raises Refused."""
    kept = request.session.get(browser.AT_DOOR)
    login = seconds.find(login_id=kept["login"], now=now) if kept else None
    if kept is None or login is None or login.state != LoginState.SECOND:
        raise Refused("passkey-stale")
    return login, kept["next"]


@sensitive_post_parameters("credential")
@login_not_required
@require_POST
@never_cache
def login(request: HttpRequest) -> HttpResponse:
    """In by the passkey alone; it says who comes."""
    now = timezone.now()
    onward = _onward(request)
    try:
        passage = passkeys.log_in(
            text=answer(request),
            asker=browser.asker(request),
            visit=browser.visit(request),
            now=now,
        )
    except Refused as error:
        return refused(request, error, Ceremony.LOGIN, reverse("accounts:login"), next=onward)
    return browser.pass_through(request, passage, in_present_language(onward), now)


def _onward(request: HttpRequest) -> str:
    """Where the page wanted to go on to; from the code's page, where its code would lead."""
    waiting = browser.waiting(request)
    kept = waiting.next if waiting and waiting.challenge.purpose == Purpose.LOGIN else ""
    default = kept or reverse(settings.LOGIN_REDIRECT_URL)
    return safe_next(request, request.POST.get("next"), default)


@sensitive_post_parameters("credential")
@login_not_required
@require_POST
@never_cache
def second(request: HttpRequest) -> HttpResponse:
    """The second factor of a login that waits for one."""
    now = timezone.now()
    try:
        login, onward = _at_the_door(request, now)
        passage = passkeys.second(
            login=login,
            text=answer(request),
            asker=browser.asker(request),
            visit=browser.visit(request),
            now=now,
        )
    except Refused as error:
        return refused(request, error, Ceremony.SECOND, reverse("accounts:second"))
    request.session.pop(browser.AT_DOOR)
    return browser.pass_through(request, passage, onward, now)


@sensitive_post_parameters("credential")
@require_POST
@borrower_required
@never_cache
def confirm(request: PersonalRequest) -> HttpResponse:
    """The step-up."""
    purpose = _purpose(request)
    onward = safe_next(request, request.POST.get("next"), reverse(settings.LOGIN_REDIRECT_URL))
    try:
        challenge = passkeys.confirm(
            user=request.user,
            purpose=purpose,
            text=answer(request),
            asker=browser.asker(request),
            now=timezone.now(),
        )
    except Refused as error:
        return refused(request, error, Ceremony.CONFIRM, onward, purpose=purpose, next=onward)
    browser.entered(request, challenge)
    request.session.cycle_key()
    return redirect(onward)


def answer(request: HttpRequest) -> str:
    return request.POST.get("credential", "")


def refused(
    request: HttpRequest, error: Refused, ceremony: str, instead: str, **context: Any
) -> HttpResponse:
    """Why, the button once more, and the other way."""
    context |= {"refusal": refusal.sentence(error), "ceremony": ceremony, "instead": instead}
    status = refusal.status(error)
    return render(request, "accounts/passkey.html", context, status=status)
