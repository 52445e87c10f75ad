"""Who was told of an incident. The message itself is a Delivery, made in the same transaction."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from complaints.models.incidents import Incident
from complaints.states.notices import NoticeKind


class IncidentNotice(models.Model):
    """One person was told one thing about one incident. That there is no second row is why nobody
    is told twice, however many workers are killed on the way."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="notices")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="incident_notices",
        verbose_name=_("person"),
    )
    kind = models.CharField(_("kind"), max_length=8, choices=NoticeKind.choices)
    revision = models.PositiveIntegerField(_("revision"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("notice of an incident")
        verbose_name_plural = _("notices of incidents")
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "kind", "person"], name="incident_notice_once"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=NoticeKind.values), name="incident_notice_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.kind} {self.person_id}"
