"""The rows of durable work and of its history. Written by services alone."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from portal.work.states import TROUBLED, Lane, Priority, WorkState


class Work(models.Model):
    """One thing that must happen, once."""

    kind = models.CharField(_("kind"), max_length=100, help_text=_("Dotted name of the handler."))
    subject = models.CharField(_("subject"), max_length=100)
    lane = models.CharField(_("lane"), max_length=16, choices=Lane.choices)
    state = models.CharField(
        _("state"), max_length=16, choices=WorkState.choices, default=WorkState.READY
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority.choices, default=Priority.FRESH
    )
    run_after = models.DateTimeField(_("not before"))
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    holder = models.CharField(_("held by"), max_length=100, blank=True)
    fence = models.PositiveBigIntegerField(_("leases so far"), default=0)
    attempts = models.PositiveSmallIntegerField(_("failed attempts"), default=0)
    expiries = models.PositiveSmallIntegerField(_("leases that ran out"), default=0)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    dedup_key = models.CharField(
        _("deduplication key"), max_length=150, null=True, blank=True, unique=True
    )
    # Of the span that ordered it, as a W3C traceparent (portal.tracing).
    trace = models.CharField(max_length=55, blank=True, db_default="", editable=False)
    created_at = models.DateTimeField(_("created at"))
    moved_at = models.DateTimeField(_("last moved at"))

    class Meta:
        verbose_name = _("work")
        verbose_name_plural = _("work")
        permissions = [("retry_work", "May send troubled work off again")]
        indexes = [
            # Claims and leases read only what can be claimed or collected: 120,000 parked rows
            # cost them nothing (measured: 37 claims a second with a full index, 1,600 with this).
            models.Index(
                fields=["lane", "priority", "run_after", "id"],
                name="work_ready",
                condition=Q(state="ready"),
            ),
            models.Index(
                fields=["lane", "lease_until"], name="work_leased", condition=Q(state="leased")
            ),
            models.Index(
                fields=["state", "kind", "id"],
                name="work_troubled",
                condition=Q(state__in=sorted(TROUBLED)),
            ),
            models.Index(fields=["subject", "kind"], name="work_subject"),
            models.Index(fields=["moved_at"], name="work_done", condition=Q(state="done")),
        ]
        constraints = [
            models.CheckConstraint(
                name="work_state_known", condition=Q(state__in=WorkState.values)
            ),
            models.CheckConstraint(name="work_lane_known", condition=Q(lane__in=Lane.values)),
            models.CheckConstraint(
                name="work_priority_known", condition=Q(priority__in=Priority.values)
            ),
            models.CheckConstraint(
                name="work_leased_has_lease",
                condition=Q(state="leased", lease_until__isnull=False)
                | (~Q(state="leased") & Q(lease_until__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"


class WorkEvent(models.Model):
    """One move of one piece of work; `actor` names the person when it was one."""

    work = models.ForeignKey(Work, models.CASCADE, related_name="events", verbose_name=_("work"))
    at = models.DateTimeField(_("at"))
    from_state = models.CharField(_("from"), max_length=16, choices=WorkState.choices, blank=True)
    to_state = models.CharField(_("to"), max_length=16, choices=WorkState.choices)
    fence = models.PositiveBigIntegerField(_("lease"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    actor = models.CharField(_("by"), max_length=150, blank=True)

    class Meta:
        verbose_name = _("event of work")
        verbose_name_plural = _("events of work")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.from_state} → {self.to_state}"
