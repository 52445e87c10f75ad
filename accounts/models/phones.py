"""A mobile number that is to become the way in, once the day to object is over."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.states import PhoneChangeState
from portal.crypto import SealedTextField


class PhoneChange(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"))
    phone = SealedTextField(_("new phone"))
    """Emptied when the change is over."""
    phone_hash = models.CharField(max_length=64, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=PhoneChangeState.choices)
    created_at = models.DateTimeField(_("created at"))
    due_at = models.DateTimeField(_("takes effect"))
    settled_at = models.DateTimeField(_("settled at"), null=True)

    class Meta:
        verbose_name = _("change of the mobile number")
        verbose_name_plural = _("changes of the mobile number")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], name="phonechange_one_at_a_time", condition=Q(state="waiting")
            ),
            models.CheckConstraint(
                name="phonechange_state_known", condition=Q(state__in=PhoneChangeState.values)
            ),
            models.CheckConstraint(
                name="phonechange_settled_whole",
                condition=Q(state="waiting", settled_at__isnull=True)
                | (~Q(state="waiting") & Q(settled_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"
