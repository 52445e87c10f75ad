"""Subscribing to the service status: name an address, enter the code sent there, end it."""

import datetime as dt
import uuid
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import captcha as drawing
from accounts.forms import CodeForm
from accounts.models import LoginChallenge
from accounts.refusals import Refused
from accounts.selectors import is_open
from accounts.services import captchas, challenges
from accounts.views import browser, refusal
from complaints.forms.subscriptions import SubscribeForm
from complaints.models import Component
from complaints.selectors import subscriptions as selectors
from complaints.services import subscriptions
from complaints.services.subscriptions import Wish
from portal import catalogue

WAITING = "subscription_waits"
WANTS_CAPTCHA = {"captcha-needed", "captcha-wrong", "otp-guarded"}


class Waiting(NamedTuple):
    challenge: LoginChallenge
    wish: Wish


@login_not_required
@never_cache
def subscribe(request: HttpRequest) -> HttpResponse:
    """An address, to begin or to end; every address is answered alike."""
    form = SubscribeForm(request.POST or None, parts=Component.objects.all())
    if request.method != "POST" or not form.is_valid():
        return render(request, "complaints/status_subscribe.html", {"form": form})
    now, entered = timezone.now(), form.cleaned_data
    try:
        challenge = subscriptions.ask(
            address=entered["address"],
            asker=browser.asker(request),
            captcha_id=entered["captcha_id"],
            answer=entered["captcha"],
            now=now,
        )
    except Refused as error:
        return _refused(request, form, error, now)
    ends = request.POST.get("act") == "end"
    _wait_for(request, challenge, components=[] if ends else entered["components"], ends=ends)
    return redirect("complaints:subscribe-code")


def _refused(
    request: HttpRequest, form: SubscribeForm, error: Refused, now: dt.datetime
) -> HttpResponse:
    context: dict[str, Any] = {"form": form}
    if error.code == "captcha-needed":
        context["notice"] = catalogue.ENTRIES[error.code]
    else:
        refusal.add(form, error, "captcha" if error.code == "captcha-wrong" else None)
    if error.code in WANTS_CAPTCHA:
        fresh = captchas.fresh(now=now)
        data = request.POST.copy()
        data["captcha_id"], data["captcha"] = str(fresh.pk), ""
        form.data = data
        context |= {"captcha": fresh, "question": drawing.question(fresh.pk)}
    page = "complaints/status_subscribe.html"
    return render(request, page, context, status=refusal.status(error))


@login_not_required
@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """The code that went to the address; the right one does what was asked for."""
    waiting = _waiting(request)
    if waiting is None:
        return redirect("complaints:subscribe")
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _code_page(request, waiting, form)
    try:
        subscription = subscriptions.confirm(
            challenge=waiting.challenge,
            code=form.cleaned_data["code"],
            wish=waiting.wish,
            now=timezone.now(),
        )
    except Refused as error:
        refusal.add(form, error, "code")
        return _code_page(request, waiting, form, error)
    del request.session[WAITING]
    if subscription is None:
        return redirect("complaints:subscribe-ended")
    word = selectors.word(subscription)
    return redirect("complaints:subscription", pk=subscription.pk, word=word)


@login_not_required
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """The code once more, to the same address."""
    waiting = _waiting(request)
    if waiting is None:
        return redirect("complaints:subscribe")
    try:
        challenge = challenges.ask_again(
            challenge=waiting.challenge,
            channel=subscriptions.channel(waiting.challenge),
            asker=browser.asker(request),
            now=timezone.now(),
        )
    except Refused as error:
        if error.code == "captcha-needed":  # the page before has one
            return redirect("complaints:subscribe")
        return _code_page(request, waiting, CodeForm(), error, refusal.sentence(error))
    _wait_for(request, challenge, components=waiting.wish.components, ends=waiting.wish.ends)
    return redirect("complaints:subscribe-code")


@login_not_required
@never_cache
def subscription(request: HttpRequest, pk: uuid.UUID, word: str) -> HttpResponse:
    """What an address gets, and the button that ends it; whoever has the link may."""
    found = selectors.by_link(pk, word)
    if request.method == "POST":
        if found is not None:
            subscriptions.end(subscription=found, now=timezone.now())
        return redirect("complaints:subscribe-ended")
    if found is None:
        raise Http404
    parts = Component.objects.filter(key__in=found.components)
    context = {"subscription": found, "parts": parts}
    return render(request, "complaints/status_subscription.html", context)


@login_not_required
@require_safe
def ended(request: HttpRequest) -> HttpResponse:
    """Says the same whether or not there was a subscription."""
    return render(request, "complaints/status_ended.html")


def _code_page(
    request: HttpRequest,
    waiting: Waiting,
    form: CodeForm,
    error: Refused | None = None,
    words: str = "",
) -> HttpResponse:
    context = {
        "form": form,
        "refusal": words,
        "challenge": waiting.challenge,
        "by_email": "@" in waiting.challenge.address,
        "ends": waiting.wish.ends,
        "is_open": is_open(waiting.challenge, now=timezone.now()),
        "minutes": settings.OTP_VALID_SECONDS // 60,
    }
    status = refusal.status(error) if error else 200
    return render(request, "complaints/status_code.html", context, status=status)


def _wait_for(request: HttpRequest, challenge: LoginChallenge, **wish: Any) -> None:
    request.session[WAITING] = {"challenge": str(challenge.pk), **wish}


def _waiting(request: HttpRequest) -> Waiting | None:
    """The code that this session waits for, and what is done when it comes."""
    kept = request.session.get(WAITING)
    if not kept:
        return None
    binding = browser.asker(request).binding
    challenge = challenges.find(challenge_id=kept["challenge"], binding=binding)
    if challenge is None:
        return None
    language = get_language() or settings.LANGUAGE_CODE
    wish = Wish(language=language, components=kept["components"], ends=kept["ends"])
    return Waiting(challenge, wish)
