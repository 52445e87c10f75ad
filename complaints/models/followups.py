"""What follows from the impacts of an incident, and how much of it is still to be done."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.models.incidents import Incident


class FollowUp(models.Model):
    """One noun, such as letters, is brought up to date for all whom an incident touched. `left` of
    its `parts` are not done yet, each a piece of work (services/parts.py)."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="followups")
    kind = models.CharField(_("kind"), max_length=60)
    revision = models.PositiveIntegerField(_("revision"))
    parts = models.PositiveIntegerField(_("parts"))
    left = models.PositiveIntegerField(_("parts left"))
    ordered_at = models.DateTimeField(_("ordered at"))
    done_at = models.DateTimeField(_("done at"), null=True)

    class Meta:
        verbose_name = _("follow-up of an incident")
        verbose_name_plural = _("follow-ups of incidents")
        indexes = [models.Index(fields=["incident", "kind", "-id"], name="followup_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(left__lte=F("parts"))
                & (Q(left=0, done_at__isnull=False) | Q(left__gt=0, done_at=None)),
                name="followup_left",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.incident_id}/{self.revision}"
