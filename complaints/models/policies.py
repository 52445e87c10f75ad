"""What the operator has laid down: from when trouble is an incident, and when it is reported.

A policy is never changed: a new version stands beside it, and each incident keeps the version
under which it was opened, so that its figures can be computed again.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


class IncidentPolicy(models.Model):
    """Thresholds; the newest row holds. No law sets any of them: they are the operator's."""

    version = models.CharField(_("version"), max_length=20, unique=True)
    adopted_at = models.DateTimeField(_("adopted at"))
    quiet_minutes = models.PositiveSmallIntegerField(
        _("quiet time (minutes)"),
        default=10,
        help_text=_("An incident is resolved when nothing has failed for so long."),
    )
    join_minutes = models.PositiveSmallIntegerField(
        _("joined within (minutes)"),
        default=30,
        help_text=_("What fails so soon after something else is part of the same incident."),
    )
    grace_seconds = models.PositiveIntegerField(
        _("grace (seconds)"),
        default=60,
        help_text=_("Whoever waited no longer than so because of the incident was not touched."),
    )
    late_seconds = models.PositiveIntegerField(
        _("late after (seconds)"),
        default=60,
        help_text=_("A code that has not left us by then counts as failed."),
    )
    span_minutes = models.PositiveSmallIntegerField(
        _("measured over (minutes)"),
        default=5,
        help_text=_("Codes, logins and real-name checks are judged over the last so many minutes."),
    )
    least_codes = models.PositiveIntegerField(
        _("codes at least"), default=20, help_text=_("Fewer codes tell nothing.")
    )
    least_logins = models.PositiveIntegerField(
        _("logins at least"), default=20, help_text=_("Fewer logins tell nothing.")
    )
    least_checks = models.PositiveIntegerField(
        _("real-name checks at least"), default=5, help_text=_("Fewer checks tell nothing.")
    )
    degraded_percent = models.PositiveSmallIntegerField(
        _("degraded from (%)"),
        default=15,
        help_text=_("From this share of failures on the performance is degraded."),
    )
    partial_percent = models.PositiveSmallIntegerField(
        _("partial outage from (%)"),
        default=50,
        help_text=_("From this share on it is a partial outage; a major one when all fail."),
    )
    login_degraded_percent = models.PositiveSmallIntegerField(
        _("logins: degraded from (%)"),
        default=40,
        help_text=_("Some people change their mind before they log in, so that it lies higher."),
    )
    login_partial_percent = models.PositiveSmallIntegerField(
        _("logins: partial outage from (%)"), default=70, help_text=_("As above.")
    )
    failed_probes = models.PositiveSmallIntegerField(
        _("probes in a row"),
        default=3,
        help_text=_("So many failed probes in a row count as a route that is cut off."),
    )
    provinces = models.PositiveSmallIntegerField(
        _("provinces served"),
        default=31,
        help_text=_("An outage of the portal is one in all of them."),
    )
    postmortem_days = models.PositiveSmallIntegerField(
        _("post-mortem within (days)"),
        default=5,
        help_text=_("After a major incident; an alarm is raised when it is missing then."),
    )

    class Meta:
        verbose_name = _("policy for incidents")
        verbose_name_plural = _("policies for incidents")
        constraints = [
            models.CheckConstraint(
                condition=Q(degraded_percent__gt=0, partial_percent__lte=100)
                & Q(degraded_percent__lt=F("partial_percent"))
                & Q(login_degraded_percent__gt=0, login_partial_percent__lte=100)
                & Q(login_degraded_percent__lt=F("login_partial_percent")),
                name="incident_policy_shares",
            )
        ]

    def __str__(self) -> str:
        return self.version


class ReportingRule(models.Model):
    """From when an outage is of a grade that a regulator wants to hear of, and how soon.

    The public sources are weak (`source`, `weakness` say how); the operator's counsel keeps this
    table right. `minutes` of uninterrupted outage in at least so many provinces.
    """

    grade_zh = models.CharField(_("grade in Chinese"), max_length=40)
    grade_en = models.CharField(_("grade in English"), max_length=60)
    order = models.PositiveSmallIntegerField(
        _("order"), default=1, help_text=_("Of two rules that hold, the first one counts.")
    )
    minutes = models.PositiveIntegerField(_("minutes down"))
    provinces = models.PositiveSmallIntegerField(_("provinces"), default=1)
    first_minutes = models.PositiveIntegerField(_("first report within (minutes)"))
    written_hours = models.PositiveIntegerField(_("written report within (hours)"))
    recipient = models.CharField(_("reported to"), max_length=80)
    source = models.CharField(_("source"), max_length=200)
    weakness_zh = models.CharField(_("how far to trust it, in Chinese"), max_length=200)
    weakness_en = models.CharField(_("how far to trust it, in English"), max_length=300)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("reporting rule")
        verbose_name_plural = _("reporting rules")
        ordering = ("order", "pk")

    def __str__(self) -> str:
        return self.grade

    @property
    def grade(self) -> str:
        return self.grade_en if get_language() == "en" else self.grade_zh

    @property
    def weakness(self) -> str:
        return self.weakness_en if get_language() == "en" else self.weakness_zh
