"""The real-name check: one question to the operators about name, ID number and phone."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.states import CheckState
from portal.crypto import SealedTextField


class IdentityCheck(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"))
    name = SealedTextField(_("name"))
    id_number = SealedTextField(_("ID number"))
    id_hash = models.CharField(max_length=64, editable=False)
    state = models.CharField(
        _("state"), max_length=16, choices=CheckState.choices, default=CheckState.WAITING
    )
    vendor_code = models.CharField(_("vendor's code"), max_length=40, blank=True)
    request_id = models.CharField(_("vendor's number"), max_length=64, blank=True)
    created_at = models.DateTimeField(_("created at"))
    finished_at = models.DateTimeField(_("finished at"), null=True)

    class Meta:
        verbose_name = _("real-name check")
        verbose_name_plural = _("real-name checks")
        indexes = [models.Index(fields=["user", "created_at"], name="check_user")]
        constraints = [
            models.CheckConstraint(
                name="check_state_known", condition=Q(state__in=CheckState.values)
            ),
            models.UniqueConstraint(
                fields=["user"], name="check_one_at_a_time", condition=Q(state="waiting")
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)
