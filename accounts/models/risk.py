"""The risk officer's table: versions of the policy on login risk, and what each sign weighs."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.risks.signals import Signal
from accounts.states import PolicyState

HEAVIEST = 10_000
"""Thousandths of log-odds: no single sign decides by itself against all others."""


class RiskPolicy(models.Model):
    """The newest published version is in force. A draft is its maker's to edit; somebody else
    publishes it, and then nothing of it changes any more (a trigger holds that)."""

    version = models.PositiveIntegerField(_("version"), unique=True, editable=False)
    state = models.CharField(
        _("state"),
        max_length=16,
        choices=PolicyState.choices,
        default=PolicyState.DRAFT,
        editable=False,
    )
    prior = models.IntegerField(
        _("prior"),
        default=-9210,
        help_text=_(
            "Thousandths of log-odds that a right first proof is somebody else's: -9210 is one in "
            "ten thousand."
        ),
    )
    notify = models.IntegerField(_("tell the owner from"), default=-6300)
    step_up = models.IntegerField(_("ask for a second factor from"), default=-2200)
    hold = models.IntegerField(_("hold for two officers from"), default=0)
    rationale = models.TextField(_("why this version"), max_length=2000)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("made by"),
    )
    made_at = models.DateTimeField(_("made at"), editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("published by"),
    )
    published_at = models.DateTimeField(_("published at"), null=True, editable=False)

    class Meta:
        verbose_name = _("policy on login risk")
        verbose_name_plural = _("policies on login risk")
        ordering = ("-version",)
        permissions = [("publish_riskpolicy", "May publish another's policy on login risk")]
        constraints = [
            models.CheckConstraint(
                name="risk_policy_state_known", condition=Q(state__in=PolicyState.values)
            ),
            models.CheckConstraint(
                name="risk_policy_thresholds_rise",
                condition=Q(prior__lt=F("notify"), notify__lt=F("step_up"), step_up__lt=F("hold")),
            ),
            # The first comes with the release, and nobody here made it.
            models.CheckConstraint(
                name="risk_policy_four_eyes",
                condition=Q(state=PolicyState.DRAFT, published_at__isnull=True)
                | Q(version=1, published_at__isnull=False)
                | (
                    Q(
                        published_at__isnull=False,
                        made_by__isnull=False,
                        published_by__isnull=False,
                    )
                    & ~Q(published_by=F("made_by"))
                ),
            ),
        ]

    def __str__(self) -> str:
        return str(self.version)


class RiskWeight(models.Model):
    policy = models.ForeignKey(
        RiskPolicy, models.CASCADE, related_name="weights", verbose_name=_("policy")
    )
    signal = models.CharField(_("sign"), max_length=24, choices=Signal.choices)
    weight = models.IntegerField(
        _("weight"),
        help_text=_(
            "Thousandths of log-odds: 700 doubles the odds that it is somebody else, 2300 makes "
            "them tenfold, -700 halves them."
        ),
    )

    class Meta:
        verbose_name = _("weight of a sign")
        verbose_name_plural = _("weights of signs")
        constraints = [
            models.UniqueConstraint(fields=["policy", "signal"], name="risk_weight_once"),
            models.CheckConstraint(
                name="risk_weight_signal_known", condition=Q(signal__in=Signal.values)
            ),
            models.CheckConstraint(
                name="risk_weight_bounded",
                condition=Q(weight__gte=-HEAVIEST, weight__lte=HEAVIEST),
            ),
        ]

    def __str__(self) -> str:
        return self.get_signal_display()
