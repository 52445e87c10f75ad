"""What the shell of every page shows."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest

NOTED_TO = 60
"""Seconds to which a session knows when it was last seen: so much sooner it may end."""


def service(request: HttpRequest) -> dict[str, object]:
    return {
        "support_phone": settings.SUPPORT_PHONE,
        "passkey_origin": settings.PASSKEY_ORIGIN,
        "passkeys_here": request.META.get("HTTP_HOST") == urlsplit(settings.PASSKEY_ORIGIN).netloc,
        "idle_seconds": max(settings.SESSION_IDLE_MINUTES * 60 - NOTED_TO, 30),
        "idle_minutes": settings.SESSION_IDLE_MINUTES,
    }
