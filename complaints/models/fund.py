"""The compensation fund (专项补偿基金): its ledger, its changes by hand, and its pay-out files."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.models.compensation import Compensation
from complaints.models.proposals import Proposal
from complaints.states.fund import ChangeKind, EntryKind, LineState
from portal.crypto import SealedBytesField


class Fund(models.Model):
    """One row. What is in it and what of that is promised repeat the sums of its entries; the
    database refuses a promise that the balance does not cover."""

    key = models.CharField(_("key"), max_length=8, unique=True, default="main")
    balance_fen = models.BigIntegerField(_("balance in fen"), default=0)
    committed_fen = models.BigIntegerField(_("promised, in fen"), default=0)
    incident_ceiling_fen = models.PositiveBigIntegerField(_("ceiling for one incident in fen"))
    person_ceiling_fen = models.PositiveBigIntegerField(_("ceiling for a person and year in fen"))

    class Meta:
        verbose_name = _("compensation fund")
        verbose_name_plural = _("compensation funds")
        constraints = [
            models.CheckConstraint(condition=Q(key="main"), name="fund_one"),
            models.CheckConstraint(
                condition=Q(committed_fen__gte=0, balance_fen__gte=F("committed_fen")),
                name="fund_never_negative",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def free_fen(self) -> int:
        return self.balance_fen - self.committed_fen


class FundChange(Proposal):
    """A top-up, another ceiling, or the reversal of a payment."""

    kind = models.CharField(_("kind"), max_length=20, choices=ChangeKind.choices)
    amount_fen = models.PositiveBigIntegerField(_("amount in fen"))
    compensation = models.ForeignKey(
        Compensation,
        models.PROTECT,
        null=True,
        related_name="reversals",
        verbose_name=_("compensation"),
    )

    class Meta(Proposal.Meta):
        verbose_name = _("change of the fund")
        verbose_name_plural = _("changes of the fund")
        constraints = [
            *Proposal.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=ChangeKind.values)
                & (
                    Q(kind=ChangeKind.REVERSAL, compensation__isnull=False)
                    | (~Q(kind=ChangeKind.REVERSAL) & Q(compensation=None))
                ),
                name="fundchange_kind",
            ),
            models.UniqueConstraint(
                fields=["compensation"],
                condition=Q(state="proposed"),
                name="fundchange_one_reversal_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class FundEntry(models.Model):
    """One line of the ledger. Append-only by a trigger; of each kind one for a compensation."""

    kind = models.CharField(_("kind"), max_length=12, choices=EntryKind.choices)
    amount_fen = models.PositiveBigIntegerField(_("amount in fen"))
    compensation = models.ForeignKey(
        Compensation,
        models.PROTECT,
        null=True,
        related_name="entries",
        verbose_name=_("compensation"),
    )
    change = models.ForeignKey(
        FundChange, models.PROTECT, null=True, related_name="entries", verbose_name=_("change")
    )
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("entry of the fund")
        verbose_name_plural = _("entries of the fund")
        indexes = [models.Index(fields=["-at"], name="fundentry_latest")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=EntryKind.values, amount_fen__gt=0), name="fundentry_kind"
            ),
            models.UniqueConstraint(fields=["compensation", "kind"], name="fundentry_once"),
            models.UniqueConstraint(fields=["change"], name="fundentry_once_a_change"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class PayoutFile(Proposal):
    """What the bank is asked to pay. Its bytes are made once, before a second person looks, and
    deleted on schedule; the hash stays."""

    number = models.CharField(_("number"), max_length=24, unique=True)
    lines = models.PositiveIntegerField(_("lines"))
    total_fen = models.PositiveBigIntegerField(_("sum in fen"))
    sha256 = models.CharField("SHA-256", max_length=64)
    content = SealedBytesField(_("content"), null=True)

    class Meta(Proposal.Meta):
        verbose_name = _("pay-out file")
        verbose_name_plural = _("pay-out files")

    def __str__(self) -> str:
        return self.number


class PayoutResults(Proposal):
    """What the bank says of a file: entered by one person, confirmed by another, and only then
    money is paid. `outcomes` leads from references to "paid" or "failed"; `sha256` is of the bank's
    own file."""

    file = models.ForeignKey(
        PayoutFile, models.PROTECT, related_name="results", verbose_name=_("file")
    )
    outcomes = models.JSONField(_("results"))
    sha256 = models.CharField("SHA-256", max_length=64)

    class Meta(Proposal.Meta):
        verbose_name = _("results of a pay-out file")
        verbose_name_plural = _("results of pay-out files")
        constraints = [
            *Proposal.Meta.constraints,
            models.UniqueConstraint(
                fields=["file"], condition=Q(state="proposed"), name="payoutresults_one_open"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.file_id}/{self.pk}"


class PayoutLine(models.Model):
    """One payment of a file; `ref` is its number at the bank."""

    file = models.ForeignKey(
        PayoutFile, models.PROTECT, related_name="payments", verbose_name=_("file")
    )
    compensation = models.ForeignKey(
        Compensation, models.PROTECT, related_name="payments", verbose_name=_("compensation")
    )
    ref = models.CharField(_("reference"), max_length=32, unique=True)
    amount_fen = models.PositiveBigIntegerField(_("amount in fen"))
    state = models.CharField(
        _("state"), max_length=8, choices=LineState.choices, default=LineState.LISTED
    )
    results = models.ForeignKey(
        PayoutResults, models.PROTECT, null=True, related_name="lines", verbose_name=_("results")
    )
    told_at = models.DateTimeField(_("result at"), null=True)

    class Meta:
        verbose_name = _("line of a pay-out file")
        verbose_name_plural = _("lines of pay-out files")
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=LineState.values, amount_fen__gt=0), name="payoutline_state"
            ),
            # No payment is settled on one person's word.
            models.CheckConstraint(
                condition=Q(results__isnull=False)
                | Q(state__in=[LineState.LISTED, LineState.DROPPED]),
                name="payoutline_by_results",
            ),
            models.UniqueConstraint(
                fields=["compensation"],
                condition=Q(state__in=["listed", "paid"]),
                name="payoutline_never_twice",
            ),
        ]

    def __str__(self) -> str:
        return self.ref
