"""A manual review, everything that happened to it, and who had to step aside."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from creditquery.models import CreditQuery, Institution
from portal.crypto import SealedTextField
from reviews.models.policies import ReviewPolicy
from reviews.states.cases import (
    REVIEW_DECIDED,
    REVIEW_HELD,
    REVIEW_LIVE,
    REVIEW_QUEUED,
    REVIEW_UNDECIDED,
    Express,
    Outcome,
    ReviewState,
    StepKind,
)


def _officer(name: Any) -> "models.ForeignKey[Any, Any]":
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=name
    )


class ReviewTask(models.Model):
    """The review of one query. `number` comes when it is handed in; a draft has none.

    `fence` counts the claims: whoever acts says which claim they act under, so that a page left
    open under an old lease changes nothing. `round` counts objections; round 1 is the first look.
    Maker, checker and second checker are of the present round.
    """

    number = models.CharField(_("number"), max_length=20, unique=True, null=True)
    query = models.ForeignKey(
        CreditQuery, models.PROTECT, related_name="reviews", verbose_name=_("query")
    )
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="reviews", verbose_name=_("borrower")
    )
    institution = models.ForeignKey(
        Institution, models.PROTECT, related_name="+", verbose_name=_("institution")
    )
    amount_fen = models.BigIntegerField(_("amount in fen"))
    policy = models.ForeignKey(
        ReviewPolicy, models.PROTECT, related_name="+", verbose_name=_("policy")
    )
    state = models.CharField(
        _("state"), max_length=12, choices=ReviewState.choices, default=ReviewState.DRAFT
    )
    express = models.CharField(
        _("priority lane"), max_length=10, choices=Express.choices, blank=True
    )
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    checks_wanted = models.PositiveSmallIntegerField(_("checks wanted"), default=1)
    held_by = _officer(_("held by"))
    held_until = models.DateTimeField(_("held until"), null=True)
    fence = models.PositiveIntegerField(_("claims"), default=0)
    maker = _officer(_("recommended by"))
    checker = _officer(_("checked by"))
    second_checker = _officer(_("checked by, as the second"))
    proposal = models.CharField(_("recommended"), max_length=8, choices=Outcome.choices, blank=True)
    created_at = models.DateTimeField(_("created at"))
    submitted_at = models.DateTimeField(_("handed in at"), null=True)
    due_at = models.DateTimeField(_("due at"), null=True)
    provisional = models.BooleanField(_("due day is provisional"), default=False)
    counted_from = models.DateField(_("days counted from"), null=True)
    counted_days = models.PositiveSmallIntegerField(_("working days counted"), default=0)
    calendar = models.CharField(_("version of the calendar"), max_length=40, blank=True)
    paused_at = models.DateTimeField(_("clock paused at"), null=True)
    escalated_at = models.DateTimeField(_("brought before a lead at"), null=True)
    decided_at = models.DateTimeField(_("decided at"), null=True)
    joined_at = models.DateTimeField(_("the report came at"), null=True)
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("manual review")
        verbose_name_plural = _("manual reviews")
        permissions = [
            ("work_reviewtask", "May work on manual reviews"),
            ("reveal_reviewtask", "May see the masked data of a manual review"),
            ("lead_reviews", "May look after the work of others on manual reviews"),
        ]
        indexes = [
            # The queue in the order in which it is worked off, whatever lies in the archive. The
            # sum comes last: what is beyond an officer's competence is passed over in the index.
            models.Index(
                fields=["due_at", "id", "amount_fen"],
                name="review_queue",
                condition=Q(state__in=sorted(REVIEW_QUEUED)),
            ),
            models.Index(
                fields=["institution", "due_at", "id", "amount_fen"],
                name="review_queue_institution",
                condition=Q(state__in=sorted(REVIEW_QUEUED)),
            ),
            # The list of the desk: what waits for others, too; and what is rare in it.
            models.Index(
                fields=["due_at", "id", "amount_fen"],
                name="review_undecided",
                condition=Q(state__in=sorted(REVIEW_UNDECIDED)),
            ),
            models.Index(
                fields=["institution", "due_at", "id", "amount_fen"],
                name="review_undecided_institution",
                condition=Q(state__in=sorted(REVIEW_UNDECIDED)),
            ),
            models.Index(
                fields=["due_at", "id"],
                name="review_undecided_express",
                condition=Q(state__in=sorted(REVIEW_UNDECIDED)) & ~Q(express=""),
            ),
            models.Index(
                fields=["due_at", "id"],
                name="review_undecided_again",
                condition=Q(state__in=sorted(REVIEW_UNDECIDED)) & Q(round__gt=1),
            ),
            models.Index(
                fields=["held_by", "held_until"],
                name="review_held",
                condition=Q(state__in=sorted(REVIEW_HELD)),
            ),
            models.Index(fields=["state", "due_at", "id"], name="review_state_due"),
            models.Index(
                fields=["institution", "state", "due_at", "id"], name="review_institution_state"
            ),
            models.Index(fields=["person", "-created_at"], name="review_person"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ReviewState.values), name="review_state"),
            models.UniqueConstraint(
                fields=["query"],
                condition=Q(state__in=sorted(REVIEW_LIVE)),
                name="review_one_live_per_query",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[ReviewState.DRAFT, ReviewState.LAPSED])
                | Q(number__isnull=False, submitted_at__isnull=False),
                name="review_number_when_handed_in",
            ),
            models.CheckConstraint(
                condition=Q(
                    state__in=sorted(REVIEW_HELD), held_by__isnull=False, held_until__isnull=False
                )
                | ~Q(state__in=sorted(REVIEW_HELD)) & Q(held_by=None, held_until=None),
                name="review_held_by_somebody",
            ),
            # Four eyes (商业银行法 第三十五条), administrators included: three different people,
            # and none of them the borrower.
            models.CheckConstraint(
                condition=(Q(maker=None) | Q(checker=None) | ~Q(maker=F("checker")))
                & (Q(maker=None) | Q(second_checker=None) | ~Q(maker=F("second_checker")))
                & (Q(checker=None) | Q(second_checker=None) | ~Q(checker=F("second_checker"))),
                name="review_different_people",
            ),
            models.CheckConstraint(
                condition=(Q(held_by=None) | ~Q(held_by=F("person")))
                & (Q(maker=None) | ~Q(maker=F("person")))
                & (Q(checker=None) | ~Q(checker=F("person")))
                & (Q(second_checker=None) | ~Q(second_checker=F("person"))),
                name="review_not_by_its_borrower",
            ),
            models.CheckConstraint(
                condition=~Q(state=ReviewState.CHECKING) | Q(maker=None) | ~Q(held_by=F("maker")),
                name="review_checked_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(REVIEW_DECIDED))
                | Q(maker__isnull=False, checker__isnull=False, decided_at__isnull=False)
                & (Q(checks_wanted=1) | Q(second_checker__isnull=False)),
                name="review_decided_by_all",
            ),
        ]

    def __str__(self) -> str:
        return self.number or ""


class ReviewStep(models.Model):
    """One thing that happened; never changed (a trigger). What people wrote is sealed, reasons are
    codes (reviews/reasons.py). `shown` steps are the borrower's to read, without the officer."""

    task = models.ForeignKey(
        ReviewTask, models.PROTECT, related_name="steps", verbose_name=_("case")
    )
    round = models.PositiveSmallIntegerField(_("round"))
    kind = models.CharField(_("what"), max_length=16, choices=StepKind.choices)
    by = _officer(_("by"))
    to = _officer(_("to"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices, blank=True)
    reasons = models.JSONField(_("reasons"), default=list)
    text = SealedTextField(_("text"), null=True)
    document = models.ForeignKey(
        "reviews.Document", models.PROTECT, null=True, related_name="+", verbose_name=_("document")
    )
    shown = models.BooleanField(_("shown to the borrower"), default=False)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("step of a review")
        verbose_name_plural = _("steps of reviews")
        ordering = ("at", "pk")
        indexes = [
            models.Index(fields=["task", "at", "id"], name="review_timeline"),
            models.Index(fields=["by", "kind", "at"], name="review_work_of"),
            models.Index(fields=["kind", "at"], name="review_steps_of_kind"),
            # What services/retention.py has to forget one day.
            models.Index(fields=["at"], name="review_step_words", condition=Q(text__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.kind}"


class Recusal(models.Model):
    """Who has no part in a case (回避): said to be biased, took part in the round that is objected
    to, or handed in a document for the borrower. They neither see nor act; a trigger refuses them
    as holder, maker and checker."""

    class Why(models.TextChoices):
        BIASED = "biased", _("said to be biased")
        TOOK_PART = "took_part", _("took part in the decision objected to")
        UPLOADED = "uploaded", _("handed in a document for the borrower")

    task = models.ForeignKey(
        ReviewTask, models.PROTECT, related_name="recusals", verbose_name=_("case")
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("officer")
    )
    why = models.CharField(_("why"), max_length=10, choices=Why.choices)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        constraints = [
            models.UniqueConstraint(fields=["task", "officer"], name="review_recused_once")
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.officer_id}"


class ReviewOutcome(models.Model):
    """A decision that two people made, for whoever issues letters to claim: complaints does."""

    task = models.ForeignKey(ReviewTask, models.PROTECT, related_name="outcomes")
    round = models.PositiveSmallIntegerField(_("round"))
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome.choices)
    decided_at = models.DateTimeField(_("decided at"))
    claimed_at = models.DateTimeField(_("claimed at"), null=True)

    class Meta:
        verbose_name = _("outcome of a review")
        verbose_name_plural = _("outcomes of reviews")
        constraints = [
            models.UniqueConstraint(fields=["task", "round"], name="review_outcome_once_a_round")
        ]
        indexes = [
            models.Index(
                fields=["id"], name="review_outcome_unclaimed", condition=Q(claimed_at=None)
            )
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.outcome}"
