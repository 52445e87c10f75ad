"""What a person does about the routes: force one, release it, hold the backlog, plan maintenance.

Each act is a row (portal.routing) and its evidence in one transaction. The same act a second time,
be it the second press of a button, gives the first one's row and leaves no second record.
"""

import datetime as dt
from typing import Final

from django.db import connection, transaction

from accounts.models import User
from creditquery.selectors import channels
from evidence.services import record
from portal import masks
from portal.routing import selectors, services
from portal.routing.models import MaintenanceWindow, RouteOverride

LONGEST: Final = dt.timedelta(hours=24)
"""A forced state ends by itself: what was right at night may be wrong the next day."""
LONGEST_MAINTENANCE: Final = dt.timedelta(days=7)
LOCK: Final = 4_302_901
"""Acts wait for each other, so that two presses at once are one. Any number, used here alone."""


class Impossible(Exception):
    """Nothing that could be done: the time is over, or too long, or the wrong way round."""


def force(
    *, route: str, state: str, until: dt.datetime, reason: str, by: User, now: dt.datetime
) -> RouteOverride:
    """Cut a route off or keep it in use until a time, at most LONGEST ahead; raises Impossible.

    `route` is an endpoint, a channel (all its endpoints), or the backlog.
    """
    if not now < until <= now + LONGEST:
        raise Impossible(until)
    with transaction.atomic():
        _one_act_at_a_time()
        same = selectors.current_overrides(now).filter(route=route, state=state, actor=by)
        if (known := same.filter(reason=reason).first()) is not None:
            return known
        forced = services.force(
            route=route, state=state, until=until, reason=reason, actor=by, now=now
        )
        _record("route.forced", route, by, now, state=state, until=until, reason=reason)
    channels.forget()
    return forced


def release(*, override: RouteOverride, by: User, now: dt.datetime) -> bool:
    """Let the breaker decide again; False when somebody did, or time was up."""
    with transaction.atomic():
        _one_act_at_a_time()
        released = selectors.current_overrides(now).filter(pk=override.pk).exists()
        if released:
            services.release(route=override.route, now=now)
            _record("route.released", override.route, by, now, state=override.state)
    channels.forget()
    return released


def plan_maintenance(
    *,
    route: str,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    reason: str,
    by: User,
    now: dt.datetime,
) -> MaintenanceWindow:
    """Announce that a route will be away; raises Impossible."""
    if not (now < ends_at and starts_at < ends_at <= starts_at + LONGEST_MAINTENANCE):
        raise Impossible(ends_at)
    with transaction.atomic():
        _one_act_at_a_time()
        planned = {"route": route, "starts_at": starts_at, "ends_at": ends_at}
        if (known := selectors.planned(now).filter(**planned).first()) is not None:
            return known
        window = services.plan_maintenance(
            route=route, starts_at=starts_at, ends_at=ends_at, reason=reason, actor=by, now=now
        )
        _record("maintenance.planned", route, by, now, reason=reason, **_span(window))
    channels.forget()
    return window


def cancel_maintenance(*, window: MaintenanceWindow, by: User, now: dt.datetime) -> bool:
    """Take back an announcement; False when it was taken back or is over."""
    with transaction.atomic():
        _one_act_at_a_time()
        cancelled = services.cancel_maintenance(window, now=now)
        if cancelled:
            _record("maintenance.cancelled", window.route, by, now, **_span(window))
    channels.forget()
    return cancelled


def _one_act_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _span(window: MaintenanceWindow) -> dict[str, dt.datetime]:
    return {"starts_at": window.starts_at, "ends_at": window.ends_at}


def _record(what: str, route: str, by: User, now: dt.datetime, **told: str | dt.datetime) -> None:
    """What was typed is masked: evidence holds no personal data, whatever somebody writes."""
    body = {
        name: value.astimezone(dt.UTC).isoformat()
        if isinstance(value, dt.datetime)
        else masks.line(value)
        for name, value in told.items()
    }
    record(kind=f"creditquery.{what}", subject=route, body={"by": by.pk, **body}, now=now)
