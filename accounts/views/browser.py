"""What a browser carries: its secret in the session, the code it waits for, the cookie of a device
that logged in before."""

import datetime as dt
import secrets
from typing import Any, NamedTuple

from django.conf import settings
from django.contrib import auth
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language

from accounts import agents, sessions
from accounts.access import PROOFS, VERIFICATION
from accounts.models import LoginChallenge, User
from accounts.network import client_ip, network_hash
from accounts.services import challenges
from accounts.services.challenges import Asker
from accounts.services.door import Passage
from accounts.services.visit import Visit
from accounts.states import LoginState

BINDING, WAITING, AT_DOOR = "binding", "waiting_for_code", "at_the_door"
DEVICE_COOKIE = "__Host-device" if settings.PRODUCTION else "device"
DEVICE_DAYS = 180
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
    )


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
    request.session[VERIFICATION] = str(challenge.pk)


def log_in(request: HttpRequest, user: User, now: dt.datetime) -> None:
    auth.login(request, user, backend=BACKEND)  # makes a new session key
    sessions.begin(request, now)


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
    )


def pass_through(
    request: HttpRequest, passage: Passage, onward: str, now: dt.datetime
) -> HttpResponse:
    """Where the door's word leads: into the account, to a second factor, or to people."""
    if passage.login.state != LoginState.ENTERED:
        request.session[AT_DOOR] = {"login": str(passage.login.pk), "next": onward}
        return redirect("accounts:second")
    proof = passage.login.second or passage.login.first
    log_in(request, passage.login.user, now)
    if proof is not None:
        entered(request, proof)
    response = redirect(onward)
    remember_device(response, passage.device_token)
    return response


def device_token(request: HttpRequest) -> str:
    return request.COOKIES.get(DEVICE_COOKIE, "")[:100]


def remember_device(response: HttpResponse, token: str) -> None:
    response.set_cookie(
        DEVICE_COOKIE,
        token,
        max_age=DEVICE_DAYS * 86400,
        secure=settings.PRODUCTION,
        httponly=True,
        samesite="Lax",
    )


def binding(request: HttpRequest) -> str:
    """The secret of this session, if it ever asked for a code."""
    return request.session.get(BINDING, "")


def mark_staff(response: HttpResponse, token: str) -> None:
    """This browser stays one of the staff (services/interlock.py), also after the logout."""
    response.set_cookie(
        STAFF_COOKIE,
        token,
        max_age=STAFF_DAYS * 86400,
        secure=settings.PRODUCTION,
        httponly=True,
        samesite="Lax",
    )


def label(request: HttpRequest) -> str:
    """A browser in words that its owner recognises; nothing is decided by it."""
    return agents.label(request.headers.get("User-Agent", ""))
