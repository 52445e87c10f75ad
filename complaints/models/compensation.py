"""What a borrower is owed for an outage: the rule, the sum with its facts, and who agreed to it."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from complaints.models.incidents import Incident
from complaints.models.proposals import Proposal
from complaints.states.compensation import OPEN, Base, CompensationState, Waiting
from portal.crypto import SealedTextField


class CompensationRule(Proposal):
    """One version of the operator's policy; no law grants it. Never edited: a new version counts
    for outages that begin from `valid_from` on. `tiers`: [[over seconds, basis points, points]]."""

    version = models.CharField(_("version"), max_length=20, unique=True)
    valid_from = models.DateTimeField(_("for outages from"))
    base = models.CharField(_("base"), max_length=20, choices=Base.choices)
    tiers = models.JSONField(_("tiers"))
    months = models.PositiveSmallIntegerField(_("interest of so many months"), default=12)
    minimum_fen = models.PositiveBigIntegerField(_("least sum in fen"), default=0)
    cap_fen = models.PositiveBigIntegerField(_("most for one outage in fen"))
    fee_fen = models.PositiveBigIntegerField(_("query fee given back in fen"), default=0)
    fast_lane = models.BooleanField(_("waiting queries go first"), default=True)
    offer_days = models.PositiveSmallIntegerField(_("offer stands for days"), default=90)

    class Meta(Proposal.Meta):
        verbose_name = _("rule of compensation")
        verbose_name_plural = _("rules of compensation")
        ordering = ("-valid_from",)
        permissions = [
            ("propose_compensation", "May propose compensation, pay-outs and changes of the fund"),
            ("approve_compensation", "May decide on what another person proposed about money"),
        ]
        constraints = [
            *Proposal.Meta.constraints,
            models.CheckConstraint(
                condition=Q(base__in=Base.values, months__gt=0, months__lte=12),
                name="compensationrule_base",
            ),
        ]

    def __str__(self) -> str:
        return self.version


class CompensationBatch(Proposal):
    """All that was assessed for an incident at one moment, proposed together."""

    number = models.CharField(_("number"), max_length=24, unique=True)
    incident = models.ForeignKey(
        Incident, models.PROTECT, related_name="batches", verbose_name=_("incident")
    )
    people = models.PositiveIntegerField(_("borrowers"), default=0)
    total_fen = models.PositiveBigIntegerField(_("sum in fen"), default=0)

    class Meta(Proposal.Meta):
        verbose_name = _("batch of compensations")
        verbose_name_plural = _("batches of compensations")

    def __str__(self) -> str:
        return self.number


class Compensation(models.Model):
    """One customer and one outage. `outage` holds the ids of the incidents that make it up and
    `incident` is the first of them; `facts` is all that the sum follows from.

    `already_fen` was accepted before, by an earlier row of the same outage; `amount_fen` is what is
    still due. `corrected_fen` is what a later correction would give, where that is less: what
    somebody has accepted is not taken back.
    """

    number = models.CharField(_("number"), max_length=16, unique=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="compensations",
        verbose_name=_("borrower"),
    )
    incident = models.ForeignKey(
        Incident, models.PROTECT, related_name="compensations", verbose_name=_("incident")
    )
    outage = models.JSONField(_("incidents"))
    rule = models.ForeignKey(
        CompensationRule, models.PROTECT, related_name="+", verbose_name=_("rule")
    )
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=CompensationState.choices,
        default=CompensationState.ASSESSED,
    )
    facts = models.JSONField(_("facts"))
    digest = models.CharField(_("SHA-256 of the facts"), max_length=64)
    entitled_fen = models.PositiveBigIntegerField(_("entitled to, in fen"))
    already_fen = models.PositiveBigIntegerField(_("accepted before, in fen"), default=0)
    amount_fen = models.PositiveBigIntegerField(_("amount in fen"))
    points = models.PositiveIntegerField(_("points"), default=0)
    corrected_fen = models.PositiveBigIntegerField(_("corrected to, in fen"), null=True)
    batch = models.ForeignKey(
        CompensationBatch, models.PROTECT, null=True, related_name="rows", verbose_name=_("batch")
    )
    waiting = models.CharField(_("waits for"), max_length=8, choices=Waiting.choices, blank=True)
    account = SealedTextField(_("account for the payment"), default="", null=True)
    assessed_at = models.DateTimeField(_("assessed at"))
    offered_at = models.DateTimeField(_("offered at"), null=True)
    expires_at = models.DateTimeField(_("offer ends"), null=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    settled_at = models.DateTimeField(_("paid at"), null=True)

    class Meta:
        verbose_name = _("compensation")
        verbose_name_plural = _("compensations")
        indexes = [
            models.Index(fields=["person", "-assessed_at"], name="compensation_person"),
            models.Index(fields=["incident", "state"], name="compensation_incident"),
            models.Index(fields=["batch", "state"], name="compensation_batch"),
            models.Index(fields=["state", "id"], name="compensation_queue"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CompensationState.values), name="compensation_state"
            ),
            models.CheckConstraint(
                condition=Q(entitled_fen=F("already_fen") + F("amount_fen")),
                name="compensation_adds_up",
            ),
            models.UniqueConstraint(
                fields=["person", "incident"],
                condition=Q(state__in=sorted(OPEN)),
                name="compensation_one_open",
            ),
            # Nobody is told of a sum, and none is paid, that was not in an approved batch.
            models.CheckConstraint(
                condition=Q(batch__isnull=False)
                | Q(state__in=["assessed", "superseded", "withdrawn"]),
                name="compensation_in_a_batch",
            ),
        ]

    def __str__(self) -> str:
        return self.number
