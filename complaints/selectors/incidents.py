"""Reading incidents for the officers: the list, and all that is known of one."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Case, Count, F, Prefetch, Q, QuerySet, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from complaints.incident.spans import seconds
from complaints.models import (
    FollowUp,
    Incident,
    IncidentRevision,
    IncidentUpdate,
    IncidentWindow,
    LiabilityNote,
    PostMortem,
    RegulatorReport,
)
from complaints.selectors import aftermath
from complaints.selectors.impacts import down
from complaints.services.impacts import COMPENSATION, EXTENSIONS, LETTERS, NOTICES
from complaints.states.aftermath import PostMortemState
from complaints.states.incidents import (
    INCIDENT_OPEN,
    MAINTENANCE_RUNNING,
    POSTMORTEM_FROM,
    IncidentState,
)
from evidence.models import Record

GOING_ON: Final = INCIDENT_OPEN | MAINTENANCE_RUNNING | {IncidentState.SCHEDULED}
RECORDS: Final = 50
FOLLOWING: Final[Mapping[str, Promise]] = {
    LETTERS: _("Letters"),
    EXTENSIONS: _("Longer deadlines"),
    COMPENSATION: _("Compensation"),
    NOTICES: _("Messages"),
}


def listed(wanted: Mapping[str, Any]) -> QuerySet[Incident]:
    """Those that go on first, then the newest; with the components of the newest revision."""
    rows = Incident.objects.all()
    if wanted.get("show") == "open":
        rows = rows.filter(state__in=GOING_ON)
    elif wanted.get("show") == "over":
        rows = rows.exclude(state__in=GOING_ON)
    if kind := wanted.get("kind"):
        rows = rows.filter(kind=kind)
    if component := wanted.get("component"):
        rows = rows.filter(windows__component=component, windows__revision=F("revision")).distinct()
    windows = IncidentWindow.objects.filter(revision=F("incident__revision"))
    current = windows.select_related("component").order_by("component__order", "starts_at")
    first = Case(When(state__in=GOING_ON, then=0), default=1)
    ordered = rows.annotate(later=first).order_by("later", "-began_at", "-pk")
    return ordered.prefetch_related(Prefetch("windows", current, to_attr="current"))


def count_open() -> int:
    """What an officer must look at."""
    return Incident.objects.filter(state__in=INCIDENT_OPEN).count()


@dataclass(frozen=True, slots=True)
class Touched:
    """How many borrowers it touched, and how many of them a correction took back."""

    people: int
    queries: int
    logins: int
    withdrawn: int


@dataclass(frozen=True, slots=True)
class Due:
    """A report to the regulator and how it stands."""

    report: RegulatorReport
    now: dt.datetime

    @property
    def tone(self) -> str:
        if self.report.reported_at is not None:
            return "caution" if self.is_late else "good"
        return "bad" if self.is_late else "caution"

    @property
    def is_late(self) -> bool:
        return (self.report.reported_at or self.now) > self.report.due_at

    @property
    def words(self) -> Promise:
        if self.report.reported_at is not None:
            return _("reported late") if self.is_late else _("reported in time")
        return _("overdue") if self.is_late else _("to be reported")


@dataclass(frozen=True, slots=True)
class Following:
    """One thing that follows from the impacts, and how far it is."""

    title: Promise
    followup: FollowUp


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is known of one incident."""

    incident: Incident
    windows: Sequence[IncidentWindow]
    minutes_down: int
    updates: Sequence[IncidentUpdate]
    revisions: Sequence[IncidentRevision]
    touched: Touched
    following: Sequence[Following]
    dues: Sequence[Due]
    postmortems: Sequence[PostMortem]
    postmortem_due: dt.datetime | None
    records: Sequence[Record]

    @property
    def draft(self) -> PostMortem | None:
        """What waits for a second person."""
        return next((p for p in self.postmortems if p.state == PostMortemState.DRAFT), None)


def dossier(incident: Incident, *, now: dt.datetime) -> Dossier:
    windows = incident.windows.filter(revision=incident.revision).select_related("component")
    reports = incident.reports.select_related("rule", "reported_by", "incident")
    return Dossier(
        incident=incident,
        windows=list(windows.order_by("starts_at", "pk")),
        minutes_down=seconds(down(incident, now=now)) // 60,
        updates=list(incident.updates.select_related("author", "corrects").order_by("-at", "-pk")),
        revisions=list(incident.revisions.select_related("actor").order_by("-number")),
        touched=touched(incident),
        following=_following(incident),
        dues=[Due(each, now) for each in reports],
        postmortems=list(
            incident.postmortems.select_related("author", "approver", "incident").order_by(
                "-version"
            )
        ),
        postmortem_due=_postmortem_due(incident),
        records=list(Record.objects.filter(subject=incident.number).order_by("-at")[:RECORDS]),
    )


def touched(incident: Incident) -> Touched:
    stands, query = Q(withdrawn_in=None), Q(query__isnull=False)
    told = incident.impacts.aggregate(
        people=Count("account_hash", filter=stands, distinct=True),
        queries=Count("pk", filter=stands & query),
        logins=Count("pk", filter=stands & ~query),
        withdrawn=Count("pk", filter=~stands),
    )
    return Touched(**told)


def liability(incident: Incident) -> QuerySet[LiabilityNote]:
    """Privileged: the view asks for the permission."""
    return incident.liability.select_related("author").order_by("-at", "-pk")


def _following(incident: Incident) -> list[Following]:
    """The newest of each kind."""
    newest = {each.kind: each for each in incident.followups.order_by("pk")}
    return [Following(title, newest[kind]) for kind, title in FOLLOWING.items() if kind in newest]


def _postmortem_due(incident: Incident) -> dt.datetime | None:
    mandatory = incident.state == IncidentState.RESOLVED and incident.impact in POSTMORTEM_FROM
    return aftermath.postmortem_due(incident) if mandatory else None
