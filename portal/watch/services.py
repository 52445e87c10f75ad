"""Writing what was watched: beats, alarms, probes, certificates, minutes."""

import datetime as dt
import logging
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q

from portal.watch.certificates import URGENT_DAYS, Shown
from portal.watch.kinds import BEATS, CERTIFICATE, CERTIFICATE_EXPIRED, CERTIFICATE_HOST
from portal.watch.models import (
    Alarm,
    Certificate,
    Heartbeat,
    LaneMinute,
    ProbeResult,
    RouteMinute,
    Severity,
)
from portal.work.selectors import Sum
from portal.work.states import Lane, WorkState

logger = logging.getLogger(__name__)

SAME_ALARM = dt.timedelta(minutes=10)
"""What comes back so soon is the same trouble: its alarm opens again, and nobody is told twice."""
KEEP_BEATS = dt.timedelta(days=1)
KEEP_PROBES = dt.timedelta(days=7)
KEEP_MINUTES = dt.timedelta(days=15)
KEEP_ALARMS = dt.timedelta(days=365)
KEEP_CERTIFICATES = dt.timedelta(days=1)
"""A place that was not seen for so long is gone."""


# --- Beats ----------------------------------------------------------------------------------


def beat(
    *,
    name: str,
    kind: str,
    host: str = "",
    detail: Mapping[str, Any] | None = None,
    now: dt.datetime,
) -> None:
    """Say that a process, or something that should happen by itself, is alive."""
    values = {"kind": kind, "host": host, "seen_at": now, "detail": dict(detail or {})}
    Heartbeat.objects.bulk_create(
        [Heartbeat(name=name, **values)],
        update_conflicts=True,
        unique_fields=["name"],
        update_fields=list(values),
    )


def farewell(*, name: str) -> None:
    """A process that ends as it should leaves no silence behind."""
    Heartbeat.objects.filter(name=name).delete()


# --- Alarms ---------------------------------------------------------------------------------


def raise_alarm(
    *,
    kind: str,
    subject: str = "",
    severity: str,
    detail: Mapping[str, Any] | None = None,
    repair: str = "",
    now: dt.datetime,
) -> Alarm:
    """Raise an alarm, or keep the open one up to date: it is one row while its cause lasts.

    `detail` is plain JSON without personal data; `repair` names what was done about it (REPAIRS).
    """
    subject = subject[:120]
    figures = {"severity": severity, "detail": dict(detail or {}), "seen_at": now}
    if repair:
        figures["repair"] = repair
    with transaction.atomic():
        alarm = _open(kind, subject, now)
        if alarm is None:
            alarm, made = Alarm.objects.get_or_create(
                kind=kind, subject=subject, cleared_at=None, defaults={"raised_at": now, **figures}
            )
            if made:
                _log(alarm)
                return alarm
        Alarm.objects.filter(pk=alarm.pk).update(cleared_at=None, **figures)
    alarm.refresh_from_db()
    return alarm


def clear(*, kind: str, subject: str = "", repair: str = "", now: dt.datetime) -> bool:
    """The cause is gone; whether an alarm was open. `repair`: what ended it by itself."""
    return settle(kind=kind, among=[subject], repair=repair, now=now) > 0


def settle(
    *,
    kind: str,
    still: Collection[str] = (),
    among: Collection[str] | None = None,
    place: str | None = None,
    repair: str = "",
    now: dt.datetime,
) -> int:
    """Clear the open alarms of a kind whose subject is not in `still`; returns how many.

    `among` leaves all other subjects alone, `place` all that do not begin with that word.
    """
    rows = Alarm.objects.filter(kind=kind, cleared_at=None).exclude(
        subject__in=[subject[:120] for subject in still]
    )
    if among is not None:
        rows = rows.filter(subject__in=[subject[:120] for subject in among])
    if place is not None:
        rows = rows.filter(subject__startswith=f"{place} ")
    return rows.update(cleared_at=now, seen_at=now, **({"repair": repair} if repair else {}))


def tell_silences(*, silent: Collection[tuple[str, str]], now: dt.datetime) -> None:
    """Raise the alarms about what beats no more, and clear those about what beats again."""
    for kind, subject in silent:
        raise_alarm(kind=kind, subject=subject, severity=Severity.CRITICAL, now=now)
    for kind, _after in BEATS.values():
        settle(kind=kind, still=[subject for each, subject in silent if each == kind], now=now)


