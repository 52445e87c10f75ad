"""A request for recovery, the links that belong to it, and everything that happened to it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.states import Channel
from portal.crypto import SealedTextField
from recovery.states import (
    RECOVERY_AGREED,
    RECOVERY_OPEN,
    LinkKind,
    Outcome,
    RecoveryState,
    StepKind,
)


def _officer(name: Any) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=name
    )


class RecoveryTicket(models.Model):
    """Who asks, for which account, and where they are reached.

    `account` is found by old phone and ID number together, or is nobody: the pages of the asker
    read the same either way. What was given, and the proved address above all, never changes: the
    database refuses it to everybody (migration 0002), until it is deleted on schedule.
    """

    number = models.CharField(_("number"), max_length=20, unique=True, null=True)
    word_hash = models.CharField(max_length=64, blank=True, editable=False)
    word_noted = models.BooleanField(_("the word was written down"), default=False)
    state = models.CharField(
        _("state"), max_length=12, choices=RecoveryState.choices, default=RecoveryState.BEGUN
    )
    name = SealedTextField(_("name"))
    id_number = SealedTextField(_("ID number"))
    id_hash = models.CharField(max_length=64, editable=False)
    old_phone = SealedTextField(_("old phone"))
    old_phone_hash = models.CharField(max_length=64, editable=False)
    address = SealedTextField(_("new address"))
    address_hash = models.CharField(max_length=64, editable=False)
    channel = models.CharField(_("channel"), max_length=8, choices=Channel.choices)
    proof = models.UUIDField(_("login challenge"), editable=False)
    lost = models.JSONField(_("lost"), default=list)
    words = SealedTextField(_("what happened"), default="")
    loan_reference = SealedTextField(_("loan that cannot wait"), default="")
    language = models.CharField(_("language"), max_length=10)
    network_hash = models.CharField(max_length=64, blank=True, editable=False)
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="recoveries",
        verbose_name=_("account"),
    )
    outcome = models.CharField(_("proposed"), max_length=8, choices=Outcome.choices, blank=True)
    reason = models.CharField(_("reason"), max_length=24, blank=True)
    proposed_by = _officer(_("proposed by"))
    proposed_at = models.DateTimeField(_("proposed at"), null=True)
    decided_by = _officer(_("decided by"))
    decided_at = models.DateTimeField(_("decided at"), null=True)
    begun_at = models.DateTimeField(_("begun at"))
    opened_at = models.DateTimeField(_("opened at"), null=True)
    handed_in_at = models.DateTimeField(_("handed in at"), null=True)
    due_at = models.DateTimeField(_("due"), null=True)
    waits_until = models.DateTimeField(_("waits until"), null=True)
    released_at = models.DateTimeField(_("link sent at"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)
    changed_at = models.DateTimeField(_("changed at"))
    purged_at = models.DateTimeField(_("personal data deleted at"), null=True)

    class Meta:
        verbose_name = _("recovery")
        verbose_name_plural = _("recoveries")
        permissions = [
            ("decide_recovery", "May propose and approve recoveries, never both of one"),
        ]
        indexes = [
            models.Index(fields=["network_hash", "begun_at"], name="recovery_network"),
            models.Index(fields=["id_hash", "begun_at"], name="recovery_identity"),
            models.Index(fields=["due_at", "id"], name="recovery_due"),
            models.Index(fields=["state", "changed_at"], name="recovery_state_changed"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=RecoveryState.values), name="recovery_state"
            ),
            models.CheckConstraint(
                condition=Q(channel__in=[Channel.SMS, Channel.EMAIL]), name="recovery_channel"
            ),
            models.CheckConstraint(
                condition=Q(state=RecoveryState.BEGUN, number=None)
                | ~Q(state=RecoveryState.BEGUN) & Q(number__isnull=False),
                name="recovery_number_when_proved",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | Q(proposed_by__isnull=False) & ~Q(decided_by=F("proposed_by")),
                name="recovery_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(RECOVERY_AGREED))
                | Q(
                    outcome=Outcome.APPROVE,
                    account__isnull=False,
                    proposed_by__isnull=False,
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    waits_until__isnull=False,
                    waits_until__gt=F("decided_at"),
                ),
                name="recovery_agreed_by_two",
            ),
            models.CheckConstraint(
                condition=Q(account=None)
                | (Q(proposed_by=None) | ~Q(proposed_by=F("account")))
                & (Q(decided_by=None) | ~Q(decided_by=F("account"))),
                name="recovery_not_by_its_owner",
            ),
            # Not a second before the waiting time is over.
            models.CheckConstraint(
                condition=~Q(state__in=[RecoveryState.READY, RecoveryState.ENROLLED])
                | Q(released_at__isnull=False, released_at__gte=F("waits_until")),
                name="recovery_waited",
            ),
            models.UniqueConstraint(
                fields=["id_hash", "address_hash"],
                condition=Q(state__in=sorted(RECOVERY_OPEN)),
                name="recovery_once_an_address",
            ),
        ]

    def __str__(self) -> str:
        return self.number or ""


class RecoveryLink(models.Model):
    """A link in a message: only its receiver has seen it, and only its hash is kept."""

    ticket = models.ForeignKey(
        RecoveryTicket, models.CASCADE, related_name="links", verbose_name=_("recovery")
    )
    kind = models.CharField(_("kind"), max_length=8, choices=LinkKind.choices)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created at"))
    expires_at = models.DateTimeField(_("expires"))
    used_at = models.DateTimeField(_("used at"), null=True)

    class Meta:
        verbose_name = _("link of a recovery")
        verbose_name_plural = _("links of recoveries")
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=LinkKind.values), name="recovery_link_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"


class RecoveryStep(models.Model):
    """One thing that happened, never changed; `shown` to the asker."""

    ticket = models.ForeignKey(
        RecoveryTicket, models.PROTECT, related_name="steps", verbose_name=_("recovery")
    )
    kind = models.CharField(_("what"), max_length=16, choices=StepKind.choices)
    by = _officer(_("by"))
    reasons = models.JSONField(_("reasons"), default=list)
    text = SealedTextField(_("text"), null=True)
    paper = models.BigIntegerField(_("paper"), null=True)
    shown = models.BooleanField(_("shown to the asker"), default=False)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("step of a recovery")
        verbose_name_plural = _("steps of recoveries")
        ordering = ("at", "pk")
        indexes = [models.Index(fields=["ticket", "at", "id"], name="recovery_timeline")]

    def __str__(self) -> str:
        return f"{self.ticket_id} {self.kind}"
