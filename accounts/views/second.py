"""A login that waits at the door for a second proof."""

import datetime as dt
from typing import Any, NamedTuple

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts import selectors
from accounts.forms import AppNumberForm, BackupCodeForm, CodeForm, PasswordForm
from accounts.models import Login, LoginChallenge
from accounts.refusals import Refused
from accounts.services import challenges, second
from accounts.states import LoginState, Way
from accounts.views import browser, refusal
from portal import catalogue

FORMS: dict[str, Any] = {
    Way.SMS: CodeForm,
    Way.VOICE: CodeForm,
    Way.EMAIL: CodeForm,
    Way.APP: AppNumberForm,
    Way.BACKUP: BackupCodeForm,
    Way.PASSWORD: PasswordForm,
}


class AtDoor(NamedTuple):
    """What the session keeps: the login, the page to go on to, and the second proof begun."""

    login: Login
    next: str
    way: str
    challenge: LoginChallenge | None


@sensitive_post_parameters("code")
@login_not_required
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    """What else proves who comes; and the field for it."""
    now = timezone.now()
    at_door = _at_door(request, now)
    if at_door is None or at_door.login.state == LoginState.ENTERED:
        request.session.pop(browser.AT_DOOR, None)
        return redirect("accounts:login")
    if at_door.login.state in {LoginState.HELD, LoginState.RELEASED}:
        return redirect("accounts:held")
    if at_door.login.state != LoginState.SECOND:
        request.session.pop(browser.AT_DOOR)
        late = at_door.login.state == LoginState.LAPSED
        entry = catalogue.ENTRIES["second-late" if late else "second-refused"]
        return render(request, "accounts/second_over.html", {"entry": entry})
    ways = second.ways(login=at_door.login, now=now)
    way = _chosen(request, at_door, ways)
    if request.method != "POST":
        return _show(request, at_door, ways, way)
    form = FORMS[way](request.POST) if way else None
    if form is None or not form.is_valid():
        return _show(request, at_door, ways, way, form)
    try:
        return _enter(request, at_door, way, form.cleaned_data["code"], now)
    except Refused as error:
        refusal.add(form, error, "code")
        return _show(request, at_door, ways, way, form, status=refusal.status(error))


@login_not_required
@require_POST
@never_cache
def send(request: HttpRequest) -> HttpResponse:
    """A code by message, once more if it is on its way already."""
    now = timezone.now()
    at_door = _at_door(request, now)
    if at_door is None or at_door.login.state != LoginState.SECOND:
        return redirect("accounts:second")
    way = request.POST.get("way", "")
    if way not in second.MESSAGES:
        raise Http404
    try:
        if at_door.challenge is not None and at_door.way == way:
            challenge = challenges.ask_again(
                challenge=at_door.challenge,
                channel=second.MESSAGES[Way(way)],
                asker=second.prover(browser.asker(request)),
                now=now,
            )
        else:
            challenge = second.begin(
                login=at_door.login, way=way, asker=browser.asker(request), now=now
            )
    except Refused as error:
        ways = second.ways(login=at_door.login, now=now)
        status, words = refusal.status(error), refusal.sentence(error)
        return _show(request, at_door, ways, at_door.way, refused=words, status=status)
    _keep(request, way, challenge)
    return redirect(f"{reverse('accounts:second')}?way={way}")


def _at_door(request: HttpRequest, now: dt.datetime) -> AtDoor | None:
    kept: dict[str, Any] = request.session.get(browser.AT_DOOR) or {}
    login = second.find(login_id=kept["login"], now=now) if kept else None
    if login is None:
        return None
    challenge = None
    if kept.get("challenge"):
        challenge = challenges.find(
            challenge_id=kept["challenge"], binding=browser.binding(request)
        )
    return AtDoor(login, kept["next"], kept.get("way", "") if challenge else "", challenge)


def _keep(request: HttpRequest, way: str, challenge: LoginChallenge) -> None:
    kept = request.session[browser.AT_DOOR]
    request.session[browser.AT_DOOR] = {**kept, "way": way, "challenge": str(challenge.pk)}


def _chosen(request: HttpRequest, at_door: AtDoor, ways: list[Way]) -> str:
    """The way whose field is shown: the one asked for, the one begun, or the first that needs no
    message. A field for a code comes only once the code was asked for."""
    wanted = request.POST.get("way") or request.GET.get("way") or at_door.way
    fields = [way for way in ways if way in FORMS]
    open_now = [way for way in fields if way not in second.MESSAGES or way == at_door.way]
    if wanted in open_now:
        return wanted
    return open_now[0] if open_now else ""


def _enter(
    request: HttpRequest, at_door: AtDoor, way: str, entered: str, now: dt.datetime
) -> HttpResponse:
    challenge = at_door.challenge
    if challenge is None or at_door.way != way or not selectors.is_open(challenge, now=now):
        if way in second.MESSAGES:
            raise Refused("otp-expired")
        challenge = second.begin(
            login=at_door.login, way=way, asker=browser.asker(request), now=now
        )
        _keep(request, way, challenge)
    passage = second.enter(
        login=at_door.login,
        challenge=challenge,
        way=way,
        entered=entered,
        visit=browser.visit(request),
        now=now,
    )
    request.session.pop(browser.AT_DOOR)
    return browser.pass_through(request, passage, at_door.next, now)


def _show(
    request: HttpRequest,
    at_door: AtDoor,
    ways: list[Way],
    way: str,
    form: Any = None,
    *,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    challenge = at_door.challenge if at_door.way == way else None
    context = {
        "form": form or (FORMS[way]() if way else None),
        "way": way,
        "challenge": challenge,
        "deliveries": selectors.deliveries(challenge) if challenge else [],
        "others": [other for other in ways if other in FORMS and other != way],
        "person": at_door.login.user,
        "reasons": second.reasons(at_door.login),
        "refusal": refused,
        "ways": ways,
        "by_message": list(second.MESSAGES),
    }
    return render(request, "accounts/second.html", context, status=status)
