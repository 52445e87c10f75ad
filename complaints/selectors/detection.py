"""What measurements say of each component now: routes, codes, logins, real-name checks.

Routes are judged at each of their transitions, so that a window begins and ends with the breaker;
the others over the last minutes, by the share that failed (IncidentPolicy).
"""

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, Final

from django.db.models import CharField, Count, Exists, Max, Min, OuterRef, Q, QuerySet
from django.db.models import Value as V
from django.db.models.functions import Cast, Concat

from accounts.models import Delivery, IdentityCheck, LoginChallenge
from accounts.states import Channel as Way
from accounts.states import CheckState, DeliveryState, Purpose
from complaints.incident import severity
from complaints.models import Component, IncidentPolicy, IncidentSignal
from complaints.states.incidents import Source
from creditquery.models import Endpoint
from portal.routing import selectors as routing
from portal.routing.models import RouteTransition
from portal.routing.states import RouteState
from portal.watch.models import ProbeResult

CLAIMED_BACK: Final = dt.timedelta(days=1)
"""After a standstill transitions are still claimed for so long."""
PROBED_BACK: Final = dt.timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Observation:
    """A component was seen in a status `at` a moment. `began`: when its first failure was, which
    is earlier when a share is measured; `ended`: likewise its first success after the last one.
    `tells`: enough was measured to open an incident. `ref` names the row that it was read from."""

    component: Component
    status: str
    at: dt.datetime
    source: str
    ref: str = ""
    began: dt.datetime | None = None
    ended: dt.datetime | None = None
    tells: bool = True
    detail: Mapping[str, Any] = field(default_factory=dict)


def policy() -> IncidentPolicy:
    """The one that holds now."""
    return IncidentPolicy.objects.latest("pk")


def everything(*, holds: IncidentPolicy, now: dt.datetime) -> list[Observation]:
    """All that can be seen of all components, in the order in which it happened."""
    found: list[Observation] = []
    components = {each.key: each for each in Component.objects.all()}
    for component in components.values():
        if component.routes:
            found += of_routes(component, holds=holds, now=now)
    for key, measured in (("codes", codes), ("login", logins), ("identity", checks)):
        if key in components and (seen := measured(components[key], holds=holds, now=now)):
            found.append(seen)
    return sorted(found, key=lambda each: each.at)


# --- Routes ---------------------------------------------------------------------------------


def of_routes(
    component: Component, *, holds: IncidentPolicy, now: dt.datetime
) -> list[Observation]:
    """One for each transition that nobody has claimed, and one of this moment."""
    names = _enabled(component.routes)
    fresh = list(_unclaimed(names, now))
    states = _states_before(names, fresh)
    unheard = _failing_probes(names, holds.failed_probes, now)
    found = []
    for at, group in groupby(fresh, key=lambda each: each.at):
        # What changed in the same instant is one change: no window is without length.
        together = list(group)
        for seen in together:
            if seen.epoch > states.get(seen.route, (0, ""))[0]:
                states[seen.route] = (seen.epoch, seen.to_state)
        status = _judged(names, states, unheard, at)
        for seen in together:
            detail = {"route": seen.route, "to": seen.to_state, "reason": seen.reason}
            ref = f"transition/{seen.pk}"
            found.append(Observation(component, status, at, Source.ROUTE, ref, detail=detail))
    alone = _judged(names, states, {}, now)
    status = _judged(names, states, unheard, now)
    by_probe = status != alone
    return [
        *found,
        Observation(
            component,
            status,
            now,
            Source.PROBE if by_probe else Source.ROUTE,
            began=min(unheard.values()) if by_probe else None,
        ),
    ]


def _enabled(wanted: Collection[str]) -> list[str]:
    rows = Endpoint.objects.filter(enabled=True, channel__enabled=True)
    names = [f"{channel}.{name}" for channel, name in rows.values_list("channel__name", "name")]
    return sorted(n for n in names if n in wanted or n.partition(".")[0] in wanted)


def _unclaimed(names: Collection[str], now: dt.datetime) -> QuerySet[RouteTransition]:
    """A host cut off alone is not the route's failure: others get through."""
    ref = Concat(V("transition/"), Cast(OuterRef("pk"), CharField()))
    claimed = IncidentSignal.objects.filter(source=Source.ROUTE, ref=ref)
    rows = RouteTransition.objects.filter(route__in=names, host="", at__gt=now - CLAIMED_BACK)
    return rows.filter(~Exists(claimed)).order_by("at", "pk")


def _states_before(
    names: Collection[str], fresh: Sequence[RouteTransition]
) -> dict[str, tuple[int, str]]:
    """Epoch and state of each route as the claimed transitions left it."""
    rows = RouteTransition.objects.filter(route__in=names, host="")
    rows = rows.exclude(pk__in=[each.pk for each in fresh])
    last = rows.order_by("route", "-epoch").distinct("route")
    return {
        route: (epoch, to) for route, epoch, to in last.values_list("route", "epoch", "to_state")
    }


