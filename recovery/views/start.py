"""Asking: who asks, where they are reached, the code that proves it. Every answer reads the same
whether or not there is such an account."""

import datetime as dt
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts import captcha as drawing
from accounts.forms import CodeForm
from accounts.models import LoginChallenge
from accounts.refusals import Refused
from accounts.selectors import is_open
from accounts.services import captchas, challenges
from accounts.views import browser, refusal
from portal import catalogue
from recovery.forms.borrower import ResumeForm, StartForm
from recovery.models import RecoveryTicket
from recovery.selectors import tickets as selectors
from recovery.services import tickets
from recovery.states import RecoveryState
from recovery.views import keeping

WAITING = "recovery_waits"
WANTS_CAPTCHA = {"captcha-needed", "captcha-wrong", "otp-guarded"}


class Waiting(NamedTuple):
    challenge: LoginChallenge
    ticket: RecoveryTicket


def not_staff(request: HttpRequest) -> None:
    """Nobody asks for a borrower from a session of the staff."""
    user: Any = request.user
    if user.is_authenticated and user.is_staff:
        raise PermissionDenied


@sensitive_post_parameters("id_number", "name", "old_phone", "address")
@login_not_required
@never_cache
def start(request: HttpRequest) -> HttpResponse:
    not_staff(request)
    form = StartForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        known, _word = keeping.kept(request)
        return render(request, "recovery/start.html", {"form": form, "known": known})
    now = timezone.now()
    try:
        ticket = tickets.begin(
            wanted=form.wanted(),
            asker=browser.asker(request),
            captcha_id=form.cleaned_data["captcha_id"],
            answer=form.cleaned_data["captcha"],
            now=now,
        )
    except Refused as error:
        return _refused(request, form, error, now)
    _wait_for(request, ticket, str(ticket.proof))
    return redirect("recovery:code")


def _refused(
    request: HttpRequest, form: StartForm, error: Refused, now: dt.datetime
) -> HttpResponse:
    context: dict[str, Any] = {"form": form}
    if error.code == "captcha-needed":
        context["notice"] = catalogue.ENTRIES["recovery-captcha"]
    else:
        refusal.add(form, error, "captcha" if error.code == "captcha-wrong" else None)
    if error.code in WANTS_CAPTCHA:
        fresh = captchas.fresh(now=now)
        data = request.POST.copy()
        data["captcha_id"], data["captcha"] = str(fresh.pk), ""
        form.data = data
        context |= {"captcha": fresh, "question": drawing.question(fresh.pk)}
    return render(request, "recovery/start.html", context, status=refusal.status(error))


@login_not_required
@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """The code that went to the new address; the right one opens the request."""
    waiting = _waiting(request)
    if waiting is None:
        return redirect("recovery:start")
    form = CodeForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _code_page(request, waiting, form)
    try:
        ticket, word = tickets.prove(
            ticket=waiting.ticket,
            challenge=waiting.challenge,
            code=form.cleaned_data["code"],
            now=timezone.now(),
        )
    except Refused as error:
        refusal.add(form, error, "code")
        return _code_page(request, waiting, form, error)
    del request.session[WAITING]
    response = redirect("recovery:ticket", number=ticket.number)
    keeping.keep(response, ticket.number or "", word)
    return response


@login_not_required
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """The code once more, to the same address."""
    waiting = _waiting(request)
    if waiting is None:
        return redirect("recovery:start")
    try:
        challenge = challenges.ask_again(
            challenge=waiting.challenge,
            channel=waiting.ticket.channel,
            asker=browser.asker(request),
            now=timezone.now(),
        )
    except Refused as error:
        return _code_page(request, waiting, CodeForm(), error, refusal.sentence(error))
    _wait_for(request, waiting.ticket, str(challenge.pk))
    return redirect("recovery:code")


@login_not_required
@never_cache
def resume(request: HttpRequest) -> HttpResponse:
    """On another device, or after the cookie is gone: by number and word. Not paced: 80 bits are
    guessed by nobody, and whole carriers ask from one network."""
    form = ResumeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        ticket = selectors.by_word(number=given["number"], word=given["word"])
        if ticket is not None:
            response = redirect("recovery:ticket", number=ticket.number)
            keeping.keep(response, ticket.number or "", given["word"])
            return response
        refusal.add(form, Refused("recovery-unknown"), None)
    return render(request, "recovery/resume.html", {"form": form})


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
        "is_open": is_open(waiting.challenge, now=timezone.now()),
        "minutes": settings.OTP_VALID_SECONDS // 60,
        "action": "recovery:code",
        "once_more": "recovery:again",
        "back": "recovery:start",
    }
    status = refusal.status(error) if error else 200
    return render(request, "recovery/code.html", context, status=status)


def _wait_for(request: HttpRequest, ticket: RecoveryTicket, challenge: str) -> None:
    request.session[WAITING] = {"challenge": challenge, "ticket": ticket.pk}


def _waiting(request: HttpRequest) -> Waiting | None:
    """The code that this session waits for, and the request that it opens."""
    kept = request.session.get(WAITING)
    if not kept:
        return None
    binding = browser.asker(request).binding
    challenge = challenges.find(challenge_id=kept["challenge"], binding=binding)
    rows = RecoveryTicket.objects.filter(pk=kept["ticket"], state=RecoveryState.BEGUN)
    ticket = rows.first()
    return Waiting(challenge, ticket) if challenge and ticket else None
