"""An account whose changes wait, and how that ends."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.states import FreezeReason, ThawedBy, ThawState
from portal.crypto import SealedTextField


class Freeze(models.Model):
    """One reason to let no change through. An account is frozen while one of its rows is open;
    thawing ends all of them at once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"))
    reason = models.CharField(_("reason"), max_length=12, choices=FreezeReason.choices)
    frozen_at = models.DateTimeField(_("frozen at"))
    thawed_at = models.DateTimeField(_("thawed at"), null=True)
    thawed_how = models.CharField(
        _("thawed by"), max_length=8, choices=ThawedBy.choices, blank=True
    )
    thawed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("second officer"),
    )

    class Meta:
        verbose_name = _("freeze")
        verbose_name_plural = _("freezes")
        permissions = [("thaw_account", "May thaw a frozen account together with a second officer")]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "reason"],
                name="freeze_once_a_reason",
                condition=Q(thawed_at__isnull=True),
            ),
            models.CheckConstraint(
                name="freeze_reason_known", condition=Q(reason__in=FreezeReason.values)
            ),
            models.CheckConstraint(
                name="freeze_end_whole",
                condition=Q(thawed_at__isnull=True, thawed_how="", thawed_by__isnull=True)
                | Q(thawed_at__isnull=False, thawed_how="owner", thawed_by__isnull=True)
                | Q(thawed_at__isnull=False, thawed_how="officers", thawed_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.frozen_at:%Y-%m-%d %H:%M}"


class ThawProposal(models.Model):
    """One officer says how the owner was recognised; another one agrees or not."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"))
    grounds = SealedTextField(_("how the owner was recognised"))
    state = models.CharField(_("state"), max_length=12, choices=ThawState.choices)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="+",
        verbose_name=_("proposed by"),
    )
    proposed_at = models.DateTimeField(_("proposed at"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)

    class Meta:
        verbose_name = _("proposal to thaw")
        verbose_name_plural = _("proposals to thaw")
        constraints = [
            models.UniqueConstraint(
                fields=["user"], name="thaw_one_at_a_time", condition=Q(state="proposed")
            ),
            models.CheckConstraint(
                name="thaw_state_known", condition=Q(state__in=ThawState.values)
            ),
            models.CheckConstraint(
                name="thaw_two_people",
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
            ),
            models.CheckConstraint(
                name="thaw_decided_by_somebody",
                condition=Q(state__in=["proposed", "overtaken"])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.proposed_at:%Y-%m-%d %H:%M}"
