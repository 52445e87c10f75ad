from django.conf import settings
from django.http import HttpRequest


def service(request: HttpRequest) -> dict[str, object]:
    """What the shell of every page shows."""
    return {"support_phone": settings.SUPPORT_PHONE}
