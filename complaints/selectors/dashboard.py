"""What officers see of incidents and of what followed from them, by month in Beijing."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, F, Model, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.incident.spans import Span, merged, seconds
from complaints.models import (
    Compensation,
    Complaint,
    Component,
    DeadlineExtension,
    Decision,
    Incident,
    IncidentImpact,
    IncidentNotice,
    IncidentWindow,
    Letter,
)
from complaints.states.cases import ComplaintState, DecisionState
from complaints.states.incidents import DOWN, IncidentKind, IncidentState
from portal import charts
from portal.beijing import midnight
from portal.charts import Chart, Series

HIDDEN = (IncidentState.MERGED, IncidentState.CANCELLED)
TONES = ("plain", "second", "caution", "good", "bad")
MOST_SERIES = len(TONES)
"""More kinds of bar in one chart cannot be told apart: the rest is one."""
LISTED = 50


@dataclass(frozen=True, slots=True)
class Period:
    """Whole months in Beijing: [first day, first day of the month after the last)."""

    months: Sequence[dt.date]

    @property
    def start(self) -> dt.datetime:
        return midnight(self.months[0])

    @property
    def end(self) -> dt.datetime:
        return midnight(after(self.months[-1]))

    @property
    def labels(self) -> list[str]:
        return [f"{month:%Y-%m}" for month in self.months]


def period(first: dt.date, last: dt.date) -> Period:
    """The months from that of one day to that of another."""
    months, month = [], first.replace(day=1)
    while month <= last:
        months.append(month)
        month = after(month)
    return Period(months)


def after(month: dt.date) -> dt.date:
    return (month.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


@dataclass(frozen=True, slots=True)
class Table:
    """Figures by kind and month; `unit` is said in the title of the chart."""

    key: str
    title: Promise
    rows: dict[str, list[float]]

    def chart(self, period: Period) -> Chart:
        rows = sorted(self.rows.items(), key=lambda row: -sum(row[1]))
        kept, rest = rows[:MOST_SERIES], rows[MOST_SERIES:]
        if rest:
            columns = zip(kept.pop()[1], *(values for _kind, values in rest), strict=True)
            kept.append((gettext("others"), [sum(column) for column in columns]))
        series = [
            Series(name, values, tone) for (name, values), tone in zip(kept, TONES, strict=False)
        ]
        return charts.bars(key=self.key, title=str(self.title), labels=period.labels, series=series)


@dataclass(frozen=True, slots=True)
class Line:
    """One incident of the list; `seconds` down, of all its components together."""

    incident: Incident
    seconds: int
    people: int
    told: int

    @property
    def minutes(self) -> int:
        return self.seconds // 60


@dataclass(frozen=True, slots=True)
class Totals:
    incidents: int
    minutes: int
    people: int
    complaints: int
    offered_fen: int
    paid_fen: int


# --- The tables -----------------------------------------------------------------------------


def tables(period: Period, now: dt.datetime) -> list[Table]:
    """One table a noun, in the order of the chain."""
    return [
        Table("minutes", _("Minutes down, by component"), minutes_down(period, now)),
        Table("incidents", _("Incidents, by impact"), _incidents(period)),
        Table("letters", _("Letters issued, by what became of them"), _letters(period)),
        Table("extensions", _("Requests for a longer deadline"), _extensions(period)),
        Table("complaints", _("Complaints received, by state"), _complaints(period)),
        Table("outcomes", _("Complaints decided, by outcome"), _outcomes(period)),
        Table("money", _("Compensation in yuan, by state"), _money(period)),
    ]


def minutes_down(period: Period, now: dt.datetime) -> dict[str, list[float]]:
    """Minutes in which nobody got through, a component and month: overlaps count once, and what
    goes over the end of a month is cut there."""
    spans: dict[int, list[Span]] = defaultdict(list)
    windows = IncidentWindow.objects.filter(
        status__in=DOWN,
        revision=F("incident__revision"),
        incident__kind=IncidentKind.OUTAGE,
        starts_at__lt=period.end,
    ).exclude(ends_at__lte=period.start)
    for window in windows.exclude(incident__state__in=HIDDEN):
        spans[window.component_id].append((window.starts_at, window.ends_at or now))
    rows = {}
    for component in Component.objects.filter(pk__in=spans):
        down = merged(spans[component.pk])
        rows[str(component)] = [_minutes(down, month) for month in period.months]
    return rows


def _minutes(spans: Iterable[Span], month: dt.date) -> float:
    start, end = midnight(month), midnight(after(month))
    return round(seconds((max(since, start), min(until, end)) for since, until in spans) / 60, 1)


def incidents(period: Period) -> QuerySet[Incident]:
    rows = Incident.objects.filter(
        kind=IncidentKind.OUTAGE, began_at__gte=period.start, began_at__lt=period.end
    )
    return rows.exclude(state__in=HIDDEN)


def _incidents(period: Period) -> dict[str, list[float]]:
    return _by_month(incidents(period), "began_at", "impact", period, Incident)


def _letters(period: Period) -> dict[str, list[float]]:
    return _by_month(Letter.objects.all(), "issued_at", "state", period, Letter)


def _extensions(period: Period) -> dict[str, list[float]]:
    rows = DeadlineExtension.objects.all()
    return _by_month(rows, "asked_at", "state", period, DeadlineExtension)


def _complaints(period: Period) -> dict[str, list[float]]:
    rows = Complaint.objects.exclude(state=ComplaintState.DRAFT)
    return _by_month(rows, "received_at", "state", period, Complaint)


def _outcomes(period: Period) -> dict[str, list[float]]:
    rows = Decision.objects.filter(state=DecisionState.APPROVED)
    return _by_month(rows, "decided_at", "outcome", period, Decision)


def _money(period: Period) -> dict[str, list[float]]:
    rows = _by_month(
        Compensation.objects.all(), "assessed_at", "state", period, Compensation, "amount_fen"
    )
    return {state: [fen / 100 for fen in sums] for state, sums in rows.items()}


def _by_month(
    rows: QuerySet,
    moment: str,
    kind: str,
    period: Period,
    model: type[Model],
    summed: str = "",
) -> dict[str, list[float]]:
    """How many rows (or the sum of a column) of each kind, a month, under the kind's own words."""
    within = {f"{moment}__gte": period.start, f"{moment}__lt": period.end}
    value = Sum(summed, default=0) if summed else Count("pk")
    counted = (
        rows.filter(**within)
        .annotate(month=TruncMonth(moment))
        .values("month", kind)
        .annotate(value=value)
        .order_by()
    )
    words = dict(model._meta.get_field(kind).flatchoices)  # type: ignore[union-attr]
    places = {month: place for place, month in enumerate(period.months)}
    found: dict[str, list[float]] = {}
    for row in counted:
        values = found.setdefault(str(words[row[kind]]), [0.0] * len(period.months))
        values[places[timezone.localtime(row["month"]).date()]] = row["value"]
    return found


