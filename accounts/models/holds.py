"""A login that waits for people: what its borrower reads and says, and the two officers."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models.logins import Login
from accounts.states import HoldOutcome, HoldReason
from portal.crypto import SealedTextField


class Hold(models.Model):
    """The login's own state says what became of it. One officer proposes, a second agrees: the
    database refuses one who is both."""

    login = models.OneToOneField(
        Login, models.CASCADE, related_name="hold", verbose_name=_("login")
    )
    number = models.CharField(_("number"), max_length=20, unique=True)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    """Of what only the browser that was held has: it alone reads the page and goes on."""
    said = SealedTextField(_("what the borrower says"), default="")
    said_at = models.DateTimeField(_("said at"), null=True)
    proposal = models.CharField(
        _("proposal"), max_length=8, choices=HoldOutcome.choices, blank=True
    )
    reason = models.CharField(_("reason"), max_length=16, choices=HoldReason.choices, blank=True)
    note = SealedTextField(_("note for the file"), default="")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("proposed by"),
    )
    proposed_at = models.DateTimeField(_("proposed at"), null=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("agreed by"),
    )
    opened_at = models.DateTimeField(_("held since"))
    lapses_at = models.DateTimeField(_("lapses"))

    class Meta:
        verbose_name = _("held login")
        verbose_name_plural = _("held logins")
        permissions = [("settle_hold", "May propose and agree on what becomes of held logins")]
        constraints = [
            models.CheckConstraint(
                name="hold_proposal_known", condition=Q(proposal__in=["", *HoldOutcome.values])
            ),
            models.CheckConstraint(
                name="hold_reason_known", condition=Q(reason__in=["", *HoldReason.values])
            ),
            models.CheckConstraint(
                name="hold_proposal_has_maker",
                condition=Q(proposal="", proposed_by__isnull=True, agreed_by__isnull=True)
                | (Q(proposed_by__isnull=False) & ~Q(proposal="") & ~Q(reason="")),
            ),
            models.CheckConstraint(
                name="hold_four_eyes",
                condition=Q(agreed_by__isnull=True) | ~Q(agreed_by=F("proposed_by")),
            ),
        ]

    def __str__(self) -> str:
        return self.number
