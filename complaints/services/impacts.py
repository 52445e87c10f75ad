"""Whom an incident touched: computed from attempts and challenges, and again as a delta."""

import datetime as dt
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.db import connection, transaction

from complaints.models import FollowUp, Incident
from complaints.selectors import detection
from complaints.selectors import impacts as selectors
from complaints.services import parts
from complaints.services.statements import INTRODUCE, RENEW
from complaints.states.incidents import FAILING, INCIDENT_OPEN, IncidentKind
from creditquery.services import queries
from creditquery.states import QueryState
from evidence.services import record
from portal.work import services as work
from portal.work.states import Lane

COMPUTE: Final = "complaints.tasks.impacts.compute"
NOTICES: Final = "complaints.tasks.notices.follow"
EXTENSIONS: Final = "complaints.tasks.extensions.follow"
LETTERS: Final = "complaints.tasks.letters.follow"
COMPENSATION: Final = "complaints.tasks.compensation.follow"
FOLLOWERS: Final = (NOTICES, EXTENSIONS, LETTERS, COMPENSATION)
"""What is brought up to date, each for its own noun and in this order, once the impacts of an
incident are known."""
BATCH: Final = 1000
AGAIN: Final = (dt.timedelta(minutes=5), dt.timedelta(hours=1), dt.timedelta(days=1))
"""So long after its end the impacts are computed again: a code of the last minute that did not
come, a call that was under way, an outcome that nobody knew, all show only afterwards."""
WAITS: Final = (
    QueryState.QUEUED,
    QueryState.PARKED,
    QueryState.SENDING,
    QueryState.AMBIGUOUS,
    # A person settles it, but the borrower still has no report.
    QueryState.NEEDS_PERSON,
)
LEFT: Final = (
    QueryState.SUCCEEDED,
    QueryState.PURGED,
    QueryState.REFUSED,
    QueryState.CANCELLED,
    QueryState.EXPIRED,
    QueryState.MANUAL_REVIEW,
    QueryState.REVIEWED,
    QueryState.DECLINED,
)
"""Where no time of a result is known, such a query waited until its last move."""


@dataclass(frozen=True, slots=True)
class Summary:
    """How many impacts a computation added, took back, brought back, and changed in their times."""

    added: int = 0
    reinstated: int = 0
    changed: int = 0
    withdrawn: int = 0

    def __bool__(self) -> bool:
        return any((self.added, self.reinstated, self.changed, self.withdrawn))


def order(*, incident: Incident, now: dt.datetime, slot: str = "open") -> None:
    """Compute soon, in the caller's transaction: while it is open once a revision and `slot`; when
    it is over at once and AGAIN, each once a revision."""
    waits = {slot: dt.timedelta()}
    if incident.state not in INCIDENT_OPEN:
        waits = {"over": dt.timedelta()} | {f"over+{wait}": wait for wait in AGAIN}
    for name, wait in waits.items():
        work.add(
            kind=COMPUTE,
            subject=str(incident.pk),
            lane=Lane.UPKEEP,
            now=now,
            run_after=now + wait,
            dedup_key=f"impacts@{incident.pk}/{incident.revision}/{name}",
        )


def order_open(*, now: dt.datetime) -> None:
    """Every open incident is computed once a minute, so that whoever it touches finds guide and
    letter at once."""
    minute = f"{now:%Y%m%d%H%M}"
    rows = Incident.objects.filter(kind=IncidentKind.OUTAGE, state__in=INCIDENT_OPEN)
    for incident in rows.order_by("pk"):
        order(incident=incident, now=now, slot=minute)


def hasten_reviews() -> int:
    """Whom an incident touched and people review meanwhile goes before the others; how many."""
    return queries.put_reviews_first(queries=selectors.under_review(most=BATCH))


def compute(*, incident: Incident, now: dt.datetime) -> Summary:
    """Bring the impacts up to date with the newest revision. Computed anew at any time, the same
    rows come out. Once the incident is over what follows is ordered: for a revision when it is
    first computed, and whenever a later computation of it finds anything else."""
    with transaction.atomic():
        # Whoever writes a row that names the incident does not wait for this: a letter's batch
        # holds impacts and would wait here at its end, while this waits for those impacts.
        held = Incident.objects.select_for_update(of=("self",), no_key=True)
        held = held.select_related("policy")
        locked = held.get(pk=incident.pk)
        if locked.kind != IncidentKind.OUTAGE:
            return Summary()
        summary = _renew(locked, now)
        first = locked.computed_at is None
        Incident.objects.filter(pk=locked.pk).update(computed_at=now)
        if summary or first:
            _record(locked, summary, now)
        if locked.state not in INCIDENT_OPEN and (summary or not _is_followed(locked)):
            _follow(locked, now)
    return summary


def introduce(*, now: dt.datetime) -> int:
    """Whoever opened an account after the incident finds what it did to them, and when it is over,
    all that follows; returns how many impacts."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(INTRODUCE)
            found = cursor.fetchall()
        met = {incident for incident, _ in found}
        over = Incident.objects.filter(pk__in=met, kind=IncidentKind.OUTAGE)
        for incident in over.exclude(state__in=INCIDENT_OPEN).order_by("pk"):
            _follow(incident, now, only=[pk for of, pk in found if of == incident.pk])
    return len(found)


def _renew(incident: Incident, now: dt.datetime) -> Summary:
    holds = incident.policy or detection.policy()
    values: dict[str, Any] = {
        "incident": incident.pk,
        "revision": incident.revision,
        "failing": [str(status) for status in FAILING],
        "grace": dt.timedelta(seconds=holds.grace_seconds),
        "waits": [str(state) for state in WAITS],
        "left": [str(state) for state in LEFT],
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(RENEW, values)
        row = cursor.fetchone()
    assert row is not None
    return Summary(*row)


def _record(incident: Incident, summary: Summary, now: dt.datetime) -> None:
    holds = incident.policy or detection.policy()
    body = {"revision": incident.revision, "policy": holds.version, **asdict(summary)}
    record(kind="complaints.incident.impacts", subject=incident.number, body=body, now=now)


def _is_followed(incident: Incident) -> bool:
    return FollowUp.objects.filter(incident=incident, revision=incident.revision).exists()


def _follow(incident: Incident, now: dt.datetime, *, only: Collection[int] | None = None) -> None:
    """Order it all, for some impacts or for every one, those that were withdrawn included."""
    rows = incident.impacts.filter(person__isnull=False)
    if only is not None:
        rows = rows.filter(pk__in=only)
    touched = list(rows.order_by("pk").values_list("pk", "person"))
    impacts = [pk for pk, _ in touched]
    people = sorted({person for _, person in touched})
    for kind in (NOTICES, EXTENSIONS, LETTERS):
        parts.follow(incident=incident, kind=kind, keys=impacts, now=now)
    # Whoever reckons sums holds the fund, and so they go one after the other.
    parts.relay(incident=incident, kind=COMPENSATION, keys=people, now=now)
