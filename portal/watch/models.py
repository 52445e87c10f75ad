"""Heartbeats and alarms. Written by services alone."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Heartbeat(models.Model):
    """When a process, or something that should happen by itself, was last seen to live."""

    name = models.CharField(_("name"), max_length=120, unique=True)
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
