"""How an incident goes on, and how bad it is: the words of Statuspage, with ours beside them."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class IncidentKind(models.TextChoices):
    OUTAGE = "outage", _("Outage")
    MAINTENANCE = "maintenance", _("Planned maintenance")


class IncidentState(models.TextChoices):
    INVESTIGATING = "investigating", pgettext_lazy("incident", "Investigating")
    IDENTIFIED = "identified", pgettext_lazy("incident", "Identified")
    MONITORING = "monitoring", pgettext_lazy("incident", "Monitoring")
    RESOLVED = "resolved", pgettext_lazy("incident", "Resolved")
    POSTMORTEM = "postmortem", pgettext_lazy("incident", "Post-mortem published")
    SCHEDULED = "scheduled", pgettext_lazy("maintenance", "Scheduled")
    IN_PROGRESS = "in_progress", pgettext_lazy("maintenance", "In progress")
    VERIFYING = "verifying", pgettext_lazy("maintenance", "Verifying")
    COMPLETED = "completed", pgettext_lazy("maintenance", "Completed")
    CANCELLED = "cancelled", pgettext_lazy("maintenance", "Cancelled")
    MERGED = "merged", pgettext_lazy("incident", "Joined to another")


_I = IncidentState
INCIDENT_TRANSITIONS: Mapping[str, frozenset[str]] = {
    # What cures itself is resolved after a quiet time, whether or not the cause was found.
    _I.INVESTIGATING: frozenset({_I.IDENTIFIED, _I.MONITORING, _I.RESOLVED, _I.MERGED}),
    _I.IDENTIFIED: frozenset({_I.INVESTIGATING, _I.MONITORING, _I.RESOLVED, _I.MERGED}),
    # Trouble that comes back in the quiet time is the same incident.
    _I.MONITORING: frozenset({_I.INVESTIGATING, _I.IDENTIFIED, _I.RESOLVED, _I.MERGED}),
    _I.RESOLVED: frozenset({_I.POSTMORTEM}),
    _I.POSTMORTEM: frozenset(),
    _I.SCHEDULED: frozenset({_I.IN_PROGRESS, _I.CANCELLED}),
    _I.IN_PROGRESS: frozenset({_I.VERIFYING, _I.COMPLETED}),
    _I.VERIFYING: frozenset({_I.IN_PROGRESS, _I.COMPLETED}),
    _I.COMPLETED: frozenset(),
    _I.CANCELLED: frozenset(),
    _I.MERGED: frozenset(),
}
INCIDENT_OPEN = frozenset({_I.INVESTIGATING, _I.IDENTIFIED, _I.MONITORING})
MAINTENANCE_RUNNING = frozenset({_I.IN_PROGRESS, _I.VERIFYING})


class ComponentStatus(models.TextChoices):
    """From best to worst but for maintenance; `worst` is the order."""

    OPERATIONAL = "operational", _("Operational")
    DEGRADED = "degraded_performance", _("Degraded performance")
    PARTIAL = "partial_outage", _("Partial outage")
    MAJOR = "major_outage", _("Major outage")
    MAINTENANCE = "under_maintenance", _("Under maintenance")


WORSE = (
    ComponentStatus.OPERATIONAL,
    ComponentStatus.MAINTENANCE,
    ComponentStatus.DEGRADED,
    ComponentStatus.PARTIAL,
    ComponentStatus.MAJOR,
)
DOWN = frozenset({ComponentStatus.MAJOR})
"""While a component is in one of these nobody gets through: minutes down are counted of these."""

FAILING = frozenset({ComponentStatus.DEGRADED, ComponentStatus.PARTIAL, ComponentStatus.MAJOR})
"""Whoever waits in one of these may have been touched."""


class Impact(models.TextChoices):
    NONE = "none", pgettext_lazy("impact", "None")
    MINOR = "minor", pgettext_lazy("impact", "Minor")
    MAJOR = "major", pgettext_lazy("impact", "Major")
    CRITICAL = "critical", pgettext_lazy("impact", "Critical")


POSTMORTEM_FROM = frozenset({Impact.MAJOR, Impact.CRITICAL})


class Cause(models.TextChoices):
    OWN = "own", _("our own system")
    UPSTREAM = "upstream", _("the credit bureau or its channel")
    THIRD_PARTY = "third_party", _("another supplier")
    FORCE_MAJEURE = "force_majeure", _("force majeure, as claimed")


class Source(models.TextChoices):
    ROUTE = "route", _("breaker")
    LOGIN = "login", _("failed logins")
    CODE = "code", _("delivery of codes")
    PROBE = "probe", _("probe")
    HAND = "hand", _("by hand")
    MAINTENANCE = "maintenance", _("planned maintenance")
