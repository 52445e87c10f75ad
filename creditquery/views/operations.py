"""How the portal runs, for everybody on the staff who may look, and the acts of an administrator.

Each act has a page of its own that says what it does, and wants a reason; the page itself is drawn
by the server, and the script only brings its figures up to date.
"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import PersonalRequest, staff_required
from creditquery.forms.operations import ForceForm, MaintenanceForm
from creditquery.selectors import curves
from creditquery.selectors import operations as selectors
from creditquery.selectors.figures import figures, shape, tones
from creditquery.services import operations
from creditquery.services.routes import BACKLOG
from portal.routing.models import MaintenanceWindow, RouteOverride
from portal.routing.states import RouteState
from portal.watch import selectors as watch

READ, ACT = "creditquery.view_endpoint", "portal.force_route"
FORCED = (RouteState.OPEN, RouteState.CLOSED)


@require_GET
@staff_required(READ)
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    board = selectors.board(now)
    context = {
        "board": board,
        "figures": figures(board),
        "shape": shape(board),
        "charts": curves.last_hour(now),
        "planned": selectors.planned(now),
        "changes": selectors.changes(),
        "repaired": selectors.repaired(now),
        "beats": selectors.beats(now),
        "certificates": watch.certificates(),
        "states": selectors.STANDING.values(),
        "backlog": BACKLOG,
    }
    return render(request, "creditquery/operations.html", context)


@require_GET
@staff_required(READ)
@never_cache
def live(request: HttpRequest) -> JsonResponse:
    """What the script brings up to date."""
    board = selectors.board(timezone.now())
    return JsonResponse({"shape": shape(board), "figures": figures(board), "tones": tones(board)})


# --- Acts -----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@staff_required(ACT)
@never_cache
def force(request: PersonalRequest, route: str, state: str) -> HttpResponse:
    """Cut off or keep in use: an endpoint, a channel, or the backlog, which can only be held."""
    now = timezone.now()
    known = selectors.known_routes()
    if state not in FORCED or not (
        route in known or (route == BACKLOG and state == RouteState.OPEN)
    ):
        raise Http404
    form = ForceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        operations.force(
            route=route,
            state=state,
            until=form.until(now),
            reason=form.cleaned_data["reason"],
            by=request.user,
            now=now,
        )
        messages.success(request, _("Done. It is on record, with the reason."))
        return redirect("creditquery:operations")
    touched = selectors.covered(route, known)
    shown = selectors.lines(now)
    left = [line for line in shown if line.is_in_use and line.route not in touched]
    context = {
        "form": form,
        "route": route,
        "cuts_off": state == RouteState.OPEN,
        "is_backlog": route == BACKLOG,
        "touched": [line for line in shown if line.route in touched],
        "is_last": state == RouteState.OPEN and route != BACKLOG and not left,
    }
    return render(request, "creditquery/operations_force.html", context)


@require_http_methods(["GET", "POST"])
@staff_required(ACT)
@never_cache
def release(request: PersonalRequest, pk: int) -> HttpResponse:
    override = get_object_or_404(RouteOverride.objects.select_related("actor"), pk=pk)
    if request.method == "POST":
        ended = operations.release(override=override, by=request.user, now=timezone.now())
        return _back(request, ended, _("Released: the breaker decides again."))
    context = {"override": override, "is_backlog": override.route == BACKLOG}
    return render(request, "creditquery/operations_release.html", context)


@require_http_methods(["GET", "POST"])
@staff_required(ACT)
@never_cache
def plan(request: PersonalRequest) -> HttpResponse:
    """Announce maintenance of a channel or of one of its endpoints."""
    now = timezone.now()
    names = [(name, name) for name in selectors.known_routes()]
    form = MaintenanceForm(request.POST or None, routes=names, now=now)
    if request.method == "POST" and form.is_valid():
        operations.plan_maintenance(**form.cleaned_data, by=request.user, now=now)
        messages.success(request, _("Maintenance is planned and announced."))
        return redirect("creditquery:operations")
    return render(request, "creditquery/operations_plan.html", {"form": form})


@require_http_methods(["GET", "POST"])
@staff_required(ACT)
@never_cache
def cancel(request: PersonalRequest, pk: int) -> HttpResponse:
    window = get_object_or_404(MaintenanceWindow.objects.select_related("actor"), pk=pk)
    if request.method == "POST":
        ended = operations.cancel_maintenance(window=window, by=request.user, now=timezone.now())
        return _back(request, ended, _("The announcement is taken back."))
    return render(request, "creditquery/operations_cancel.html", {"window": window})


def _back(request: HttpRequest, ended: bool, words: str) -> HttpResponse:
    if ended:
        messages.success(request, words)
    else:  # somebody was faster, or its time was over
        messages.info(request, _("It had ended already."))
    return redirect("creditquery:operations")
