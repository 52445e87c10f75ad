"""Reading what was watched."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import QuerySet, Sum

from portal.watch.anomaly import Sample
from portal.watch.kinds import BEATS
from portal.watch.models import (
    Alarm,
    Certificate,
    Heartbeat,
    LaneMinute,
    ProbeResult,
    RouteMinute,
    Severity,
)
from portal.work.models import Work
from portal.work.states import Lane, WorkState

STALLED = dt.timedelta(seconds=30)
"""Work that has been due for so long, in a lane where nobody holds any, stands still."""
SILENT = dt.timedelta(seconds=15)
"""Three beats in a row were not heard."""


def open_alarms() -> QuerySet[Alarm]:
    """What wants an operator now, the critical first, then the oldest."""
    return Alarm.objects.filter(cleared_at=None).order_by("severity", "raised_at")


def untold() -> QuerySet[Alarm]:
    """Critical alarms that nobody was told of; also those that are over again."""
    rows = Alarm.objects.filter(severity=Severity.CRITICAL, told_at=None)
    return rows.order_by("raised_at")


def changed(*, since: dt.datetime) -> QuerySet[Alarm]:
    """Alarms that were raised or cleared since a moment."""
    rows = Alarm.objects.filter(raised_at__gte=since) | Alarm.objects.filter(cleared_at__gte=since)
    return rows.order_by("raised_at")


def repairs(*, since: dt.datetime) -> QuerySet[Alarm]:
    """What the portal put right by itself."""
    return Alarm.objects.filter(seen_at__gte=since).exclude(repair="").order_by("-seen_at")


def heartbeats() -> QuerySet[Heartbeat]:
    return Heartbeat.objects.order_by("kind", "name")


def silent(*, now: dt.datetime) -> set[tuple[str, str]]:
    """Kinds and subjects of the alarms about what used to beat and beats no more.

    A lane is silent when none of its workers is heard; one that ended properly is not missed. Of
    other beats the subject is the place that they name.
    """
    heard: dict[tuple[str, str], dt.datetime] = {}
    for row in Heartbeat.objects.filter(kind__in=BEATS):
        for subject in row.detail.get("lanes", [row.detail.get("place", "")]):
            group = row.kind, subject
            heard[group] = max(heard.get(group, row.seen_at), row.seen_at)
    return {
        (BEATS[kind][0], subject)
        for (kind, subject), seen_at in heard.items()
        if now - seen_at > BEATS[kind][1]
    }


def peers(*, lane: str, now: dt.datetime) -> int:
    """How many workers of a lane are alive."""
    rows = Heartbeat.objects.filter(kind="worker", seen_at__gte=now - SILENT)
    return rows.filter(detail__lanes__contains=[lane]).count()


def stalled(*, now: dt.datetime) -> set[str]:
    """Lanes that have work long due while nobody holds any of it."""
    due = Work.objects.filter(state=WorkState.READY, run_after__lt=now - STALLED)
    held = Work.objects.filter(state=WorkState.LEASED, lease_until__gte=now)
    return {
        lane
        for lane in Lane.values
        # Asked for second: with a backlog of thousands the planner reads the table for it.
        if not held.filter(lane=lane).exists() and due.filter(lane=lane).exists()
    }


def latest_probes() -> dict[str, ProbeResult]:
    """The newest look at each route."""
    rows = ProbeResult.objects.order_by("route", "-at").distinct("route")
    return {row.route: row for row in rows}


def failing(*, since: dt.datetime) -> set[str]:
    """The routes whose last probe since then was not in order."""
    rows = ProbeResult.objects.filter(at__gte=since).order_by("route", "-at").distinct("route")
    return {route for route, ok in rows.values_list("route", "ok") if not ok}


def certificates() -> QuerySet[Certificate]:
    """What is shown now, the first to run out first."""
    return Certificate.objects.order_by("not_after")


def minutes(*, since: dt.datetime) -> QuerySet[RouteMinute]:
    return RouteMinute.objects.filter(minute__gte=since).order_by("minute", "route")


def sample(*, route: str, begin: dt.datetime, end: dt.datetime) -> Sample:
    """The calls of a route that began in a span, as one figure."""
    rows = RouteMinute.objects.filter(route=route, minute__gte=begin, minute__lt=end)
    told = rows.aggregate(
        calls=Sum("calls", default=0),
        failures=Sum("failures", default=0),
        ms=Sum("sum_ms", default=0),
    )
    return Sample(told["calls"], told["failures"], told["ms"] / max(told["calls"], 1))


def samples(*, route: str, spans: Iterable[tuple[dt.datetime, dt.datetime]]) -> list[Sample]:
    return [sample(route=route, begin=begin, end=end) for begin, end in spans]


def lane_minutes(*, lane: str, since: dt.datetime) -> QuerySet[LaneMinute]:
    return LaneMinute.objects.filter(lane=lane, minute__gte=since).order_by("minute")
