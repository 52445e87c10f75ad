"""What the shell of every page shows."""

from django.conf import settings
from django.http import HttpRequest


def service(request: HttpRequest) -> dict[str, object]:
    return {
        "support_phone": settings.SUPPORT_PHONE,
        "passkey_origin": settings.PASSKEY_ORIGIN,
        "idle_seconds": settings.SESSION_IDLE_MINUTES * 60,
    }
