"""What the operations page shows: every entrance, every queue, what comes next, what went wrong."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db.models import Count, Min
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from creditquery.models import CreditQuery, Endpoint
from creditquery.selectors import calls
from creditquery.selectors.calls import Answers
from creditquery.selectors.waiting import pace
from creditquery.services import routes
from creditquery.states import QueryState
from portal.routing import selectors as routing
from portal.routing.models import MaintenanceWindow, RouteOverride, RouteTransition
from portal.routing.route import Route, Snapshot
from portal.routing.states import RouteState
from portal.routing.words import REASONS
from portal.watch import selectors as watch
from portal.watch.kinds import BEATS, KINDS, REPAIRS, figures
from portal.watch.models import Alarm, Heartbeat, ProbeResult
from portal.work import selectors as work
from portal.work.states import Lane, WorkState

SPAN: Final = dt.timedelta(minutes=5)
"""Rates and percentiles are of so long."""
TRANSITIONS: Final = 10
REPAIRED: Final = dt.timedelta(days=1)
SILENT: Final = dt.timedelta(seconds=30)
"""Who was not heard for so long is marked; the alarms have thresholds of their own."""
STANDING: Final[Mapping[str, Promise | str]] = {
    WorkState.READY: _("ready"),
    WorkState.LEASED: _("running"),
    WorkState.PARKED: _("parked"),
    WorkState.AMBIGUOUS: _("unknown outcome"),
    WorkState.FAILED: _("failed"),
    WorkState.DEAD: _("given up"),
}
"""Work that is not done, in words short enough for the head of a table."""
WAITING: Final = (QueryState.QUEUED, QueryState.PARKED, QueryState.SENDING, QueryState.AMBIGUOUS,
                  QueryState.NEEDS_PERSON, QueryState.MANUAL_REVIEW)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One entrance at this moment."""

    endpoint: Endpoint
    snapshot: Snapshot | None
    answers: Answers
    forced: RouteOverride | None
    away: MaintenanceWindow | None
    probe: ProbeResult | None

    @property
    def route(self) -> str:
        return self.endpoint.route

    @property
    def state(self) -> str:
        """As calls meet it: a person's word goes before the breaker's."""
        if self.forced is not None:
            return self.forced.state
        if self.away is not None:
            return RouteState.OPEN
        return self.snapshot.state if self.snapshot else RouteState.CLOSED

    @property
    def label(self) -> Promise | str:
        return RouteState(self.state).label if self.endpoint.enabled else _("switched off")

    @property
    def tone(self) -> str:
        if not self.endpoint.enabled:
            return "plain"
        tones: dict[str, str] = {RouteState.CLOSED: "good", RouteState.HALF_OPEN: "caution"}
        return tones.get(self.state, "bad")

    @property
    def since(self) -> dt.datetime | None:
        if self.forced is not None:
            return self.forced.created_at
        return self.snapshot.since if self.snapshot else None

    @property
    def why(self) -> Promise | str:
        """Why the breaker holds it in its state; "" while a person does."""
        if self.forced is not None or self.snapshot is None:
            return ""
        return REASONS.get(self.snapshot.reason, self.snapshot.reason)

    @property
    def is_in_use(self) -> bool:
        return self.endpoint.enabled and self.state == RouteState.CLOSED

    @property
    def rate(self) -> float:
        """Calls a minute, of the last SPAN."""
        return self.answers.calls / (SPAN / dt.timedelta(minutes=1))

    @property
    def share(self) -> float:
        """Percent of its calls in the breaker's window that failed."""
        if self.snapshot is None or not self.snapshot.calls:
            return 0.0
        return 100 * self.snapshot.failures / self.snapshot.calls


@dataclass(frozen=True, slots=True)
class Standing:
    """So much, and since when the oldest."""

    count: int = 0
    since: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Forecast:
    """How the backlog goes on. `per_minute`: queries answered lately; `ends_at`: None when nobody
    can know, because no route is in use or too little came through."""

    parked: int
    per_minute: float
    ends_at: dt.datetime | None
    in_use: bool
    held: RouteOverride | None


@dataclass(frozen=True, slots=True)
class Trouble:
    """An open alarm with what to do about it, or one that was repaired."""

    alarm: Alarm

    @property
    def title(self) -> Promise | str:
        kind = KINDS.get(self.alarm.kind)
        return kind.title if kind else self.alarm.kind

    @property
    def what_to_do(self) -> Promise | str:
        kind = KINDS.get(self.alarm.kind)
        return kind.what_to_do if kind else ""

    @property
    def repair(self) -> Promise | str:
        return REPAIRS.get(self.alarm.repair, self.alarm.repair)

    @property
    def figures(self) -> str:
        return figures(self.alarm.detail)


@dataclass(frozen=True, slots=True)
class Beat:
    heartbeat: Heartbeat
    silent: bool


@dataclass(frozen=True, slots=True)
class Change:
    transition: RouteTransition

    @property
    def why(self) -> Promise | str:
        return REASONS.get(self.transition.reason, self.transition.reason)


