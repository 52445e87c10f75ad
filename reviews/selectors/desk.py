"""The officers' queue: what waits, in the order in which it is due.

No page costs more in front of a million cases than of a thousand: each is a range of an index from
where the last one ended, without OFFSET, and what is counted is counted up to MOST.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db.models import Q, QuerySet

from accounts.models import User
from creditquery.models import Institution
from reviews.models import ReviewTask
from reviews.selectors import competences
from reviews.selectors.competences import Scope
from reviews.states.cases import (
    REVIEW_HELD,
    REVIEW_QUEUED,
    REVIEW_UNDECIDED,
    ReviewState,
)

PAGE = 50
MOST = 1000
"""Nobody works off more in a day, so that beyond it "more" is all that anybody wants to know."""
ENDED = frozenset(ReviewState) - REVIEW_UNDECIDED - {ReviewState.DRAFT}
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
MICROSECOND = dt.timedelta(microseconds=1)

Key = tuple[int, dt.datetime]


@dataclass(frozen=True, slots=True)
class Filters:
    """What the queue is narrowed to; without a state it is whatever is not decided yet."""

    state: str = ""
    institution: int | None = None
    express: bool = False
    overdue: bool = False
    mine: bool = False
    again: bool = False


@dataclass(frozen=True, slots=True)
class Cursor:
    """From where a page goes on: after this case, or before it when `back`."""

    due_at: dt.datetime
    pk: int
    back: bool = False

    @classmethod
    def read(cls, after: str, before: str) -> "Cursor | None":
        """Of an address; whatever cannot be read is the first page."""
        text = after or before
        due, _, pk = text.partition("-")
        if not (due.isdecimal() and pk.isdecimal() and len(text) < 40):
            return None
        try:
            return cls(EPOCH + int(due) * MICROSECOND, int(pk), back=not after)
        except OverflowError:
            return None

    def __str__(self) -> str:
        return f"{(self.due_at - EPOCH) // MICROSECOND}-{self.pk}"


@dataclass(frozen=True, slots=True)
class Page:
    """Cases in order; the cursors of the pages before and behind, "" where there is none."""

    tasks: Sequence[ReviewTask]
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Counts:
    """As people read them: "1,000+" where there are more."""

    waiting: str
    overdue: str
    mine: int


# --- What there is --------------------------------------------------------------------------


def visible_to(officer: User) -> QuerySet[ReviewTask]:
    """The cases that exist for a member of staff: handed in, within the own competence, and none
    that the officer has to stand aside from."""
    rows = ReviewTask.objects.exclude(state=ReviewState.DRAFT).exclude(number=None)
    within = competences.condition(competences.seen(officer))
    return rows.filter(within, competences.not_recused(officer))


def lenders(officer: User) -> QuerySet[Institution]:
    """Those whose cases this member of staff can see."""
    of = competences.seen(officer)
    if any(scope.institution is None for scope in of):
        return Institution.objects.order_by("name")
    return Institution.objects.filter(pk__in=[s.institution for s in of]).order_by("name")


# --- The queue ------------------------------------------------------------------------------


def queue(officer: User, wanted: Filters, cursor: Cursor | None, now: dt.datetime) -> Page:
    """A page of the queue: by the day it is due, what has ended the other way round."""
    last_first = wanted.state in ENDED
    descending = last_first != (cursor is not None and cursor.back)
    rows = _narrowed(officer, wanted, now)
    of = _scopes(officer, wanted)
    keys = _first(rows, of, PAGE + 1, descending=descending, beyond=cursor)
    more = len(keys) > PAGE
    keys = keys[:PAGE]
    if cursor is not None and cursor.back:
        keys.reverse()
        return _page(keys, before=more, after=True)
    return _page(keys, before=cursor is not None, after=more)


def counts(officer: User, now: dt.datetime) -> Counts:
    """What waits for an officer, what of it is overdue, and what this one holds."""
    return Counts(
        waiting(officer),
        _bounded(officer, Filters(overdue=True), now),
        ReviewTask.objects.filter(_held_by(officer)).count(),
    )


def waiting(officer: User) -> str:
    """How many cases are undecided, for the first page of the desk."""
    return _bounded(officer, Filters(), EPOCH)  # the time matters to what is overdue alone


def claimable(officer: User, *, after: Key | None, most: int) -> list[Key]:
    """Keys of cases that this officer may take on, the first due first; another process may be
    taking them at this moment."""
    rows = ReviewTask.objects.filter(
        competences.not_recused(officer),
        competences.not_decided_by(officer),
        competences.not_handed_in_by(officer),
        state__in=sorted(REVIEW_QUEUED),
    )
    beyond = Cursor(after[1], after[0]) if after else None
    return _first(rows, competences.scopes(officer), most, beyond=beyond)


# --- How --------------------------------------------------------------------------------------


def _narrowed(officer: User, wanted: Filters, now: dt.datetime) -> QuerySet[ReviewTask]:
    rows = ReviewTask.objects.filter(competences.not_recused(officer))
    if wanted.mine:
        rows = rows.filter(_held_by(officer))
    elif wanted.state:
        rows = rows.filter(state=wanted.state)
    else:
        rows = rows.filter(state__in=sorted(REVIEW_UNDECIDED))
    if wanted.express:
        rows = rows.exclude(express="")
    if wanted.overdue:
        rows = rows.filter(due_at__lt=now, paused_at=None)
    if wanted.again:
        rows = rows.filter(round__gt=1)
    return rows


def _held_by(officer: User) -> Q:
    return Q(held_by=officer, state__in=sorted(REVIEW_HELD))


def _scopes(officer: User, wanted: Filters) -> Sequence[Scope]:
    """What may be seen of what is wanted."""
    of = competences.seen(officer)
    if wanted.institution is None:
        return of
    here = [scope for scope in of if scope.institution in (None, wanted.institution)]
    return [replace(scope, institution=wanted.institution) for scope in here]


def _first(
    rows: QuerySet[ReviewTask],
    of: Sequence[Scope],
    most: int,
    *,
    descending: bool = False,
    beyond: Cursor | None = None,
) -> list[Key]:
    """The first so many keys by due: a range of an index for each scope, merged."""
    order = ("-due_at", "-pk") if descending else ("due_at", "pk")
    if beyond is not None:
        rows = rows.filter(_beyond(beyond, descending))
    keys = rows.exclude(due_at=None).order_by(*order).values_list("pk", "due_at")
    parts = [keys.filter(scope.condition)[:most] for scope in of]
    if not parts:
        return []
    found = parts[0]
    if len(parts) > 1:
        found = found.union(*parts[1:]).order_by(*order)[:most]
    return [(pk, due_at) for pk, due_at in found if due_at is not None]


def _beyond(cursor: Cursor, descending: bool) -> Q:
    """Two ranges of one index: the bound itself is said, too, so that PostgreSQL begins there."""
    way = "lt" if descending else "gt"
    later = Q(**{f"due_at__{way}": cursor.due_at}) | Q(**{f"pk__{way}": cursor.pk})
    return Q(**{f"due_at__{way}e": cursor.due_at}) & later


def _bounded(officer: User, wanted: Filters, now: dt.datetime) -> str:
    found = len(_first(_narrowed(officer, wanted, now), _scopes(officer, wanted), MOST + 1))
    return f"{MOST:,}+" if found > MOST else f"{found:,}"


def _page(keys: list[Key], *, before: bool, after: bool) -> Page:
    rows = ReviewTask.objects.select_related("institution", "held_by")
    found = rows.in_bulk([pk for pk, _ in keys])
    tasks = [found[pk] for pk, _ in keys if pk in found]
    edges = [Cursor(due_at, pk) for pk, due_at in keys]
    return Page(
        tasks,
        str(edges[0]) if before and edges else "",
        str(edges[-1]) if after and edges else "",
    )
