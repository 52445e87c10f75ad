"""A borrower's way in, and the step-up: ask for a code, or say that there is another way."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import captcha as drawing
from accounts import selectors
from accounts.access import PersonalRequest, borrower_required, recent_verification, safe_next
from accounts.forms import PhoneForm
from accounts.models import Captcha, LoginChallenge
from accounts.refusals import Refused
from accounts.services import captchas, challenges, login, resuming
from accounts.services.challenges import Address
from accounts.states import PROVES_NO_ACCOUNT, Channel, Purpose, Way
from accounts.views import browser, refusal
from portal import catalogue

WANTS_CAPTCHA = {"captcha-needed", "captcha-wrong", "otp-guarded", "ticket-wrong"}
OTHER = "other"
"""The button of whoever wants no message, but has another way."""
STEP_UP = set(Purpose) - {Purpose.LOGIN} - PROVES_NO_ACCOUNT


@login_not_required
@never_cache
def phone(request: HttpRequest) -> HttpResponse:
    """Enter the phone number; any mainland mobile number gets a code."""
    onward = safe_next(request, request.GET.get("next"), reverse(settings.LOGIN_REDIRECT_URL))
    if request.user.is_authenticated and request.method == "GET":
        return redirect(onward if request.user.is_borrower else "home")
    form = PhoneForm(request.POST or None)
    now = timezone.now()
    if request.method != "POST" or not form.is_valid():
        begun = resuming.offered(keeper=request.COOKIES.get(browser.KEEPER_COOKIE, ""), now=now)
        return render(request, "accounts/login.html", {"form": form, "begun": begun})
    quiet = request.POST.get("way") == OTHER
    try:
        challenge = _begin(request, form.cleaned_data, onward, quiet=quiet, now=now)
    except Refused as error:
        return _phone_refused(request, form, error, now)
    return browser.to_code_page(request, challenge, onward, way=Way.APP if quiet else "")


def _begin(
    request: HttpRequest, entered: dict[str, str], onward: str, *, quiet: bool, now: dt.datetime
) -> LoginChallenge:
    """What this browser began for the number already, or a new code; raises Refused."""
    asker = browser.asker(request, word=entered["ticket"])
    waiting = browser.waiting(request)
    if waiting and selectors.still_open(waiting.challenge, phone=entered["phone"], now=now):
        begun = waiting.challenge  # went back and sent the same number again
        if quiet or selectors.was_sent(begun):
            return begun
        return challenges.ask_again(challenge=begun, channel=Channel.SMS, asker=asker, now=now)
    return login.request_code(
        phone=entered["phone"],
        quiet=quiet,
        asker=asker,
        captcha_id=entered["captcha_id"],
        answer=entered["captcha"],
        onward=onward,
        now=now,
    )


def _phone_refused(
    request: HttpRequest, form: PhoneForm, error: Refused, now: dt.datetime
) -> HttpResponse:
    context: dict[str, Any] = {"form": form}
    field = {"captcha-wrong": "captcha", "ticket-wrong": "ticket"}.get(error.code)
    if error.code == "captcha-needed":
        context["notice"] = catalogue.ENTRIES[error.code]
    else:
        refusal.add(form, error, field)
    if error.code in WANTS_CAPTCHA:
        fresh = captchas.fresh(now=now)
        form.data = {**request.POST.dict(), "captcha_id": str(fresh.pk), "captcha": ""}
        context |= {"captcha": fresh, "question": drawing.question(fresh.pk)}
        context["ask_ticket"] = error.code in {"otp-guarded", "ticket-wrong"}
    return render(request, "accounts/login.html", context, status=refusal.status(error))


@borrower_required
@never_cache
def confirm(request: PersonalRequest) -> HttpResponse:
    """The step-up: says what for, then sends a code to the person's own phone, or takes another
    way."""
    given = request.POST if request.method == "POST" else request.GET
    purpose = given.get("purpose", "")
    if purpose not in STEP_UP:
        raise Http404
    now = timezone.now()
    onward = safe_next(request, given.get("next"), reverse(settings.LOGIN_REDIRECT_URL))
    if recent_verification(request, purpose, now):
        return redirect(onward)
    context = {"purpose": Purpose(purpose), "next": onward}
    if request.method != "POST":
        return render(request, "accounts/confirm.html", context)
    key = selectors.phone_hash(request.user.phone)
    quiet = given.get("way") == OTHER
    channel = "" if quiet else Channel.SMS
    try:
        challenge = challenges.ask(
            purpose=purpose,
            address=Address(value=request.user.phone, hash=key, account_hash=key, channel=channel),
            user=request.user,
            asker=browser.asker(request),
            onward=onward,
            now=now,
        )
    except Refused as error:
        context["refusal"] = refusal.sentence(error)
        return render(request, "accounts/confirm.html", context, status=refusal.status(error))
    return browser.to_code_page(request, challenge, onward, way=Way.APP if quiet else "")


@login_not_required
@require_GET
@never_cache
def captcha_picture(request: HttpRequest, pk: str) -> HttpResponse:
    captcha = get_object_or_404(Captcha, pk=pk, used_at__isnull=True)
    return HttpResponse(drawing.picture(captcha.pk), content_type="image/png")


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    browser.log_out(request, timezone.now())
    return redirect("home")
