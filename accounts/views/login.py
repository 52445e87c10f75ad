"""A borrower's way in, and the step-up: ask for a code, enter it."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib import auth
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.translation import get_language, get_language_from_path, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import captcha as drawing
from accounts import selectors
from accounts.access import PersonalRequest, borrower_required, recent_verification, safe_next
from accounts.forms import CodeForm, PhoneForm
from accounts.models import Captcha, LoginChallenge
from accounts.refusals import Refused
from accounts.services import captchas, challenges, login, people
from accounts.services.challenges import Address
from accounts.states import PROVES_NO_ACCOUNT, Channel, Purpose
from accounts.views import browser, refusal
from portal import catalogue

WANTS_CAPTCHA = {"captcha-needed", "captcha-wrong", "otp-guarded", "ticket-wrong"}
STEP_UP = set(Purpose) - {Purpose.LOGIN} - PROVES_NO_ACCOUNT


@login_not_required
@never_cache
def phone(request: HttpRequest) -> HttpResponse:
    """Enter the phone number; any mainland mobile number gets a code."""
    onward = safe_next(request, request.GET.get("next"), reverse(settings.LOGIN_REDIRECT_URL))
    if request.user.is_authenticated and request.method == "GET":
        return redirect(onward if request.user.is_borrower else "home")
    form = PhoneForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/login.html", {"form": form})
    now, entered = timezone.now(), form.cleaned_data
    waiting = browser.waiting(request)
    if waiting and selectors.still_open(waiting.challenge, phone=entered["phone"], now=now):
        return redirect("accounts:code")  # went back and sent the same number again
    try:
        challenge = login.request_code(
            phone=entered["phone"],
            asker=browser.asker(request, word=entered["ticket"]),
            captcha_id=entered["captcha_id"],
            answer=entered["captcha"],
            now=now,
        )
    except Refused as error:
        return _phone_refused(request, form, error, now)
    browser.wait_for(request, challenge, onward)
    return redirect("accounts:code")


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


@login_not_required
@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """Enter the code; one page for logging in and for every step-up."""
    waiting = browser.waiting(request)
    if waiting is None:
        return redirect("accounts:login")
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _code_page(request, waiting.challenge, form)
    try:
        return _enter(request, waiting, form.cleaned_data["code"])
    except Refused as error:
        refusal.add(form, error, "code")
        return _code_page(request, waiting.challenge, form, error)


def _enter(request: HttpRequest, waiting: browser.Waiting, code: str) -> HttpResponse:
    now, challenge = timezone.now(), waiting.challenge
    if challenge.purpose == Purpose.LOGIN:
        passage = login.log_in(
            challenge=challenge, code=code, visit=browser.visit(request), now=now
        )
        onward = _in_present_language(waiting.next)
        return browser.pass_through(request, passage, onward, now)
    if challenge.user != request.user:  # logged out, or somebody else logged in meanwhile
        raise Refused("otp-expired")
    if challenge.purpose == Purpose.BIND_EMAIL:
        people.bind_email(request.user, challenge=challenge, code=code, now=now)
        request.session.pop(browser.WAITING)
    else:
        browser.entered(request, challenges.confirm(challenge=challenge, code=code, now=now))
    request.session.cycle_key()
    return redirect(_in_present_language(waiting.next))


def _in_present_language(address: str) -> str:
    """Whoever changed the language on the way goes on in that language."""
    present = get_language() or settings.LANGUAGE_CODE
    with override(get_language_from_path(address) or settings.LANGUAGE_CODE):
        return translate_url(address, present)


def _code_page(
    request: HttpRequest,
    challenge: LoginChallenge,
    form: CodeForm,
    error: Refused | None = None,
    refused: str = "",
) -> HttpResponse:
    now = timezone.now()
    context = {
        "form": form,
        "refusal": refused,
        "challenge": challenge,
        "deliveries": selectors.deliveries(challenge),
        "next_send": selectors.next_send(challenge, now=now),
        "is_open": selectors.is_open(challenge, now=now),
        "offers_email": challenge.purpose != Purpose.BIND_EMAIL,
        "minutes": settings.OTP_VALID_SECONDS // 60,
    }
    status = refusal.status(error) if error else 200
    return render(request, "accounts/code.html", context, status=status)


@login_not_required
@require_POST
def resend(request: HttpRequest) -> HttpResponse:
    """The same code once more, by text message or to the bound email address."""
    waiting = browser.waiting(request)
    if waiting is None:
        return redirect("accounts:login")
    channel = request.POST.get("channel", Channel.SMS)
    if waiting.challenge.purpose == Purpose.BIND_EMAIL:
        channel = Channel.EMAIL
    if channel not in Channel.values:
        raise Http404
    try:
        challenge = challenges.ask_again(
            challenge=waiting.challenge,
            channel=channel,
            asker=browser.asker(request),
            now=timezone.now(),
        )
    except Refused as error:
        if error.code == "captcha-needed":  # the page before has one
            return redirect("accounts:login")
        words = refusal.sentence(error)
        return _code_page(request, waiting.challenge, CodeForm(), error, words)
    browser.wait_for(request, challenge, waiting.next)
    return redirect("accounts:code")


@borrower_required
@never_cache
def confirm(request: PersonalRequest) -> HttpResponse:
    """The step-up: says what for, then sends a code to the person's own phone."""
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
    try:
        challenge = challenges.ask(
            purpose=purpose,
            address=Address(value=request.user.phone, hash=key, account_hash=key),
            user=request.user,
            asker=browser.asker(request),
            now=now,
        )
    except Refused as error:
        context["refusal"] = refusal.sentence(error)
        return render(request, "accounts/confirm.html", context, status=refusal.status(error))
    browser.wait_for(request, challenge, onward)
    return redirect("accounts:code")


@login_not_required
@require_GET
@never_cache
def captcha_picture(request: HttpRequest, pk: str) -> HttpResponse:
    captcha = get_object_or_404(Captcha, pk=pk, used_at__isnull=True)
    return HttpResponse(drawing.picture(captcha.pk), content_type="image/png")


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    return redirect("home")
