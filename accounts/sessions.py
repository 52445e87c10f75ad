"""How long a session lasts: idle and absolute limits, borrowers and staff (docs/security.md)."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

from accounts import agents
from accounts.models import Login
from accounts.services import sessions
from accounts.states import SessionEnd

STARTED, SEEN, ROW = "started_at", "seen_at", "session_row"
WRITE_EVERY = sessions.NOTICED
"""A session is written at most so often just because it was seen."""


class SessionLifetimeMiddleware:
    """Ends a session that idled or lasted too long, or whose row somebody ended; a browser keeps
    none of its pages. A disabled person needs nothing here: the authentication backend gives no
    user for one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = request.user.is_authenticated
        if known:
            now = timezone.now()
            if over(request, now):
                end(request, SessionEnd.OVER, now)
            elif not notice(request, now):
                logout(request)
        response = self.get_response(request)
        if known and not response.has_header("Cache-Control"):
            add_never_cache_headers(response)  # the next person at this browser may go back
        return response


def over(request: HttpRequest, now: dt.datetime) -> bool:
    started, seen = moment(request, STARTED), moment(request, SEEN)
    hours = settings.STAFF_SESSION_HOURS if request.user.is_staff else settings.SESSION_HOURS
    return (
        started is None
        or seen is None
        or now - started >= dt.timedelta(hours=hours)
        or now - seen >= dt.timedelta(minutes=settings.SESSION_IDLE_MINUTES)
    )


def begin(
    request: HttpRequest, now: dt.datetime, *, login: Login | None = None, ways: Iterable[str] = ()
) -> None:
    """A session without these marks is over: whoever logs a person in sets them."""
    user: Any = request.user
    request.session[STARTED] = request.session[SEEN] = now.isoformat()
    opened = sessions.open_row(
        user=user,
        label=agents.label(request.headers.get("User-Agent", "")),
        ways=ways,
        login=login,
        device=login.device if login else None,
        now=now,
    )
    request.session[ROW] = str(opened.pk)


def row(request: HttpRequest) -> str:
    """The id of this session's row; "" without one."""
    kept: str = request.session.get(ROW, "")
    return kept


def end(request: HttpRequest, why: str, now: dt.datetime) -> None:
    """Out, and the row says why."""
    user: Any = request.user
    if row(request):
        sessions.end(user=user, pk=row(request), why=why, now=now)
    logout(request)


def notice(request: HttpRequest, now: dt.datetime) -> bool:
    """Whether this session goes on; that it was seen is written unless a page only polls, which is
    not a person at work."""
    user: Any = request.user
    pk, seen = row(request), moment(request, SEEN)
    if not pk:  # begun before sessions had rows
        begin_again(request)
    elif request.path.endswith(".json") or (seen and now - seen < WRITE_EVERY):
        return sessions.alive(pk=pk, user=user)
    elif not sessions.seen(pk=pk, user=user, now=now):
        return False
    if not request.path.endswith(".json"):
        touch(request, now)
    return True


def begin_again(request: HttpRequest) -> None:
    """A row for a session that has none, with the session's own times."""
    started, seen = moment(request, STARTED), moment(request, SEEN)
    begin(request, started or timezone.now())
    if seen:
        request.session[SEEN] = seen.isoformat()


def touch(request: HttpRequest, now: dt.datetime) -> None:
    seen = moment(request, SEEN)
    if seen is None or now - seen >= WRITE_EVERY:
        request.session[SEEN] = now.isoformat()


def moment(request: HttpRequest, name: str) -> dt.datetime | None:
    text = request.session.get(name)
    return dt.datetime.fromisoformat(text) if text else None
