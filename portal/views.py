"""Pages of the portal that belong to no app: home, help, privacy, health."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from portal import catalogue


@login_not_required
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/home.html")


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
    return render(request, "portal/privacy.html")


@login_not_required
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/accessibility.html")


@login_not_required
def livez(request: HttpRequest) -> HttpResponse:
    """This process answers; says nothing about anything else."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
def readyz(request: HttpRequest) -> JsonResponse:
    """Database reachable and migrated; never upstream or Redis: a healthy host stays in service."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return JsonResponse({"ready": False, "reason": "database"}, status=503)
    if pending:
        return JsonResponse({"ready": False, "reason": "migrations"}, status=503)
    return JsonResponse({"ready": True})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open too long, or cookies that are off: say so and how to go on."""
    entry = catalogue.ENTRIES["form-expired"]
    return render(request, "portal/error.html", {"entry": entry}, status=403)


def error_page(request: HttpRequest, code: str, status: int) -> HttpResponse:
    return render(request, "portal/error.html", {"entry": catalogue.ENTRIES[code]}, status=status)


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
    return error_page(request, "server-error", 500)
