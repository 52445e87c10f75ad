"""Pages of the portal that belong to no app: home, help, privacy, health, errors."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_GET

from portal import catalogue, law
from portal import metrics as figures
from portal import privacy as personal_data


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    context = {"keep_days": settings.REPORT_KEEP_DAYS, "free_reports": law.TWO_FREE_REPORTS}
    return render(request, "portal/home.html", context)


@login_not_required
def help_index(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/help.html", {"areas": catalogue.by_area()})


@login_not_required
def help_entry(request: HttpRequest, code: str) -> HttpResponse:
    entry = catalogue.ENTRIES.get(code)
    if entry is None:
        raise Http404
    return render(request, "portal/help_entry.html", {"entry": entry})


@login_not_required
def privacy(request: HttpRequest) -> HttpResponse:
    context = {
        "holdings": personal_data.HOLDINGS,
        "rights": personal_data.RIGHTS,
        "articles": law.ARTICLES,
        "keep_days": settings.REPORT_KEEP_DAYS,
        "notice": law.NOTICE,
        "agreed_use": law.AGREED_USE,
    }
    return render(request, "portal/privacy.html", context)


@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html")


@login_not_required
def livez(request: HttpRequest) -> HttpResponse:
    """This process answers; says nothing about anything else."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """Database reachable and migrated; never upstream or Redis, or healthy hosts would restart."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"ready": False, "reason": "database"}, status=503)
    if pending:
        return JsonResponse({"ready": False, "reason": "migrations"}, status=503)
    return JsonResponse({"ready": True})


@login_not_required
@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, which shows METRICS_TOKEN; nobody else is told a thing."""
    shown = request.headers.get("Authorization", "")
    if not constant_time_compare(shown, f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse("forbidden\n", status=403, content_type="text/plain")
    content = figures.exposition(timezone.now())
    return HttpResponse(content, content_type=figures.CONTENT_TYPE)


def error_page(request: HttpRequest, code: str, status: int) -> HttpResponse:
    return render(request, "portal/error.html", {"entry": catalogue.ENTRIES[code]}, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or cookies that are off: say so and how to go on."""
    return error_page(request, "form-expired", 403)


@login_not_required
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, "bad-request", 400)


@login_not_required
def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, "not-allowed", 403)


@login_not_required
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(request, "not-found", 404)


@login_not_required
def server_error(request: HttpRequest) -> HttpResponse:
    """Without the request: asking who is logged in would meet a dead database a second time."""
    context = {
        "entry": catalogue.ENTRIES["server-error"],
        "support_phone": settings.SUPPORT_PHONE,
    }
    return HttpResponse(render_to_string("portal/error.html", context), status=500)
