"""Where a channel brings results by itself.

The secret in the address keeps strangers out, the signature tells who speaks, and a refusal says
nothing that would help to forge the next one.
"""

import hmac

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from creditquery.services import callbacks


@csrf_exempt  # a machine calls: it has no cookie that a stranger's page could use
@login_not_required
@require_POST
def callback(request: HttpRequest, channel: str, token: str) -> HttpResponse:
    """200 for what was taken or known already, 400 for whatever is not believed."""
    if not hmac.compare_digest(token.encode(), settings.CALLBACK_TOKEN.encode()):
        raise Http404
    caller = callbacks.caller(channel)
    if caller is None:
        raise Http404
    now, size = timezone.now(), _announced(request)
    if size > callbacks.MOST_BYTES:
        callbacks.refuse(channel=caller, reason="oversized", raw=b"", size=size, now=now)
        return _refused()
    raw = request.read(callbacks.MOST_BYTES + 1)
    headers = {name.lower(): value for name, value in request.headers.items()}
    if not callbacks.receive(channel=caller, headers=headers, raw=raw, now=now):
        return _refused()
    return JsonResponse({"received": True})


def _announced(request: HttpRequest) -> int:
    """In bytes, of so many digits as a column holds: what is longer is too large all the same."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    return int(length[:18]) if length.isascii() and length.isdecimal() else 0


def _refused() -> HttpResponse:
    return JsonResponse({"received": False}, status=400)
