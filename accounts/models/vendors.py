"""Who sends for us, in which order, and what they may do. Addresses and keys are not in here: they
come from the environment, so that nobody who can change this table can send codes elsewhere."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.states import Vendor


class MessageVendor(models.Model):
    name = models.CharField(_("vendor"), max_length=16, choices=Vendor.choices, unique=True)
    rank = models.PositiveSmallIntegerField(
        _("rank"), help_text=_("The lowest goes first while its routes are in use.")
    )
    enabled = models.BooleanField(_("in use"), default=True)
    sends_sms = models.BooleanField(_("sends text messages"), default=True)
    makes_calls = models.BooleanField(_("makes voice calls"), default=False)

    class Meta:
        verbose_name = _("message vendor")
        verbose_name_plural = _("message vendors")
        constraints = [
            models.CheckConstraint(
                name="messagevendor_name_known", condition=Q(name__in=Vendor.values)
            ),
        ]

    def __str__(self) -> str:
        return self.get_name_display()
