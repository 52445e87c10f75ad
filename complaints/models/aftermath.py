"""What the house owes after an incident: an explanation, reports, and notes for its counsel."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from complaints.models.incidents import Incident
from complaints.models.policies import ReportingRule
from complaints.states.aftermath import LiabilityKind, PostMortemState, ReportKind
from complaints.states.incidents import Cause
from portal import law


class PostMortem(models.Model):
    """One version of the explanation. It is public once somebody other than its author has read
    and published it; `evidence` is inside the house."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="postmortems")
    version = models.PositiveSmallIntegerField(_("version"))
    state = models.CharField(
        _("state"),
        max_length=10,
        choices=PostMortemState.choices,
        default=PostMortemState.DRAFT,
    )
    happened_zh = models.TextField(_("what happened, in Chinese"))
    happened_en = models.TextField(_("what happened, in English"))
    timeline_zh = models.TextField(_("timeline, in Chinese"))
    timeline_en = models.TextField(_("timeline, in English"))
    touched_zh = models.TextField(_("who was touched, in Chinese"))
    touched_en = models.TextField(_("who was touched, in English"))
    changes_zh = models.TextField(_("what we change, in Chinese"))
    changes_en = models.TextField(_("what we change, in English"))
    cause = models.CharField(_("cause"), max_length=14, choices=Cause.choices)
    evidence = models.TextField(_("evidence"))
    owner = models.CharField(_("who sees to the changes"), max_length=60)
    due_on = models.DateField(_("changed by"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("written by")
    )
    written_at = models.DateTimeField(_("written at"))
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("published by"),
    )
    published_at = models.DateTimeField(_("published at"), null=True)

    class Meta:
        verbose_name = _("post-mortem")
        verbose_name_plural = _("post-mortems")
        constraints = [
            models.UniqueConstraint(fields=["incident", "version"], name="postmortem_once"),
            models.CheckConstraint(
                condition=Q(state__in=PostMortemState.values), name="postmortem_state"
            ),
            models.CheckConstraint(
                condition=Q(approver=None) | ~Q(approver=F("author")), name="postmortem_two_people"
            ),
            models.CheckConstraint(
                condition=~Q(state=PostMortemState.PUBLISHED)
                | Q(approver__isnull=False, published_at__isnull=False),
                name="postmortem_published_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id}/{self.version}"

    @property
    def happened(self) -> str:
        return self._told("happened")

    @property
    def timeline(self) -> str:
        return self._told("timeline")

    @property
    def touched(self) -> str:
        return self._told("touched")

    @property
    def changes(self) -> str:
        return self._told("changes")

    def _told(self, section: str) -> str:
        language = "en" if get_language() == "en" else "zh"
        text: str = getattr(self, f"{section}_{language}")
        return text


class LiabilityNote(models.Model):
    """For counsel: under which head and article somebody may claim, on which facts, and what is
    not known yet. Append-only, and read by nobody without the permission."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="liability")
    kind = models.CharField(_("head"), max_length=10, choices=LiabilityKind.choices)
    basis = models.CharField(_("basis"), max_length=40)
    facts = models.TextField(_("facts"))
    questions = models.TextField(_("open questions"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("liability note")
        verbose_name_plural = _("liability notes")
        permissions = [("view_liability", "May read and write what is privileged")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=LiabilityKind.values), name="liability_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.kind}"

    @property
    def cited(self) -> str:
        """The article of `basis`, "law/number", in the reader's language."""
        named = {f"{each.law}/{each.number}": str(each) for each in law.ARTICLES}
        return named.get(self.basis, self.basis)


class RegulatorReport(models.Model):
    """One report that a rule asks for. `due_at` counts from when the outage reached the grade."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="reports")
    rule = models.ForeignKey(ReportingRule, models.PROTECT, related_name="+")
    kind = models.CharField(_("kind"), max_length=8, choices=ReportKind.choices)
    reached_at = models.DateTimeField(_("grade reached at"))
    due_at = models.DateTimeField(_("due at"))
    reported_at = models.DateTimeField(_("reported at"), null=True)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("reported by"),
    )
    reference = models.CharField(_("their reference"), max_length=80, blank=True)

    class Meta:
        verbose_name = _("report to a regulator")
        verbose_name_plural = _("reports to regulators")
        ordering = ("due_at", "pk")
        constraints = [
            models.UniqueConstraint(fields=["incident", "kind"], name="regulator_report_once"),
            models.CheckConstraint(
                condition=Q(reported_at=None, reported_by=None)
                | Q(reported_at__isnull=False, reported_by__isnull=False),
                name="regulator_reported_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.kind}"
