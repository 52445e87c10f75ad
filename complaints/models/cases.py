"""A complaint, what was said about it, who may not touch it, and how it was decided."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.case.classification import Business, Channel, Reason, Topic, Wanted
from complaints.models.incidents import Incident
from complaints.models.letters import Letter
from complaints.models.proposals import TwoPersons
from complaints.states.cases import ComplaintState, DecisionState, Outcome, Relief
from creditquery.models import CreditQuery
from portal.crypto import SealedTextField


class Complaint(models.Model):
    """`number` comes with receipt; a draft has none. `round` counts reviews: the first decision is
    round 1. What the borrower wrote is sealed."""

    number = models.CharField(_("number"), max_length=20, unique=True, null=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="complaints",
        verbose_name=_("complainant"),
    )
    state = models.CharField(
        _("state"), max_length=20, choices=ComplaintState.choices, default=ComplaintState.DRAFT
    )
    topic = models.CharField(_("about"), max_length=10, choices=Topic.choices)
    wanted = models.CharField(_("wanted"), max_length=10, choices=Wanted.choices)
    channel = models.CharField(
        _("channel"), max_length=12, choices=Channel.choices, default=Channel.PLATFORM
    )
    business = models.CharField(_("business"), max_length=8, choices=Business.choices)
    reason = models.CharField(_("reason"), max_length=2, choices=Reason.choices)
    text = SealedTextField(_("what happened"))
    incident = models.ForeignKey(
        Incident, models.PROTECT, null=True, related_name="complaints", verbose_name=_("incident")
    )
    query = models.ForeignKey(
        CreditQuery, models.PROTECT, null=True, related_name="complaints", verbose_name=_("query")
    )
    letter = models.ForeignKey(
        Letter, models.PROTECT, null=True, related_name="complaints", verbose_name=_("letter")
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("handler"),
    )
    about_officer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("member of staff complained of"),
    )
    is_complex = models.BooleanField(_("complex"), default=False)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    created_at = models.DateTimeField(_("created at"))
    received_at = models.DateTimeField(_("received at"), null=True)
    notified_at = models.DateTimeField(_("told of the decision at"), null=True)
    changed_at = models.DateTimeField(_("changed at"))

    class Meta:
        verbose_name = _("complaint")
        verbose_name_plural = _("complaints")
        permissions = [
            ("handle_complaint", "May handle complaints"),
            ("decide_complaint", "May approve decisions on complaints"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=ComplaintState.values), name="complaint_state"
            ),
            models.CheckConstraint(
                condition=Q(state=ComplaintState.DRAFT, number=None, received_at=None)
                | (
                    ~Q(state=ComplaintState.DRAFT)
                    & Q(number__isnull=False, received_at__isnull=False)
                ),
                name="complaint_number_with_receipt",
            ),
            models.CheckConstraint(
                condition=Q(handler=None) | Q(about_officer=None) | ~Q(handler=F("about_officer")),
                name="complaint_not_by_its_subject",
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-received_at"], name="complaint_person"),
            models.Index(fields=["state", "changed_at"], name="complaint_state_changed"),
        ]

    def __str__(self) -> str:
        return self.number or ""


class Author(models.TextChoices):
    COMPLAINANT = "complainant", _("complainant")
    OFFICER = "officer", pgettext_lazy("author of a message", "handler")


class ComplaintMessage(models.Model):
    """One thing said, sealed. `internal` is the officers' own and never shown to the borrower; of
    what is visible only the side is shown, not the name of an officer."""

    complaint = models.ForeignKey(
        Complaint, models.PROTECT, related_name="messages", verbose_name=_("complaint")
    )
    side = models.CharField(_("side"), max_length=12, choices=Author.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    internal = models.BooleanField(_("internal"), default=False)
    question = models.BooleanField(_("wants an answer"), default=False)
    text = SealedTextField(_("text"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("message about a complaint")
        verbose_name_plural = _("messages about complaints")
        ordering = ("at", "pk")
        indexes = [models.Index(fields=["complaint", "at"], name="complaint_thread")]
        constraints = [
            models.CheckConstraint(
                condition=Q(internal=False) | Q(side=Author.OFFICER, question=False),
                name="complaint_internal_by_officer",
            )
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.side}"


class Recusal(models.Model):
    """A member of staff who said to be biased (回避): neither sees nor acts any more."""

    complaint = models.ForeignKey(
        Complaint, models.PROTECT, related_name="recusals", verbose_name=_("complaint")
    )
    officer = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("officer")
    )
    why = SealedTextField(_("why"))
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("recusal")
        verbose_name_plural = _("recusals")
        constraints = [
            models.UniqueConstraint(fields=["complaint", "officer"], name="recused_once")
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.officer_id}"


class Decision(TwoPersons):
    """What was decided, proposed by one and approved by another. `reasons` are the borrower's to
    read; `root_cause` (溯源整改) is what has to change so that it does not happen again."""

    complaint = models.ForeignKey(
        Complaint, models.PROTECT, related_name="decisions", verbose_name=_("complaint")
    )
    round = models.PositiveSmallIntegerField(_("round"))
    state = models.CharField(
        _("state"), max_length=10, choices=DecisionState.choices, default=DecisionState.PROPOSED
    )
    outcome = models.CharField(_("outcome"), max_length=14, choices=Outcome.choices)
    relief = models.JSONField(_("relief"), default=list)
    reasons = SealedTextField(_("reasons"))
    root_cause = SealedTextField(_("root cause and what changes"))

    class Meta(TwoPersons.Meta):
        verbose_name = pgettext_lazy("on a complaint", "decision")
        verbose_name_plural = pgettext_lazy("on complaints", "decisions")
        constraints = [
            *TwoPersons.Meta.constraints,
            models.CheckConstraint(
                condition=Q(state__in=DecisionState.values), name="decision_state"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[DecisionState.APPROVED, DecisionState.RETURNED])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="decision_decided_by",
            ),
            models.UniqueConstraint(
                fields=["complaint", "round"],
                condition=Q(state__in=[DecisionState.PROPOSED, DecisionState.APPROVED]),
                name="decision_once_a_round",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.outcome}"

    @property
    def reliefs(self) -> list[str]:
        return [str(Relief(each).label) for each in self.relief]
