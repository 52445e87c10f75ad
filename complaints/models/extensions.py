"""More time for a lender to decide on a loan whose report an outage held up."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.models.incidents import Incident
from complaints.states.extensions import (
    EXTENSION_GRANTED,
    EXTENSION_STANDING,
    ExtensionState,
    Refusal,
)
from creditquery.models import Institution, LoanApplication
from portal.crypto import SealedTextField


class ExtensionPolicy(models.Model):
    """What may be asked for and by when it is answered; the newest that has begun holds.

    All of it is the operator's: no law grants an applicant more time (design.md, rule 13). Days
    are working days of the lender.
    """

    version = models.CharField(_("version"), max_length=20, unique=True, default="2026.1")
    days = models.PositiveSmallIntegerField(_("days, unless others are asked for"), default=15)
    cap_days = models.PositiveSmallIntegerField(_("days at most for one loan, in all"), default=30)
    answer_days = models.PositiveSmallIntegerField(_("days in which to answer"), default=3)
    auto_ask = models.BooleanField(
        _("ask for everybody"),
        default=False,
        help_text=_("Puts the request to the lender for each loan that an outage held up."),
    )
    effective_from = models.DateField(_("in force from"), default=dt.date(2026, 11, 1))

    class Meta:
        verbose_name = _("policy on extensions")
        verbose_name_plural = _("policies on extensions")
        ordering = ("-effective_from", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(days__gt=0, answer_days__gt=0, cap_days__gte=F("days")),
                name="extension_policy_days",
            )
        ]

    def __str__(self) -> str:
        return self.version


class ExtensionBatch(models.Model):
    """A lender's user accepts all that one outage left waiting until then, in one act. `left` parts
    of it are not done yet; null before it has been cut into parts."""

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="+")
    institution = models.ForeignKey(Institution, models.PROTECT, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=200)
    asked_at = models.DateTimeField(_("asked at"))
    wanted = models.PositiveIntegerField(_("waiting then"))
    accepted = models.PositiveIntegerField(_("accepted"), default=0)
    left = models.PositiveIntegerField(_("parts left"), null=True)
    done_at = models.DateTimeField(_("done at"), null=True)

    class Meta:
        verbose_name = _("extensions accepted together")
        verbose_name_plural = _("extensions accepted together")
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "institution"],
                condition=Q(done_at=None),
                name="extension_batch_one_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.incident_id} {self.institution_id}"


class DeadlineExtension(models.Model):
    """`days` working days after `counted_from` are `until`, by the named version of the calendar.

    The loan keeps its original deadline; only its decision deadline becomes later. `asked_by` is
    null when the portal asked for everybody. `ground_lost_at` says that a correction of the
    incident no longer finds the loan touched: the lender sees it, and what was promised stands.
    """

    loan = models.ForeignKey(
        LoanApplication, models.PROTECT, related_name="extensions", verbose_name=_("loan")
    )
    incident = models.ForeignKey(
        Incident, models.PROTECT, related_name="extensions", verbose_name=_("incident")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="extensions",
        verbose_name=_("borrower"),
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="extensions", verbose_name=_("lender")
    )
    state = models.CharField(
        _("state"),
        max_length=12,
        choices=ExtensionState.choices,
        default=ExtensionState.REQUESTED,
    )
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("asked by"),
    )
    asked_at = models.DateTimeField(_("asked at"))
    days_asked = models.PositiveSmallIntegerField(_("working days asked for"))
    reason = SealedTextField(_("reason"), null=True)
    policy = models.CharField(_("policy version"), max_length=20)
    answer_by = models.DateField(_("answer by"))
    escalated_at = models.DateTimeField(_("escalated at"), null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("decided by"),
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    refusal = models.CharField(
        _("reason of the refusal"), max_length=12, choices=Refusal.choices, blank=True
    )
    answer = SealedTextField(_("answer"), default="", null=True)
    days = models.PositiveSmallIntegerField(_("working days granted"), null=True)
    counted_from = models.DateField(_("counted from"), null=True)
    until = models.DateField(_("new deadline"), null=True)
    provisional = models.BooleanField(_("provisional"), default=False)
    calendar = models.CharField(_("calendar version"), max_length=40, blank=True)
    replaces = models.OneToOneField(
        "self",
        models.PROTECT,
        null=True,
        related_name="replaced_by",
        verbose_name=pgettext_lazy("an earlier row", "replaces"),
    )
    ground_lost_at = models.DateTimeField(_("ground fell away at"), null=True)

    class Meta:
        verbose_name = _("deadline extension")
        verbose_name_plural = _("deadline extensions")
        permissions = [("ask_deadlineextension", "May ask for a borrower")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ExtensionState.values), name="extension_state"
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None)
                | (~Q(decided_by=F("person")) & (Q(asked_by=None) | ~Q(decided_by=F("asked_by")))),
                name="extension_two_people",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(EXTENSION_GRANTED))
                | Q(
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                    # A comparison with NULL is not false, and a check lets it pass.
                    days__isnull=False,
                    days__gt=0,
                    counted_from__isnull=False,
                    until__isnull=False,
                    until__gt=F("counted_from"),
                ),
                name="extension_granted_in_full",
            ),
            models.CheckConstraint(
                condition=~Q(state=ExtensionState.REFUSED)
                | (~Q(refusal="") & Q(decided_by__isnull=False)),
                name="extension_refused_with_reason",
            ),
            models.UniqueConstraint(
                fields=["loan", "incident"],
                condition=Q(state__in=sorted(EXTENSION_STANDING)),
                name="extension_stands_once",
            ),
        ]
        indexes = [
            models.Index(fields=["institution", "state", "answer_by"], name="extension_of_lender"),
            models.Index(fields=["incident", "state"], name="extension_of_incident"),
            models.Index(
                fields=["until"], name="extension_in_force", condition=Q(state="in_force")
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """As pages, papers and evidence call it."""
        return f"EX-{timezone.localtime(self.asked_at):%Y%m%d}-{self.pk}"
