"""One login whose first proof was right: what it rested on, what was weighed, what became of it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.challenges import Device, LoginChallenge
from accounts.risks.words import in_words
from accounts.states import LoginState


class Login(models.Model):
    """`first` and `second` are used challenges of two different factors; `reasons` is what the
    risk policy said, by name and weight, as it was weighed then."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("person"))
    first = models.OneToOneField(
        LoginChallenge, models.SET_NULL, null=True, related_name="+", verbose_name=_("first proof")
    )
    second = models.OneToOneField(
        LoginChallenge, models.SET_NULL, null=True, related_name="+", verbose_name=_("second proof")
    )
    device = models.ForeignKey(Device, models.SET_NULL, null=True, verbose_name=_("browser"))
    label = models.CharField(_("browser"), max_length=60)
    network_hash = models.CharField(max_length=64, blank=True, editable=False)
    state = models.CharField(_("state"), max_length=16, choices=LoginState.choices)
    score = models.IntegerField(_("score"), default=0)
    """Sum of the weights, in thousandths of log-odds."""
    reasons = models.JSONField(_("reasons"), default=list)
    policy_version = models.PositiveIntegerField(_("version of the policy"), default=0)
    created_at = models.DateTimeField(_("created at"))
    settled_at = models.DateTimeField(_("settled at"), null=True)

    class Meta:
        verbose_name = _("login")
        verbose_name_plural = _("logins")
        indexes = [
            models.Index(fields=["user", "created_at"], name="login_user"),
            models.Index(
                fields=["state", "created_at"],
                name="login_waiting",
                condition=Q(state__in=["second", "held", "released"]),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                name="login_state_known", condition=Q(state__in=LoginState.values)
            ),
            models.CheckConstraint(
                name="login_two_proofs_differ",
                condition=Q(second__isnull=True) | Q(first__isnull=True) | ~Q(second=F("first")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M}"

    @property
    def reasons_in_words(self) -> list[str]:
        """What was unusual about it, for its borrower; empty when nothing was."""
        return in_words(self.reasons)
