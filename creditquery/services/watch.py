"""Watching the entrances to the bureau: probes, certificates, minutes, and what is unusual."""

import datetime as dt
from dataclasses import asdict, dataclass
from time import monotonic

from django.db import transaction

from creditquery import channels
from creditquery.gateways.inquiry import Away, Health, Throttled
from creditquery.selectors import channels as entrances
from creditquery.selectors import watch as selectors
from creditquery.selectors.channels import Entrance
from creditquery.services.routes import bureau
from portal.gateway import Rejected, Unavailable
from portal.routing.route import NoRoute, Snapshot
from portal.routing.states import Result, RouteState
from portal.watch import anomaly, kinds
from portal.watch import selectors as watched
from portal.watch import services as watch
from portal.watch.handshake import Look, look
from portal.watch.models import RouteMinute, Severity
from portal.work import services as work
from portal.work.handlers import Periodic
from portal.work.states import Lane

PROBE = "creditquery.tasks.probe"
HEALTHY = Periodic(PROBE, Lane.UPKEEP, dt.timedelta(seconds=30))
"""How often a route in use is looked at."""
TROUBLED = Periodic(PROBE, Lane.UPKEEP, dt.timedelta(seconds=1))
"""How often one that is cut off is, once its time has come: it is to succeed several times."""
PLANNED = dt.timedelta(seconds=5)
"""`plan_probes` runs so often."""
PROBE_SECONDS = 5.0
SKEW_SECONDS = 30.0
"""Clocks that differ by more are an alarm; the interfaces refuse calls from 300 s on."""
URGENT_SKEW_SECONDS = 150.0
RECOUNTED = dt.timedelta(minutes=3)
"""Calls that began so long ago may still end: their minutes are counted again."""
COUNTED_BACK = dt.timedelta(days=1)
"""After a standstill, so much is counted later."""


# --- Probes ---------------------------------------------------------------------------------


def plan_probes(*, now: dt.datetime) -> None:
    """Work for each entrance whose turn it is, and alarms about what all of them together tell."""
    seen = bureau.look([each.route for each in entrances.entrances()])
    failing = watched.failing(since=now - 2 * HEALTHY.every)
    for name, snapshot in seen.items():
        for at in _turns(snapshot, now, doubtful=name in failing):
            work.add(
                kind=PROBE,
                subject=name,
                lane=Lane.UPKEEP,
                now=now,
                run_after=max(at, now),
                dedup_key=f"probe@{name}@{at.isoformat()}",
            )
    if all(snapshot.known for snapshot in seen.values()):
        _tell_of_routes(seen, now)


