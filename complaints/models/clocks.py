"""How long something about a complaint may take, on what authority, and what became of it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.case import clocks
from complaints.models.cases import Complaint
from complaints.models.proposals import TwoPersons
from complaints.states.clocks import Basis, ClockKind, ClockState, ExtensionState
from portal.crypto import SealedTextField


class ServicePolicy(models.Model):
    """What the operator promises beyond the law, by version; the newest that has begun holds.

    Working days but for `review_window_days`, calendar days in which a review can be asked for.
    """

    version = models.CharField(_("version"), max_length=20, unique=True)
    service_days = models.PositiveSmallIntegerField(_("working days to a decision"))
    notice_days = models.PositiveSmallIntegerField(_("working days from decision to notice"))
    review_window_days = models.PositiveSmallIntegerField(_("days in which to ask for a review"))
    effective_from = models.DateField(_("in force from"))

    class Meta:
        verbose_name = _("service policy")
        verbose_name_plural = _("service policies")
        constraints = [
            models.CheckConstraint(
                condition=Q(service_days__gt=0, notice_days__gt=0, review_window_days__gt=0),
                name="policy_days",
            )
        ]

    def __str__(self) -> str:
        return self.version


class Clock(models.Model):
    """One of a kind in each round of a complaint.

    `days` from `start`, which is not counted itself; after a pause `counted_days` were left from
    `counted_from`. They lead to the day `named`, and `due` is the last day after rest days have
    given way; `due_at` is 24:00 of it. An extension leaves `original_due`.
    """

    complaint = models.ForeignKey(
        Complaint, models.PROTECT, related_name="clocks", verbose_name=_("complaint")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=ClockKind.choices)
    round = models.PositiveSmallIntegerField(_("round"), default=1)
    state = models.CharField(
        _("state"), max_length=10, choices=ClockState.choices, default=ClockState.RUNNING
    )
    basis = models.CharField(_("counted in"), max_length=8, choices=Basis.choices)
    days = models.PositiveSmallIntegerField(_("days"))
    start = models.DateField(_("counted from"))
    counted_from = models.DateField(_("counted on from"))
    counted_days = models.PositiveSmallIntegerField(_("days left then"))
    named = models.DateField(_("day counted to"))
    due = models.DateField(_("last day"))
    due_at = models.DateTimeField(_("too late from"))
    original_due = models.DateField(_("first last day"))
    provisional = models.BooleanField(_("provisional"), default=False)
    policy = models.CharField(_("policy version"), max_length=20, blank=True)
    calendar = models.CharField(_("calendar version"), max_length=40)
    paused_on = models.DateField(_("paused on"), null=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    class Meta:
        verbose_name = pgettext_lazy("deadline", "clock")
        verbose_name_plural = pgettext_lazy("deadlines", "clocks")
        constraints = [
            models.UniqueConstraint(fields=["complaint", "kind", "round"], name="clock_once"),
            models.CheckConstraint(condition=Q(state__in=ClockState.values), name="clock_state"),
            # What the law sets never waits for the complainant.
            models.CheckConstraint(
                condition=~Q(state=ClockState.PAUSED) | Q(kind=ClockKind.SERVICE),
                name="clock_pauses_ours_only",
            ),
            models.CheckConstraint(
                condition=Q(state=ClockState.PAUSED, paused_on__isnull=False)
                | (~Q(state=ClockState.PAUSED) & Q(paused_on=None)),
                name="clock_paused_since",
            ),
            models.CheckConstraint(condition=Q(due__gte=F("start")), name="clock_due_after_start"),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="clock_running", condition=Q(state=ClockState.RUNNING)
            )
        ]

    def __str__(self) -> str:
        return f"{self.complaint_id} {self.kind}"

    @property
    def told(self) -> clocks.Told:
        return clocks.Told(
            kind=self.kind,
            basis=self.basis,
            days=self.days,
            start=self.start,
            counted_from=self.counted_from,
            counted_days=self.counted_days,
            named=self.named,
            last=self.due,
            provisional=self.provisional,
            policy=self.policy,
        )

    @property
    def words(self) -> list[str]:
        """Why it ends when it ends, in the reader's language."""
        return clocks.explain(self.told)


class ClockExtension(TwoPersons):
    """A longer decision clock: proposed by the handler, approved by somebody senior, and told."""

    clock = models.ForeignKey(
        Clock, models.PROTECT, related_name="extensions", verbose_name=_("clock")
    )
    state = models.CharField(
        _("state"), max_length=10, choices=ExtensionState.choices, default=ExtensionState.PROPOSED
    )
    reason = SealedTextField(_("reason"))

    class Meta(TwoPersons.Meta):
        verbose_name = _("extension of a clock")
        verbose_name_plural = _("extensions of clocks")
        constraints = [
            *TwoPersons.Meta.constraints,
            models.CheckConstraint(
                condition=Q(state__in=ExtensionState.values), name="clock_extension_state"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[ExtensionState.APPROVED, ExtensionState.REFUSED])
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="clock_extension_decided_by",
            ),
            models.UniqueConstraint(
                fields=["clock"],
                condition=Q(state__in=[ExtensionState.PROPOSED, ExtensionState.APPROVED]),
                name="clock_extended_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clock_id} {self.state}"
