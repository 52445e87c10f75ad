"""Writing down what became of routes, who forces one, and when maintenance is planned.

Evidence lies to the right of this room: whoever calls writes it in the same transaction.
"""

import datetime as dt
from typing import Any

from django.db import transaction

from portal.routing.models import MaintenanceWindow, RouteOverride, RouteTransition
from portal.routing.route import Transition


class Refused(Exception):
    """The wish makes no sense; the message says why, for developers."""


def note(seen: Transition) -> RouteTransition | None:
    """Write a transition down, once: None when somebody has."""
    row, made = RouteTransition.objects.get_or_create(
        route=seen.route,
        host=seen.host,
        epoch=seen.epoch,
        defaults={
            "from_state": seen.from_state,
            "to_state": seen.to_state,
            "reason": seen.reason,
            "figures": dict(seen.figures),
            "at": seen.at,
        },
    )
    return row if made else None


def force(
    *, route: str, state: str, until: dt.datetime, reason: str, actor: Any, now: dt.datetime
) -> RouteOverride:
    """Hold a route, or all routes of a channel, open or closed until a time; an earlier word on
    the same name ends. Raises Refused for an end that is past or a reason that says nothing."""
    _sensible(until > now, "the end is past")
    _sensible(bool(reason.strip()), "there is no reason")
    with transaction.atomic():
        release(route=route, now=now)
        return RouteOverride.objects.create(
            route=route,
            state=state,
            until=until,
            reason=reason.strip(),
            actor=actor,
            created_at=now,
        )


def release(*, route: str, now: dt.datetime) -> int:
    """Let the breaker decide again about this name; returns how many words on it ended."""
    held = RouteOverride.objects.filter(route=route, ended_at=None, until__gt=now)
    return held.update(ended_at=now)


def plan_maintenance(
    *,
    route: str,
    starts_at: dt.datetime,
    ends_at: dt.datetime,
    reason: str,
    actor: Any,
    now: dt.datetime,
) -> MaintenanceWindow:
    """Announce maintenance; raises Refused when it is over already, or ends before it begins."""
    _sensible(starts_at < ends_at and ends_at > now, "the times are out of order")
    _sensible(bool(reason.strip()), "there is no reason")
    return MaintenanceWindow.objects.create(
        route=route,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip(),
        actor=actor,
        announced_at=now,
    )


def cancel_maintenance(window: MaintenanceWindow, *, now: dt.datetime) -> bool:
    """False when it is over or was cancelled before."""
    rows = MaintenanceWindow.objects.filter(pk=window.pk, cancelled_at=None, ends_at__gt=now)
    return rows.update(cancelled_at=now) == 1


def _sensible(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Refused(otherwise)
