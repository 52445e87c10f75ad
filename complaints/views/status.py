"""The public status page, answered from files before anything asks who is there."""

from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import get_language_from_path

from complaints.status import files, pages

BROWSERS_KEEP_SECONDS = 10
READING = ("GET", "HEAD")


@login_not_required
def status(request: HttpRequest, number: str = "") -> HttpResponse:
    """The copy that stands in the folder: no database, no Redis, no session."""
    if request.method not in READING:
        return HttpResponseNotAllowed(READING)
    now = timezone.now()
    copy = files.read(request.path_info, now=now)
    if copy is None:
        return _nothing_yet(request)
    modified = int(copy.written_at.timestamp())
    headers = {
        "ETag": copy.etag,
        "Last-Modified": http_date(modified),
        "Cache-Control": f"public, max-age={BROWSERS_KEEP_SECONDS}",
    }
    page = HttpResponse(copy.content, content_type=copy.content_type, headers=headers)
    return get_conditional_response(request, copy.etag, modified, page) or page


class StatusMiddleware:
    """Answers the addresses of the copies by itself: what comes after it asks the session, and a
    visitor with a session would see nothing while the database is down."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if files.ADDRESS.fullmatch(request.path_info):
            return status(request)
        return self.get_response(request)


def _nothing_yet(request: HttpRequest) -> HttpResponse:
    """Before the first publication nothing is known; after it, an incident without a copy is none
    of ours, or long past."""
    published = not files.is_missing()
    if request.path_info.endswith((".json", ".atom", ".rss")):
        return JsonResponse({"status": {"indicator": "unknown"}})
    language = get_language_from_path(request.path_info) or "zh-hans"
    page = pages.unknown(language=language, published=published)
    response = HttpResponse(page, status=404 if published else 200)
    response["Cache-Control"] = "no-store"
    return response