def _judged(
    names: Sequence[str],
    states: Mapping[str, tuple[int, str]],
    unheard: Collection[str],
    at: dt.datetime,
) -> str:
    """What a person or planned maintenance holds back is no failure; a route on trial is not in
    use yet."""
    held = routing.forced(names, at)
    usable = {
        name: held.get(name) == RouteState.CLOSED
        or (
            states.get(name, (0, RouteState.CLOSED))[1] == RouteState.CLOSED and name not in unheard
        )
        for name in names
        if held.get(name) != RouteState.OPEN
    }
    return severity.of_routes(usable)


def _failing_probes(
    names: Collection[str], number: int, now: dt.datetime
) -> dict[str, dt.datetime]:
    """Routes whose last `number` probes all failed, and when the first of them did."""
    rows = ProbeResult.objects.filter(route__in=names, at__gt=now - PROBED_BACK)
    seen: dict[str, list[tuple[bool, dt.datetime]]] = {}
    for route, ok, at in rows.order_by("route", "-at").values_list("route", "ok", "at"):
        seen.setdefault(route, []).append((ok, at))
    latest = {route: probes[:number] for route, probes in seen.items() if len(probes) >= number}
    return {
        route: probes[-1][1] for route, probes in latest.items() if not any(ok for ok, _ in probes)
    }


# --- Shares ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Share:
    total: int
    failed: int
    first_failed: dt.datetime | None
    recovered: dt.datetime | None


def codes(component: Component, *, holds: IncidentPolicy, now: dt.datetime) -> Observation | None:
    """Codes sent lately: refused, not delivered, of unknown outcome, or still not sent."""
    late = now - dt.timedelta(seconds=holds.late_seconds)
    unsent = Q(state__in=[DeliveryState.PREPARED, DeliveryState.SENDING])
    # An email that was dropped had no address to go to: nothing has failed.
    lost = Q(
        state__in=[DeliveryState.REFUSED, DeliveryState.UNDELIVERED, DeliveryState.UNKNOWN]
    ) | Q(state=DeliveryState.DROPPED, channel=Way.SMS)
    since = now - dt.timedelta(minutes=holds.span_minutes)
    # Where a second vendor was tried, what became of that try is what the person met.
    rows = Delivery.objects.filter(
        challenge__isnull=False, replacement__isnull=True, created_at__gt=since
    )
    decided = rows.exclude(unsent, created_at__gt=late)
    share = _share(decided, lost | unsent)
    return _seen(component, Source.CODE, share, now, holds.least_codes, _degrees(holds))


def logins(component: Component, *, holds: IncidentPolicy, now: dt.datetime) -> Observation | None:
    """Logins begun a span ago, so that whoever can log in has: neither used nor delivered."""
    span = dt.timedelta(minutes=holds.span_minutes)
    rows = LoginChallenge.objects.filter(
        purpose=Purpose.LOGIN, created_at__gt=now - 2 * span, created_at__lte=now - span
    )
    arrived = Delivery.objects.filter(challenge=OuterRef("pk")).filter(
        Q(state=DeliveryState.DELIVERED) | Q(state=DeliveryState.ACCEPTED, channel=Way.EMAIL)
    )
    failed = Q(~Exists(arrived), used_at=None)
    degrees = holds.login_degraded_percent, holds.login_partial_percent
    return _seen(component, Source.LOGIN, _share(rows, failed), now, holds.least_logins, degrees)


def checks(component: Component, *, holds: IncidentPolicy, now: dt.datetime) -> Observation | None:
    """Real-name checks that the operators did not answer."""
    late = now - dt.timedelta(seconds=holds.late_seconds)
    since = now - 2 * dt.timedelta(minutes=holds.span_minutes)
    waiting = Q(state=CheckState.WAITING)
    rows = IdentityCheck.objects.filter(created_at__gt=since).exclude(waiting, created_at__gt=late)
    share = _share(rows, waiting | Q(state=CheckState.UNAVAILABLE))
    return _seen(component, Source.LOGIN, share, now, holds.least_checks, _degrees(holds))


def _degrees(holds: IncidentPolicy) -> tuple[int, int]:
    return holds.degraded_percent, holds.partial_percent


def _share(rows: QuerySet[Any, Any], failed: Q) -> Share:
    told = rows.aggregate(
        total=Count("pk"),
        failed=Count("pk", filter=failed),
        first=Min("created_at", filter=failed),
        last=Max("created_at", filter=failed),
    )
    after = rows.filter(created_at__gt=told["last"]) if told["last"] else rows.none()
    recovered = after.aggregate(first=Min("created_at"))["first"]
    return Share(told["total"], told["failed"], told["first"], recovered)


def _seen(
    component: Component,
    source: str,
    share: Share,
    now: dt.datetime,
    least: int,
    degrees: tuple[int, int],
) -> Observation | None:
    """None where nothing happened: then nobody can tell."""
    if not share.total:
        return None
    degraded, partial = degrees
    return Observation(
        component,
        severity.of_share(share.failed, share.total, degraded=degraded, partial=partial),
        now,
        source,
        began=share.first_failed,
        ended=share.recovered,
        tells=share.total >= least,
        detail={"failed": share.failed, "total": share.total},
    )
