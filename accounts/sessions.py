"""How long a session lasts: idle and absolute limits, borrowers and staff (docs/security.md)."""

import datetime as dt
from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import add_never_cache_headers

STARTED, SEEN = "started_at", "seen_at"
WRITE_EVERY = dt.timedelta(minutes=1)
"""A session is written at most so often just because it was seen."""


class SessionLifetimeMiddleware:
    """Ends a session that idled or lasted too long; a browser keeps none of its pages. A
    disabled person needs nothing here: the authentication backend gives no user for one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        known = request.user.is_authenticated
        if known:
            now = timezone.now()
            if over(request, now):
                logout(request)
            elif not request.path.endswith(".json"):  # a page that polls is not a person at work
                touch(request, now)
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


def begin(request: HttpRequest, now: dt.datetime) -> None:
    """A session without these marks is over: whoever logs a person in sets them."""
    request.session[STARTED] = request.session[SEEN] = now.isoformat()


def touch(request: HttpRequest, now: dt.datetime) -> None:
    seen = moment(request, SEEN)
    if seen is None or now - seen >= WRITE_EVERY:
        request.session[SEEN] = now.isoformat()


def moment(request: HttpRequest, name: str) -> dt.datetime | None:
    text = request.session.get(name)
    return dt.datetime.fromisoformat(text) if text else None