def judge_certificates(
    *, place: str, chain: Sequence[Shown], host: str = "", now: dt.datetime
) -> None:
    """Keep what a place shows, and raise or clear its alarms: one for each certificate and step.

    `place` has no blanks. With a `host` the first of the chain must have been made out for it.
    """
    keep_certificates(place=place, chain=chain, now=now)
    causes: dict[str, list[str]] = {CERTIFICATE: [], CERTIFICATE_EXPIRED: [], CERTIFICATE_HOST: []}

    def alarm(kind: str, subject: str, link: Shown, *, urgent: bool) -> None:
        causes[kind].append(subject)
        days = link.days_left(now)
        detail = {"days": days, "name": link.name, "not_after": link.not_after.isoformat()}
        severity = Severity.CRITICAL if urgent else Severity.WARNING
        raise_alarm(kind=kind, subject=subject, severity=severity, detail=detail, now=now)

    for link in chain:
        step, subject = link.step(now), f"{place} {link.name}"
        if step == 0:
            alarm(CERTIFICATE_EXPIRED, subject, link, urgent=True)
        elif step is not None:
            alarm(CERTIFICATE, f"{subject} {step:.0f}", link, urgent=step <= URGENT_DAYS)
    if chain and host and not chain[0].fits(host):
        alarm(CERTIFICATE_HOST, f"{place} {chain[0].name}", chain[0], urgent=True)
    for kind, subjects in causes.items():
        settle(kind=kind, still=subjects, place=place, now=now)


def told(*, pks: Collection[int], now: dt.datetime) -> None:
    """Somebody was told of these."""
    Alarm.objects.filter(pk__in=pks).update(told_at=now)


def _open(kind: str, subject: str, now: dt.datetime) -> Alarm | None:
    """The open alarm, or the one that was cleared a moment ago."""
    rows = Alarm.objects.select_for_update().filter(kind=kind, subject=subject)
    latest = rows.order_by("-raised_at", "-pk").first()
    if latest is None or latest.cleared_at is None or now - latest.cleared_at < SAME_ALARM:
        return latest
    return None


def _log(alarm: Alarm) -> None:
    level = logging.ERROR if alarm.severity == Severity.CRITICAL else logging.WARNING
    logger.log(level, "alarm %s: %s", alarm, alarm.detail)


# --- What was measured ----------------------------------------------------------------------


def keep_probe(**values: Any) -> ProbeResult:
    """One look at a route; the fields of ProbeResult."""
    return ProbeResult.objects.create(**values)


def keep_certificates(*, place: str, chain: Iterable[Shown], now: dt.datetime) -> None:
    """What a place shows now, instead of what it showed before."""
    rows = [
        Certificate(
            place=place,
            depth=depth,
            name=link.name[:100],
            not_before=link.not_before,
            not_after=link.not_after,
            seen_at=now,
        )
        for depth, link in enumerate(chain)
    ]
    Certificate.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["place", "depth"],
        update_fields=["name", "not_before", "not_after", "seen_at"],
    )
    Certificate.objects.filter(place=place, depth__gte=len(rows)).delete()


def keep_minutes(*, rows: Iterable[RouteMinute]) -> None:
    """Write minutes; one that was counted before is written anew."""
    RouteMinute.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["route", "minute"],
        update_fields=["calls", "failures", "throttled", "sum_ms", "p95_ms"],
    )


def keep_lanes(*, sums: Iterable[Sum], now: dt.datetime) -> None:
    """Write how much work of each lane stands where in this minute; once, whoever asks again."""
    minute = now.replace(second=0, microsecond=0)
    lanes = {lane: LaneMinute(lane=lane, minute=minute) for lane in Lane.values}
    for each in sums:
        if each.state in {WorkState.READY, WorkState.LEASED, WorkState.PARKED}:
            setattr(lanes[each.lane], each.state, each.count)
    LaneMinute.objects.bulk_create(lanes.values(), ignore_conflicts=True)


def forget(*, now: dt.datetime) -> None:
    """Delete what has served."""
    LaneMinute.objects.filter(minute__lt=now - KEEP_MINUTES).delete()
    # A host may be gone for good; the clock, and the workers' status page, are missed until heard.
    gone = Heartbeat.objects.filter(seen_at__lt=now - KEEP_BEATS)
    gone.exclude(Q(kind="beat") | Q(kind="status", host="")).delete()
    ProbeResult.objects.filter(at__lt=now - KEEP_PROBES).delete()
    RouteMinute.objects.filter(minute__lt=now - KEEP_MINUTES).delete()
    Certificate.objects.filter(seen_at__lt=now - KEEP_CERTIFICATES).delete()
    Alarm.objects.filter(cleared_at__lt=now - KEEP_ALARMS).delete()
