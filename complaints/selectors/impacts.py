"""Whom incidents touched, and how long."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from complaints.incident.spans import Span, merged
from complaints.models import Incident, IncidentImpact, IncidentWindow
from complaints.states.incidents import DOWN
from creditquery.models import CreditQuery
from creditquery.states import QueryState
from portal.work.states import Priority


def standing(incident: Incident) -> QuerySet[IncidentImpact]:
    """Those that the newest revision still finds."""
    return incident.impacts.filter(withdrawn_in=None)


def of_person(person: User) -> QuerySet[IncidentImpact]:
    """What touched this borrower, newest first; with the incident and the loan."""
    found = IncidentImpact.objects.filter(person=person, withdrawn_in=None)
    return found.select_related("incident", "loan", "query").order_by("-touched_from")


def of_query(query: int) -> QuerySet[IncidentImpact]:
    """What held up the query of this key, newest first."""
    found = IncidentImpact.objects.filter(query=query, withdrawn_in=None)
    return found.select_related("incident").order_by("-touched_from")


def under_review(*, most: int) -> list[int]:
    """Queries in manual review that an incident really touched and nobody has put first yet."""
    held_up = IncidentImpact.objects.filter(query=OuterRef("pk"), withdrawn_in=None)
    rows = CreditQuery.objects.filter(Exists(held_up), state=QueryState.MANUAL_REVIEW)
    late = rows.filter(priority__gt=Priority.URGENT).order_by("pk")
    return list(late.values_list("pk", flat=True)[:most])


def down(incident: Incident, component_ids: Iterable[int] = (), *, now: dt.datetime) -> list[Span]:
    """When nobody got through, as [from, until), merged and in order; an open end is `now`.

    Of all components of the incident, or of those named.
    """
    windows = IncidentWindow.objects.filter(
        incident=incident, revision=incident.revision, status__in=DOWN
    )
    if component_ids:
        windows = windows.filter(component__in=component_ids)
    return merged((w.starts_at, w.ends_at or now) for w in windows)
