"""Heartbeats, alarms, and what was measured of routes. Written by services alone."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Heartbeat(models.Model):
    """When a process, or something that should happen by itself, was last seen to live."""

    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=20)
    host = models.CharField(_("host"), max_length=100, blank=True)
    seen_at = models.DateTimeField(_("seen at"))
    detail = models.JSONField(_("detail"), default=dict)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name


class Severity(models.TextChoices):
    WARNING = "warning", pgettext_lazy("alarm", "warning")
    CRITICAL = "critical", pgettext_lazy("alarm", "critical")


class Alarm(models.Model):
    """Something wants an operator. `repair` says what the portal did about it by itself."""

    kind = models.CharField(_("kind"), max_length=40)
    subject = models.CharField(_("subject"), max_length=120, blank=True)
    severity = models.CharField(_("severity"), max_length=10, choices=Severity.choices)
    detail = models.JSONField(_("detail"), default=dict)
    repair = models.CharField(_("repair"), max_length=60, blank=True)
    raised_at = models.DateTimeField(_("raised at"))
    seen_at = models.DateTimeField(_("last seen at"))
    cleared_at = models.DateTimeField(_("cleared at"), null=True, blank=True)
    told_at = models.DateTimeField(_("told at"), null=True, blank=True)

    class Meta:
        verbose_name = _("alarm")
        verbose_name_plural = _("alarms")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], condition=Q(cleared_at=None), name="alarm_open_once"
            ),
            models.CheckConstraint(
                condition=Q(severity__in=Severity.values), name="alarm_severity"
            ),
        ]
        indexes = [models.Index(fields=["-raised_at"], name="alarm_latest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}".strip()


class ProbeResult(models.Model):
    """What one free call told about a route. Milliseconds; days as whole ones that are left."""

    route = models.CharField(_("route"), max_length=60)
    at = models.DateTimeField(_("at"))
    ok = models.BooleanField(_("in order"))
    why = models.CharField(_("reason"), max_length=100, blank=True)
    ms = models.PositiveIntegerField(_("duration (ms)"))
    skew_seconds = models.FloatField(_("clock difference (s)"), null=True)
    tls = models.CharField(_("TLS version"), max_length=10, blank=True)
    cipher = models.CharField(_("cipher"), max_length=40, blank=True)
    http = models.CharField(_("HTTP version"), max_length=10, blank=True)
    certificate_days = models.IntegerField(_("certificate days left"), null=True)

    class Meta:
        verbose_name = _("probe")
        verbose_name_plural = _("probes")
        indexes = [
            models.Index(fields=["route", "-at"], name="probe_latest"),
            models.Index(fields=["at"], name="probe_old"),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.at:%Y-%m-%d %H:%M:%S}"


class Certificate(models.Model):
    """A certificate as it was last shown at a place: by a route, by our own site, or in a file.

    `depth` 0 is the place's own certificate, 1 and more what vouches for it.
    """

    place = models.CharField(_("shown by"), max_length=80)
    depth = models.PositiveSmallIntegerField(_("depth"))
    name = models.CharField(pgettext_lazy("of a thing", "name"), max_length=100)
    not_before = models.DateTimeField(_("valid from"))
    not_after = models.DateTimeField(_("valid until"))
    seen_at = models.DateTimeField(_("seen at"))

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [models.UniqueConstraint(fields=["place", "depth"], name="certificate_once")]

    def __str__(self) -> str:
        return f"{self.place} {self.name}"


class RouteMinute(models.Model):
    """The calls of a route that began in one minute: so that a look at two weeks stays cheap."""

    route = models.CharField(_("route"), max_length=60)
    minute = models.DateTimeField(_("minute"))
    calls = models.PositiveIntegerField(_("calls"))
    failures = models.PositiveIntegerField(_("failures"))
    throttled = models.PositiveIntegerField(_("too many calls"))
    sum_ms = models.PositiveBigIntegerField(_("duration in all (ms)"))
    p95_ms = models.PositiveIntegerField(_("95 of 100 within (ms)"))

    class Meta:
        verbose_name = _("minute of a route")
        verbose_name_plural = _("minutes of routes")
        constraints = [models.UniqueConstraint(fields=["route", "minute"], name="minute_once")]
        indexes = [models.Index(fields=["minute"], name="minute_old")]

    def __str__(self) -> str:
        return f"{self.route} {self.minute:%Y-%m-%d %H:%M}"


class LaneMinute(models.Model):
    """How much work of a lane stood where at the end of a minute: what the queue looked like."""

    lane = models.CharField(_("lane"), max_length=16)
    minute = models.DateTimeField(_("minute"))
    ready = models.PositiveIntegerField(_("ready"), default=0)
    leased = models.PositiveIntegerField(_("running"), default=0)
    parked = models.PositiveIntegerField(_("parked"), default=0)

    class Meta:
        verbose_name = _("minute of a lane")
        verbose_name_plural = _("minutes of lanes")
        constraints = [models.UniqueConstraint(fields=["lane", "minute"], name="lane_minute_once")]
        indexes = [models.Index(fields=["minute"], name="lane_minute_old")]

    def __str__(self) -> str:
        return f"{self.lane} {self.minute:%Y-%m-%d %H:%M}"