# --- The list and the totals ----------------------------------------------------------------


def lines(period: Period, now: dt.datetime) -> list[Line]:
    """The newest incidents of the period."""
    found = list(incidents(period).order_by("-began_at", "-pk")[:LISTED])
    people = _people(IncidentImpact.objects.filter(incident__in=found, withdrawn_in=None))
    told = _people(IncidentNotice.objects.filter(incident__in=found))
    spans: dict[int, list[Span]] = defaultdict(list)
    windows = IncidentWindow.objects.filter(incident__in=found, status__in=DOWN)
    for window in windows.filter(revision=F("incident__revision")):
        spans[window.incident_id].append((window.starts_at, window.ends_at or now))
    return [
        Line(each, seconds(spans[each.pk]), people.get(each.pk, 0), told.get(each.pk, 0))
        for each in found
    ]


def totals(period: Period, minutes: dict[str, list[float]]) -> Totals:
    touched = IncidentImpact.objects.filter(incident__in=incidents(period), withdrawn_in=None)
    money = Compensation.objects.filter(assessed_at__gte=period.start, assessed_at__lt=period.end)
    offered = money.exclude(offered_at=None).aggregate(fen=Sum("amount_fen", default=0))
    paid = money.exclude(settled_at=None).aggregate(fen=Sum("amount_fen", default=0))
    received = Complaint.objects.filter(received_at__gte=period.start, received_at__lt=period.end)
    return Totals(
        incidents=incidents(period).count(),
        minutes=round(sum(sum(months) for months in minutes.values())),
        people=touched.aggregate(n=Count("account_hash", distinct=True))["n"],
        complaints=received.count(),
        offered_fen=offered["fen"],
        paid_fen=paid["fen"],
    )


def _people(rows: QuerySet) -> dict[int, int]:
    """Distinct people an incident."""
    counted = rows.values("incident").annotate(n=Count("person", distinct=True)).order_by()
    return {row["incident"]: row["n"] for row in counted}
