"""What is still owed after incidents."""

import datetime as dt
from typing import Final

from django.db.models import Exists, OuterRef, QuerySet

from complaints.models import Incident, PostMortem, RegulatorReport, ReportingRule
from complaints.selectors import detection
from complaints.selectors.impacts import down
from complaints.states.aftermath import PostMortemState
from complaints.states.incidents import (
    INCIDENT_OPEN,
    POSTMORTEM_FROM,
    Impact,
    IncidentKind,
    IncidentState,
)

OVER: Final = frozenset({IncidentState.RESOLVED, IncidentState.POSTMORTEM})
LOOKED_BACK: Final = dt.timedelta(days=30)
"""A correction of an older incident asks for no report: a person decides."""


def perhaps_reportable(now: dt.datetime) -> QuerySet[Incident]:
    """Outages without reports so far in which nobody got through for a while."""
    rows = Incident.objects.filter(
        kind=IncidentKind.OUTAGE,
        impact=Impact.CRITICAL,
        state__in=INCIDENT_OPEN | OVER,
        began_at__gt=now - LOOKED_BACK,
    )
    owed = RegulatorReport.objects.filter(incident=OuterRef("pk"))
    return rows.filter(~Exists(owed)).select_related("policy").order_by("pk")


def grade(incident: Incident, *, now: dt.datetime) -> tuple[ReportingRule, dt.datetime] | None:
    """The first rule that holds, and when the outage reached its grade: by the longest time for
    which nobody got through at all, in every province that the portal serves."""
    holds = incident.policy or detection.policy()
    spans = down(incident, now=now)
    for rule in ReportingRule.objects.filter(active=True, provinces__lte=holds.provinces):
        long = dt.timedelta(minutes=rule.minutes)
        reached = [start + long for start, end in spans if end - start >= long]
        if reached:
            return rule, min(reached)
    return None


def overdue_reports(now: dt.datetime) -> QuerySet[RegulatorReport]:
    rows = RegulatorReport.objects.filter(reported_at=None, due_at__lt=now)
    return rows.select_related("incident").order_by("due_at", "pk")


def without_postmortem(now: dt.datetime) -> list[Incident]:
    """Those whose post-mortem is mandatory, missing and overdue."""
    published = PostMortem.objects.filter(incident=OuterRef("pk"), state=PostMortemState.PUBLISHED)
    rows = Incident.objects.filter(
        kind=IncidentKind.OUTAGE, state=IncidentState.RESOLVED, impact__in=POSTMORTEM_FROM
    )
    resolved = rows.filter(~Exists(published)).select_related("policy").order_by("pk")
    return [each for each in resolved if postmortem_due(each) < now]


def postmortem_due(incident: Incident) -> dt.datetime:
    """Days after it was resolved, by the policy under which it was opened."""
    holds = incident.policy or detection.policy()
    return (incident.resolved_at or incident.opened_at) + dt.timedelta(days=holds.postmortem_days)
