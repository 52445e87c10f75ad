"""Reading what is known of routes: who forced one, what is planned, what became of it."""

import datetime as dt
from collections.abc import Iterable

from django.conf import settings
from django.db.models import Max, Q, QuerySet

from portal.routing.models import MaintenanceWindow, RouteOverride, RouteTransition
from portal.routing.route import Past, Window
from portal.routing.states import RouteState


def forced(names: Iterable[str], now: dt.datetime) -> dict[str, str]:
    """The state that each of these routes is held in, if it is.

    A person's word goes before planned maintenance, the newest before older ones, and that on an
    endpoint before that on its channel.
    """
    overrides = list(current_overrides(now))
    shut = {window.route for window in under_way(now)}
    held = {}
    for name in names:
        scopes = (name, name.partition(".")[0])
        said = [o.state for scope in scopes for o in overrides if o.route == scope]
        if said:
            held[name] = said[0]
        elif shut.intersection(scopes):
            held[name] = str(RouteState.OPEN)
    return held


def current_overrides(now: dt.datetime) -> QuerySet[RouteOverride]:
    """The newest first."""
    rows = RouteOverride.objects.filter(created_at__lte=now, until__gt=now)
    return rows.filter(Q(ended_at=None) | Q(ended_at__gt=now)).order_by("-created_at", "-id")


def planned(now: dt.datetime) -> QuerySet[MaintenanceWindow]:
    """Maintenance that is not over, the next first."""
    rows = MaintenanceWindow.objects.filter(ends_at__gt=now, cancelled_at=None)
    return rows.order_by("starts_at", "id")


def under_way(now: dt.datetime) -> QuerySet[MaintenanceWindow]:
    """What routes are kept out of use for: nothing new begins so long before the start that the
    last call has ended by then."""
    drain = dt.timedelta(seconds=settings.QUERY_DEADLINE_SECONDS)
    return planned(now).filter(starts_at__lte=now + drain)


def transitions(*, route: str = "", since: dt.datetime | None = None) -> QuerySet[RouteTransition]:
    """The newest first; of one route, of a channel with all its routes, or of all."""
    rows = RouteTransition.objects.order_by("-at", "-id")
    if route:
        rows = rows.filter(Q(route=route) | Q(route__startswith=f"{route}."))
    return rows.filter(at__gte=since) if since else rows


def last_states(names: Iterable[str]) -> dict[str, str]:
    """The state of each of these routes by its last transition; none for one that never had any."""
    rows = RouteTransition.objects.filter(route__in=list(names), host="")
    newest = rows.order_by("route", "-epoch").distinct("route")
    return dict(newest.values_list("route", "to_state"))


def left(route: str, *, past: Iterable[Past] = ()) -> Window:
    """What the rows tell about a route, together with the calls that the caller knows of.

    The state is the last one of the route itself; the epoch is the last of any of its rows, those
    of single hosts included, so that no number is given twice.
    """
    rows = RouteTransition.objects.filter(route=route)
    epoch = rows.aggregate(last=Max("epoch"))["last"] or 0
    last = rows.filter(host="").order_by("-epoch").first()
    if last is None:
        return Window(tuple(past), epoch=epoch)
    return Window(tuple(past), last.to_state, epoch, last.at, last.figures)
