"""In by phone number and a password, or a backup code: neither needs a message."""

import datetime as dt
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts.access import safe_next
from accounts.forms import BackupLoginForm, PasswordLoginForm
from accounts.network import client_ip, name_hash
from accounts.refusals import Refused
from accounts.services import by_secret
from accounts.services.by_secret import Entered
from accounts.services.door import Passage
from accounts.states import Way
from accounts.views import browser, captcha, refusal


@sensitive_post_parameters("phone", "code")
@login_not_required
@never_cache
def password(request: HttpRequest) -> HttpResponse:
    """Phone and password; the door asks for a second proof."""
    return _page(request, Way.PASSWORD, PasswordLoginForm)


@sensitive_post_parameters("phone", "code")
@login_not_required
@never_cache
def backup(request: HttpRequest) -> HttpResponse:
    """Phone and one code of the sheet."""
    return _page(request, Way.BACKUP, BackupLoginForm)


def _page(request: HttpRequest, way: Way, form_class: Any) -> HttpResponse:
    onward = safe_next(request, request.GET.get("next"), reverse(settings.LOGIN_REDIRECT_URL))
    if request.user.is_authenticated and request.method == "GET":
        return redirect(onward if request.user.is_borrower else "home")
    form = form_class(request.POST or None)
    context: dict[str, Any] = {"form": form, "way": way.value, "onward": onward}
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/secret.html", context)
    now = timezone.now()
    try:
        passage = _enter(request, way, form.cleaned_data, now)
    except Refused as error:
        context |= captcha.refused(request, form, error, now)
        status = refusal.status(error)
        return render(request, "accounts/secret.html", context, status=status)
    return browser.pass_through(request, passage, onward, now)


def _enter(request: HttpRequest, way: Way, typed: dict[str, Any], now: dt.datetime) -> Passage:
    """Raises Refused. Wrong passwords are counted by axes as well, by number and address, and the
    backup codes' 65 bits need none of it."""
    counted = way == Way.PASSWORD
    credentials = {"username": f"phone {typed['phone']}"}
    if counted and not AxesProxyHandler.is_allowed(request, credentials):
        raise Refused("password-locked")
    try:
        passage = by_secret.log_in(
            entered=Entered(
                phone=typed["phone"],
                way=way,
                secret=typed["code"],
                captcha_id=typed["captcha_id"],
                captcha=typed["captcha"],
            ),
            asker=browser.asker(request, word=typed["ticket"]),
            visit=browser.visit(request),
            now=now,
        )
    except Refused as error:
        if error.code == "password-wrong":
            user_login_failed.send(sender=__name__, credentials=credentials, request=request)
            request.axes_locked_out = False  # type: ignore[attr-defined]  # this page says so
        raise
    if counted:
        name = name_hash(request, credentials)
        AxesProxyHandler.reset_attempts(username=name, ip_address=client_ip(request))
    return passage
