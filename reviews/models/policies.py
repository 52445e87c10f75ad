"""What the operator laid down for reviews, who may work on what, and where papers can be had."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from creditquery.models import Institution


class ReviewPolicy(models.Model):
    """Times and limits; the newest that has begun holds, and a case keeps the one it began under.

    All of it is the operator's promise: no law sets it (design.md, rule 13). Days are working days.
    """

    version = models.CharField(_("version"), max_length=20, unique=True)
    effective_from = models.DateField(_("in force from"))
    service_days = models.PositiveSmallIntegerField(_("days to a decision"), default=2)
    express_days = models.PositiveSmallIntegerField(
        _("days to a decision in the priority lane"), default=1
    )
    express_deadline_days = models.PositiveSmallIntegerField(
        _("priority lane when the loan is decided within (days)"), default=3
    )
    answer_days = models.PositiveSmallIntegerField(
        _("days that the borrower has to answer"), default=5
    )
    objection_days = models.PositiveSmallIntegerField(_("days to object"), default=15)
    lease_minutes = models.PositiveSmallIntegerField(
        _("a case is held for (minutes)"),
        default=30,
        help_text=_("Counted from the last thing that its officer did."),
    )
    third_person_fen = models.BigIntegerField(
        _("a third officer from (fen)"),
        default=100_000_000,
        help_text=_("A loan of this amount or more is agreed to by two after the recommendation."),
    )
    most_documents = models.PositiveSmallIntegerField(_("documents at most"), default=20)
    draft_days = models.PositiveSmallIntegerField(_("a draft is kept for (days)"), default=30)
    keep_days = models.PositiveSmallIntegerField(
        _("documents are kept for (days)"),
        default=180,
        help_text=_("After the end of the case; then originals, copies and readings are deleted."),
    )

    class Meta:
        verbose_name = _("policy on reviews")
        verbose_name_plural = _("policies on reviews")
        ordering = ("-effective_from", "-pk")
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    express_days__gt=0,
                    service_days__gte=F("express_days"),
                    lease_minutes__gt=0,
                    third_person_fen__gt=0,
                    most_documents__gt=0,
                ),
                name="review_policy_sane",
            )
        ]

    def __str__(self) -> str:
        return self.version


class Competence(models.Model):
    """What a member of staff may work on: nothing without a row. Empty means every institution,
    or any amount. Whoever has to stand aside (Recusal) is not helped by it."""

    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="competences",
        verbose_name=_("officer"),
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, null=True, blank=True, verbose_name=_("institution")
    )
    most_fen = models.BigIntegerField(_("loans up to (fen)"), null=True, blank=True)

    class Meta:
        verbose_name = _("competence")
        verbose_name_plural = _("competences")
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "institution"], nulls_distinct=False, name="competence_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.officer_id}"


class Branch(models.Model):
    """Where a credit report is printed: a counter with people, or a self-service machine."""

    class Kind(models.TextChoices):
        COUNTER = "counter", _("counter")
        MACHINE = "machine", _("self-service machine")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind.choices)
    name = models.CharField(pgettext_lazy("of a place", "name"), max_length=80)
    province = models.CharField(_("province"), max_length=20)
    city = models.CharField(_("city"), max_length=20)
    district = models.CharField(_("district"), max_length=20, blank=True)
    address = models.CharField(_("address"), max_length=120)
    hours = models.CharField(_("hours"), max_length=120)
    papers = models.CharField(_("papers to bring"), max_length=200)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("branch or machine")
        verbose_name_plural = _("branches and machines")
        ordering = ("province", "city", "district", "name")
        indexes = [
            models.Index(fields=["province", "city"], name="branch_place", condition=Q(active=True))
        ]

    def __str__(self) -> str:
        return self.name
