"""Reading reviews as their borrower sees them."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from creditquery.models import CreditQuery
from creditquery.states import QUERY_TRANSITIONS, QueryState
from portal.beijing import day_of, last_day
from portal.workdays.selectors import calendar
from reviews import reasons, words
from reviews.models import Document, ReviewStep, ReviewTask
from reviews.reasons import Act
from reviews.states.cases import (
    REVIEW_LIVE,
    REVIEW_QUEUED,
    REVIEW_TRANSITIONS,
    REVIEW_UNDECIDED,
    Outcome,
    ReviewState,
    StepKind,
)
from reviews.states.documents import DocumentState

BEGINS = frozenset(
    state for state, onward in QUERY_TRANSITIONS.items() if QueryState.MANUAL_REVIEW in onward
) - {QueryState.DECLINED, QueryState.CREATED}
"""Where a borrower can begin a review; what was declined is objected to instead, and what is not
signed yet goes there by two officers' word alone (services/carrying.py)."""
MOST_ROUNDS = 2
"""A refusal is looked at once more; then the way leads to a complaint and to the regulator."""
COUNTED = 2000
"""So many cases before one's own are counted; nobody reads the difference beyond."""
SOON = dt.timedelta(minutes=1)
LOOK_SOON, LOOK_LATER = 4, 20
"""Seconds; a file is usually checked within the first few."""
WITHDRAWABLE = frozenset(s for s, on in REVIEW_TRANSITIONS.items() if ReviewState.WITHDRAWN in on)
ACTS = {
    (StepKind.REQUESTED, ""): Act.REQUEST,
    (StepKind.DECIDED, Outcome.APPROVE): Act.APPROVE,
    (StepKind.DECIDED, Outcome.REFUSE): Act.REFUSE,
}
"""Whose reasons a step that the borrower sees is given in."""


# --- Which review ---------------------------------------------------------------------------


def live_rows(query: CreditQuery) -> QuerySet[ReviewTask]:
    rows = ReviewTask.objects.filter(query=query, state__in=REVIEW_LIVE)
    return rows.select_related("query__loan", "policy", "institution")


def live(query: CreditQuery) -> ReviewTask | None:
    return live_rows(query).first()


def newest(query: CreditQuery) -> ReviewTask | None:
    """The review that the page of a query is about. A draft that was given up is none."""
    rows = ReviewTask.objects.filter(query=query).exclude(state=ReviewState.LAPSED, number=None)
    rows = rows.select_related("query__loan", "query__consent", "policy", "institution")
    return rows.defer("query__consent__document").order_by("-pk").first()


def is_offered(query: CreditQuery) -> bool:
    """Whether a review can begin: no machine has the last word, but nothing is under way either."""
    withdrawn = query.consent is not None and query.consent.withdrawn_at is not None
    return query.state in BEGINS and not withdrawn


# --- What is missing ------------------------------------------------------------------------


def missing(documents: list[Document]) -> list[words.Wanted]:
    """What an officer usually needs and does not find among these."""
    usable = {d.kind for d in documents if d.state != DocumentState.REFUSED}
    return [wanted for wanted in words.WANTED if usable.isdisjoint(wanted.kinds)]


def look_again(documents: list[Document], now: dt.datetime) -> int:
    """In so many seconds the page looks again by itself, while a file is being checked: soon after
    it came, seldom later. 0: nothing is being checked."""
    since = [d.changed_at for d in documents if d.state == DocumentState.QUARANTINED]
    if not since:
        return 0
    return LOOK_SOON if now - max(since) < SOON else LOOK_LATER


# --- How it stands --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Event:
    """A line of the timeline: what happened, and what was said to the borrower."""

    at: dt.datetime
    what: str
    kind: str
    outcome: str
    reasons: list[str]
    text: str
    document: Document | None


def timeline(task: ReviewTask) -> list[Event]:
    """The steps that are the borrower's to read, the newest first, without who did them."""
    rows = task.steps.filter(shown=True).select_related("document")
    heavy = ("document__original", "document__copy", "document__password", "document__name")
    return [_event(step) for step in rows.defer(*heavy).order_by("-at", "-pk")]


def _event(step: ReviewStep) -> Event:
    act = ACTS.get((StepKind(step.kind), step.outcome))
    told = [reasons.told(act, code) for code in step.reasons] if act else []
    return Event(
        at=step.at,
        what=str(words.STEPS.get(step.kind, step.get_kind_display())),
        kind=step.kind,
        outcome=step.outcome,
        reasons=[sentence for sentence in told if sentence],
        text=step.text or "",
        document=step.document,
    )


def asked(events: list[Event]) -> Event | None:
    """The last request for more evidence."""
    return next((event for event in events if event.kind == StepKind.REQUESTED), None)


def decided(events: list[Event]) -> list[Event]:
    """The decisions, of the newest round first."""
    return [event for event in events if event.kind == StepKind.DECIDED]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a review is and by when it is decided, in words."""

    state: str
    tone: str
    next: str
    due: dt.date | None
    overdue: bool
    promise: list[str]
    place: str
    answer_until: dt.date | None
    kept_until: dt.date | None


def standing(task: ReviewTask, now: dt.datetime) -> Standing:
    runs = task.state in REVIEW_UNDECIDED and task.due_at is not None
    waits = task.state == ReviewState.AWAITING
    before = ahead(task)
    return Standing(
        state=str(words.STATES.get(task.state, task.get_state_display())),
        tone=words.TONES.get(task.state, ""),
        next=str(words.NEXT[task.state]),
        due=last_day(task.due_at) if runs and task.due_at and not waits else None,
        overdue=runs and not waits and task.due_at is not None and now >= task.due_at,
        promise=_promise(task) if runs else [],
        place="" if before is None else words.place(before, COUNTED),
        answer_until=answer_until(task) if waits else None,
        kept_until=_kept_until(task),
    )


def _kept_until(task: ReviewTask) -> dt.date | None:
    """The day after which the files of a decided case are deleted."""
    if task.decided_at is None:
        return None
    return day_of(task.decided_at) + dt.timedelta(days=task.policy.keep_days)


def _promise(task: ReviewTask) -> list[str]:
    policy = task.policy
    return words.promise(
        days=policy.express_days if task.express else policy.service_days,
        version=policy.version,
        express=task.express,
        provisional=task.provisional,
    )


def ahead(task: ReviewTask) -> int | None:
    """How many cases are due before this one; None when it does not wait for an officer."""
    if task.state not in REVIEW_QUEUED or task.due_at is None:
        return None
    earlier = ReviewTask.objects.filter(state__in=REVIEW_QUEUED, due_at__lt=task.due_at)
    return earlier[:COUNTED].count()


def answer_until(task: ReviewTask) -> dt.date:
    """The last day to answer a request, in working days after it."""
    asked_on = day_of(task.paused_at or task.changed_at)
    return calendar().add(asked_on, task.policy.answer_days).day


def object_until(task: ReviewTask) -> dt.date | None:
    """The last day to object, in working days after the decision; None where there is nothing to
    object to, or it was done before."""
    if task.state != ReviewState.REFUSED or task.round >= MOST_ROUNDS or task.decided_at is None:
        return None
    return calendar().add(day_of(task.decided_at), task.policy.objection_days).day
