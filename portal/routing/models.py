"""What became of routes, who forced one, and when maintenance is planned. Written by services."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from portal.routing.states import RouteState


class RouteTransition(models.Model):
    """A route changed its state; with a `host`, it was cut off from that host alone or given back.

    `epoch` counts the states of a route, so that each change is written once, whoever saw it.
    """

    route = models.CharField(_("route"), max_length=60)
    host = models.CharField(_("host"), max_length=100, blank=True)
    epoch = models.PositiveBigIntegerField(_("epoch"))
    from_state = models.CharField(_("from"), max_length=16, choices=RouteState.choices)
    to_state = models.CharField(_("to"), max_length=16, choices=RouteState.choices)
    reason = models.CharField(_("reason"), max_length=60)
    figures = models.JSONField(_("figures"), default=dict)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("transition of a route")
        verbose_name_plural = _("transitions of routes")
        constraints = [
            models.UniqueConstraint(fields=["route", "host", "epoch"], name="transition_once"),
            models.CheckConstraint(
                condition=Q(from_state__in=RouteState.values) & Q(to_state__in=RouteState.values),
                name="transition_states_known",
            ),
        ]
        indexes = [models.Index(fields=["route", "-at"], name="transition_latest")]

    def __str__(self) -> str:
        return f"{self.route} {self.from_state} → {self.to_state}"


class RouteOverride(models.Model):
    """A person forces a route, or all routes of a channel, into a state until a time."""

    route = models.CharField(
        _("route"),
        max_length=60,
        help_text=_("A channel, or one of its endpoints: pboc, pboc.east"),
    )
    state = models.CharField(
        _("forced into"),
        max_length=16,
        choices=[(s.value, s.label) for s in (RouteState.OPEN, RouteState.CLOSED)],
    )
    until = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=200, help_text=_("Shown beside the route."))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    created_at = models.DateTimeField(_("created at"))
    ended_at = models.DateTimeField(_("ended early at"), null=True, blank=True)

    class Meta:
        verbose_name = _("forced state of a route")
        verbose_name_plural = _("forced states of routes")
        permissions = [("force_route", "May force a route, pause and drain")]
        constraints = [
            models.CheckConstraint(condition=Q(until__gt=F("created_at")), name="override_ends"),
            models.CheckConstraint(
                condition=Q(state__in=[RouteState.OPEN, RouteState.CLOSED]), name="override_state"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.state}"


class MaintenanceWindow(models.Model):
    """Planned maintenance of a route or a channel: announced, drained into, no failure."""

    route = models.CharField(_("route"), max_length=60)
    starts_at = models.DateTimeField(_("starts at"))
    ends_at = models.DateTimeField(_("ends at"))
    reason = models.CharField(_("reason"), max_length=200)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    announced_at = models.DateTimeField(_("announced at"))
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("planned maintenance")
        verbose_name_plural = _("planned maintenance")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="maintenance_ends")
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.starts_at:%Y-%m-%d %H:%M}"
