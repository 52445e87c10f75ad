"""The page where a code, or what stands in its place, is entered: one for logging in and for every
step-up. It offers the next way by itself when no message arrives."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import translate_url
from django.utils import timezone
from django.utils.translation import get_language, get_language_from_path, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import selectors
from accounts.forms import AppNumberForm, BackupCodeForm, CodeForm, PlainForm
from accounts.models import LoginChallenge
from accounts.refusals import Refused
from accounts.services import challenges, login, people, phones
from accounts.states import PROVES_NO_ACCOUNT, Purpose, Way
from accounts.views import browser, fares, refusal

FORMS: dict[str, type[PlainForm]] = {
    "": CodeForm,
    Way.APP: AppNumberForm,
    Way.BACKUP: BackupCodeForm,
}
POLL_MS = 3_000


@login_not_required
@never_cache
def code(request: HttpRequest) -> HttpResponse:
    waiting = browser.waiting(request)
    if waiting is None:
        return redirect("accounts:login")
    given = request.POST if request.method == "POST" else request.GET
    own = waiting.challenge.purpose not in PROVES_NO_ACCOUNT
    quiet = request.method != "POST" and own and not selectors.was_sent(waiting.challenge)
    way = given.get("way", Way.APP if quiet else "")
    if way not in FORMS or (way and not own):
        raise Http404
    form = FORMS[way](request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, waiting.challenge, form, way=way)
    try:
        return _enter(request, waiting, form.cleaned_data["code"], way or Way.SMS)
    except Refused as error:
        refusal.add(form, error, "code")
        return _page(request, waiting.challenge, form, way=way, error=error)


def _enter(request: HttpRequest, waiting: browser.Waiting, entered: str, way: str) -> HttpResponse:
    now, challenge = timezone.now(), waiting.challenge
    if challenge.purpose == Purpose.LOGIN:
        passage = login.log_in(
            challenge=challenge, code=entered, way=way, visit=browser.visit(request), now=now
        )
        onward = in_present_language(waiting.next)
        return browser.pass_through(request, passage, onward, now)
    if challenge.user != request.user:  # logged out, or somebody else logged in meanwhile
        raise Refused("otp-expired")
    if challenge.purpose == Purpose.BIND_EMAIL:
        people.bind_email(request.user, challenge=challenge, code=entered, now=now)
        request.session.pop(browser.WAITING)
    elif challenge.purpose == Purpose.BIND_PHONE:
        phones.begin(user=request.user, challenge=challenge, code=entered, now=now)
        request.session.pop(browser.WAITING)
    else:
        proof = challenges.confirm(challenge=challenge, code=entered, way=way, now=now)
        browser.entered(request, proof)
    request.session.cycle_key()
    return redirect(in_present_language(waiting.next))


def in_present_language(address: str) -> str:
    """Whoever changed the language on the way goes on in that language."""
    present = get_language() or settings.LANGUAGE_CODE
    with override(get_language_from_path(address) or settings.LANGUAGE_CODE):
        return translate_url(address, present)


def _page(
    request: HttpRequest,
    challenge: LoginChallenge,
    form: PlainForm,
    *,
    way: str = "",
    error: Refused | None = None,
    refused: str = "",
) -> HttpResponse:
    context: dict[str, Any] = {
        "form": form,
        "way": way,
        "refusal": refused,
        "challenge": challenge,
        "minutes": settings.OTP_VALID_SECONDS // 60,
        **fares.context(challenge, request.user, now=timezone.now()),
    }
    status = refusal.status(error) if error else 200
    return render(request, "accounts/code.html", context, status=status)


@login_not_required
@require_GET
@never_cache
def state(request: HttpRequest) -> HttpResponse:
    """What the page says about the messages, for its script; nothing that the page does not say."""
    waiting = browser.waiting(request)
    if waiting is None:
        return JsonResponse({"next_poll_ms": 0}, status=404)
    now = timezone.now()
    news = fares.news(waiting.challenge, request.user, now=now)
    goes_on = selectors.is_open(waiting.challenge, now=now)
    return JsonResponse({**news, "next_poll_ms": POLL_MS if goes_on else 0})


@login_not_required
@require_POST
def resend(request: HttpRequest) -> HttpResponse:
    """The code once more, or by another channel."""
    waiting = browser.waiting(request)
    if waiting is None:
        return redirect("accounts:login")
    channels = selectors.channels(waiting.challenge)
    channel = request.POST.get("channel", channels[0])
    if channel not in channels:
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
        return _page(request, waiting.challenge, CodeForm(), error=error, refused=words)
    return browser.to_code_page(request, challenge, waiting.next)