def _turns(snapshot: Snapshot, now: dt.datetime, *, doubtful: bool) -> list[dt.datetime]:
    """When a route is to be looked at, until the next planning. One in use whose last probe failed
    is looked at as if it were cut off: without callers nobody else would find out."""
    if snapshot.state == RouteState.CLOSED and not doubtful:
        return [HEALTHY.slot(now)]
    until = snapshot.until
    if snapshot.state == RouteState.OPEN and until is not None and until > now:
        return []
    return [TROUBLED.slot(now) + n * TROUBLED.every for n in range(PLANNED // TROUBLED.every)]


def _tell_of_routes(seen: dict[str, Snapshot], now: dt.datetime) -> None:
    """No route in use at all, unless people have decided so; hosts that are left out."""
    states = {name: each.effective for name, each in seen.items()}
    undecided = any(not each.forced for each in seen.values())
    if undecided and RouteState.CLOSED not in states.values():
        watch.raise_alarm(kind=kinds.NO_ROUTE, severity=Severity.CRITICAL, detail=states, now=now)
    else:
        watch.clear(kind=kinds.NO_ROUTE, now=now)
    left_out = [f"{name} {host}" for name, each in seen.items() for host in each.quarantined]
    for subject in left_out:
        watch.raise_alarm(
            kind=kinds.HOST_QUARANTINED,
            subject=subject,
            severity=Severity.WARNING,
            repair=kinds.HOST_LEFT_OUT,
            now=now,
        )
    watch.settle(kind=kinds.HOST_QUARANTINED, still=left_out, now=now)


@dataclass(frozen=True, slots=True)
class Probed:
    """What a probe found out; `health` is None when the call failed."""

    entrance: Entrance
    result: Result
    why: str
    seconds: float
    health: Health | None = None
    look: Look | None = None


def probe(route: str) -> Probed | None:
    """One free call with the breaker's leave, and a handshake; None when neither may be made.

    Holds no transaction and never raises for anything that the other side does.
    """
    entrance = entrances.entrance(route)
    if entrance is None:
        return None
    permit = bureau.admit([entrance.route])
    if isinstance(permit, NoRoute):
        return None
    result, after, began = Result.NOTHING, 0.0, monotonic()
    health, why = None, ""
    try:
        health = channels.probe(entrance.adapter, entrance.access, seconds=PROBE_SECONDS)
        result, why = (Result.OK if health.open else Result.FAILED), health.why
    except Throttled as error:
        result = Result.AWAY if isinstance(error, Away) else Result.THROTTLED
        after, why = error.after, error.reason
    except (Unavailable, Rejected) as error:
        result, why = Result.FAILED, str(error)
    finally:
        seconds = monotonic() - began
        bureau.report(permit, result, seconds=0, after=after)  # an inquiry takes longer
    return Probed(entrance, result, why, seconds, health, _look(entrance.access.url))


def _look(url: str) -> Look | None:
    try:
        return look(url)
    except Unavailable:
        return None  # the call before has told why


def keep(probed: Probed, *, now: dt.datetime) -> None:
    """Write what a probe found, and raise or clear what follows from it."""
    name, seen, health = probed.entrance.route.name, probed.look, probed.health
    with transaction.atomic():
        watch.keep_probe(
            route=name,
            at=now,
            ok=probed.result == Result.OK,
            why=probed.why[:100],
            ms=round(probed.seconds * 1000),
            skew_seconds=health.skew if health else None,
            tls=seen.tls if seen else "",
            cipher=seen.cipher if seen else "",
            http=seen.http if seen else "",
            certificate_days=min(link.days_left(now) for link in seen.chain)
            if seen and seen.chain
            else None,
        )
        if seen:
            watch.judge_certificates(place=name, chain=seen.chain, host=seen.host, now=now)
        if health:
            _judge_keys(name, health, now)
            _judge_clock(name, health, now)


def _judge_keys(name: str, health: Health, now: dt.datetime) -> None:
    """Each probe in order derives the keys of the entrance anew, which is the repair."""
    if not health.keys:
        watch.raise_alarm(
            kind=kinds.KEYS_REFUSED,
            subject=name,
            severity=Severity.CRITICAL,
            detail={"why": health.why},
            now=now,
        )
    elif health.open:
        watch.clear(kind=kinds.KEYS_REFUSED, subject=name, repair=kinds.KEYS_REDERIVED, now=now)


def _judge_clock(name: str, health: Health, now: dt.datetime) -> None:
    """By how many seconds our clock is ahead of theirs, or behind."""
    if abs(health.skew) > SKEW_SECONDS:
        urgent = abs(health.skew) >= URGENT_SKEW_SECONDS
        watch.raise_alarm(
            kind=kinds.CLOCK_SKEW,
            subject=name,
            severity=Severity.CRITICAL if urgent else Severity.WARNING,
            detail={
                "clock": "ahead" if health.skew > 0 else "behind",
                "seconds": round(abs(health.skew)),
            },
            now=now,
        )
    elif health.open:
        watch.clear(kind=kinds.CLOCK_SKEW, subject=name, now=now)


# --- Minutes --------------------------------------------------------------------------------


def count(*, now: dt.datetime) -> None:
    """Count the calls of the last whole minutes, and warn where a route is unlike itself."""
    names = [each.route.name for each in entrances.entrances()]
    end = now.replace(second=0, microsecond=0)
    last = RouteMinute.objects.order_by("-minute").values_list("minute", flat=True).first()
    begin = max(last - RECOUNTED, end - COUNTED_BACK) if last else end - COUNTED_BACK
    with transaction.atomic():
        watch.keep_minutes(rows=selectors.minutes(routes=names, begin=begin, end=end))
        found = {name: unusual for name in names if (unusual := _unusual(name, now))}
        for name, anomalies in found.items():
            watch.raise_alarm(
                kind=kinds.ANOMALY,
                subject=name,
                severity=Severity.WARNING,
                detail={each.what: _figures(each) for each in anomalies},
                now=now,
            )
        watch.settle(kind=kinds.ANOMALY, still=list(found), now=now)


def _unusual(name: str, now: dt.datetime) -> list[anomaly.Anomaly]:
    begin, end = anomaly.present(now)
    present = watched.sample(route=name, begin=begin, end=end)
    if present.calls < anomaly.LEAST_CALLS:
        return []
    return anomaly.judge(present, watched.samples(route=name, spans=anomaly.past(now)))


def _figures(found: anomaly.Anomaly) -> dict[str, float]:
    figures = asdict(found)
    del figures["what"]
    return {name: round(value, 4) for name, value in figures.items()}
