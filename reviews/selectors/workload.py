"""How much waits at the desk, how fast it is worked off, why cases end as they do, and who gives
back what they took ("unassigned from self": somebody who picks the easy ones)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import Count, Exists, F, Min, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from portal import charts
from portal.beijing import day_of, midnight
from portal.charts import Chart, Series
from reviews import reasons
from reviews.models import Recusal, ReviewStep, ReviewTask
from reviews.states.cases import REVIEW_UNDECIDED, ReviewState, StepKind

AGES = ((1, _("today")), (2, _("1 day")), (3, _("2 days")), (6, _("3 to 5 days")))
OLDER = _("6 days or more")
BACKLOG = [
    ReviewState.OPEN,
    ReviewState.CLAIMED,
    ReviewState.AWAITING,
    ReviewState.RECOMMENDED,
    ReviewState.CHECKING,
]
FLOW: Mapping[str, tuple[Promise, str]] = {
    StepKind.SUBMITTED: (_("handed in"), "plain"),
    StepKind.DECIDED: (_("decided"), "good"),
}
ACTS: Mapping[str, Promise] = {
    reasons.Act.APPROVE: pgettext_lazy("review", "approved"),
    reasons.Act.REFUSE: pgettext_lazy("review", "refused"),
    reasons.Act.REQUEST: _("more evidence requested"),
    reasons.Act.SEND_BACK: _("sent back by the checker"),
}
SAID = [StepKind.DECIDED, StepKind.REQUESTED, StepKind.SENT_BACK]


@dataclass(frozen=True, slots=True)
class Period:
    """The last so many days in Beijing, today included."""

    days: Sequence[dt.date]

    @property
    def start(self) -> dt.datetime:
        return midnight(self.days[0])


def period(today: dt.date, days: int) -> Period:
    return Period([today - dt.timedelta(days=n) for n in reversed(range(days))])


# --- What waits -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Waiting:
    """The cases in one state; `oldest` is when the first of them was handed in."""

    state: str
    label: Promise | str
    count: int
    overdue: int
    express: int
    oldest: dt.datetime | None


def backlog(now: dt.datetime) -> list[Waiting]:
    rows = (
        ReviewTask.objects.filter(state__in=BACKLOG)
        .values("state")
        .annotate(
            n=Count("pk"),
            late=Count("pk", filter=Q(due_at__lte=now, paused_at=None)),
            first=Count("pk", filter=~Q(express="")),
            oldest=Min("submitted_at"),
        )
        .order_by()
    )
    found = {row["state"]: row for row in rows}
    empty: dict[str, Any] = {"n": 0, "late": 0, "first": 0, "oldest": None}
    return [
        Waiting(state, state.label, row["n"], row["late"], row["first"], row["oldest"])
        for state in BACKLOG
        for row in [found.get(state, empty)]
    ]


def ages(now: dt.datetime) -> dict[str, float]:
    """How long the undecided cases have been here, in days of the calendar: cases by age."""
    today = day_of(now)
    counted = (
        ReviewTask.objects.filter(state__in=REVIEW_UNDECIDED)
        .annotate(day=TruncDate("submitted_at"))
        .values_list("day")
        .annotate(n=Count("pk"))
        .order_by()
    )
    sums = [0.0] * (len(AGES) + 1)
    for day, n in counted:
        old = (today - day).days
        sums[next((k for k, (limit, _label) in enumerate(AGES) if old < limit), len(AGES))] += n
    labels = [*(str(label) for _limit, label in AGES), str(OLDER)]
    return dict(zip(labels, sums, strict=True))


def ages_chart(counted: Mapping[str, float]) -> Chart:
    return charts.bars(
        key="ages",
        title=str(_("Undecided cases, by age")),
        labels=list(counted),
        series=[Series(str(_("cases")), list(counted.values()))],
    )


# --- What was done --------------------------------------------------------------------------


def flow(shown: Period) -> dict[str, list[float]]:
    """Cases handed in and decided, a day."""
    rows = (
        ReviewStep.objects.filter(kind__in=FLOW, at__gte=shown.start)
        .annotate(day=TruncDate("at"))
        .values_list("kind", "day")
        .annotate(n=Count("pk"))
        .order_by()
    )
    places = {day: place for place, day in enumerate(shown.days)}
    found = {kind: [0.0] * len(shown.days) for kind in FLOW}
    for kind, day, n in rows:
        if day in places:
            found[kind][places[day]] = n
    return found


def flow_chart(shown: Period, rows: Mapping[str, Sequence[float]]) -> Chart:
    return charts.lines(
        key="flow",
        title=str(_("Cases a day")),
        labels=[f"{day:%m-%d}" for day in shown.days],
        series=[Series(str(label), rows[kind], tone) for kind, (label, tone) in FLOW.items()],
    )


@dataclass(frozen=True, slots=True)
class Speed:
    """Of the cases decided in the period, by their last decision: how many, how many in time, and
    the middle of the hours to it from handing in, or from the objection."""

    decided: int
    in_time: int
    hours: float | None


def speed(shown: Period) -> Speed:
    rows = ReviewTask.objects.filter(decided_at__gte=shown.start)
    counted = rows.aggregate(
        decided=Count("pk"), in_time=Count("pk", filter=Q(decided_at__lt=F("due_at")))
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY"
            " extract(epoch FROM decided_at - CASE WHEN round = 1 THEN submitted_at ELSE"
            " (SELECT max(at) FROM reviews_reviewstep WHERE task_id = task.id AND kind = %s) END)"
            " / 3600) FROM reviews_reviewtask AS task WHERE decided_at >= %s",
            [str(StepKind.OBJECTED), shown.start],
        )
        (hours,) = cursor.fetchone()
    return Speed(**counted, hours=None if hours is None else round(float(hours), 1))


@dataclass(frozen=True, slots=True)
class Given:
    """How often a reason was given."""

    act: str
    label: str
    count: int

    @property
    def act_words(self) -> Promise:
        return ACTS[self.act]


def given_reasons(shown: Period) -> list[Given]:
    """Reasons of decisions, of requests and of sending back; the most frequent first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT kind, outcome, code, count(*) FROM reviews_reviewstep,"
            " jsonb_array_elements_text(reasons) AS code"
            " WHERE kind = ANY(%s) AND at >= %s GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 3",
            [[str(kind) for kind in SAID], shown.start],
        )
        rows = cursor.fetchall()
    return [
        Given(_act(kind, outcome), _label(kind, outcome, code), n)
        for kind, outcome, code, n in rows
    ]


