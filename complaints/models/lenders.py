"""What a lender was told about an incident, and what it has read of that."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Delivery
from complaints.models.incidents import Incident
from creditquery.models import CreditQuery, Institution
from portal.crypto import SealedTextField


class LenderNotice(models.Model):
    """A borrower told the lender that a query stands still through no fault of theirs: once per
    query and incident. `facts` is exactly what was told, canonical JSON (complaints.lender.facts);
    its hash stands in the evidence log. `delivery` is null when the lender has no mailbox here."""

    query = models.ForeignKey(
        CreditQuery, models.PROTECT, related_name="lender_notices", verbose_name=_("query")
    )
    incident = models.ForeignKey(
        Incident, models.PROTECT, related_name="lender_notices", verbose_name=_("incident")
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="lender_notices", verbose_name=_("institution")
    )
    facts = SealedTextField(_("what was told"))
    sha256 = models.CharField(_("hash"), max_length=64)
    sent_at = models.DateTimeField(_("sent at"))
    delivery = models.ForeignKey(
        Delivery, models.SET_NULL, null=True, related_name="+", verbose_name=_("delivery")
    )
    read_at = models.DateTimeField(_("read at"), null=True)
    read_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("read by"),
    )

    class Meta:
        verbose_name = _("notice to a lender")
        verbose_name_plural = _("notices to lenders")
        indexes = [models.Index(fields=["institution", "-sent_at"], name="notice_of_lender")]
        constraints = [
            models.UniqueConstraint(fields=["query", "incident"], name="notice_once"),
            models.CheckConstraint(
                condition=Q(read_at=None, read_by=None)
                | Q(read_at__isnull=False, read_by__isnull=False),
                name="notice_read_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.query_id} {self.incident_id}"
