"""What a browser carries: its secret in the session, the code it waits for, the cookie of a device
that logged in before."""

import datetime as dt
import secrets
from collections.abc import Iterable
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language

from accounts import agents, sessions
from accounts.access import PROOFS, VERIFICATION
from accounts.models import Login, LoginChallenge, User
from accounts.network import client_ip, network_hash
from accounts.services import challenges
from accounts.services.challenges import Asker
from accounts.services.door import Passage
from accounts.services.visit import Visit
from accounts.states import LoginState, SessionEnd, Way

BINDING, WAITING, AT_DOOR = "binding", "waiting_for_code", "at_the_door"
AFTER_HOLD = "after_hold"
DEVICE_COOKIE = "__Host-device" if settings.PRODUCTION else "device"
DEVICE_DAYS = 180
KEEPER_COOKIE = "__Host-begun" if settings.PRODUCTION else "begun"
KEEPER_DAYS = 30
PROOFS_KEPT = 6
HELD_COOKIE = "__Host-held" if settings.PRODUCTION else "held"
STAFF_COOKIE = "__Host-staff" if settings.PRODUCTION else "staff"
STAFF_DAYS = 400  # the longest that browsers keep a cookie; renewed by each login
BACKEND = "django.contrib.auth.backends.ModelBackend"


class Waiting(NamedTuple):
    challenge: LoginChallenge
    next: str


def asker(request: HttpRequest, *, word: str = "") -> Asker:
    """Who asks for a code; the session gets its secret the first time."""
    if BINDING not in request.session:
        request.session[BINDING] = secrets.token_urlsafe(24)
    return Asker(
        binding=request.session[BINDING],
        device_token=device_token(request),
        network_hash=network_hash(request),
        language=get_language() or settings.LANGUAGE_CODE,
        word=word,
        keeper=keeper_token(request),
    )


def keeper_token(request: HttpRequest) -> str:
    """By what this browser comes back to what it began, when its session is gone; new where it has
    none yet, for `to_code_page` to hand over."""
    if not request.COOKIES.get(KEEPER_COOKIE):
        request.COOKIES[KEEPER_COOKIE] = secrets.token_urlsafe(24)
    return request.COOKIES[KEEPER_COOKIE][:100]


def to_code_page(
    request: HttpRequest, challenge: LoginChallenge, onward: str, *, way: str = ""
) -> HttpResponse:
    """On to the page where the code is entered; the browser keeps by what it comes back."""
    wait_for(request, challenge, onward)
    response = redirect(reverse("accounts:code") + (f"?way={way}" if way else ""))
    _keep(response, KEEPER_COOKIE, keeper_token(request), days=KEEPER_DAYS)
    return response


def wait_for(request: HttpRequest, challenge: LoginChallenge, onward: str) -> None:
    request.session[WAITING] = {"challenge": str(challenge.pk), "next": onward}


def waiting(request: HttpRequest) -> Waiting | None:
    """The code this session waits for, if any."""
    kept: dict[str, Any] = request.session.get(WAITING) or {}
    binding = request.session.get(BINDING)
    if not kept or not binding:
        return None
    challenge = challenges.find(challenge_id=kept["challenge"], binding=binding)
    return Waiting(challenge, kept["next"]) if challenge else None


def entered(request: HttpRequest, challenge: LoginChallenge) -> None:
    """A code was right: the session remembers what was proved. Its key is renewed by log_in or by
    the step-up."""
    request.session.pop(WAITING, None)
    if challenge.way != Way.PASSWORD:  # known, not held: by itself it confirms nothing
        request.session[VERIFICATION] = str(challenge.pk)
    earlier = [pk for pk in request.session.get(PROOFS, []) if pk != str(challenge.pk)]
    request.session[PROOFS] = [*earlier, str(challenge.pk)][-PROOFS_KEPT:]


def log_in(
    request: HttpRequest,
    user: User,
    now: dt.datetime,
    *,
    login: Login | None = None,
    ways: Iterable[str] = (),
) -> None:
    """A session of this person begins here and nowhere else."""
    auth.login(request, user, backend=BACKEND)  # makes a new session key
    sessions.begin(request, now, login=login, ways=ways)


def log_out(request: HttpRequest, now: dt.datetime) -> None:
    sessions.end(request, SessionEnd.LOGGED_OUT, now)


def visit(request: HttpRequest) -> Visit:
    """What this request tells the door."""
    user: Any = request.user
    return Visit(
        device_token=device_token(request),
        label=label(request),
        language=get_language() or settings.LANGUAGE_CODE,
        network_hash=network_hash(request),
        staff=user if user.is_authenticated and user.is_staff else None,
        staff_token=request.COOKIES.get(STAFF_COOKIE, "")[:100],
        address=client_ip(request),
        agent=request.headers.get("User-Agent", "")[:300],
        remember=request.POST.get("remember") == "on",
    )


def pass_through(
    request: HttpRequest, passage: Passage, onward: str, now: dt.datetime
) -> HttpResponse:
    """Where the door's word leads: into the account, to a second factor, or to people."""
    if passage.login.state == LoginState.HELD:
        return to_people(request, passage.hold_token, onward)
    if passage.login.state != LoginState.ENTERED:
        request.session[AT_DOOR] = {"login": str(passage.login.pk), "next": onward}
        return redirect("accounts:second")
    login = passage.login
    proofs = [proof for proof in (login.first, login.second) if proof is not None]
    log_in(request, login.user, now, login=login, ways=[proof.way for proof in proofs])
    for proof in proofs:
        entered(request, proof)
    response = redirect(onward)
    remember_device(response, passage.device_token)
    return response


def to_people(request: HttpRequest, token: str, onward: str) -> HttpResponse:
    """To the page of a login that was held; the browser finds it again when its window closed."""
    request.session.pop(WAITING, None)
    request.session.pop(AT_DOOR, None)
    request.session[AFTER_HOLD] = onward
    response = redirect("accounts:held")
    _keep(response, HELD_COOKIE, token, days=settings.HOLD_DAYS + 1)
    return response


def held_token(request: HttpRequest) -> str:
    return request.COOKIES.get(HELD_COOKIE, "")[:100]


def device_token(request: HttpRequest) -> str:
    return request.COOKIES.get(DEVICE_COOKIE, "")[:100]


def remember_device(response: HttpResponse, token: str) -> None:
    _keep(response, DEVICE_COOKIE, token, days=DEVICE_DAYS)


def binding(request: HttpRequest) -> str:
    """The secret of this session, if it ever asked for a code."""
    return request.session.get(BINDING, "")


def mark_staff(response: HttpResponse, token: str) -> None:
    """This browser stays one of the staff (services/interlock.py), also after the logout."""
    _keep(response, STAFF_COOKIE, token, days=STAFF_DAYS)


def label(request: HttpRequest) -> str:
    """A browser in words that its owner recognises; nothing is decided by it."""
    return agents.label(request.headers.get("User-Agent", ""))


def _keep(response: HttpResponse, name: str, token: str, *, days: int) -> None:
    response.set_cookie(
        name,
        token,
        max_age=days * 86400,
        secure=settings.PRODUCTION,
        httponly=True,
        samesite="Lax",
    )