def _act(kind: str, outcome: str) -> str:
    return outcome if kind == StepKind.DECIDED else {"requested": "request"}.get(kind, "send_back")


def _label(kind: str, outcome: str, code: str) -> str:
    return reasons.desk(_act(kind, outcome), code)


# --- Who ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Officer:
    """What one officer did. `given_back` of `taken` is the share that tells of cherry-picking; not
    in it are cases that somebody had to stand aside from, and leases that ran out, which are
    counted apart, because a telephone call may be the reason."""

    name: str
    taken: int
    given_back: int
    ran_out: int
    recommended: int
    checked: int
    sent_back: int

    @property
    def share(self) -> int:
        """Per cent of the cases taken that were given back."""
        return round(100 * self.given_back / self.taken) if self.taken else 0


OFFICERS_DO = [
    StepKind.CLAIMED,
    StepKind.RELEASED,
    StepKind.EXPIRED,
    StepKind.RECOMMENDED,
    StepKind.AGREED,
    StepKind.DECIDED,
    StepKind.SENT_BACK,
]


def officers(shown: Period) -> list[Officer]:
    """Everybody who did something in the period, whoever gives back most first."""
    steps = ReviewStep.objects.filter(at__gte=shown.start, by__isnull=False)
    # Whoever stands aside gives the case back at that very moment.
    aside = Recusal.objects.filter(task=OuterRef("task"), officer=OuterRef("by"), at=OuterRef("at"))
    steps = steps.exclude(Q(kind=StepKind.RELEASED) & Q(Exists(aside)))
    rows = steps.filter(kind__in=OFFICERS_DO).values_list("by", "kind")
    counts: dict[int, dict[str, int]] = {}
    for officer, kind, n in rows.annotate(n=Count("pk")).order_by():
        counts.setdefault(officer, {})[kind] = n
    found = [
        _officer(user, counts[user.pk])
        for user in User.objects.filter(pk__in=counts).order_by("pk")
    ]
    return sorted(found, key=lambda one: (-one.share, -one.taken))


def _officer(user: User, did: Mapping[str, int]) -> Officer:
    return Officer(
        name=user.username or "",
        taken=did.get(StepKind.CLAIMED, 0),
        given_back=did.get(StepKind.RELEASED, 0),
        ran_out=did.get(StepKind.EXPIRED, 0),
        recommended=did.get(StepKind.RECOMMENDED, 0),
        checked=did.get(StepKind.DECIDED, 0) + did.get(StepKind.AGREED, 0),
        sent_back=did.get(StepKind.SENT_BACK, 0),
    )