@dataclass(frozen=True, slots=True)
class Board:
    """The figures that change by the second."""

    now: dt.datetime
    lines: Sequence[Line]
    lanes: Mapping[str, Mapping[str, Standing]]
    waiting: Mapping[str, Standing]
    forecast: Forecast
    troubles: Sequence[Trouble]

    @property
    def in_use(self) -> int:
        return sum(line.is_in_use for line in self.lines)

    @property
    def enabled(self) -> int:
        return sum(line.endpoint.enabled for line in self.lines)

    @property
    def calls(self) -> float:
        """Calls a minute over all routes."""
        return sum(line.rate for line in self.lines)

    @property
    def by_hand(self) -> int:
        """What only a person can end: queries and work together."""
        dead = sum(states[WorkState.DEAD].count for states in self.lanes.values())
        return self.waiting[QueryState.NEEDS_PERSON].count + dead


def board(now: dt.datetime) -> Board:
    shown = lines(now)
    queries = waiting()
    held = overrides_by_route(now).get(routes.BACKLOG)
    return Board(
        now=now,
        lines=shown,
        lanes=lanes(work.census()),
        waiting=queries,
        forecast=forecast(parked=queries[QueryState.PARKED].count, shown=shown, held=held, now=now),
        troubles=troubles(),
    )


# --- Routes ---------------------------------------------------------------------------------


def lines(now: dt.datetime) -> list[Line]:
    """Every entrance, those that are switched off included, in the order of priority."""
    rows = Endpoint.objects.select_related("channel").defer(
        "channel__secret", "channel__next_secret"
    )
    endpoints = list(rows.order_by("channel__priority", "channel__name", "priority", "pk"))
    names = [each.route for each in endpoints]
    snapshots = routes.bureau.look([Route(name, settings.ROUTING) for name in names])
    answers = calls.answers(routes=names, since=now - SPAN)
    overrides = overrides_by_route(now)
    away = list(routing.under_way(now))
    probes = watch.latest_probes()
    return [
        Line(
            endpoint=each,
            snapshot=snapshots.get(each.route),
            answers=answers.get(each.route, Answers()),
            forced=overrides.get(each.route) or overrides.get(each.channel.name),
            away=next((w for w in away if w.route in (each.route, each.channel.name)), None),
            probe=probes.get(each.route),
        )
        for each in endpoints
    ]


def overrides_by_route(now: dt.datetime) -> Mapping[str, RouteOverride]:
    """Whoever holds a route, a channel or the backlog now."""
    rows = routing.current_overrides(now).select_related("actor")
    return {row.route: row for row in reversed(rows)}


def planned(now: dt.datetime) -> list[MaintenanceWindow]:
    return list(routing.planned(now).select_related("actor"))


def known_routes() -> list[str]:
    """What can be forced: each channel, then its endpoints."""
    rows = Endpoint.objects.select_related("channel").only("name", "channel__name", "channel_id")
    ordered = rows.order_by("channel__priority", "channel__name", "priority", "pk")
    names: dict[str, None] = {}
    for each in ordered:
        names |= {each.channel.name: None, each.route: None}
    return list(names)


def covered(route: str, among: Iterable[str]) -> list[str]:
    """The endpoints that an act on a channel or an endpoint touches."""
    return [name for name in among if route in (name, name.partition(".")[0])]


# --- Queues ---------------------------------------------------------------------------------


def lanes(sums: Iterable[work.Sum]) -> dict[str, dict[str, Standing]]:
    """By lane and state, every lane and every state that is not an end."""
    found = {(each.lane, each.state): Standing(each.count, each.since) for each in sums}
    return {
        lane: {state: found.get((lane, state), Standing()) for state in STANDING}
        for lane in Lane.values
    }


def waiting() -> dict[str, Standing]:
    """Queries that wait for something, by state; answered by the index of state and time."""
    rows = CreditQuery.objects.filter(state__in=WAITING).values_list("state")
    found = {
        state: Standing(count, since)
        for state, count, since in rows.annotate(Count("id"), Min("changed_at")).order_by("state")
    }
    return {state: found.get(state, Standing()) for state in WAITING}


def forecast(
    *, parked: int, shown: Collection[Line], held: RouteOverride | None, now: dt.datetime
) -> Forecast:
    """By the pace that borrowers are told of, too."""
    per_minute = 60 * pace(now)
    in_use = any(line.is_in_use for line in shown)
    ends_at = None
    if parked and per_minute and in_use and held is None:
        ends_at = now + dt.timedelta(minutes=parked / per_minute)
    return Forecast(parked, per_minute, ends_at, in_use, held)


# --- What went wrong, and who is alive ------------------------------------------------------


def troubles() -> list[Trouble]:
    return [Trouble(alarm) for alarm in watch.open_alarms()]


def repaired(now: dt.datetime) -> list[Trouble]:
    return [Trouble(alarm) for alarm in watch.repairs(since=now - REPAIRED)[:TRANSITIONS]]


def beats(now: dt.datetime) -> list[Beat]:
    return [Beat(row, row.seen_at < now - _patience(row.kind)) for row in watch.heartbeats()]


def _patience(kind: str) -> dt.timedelta:
    return max(SILENT, BEATS[kind][1]) if kind in BEATS else SILENT


def changes() -> Sequence[Change]:
    return [Change(row) for row in routing.transitions()[:TRANSITIONS]]
