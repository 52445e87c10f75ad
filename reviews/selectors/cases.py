"""One case as its officers see it: what is asked, what is known, what was handed in and done."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role, permissions
from creditquery.models import Attempt
from portal.charts import Chart, Series, bars
from portal.reading.hints import DIFFERS, INVALID, MATCHES, Hint
from portal.reading.read import Reading, from_json
from reviews import desk_words
from reviews.models import Document, DocumentReading, ReviewStep, ReviewTask
from reviews.selectors import competences, desk
from reviews.selectors.documents import HEAVY, handed_in
from reviews.states.cases import StepKind
from reviews.states.documents import DocumentState

FEN = 100
MOST_COLLEAGUES = 200


# --- The case -------------------------------------------------------------------------------


def one(officer: User, number: str) -> ReviewTask | None:
    """A case that exists for this member of staff."""
    rows = desk.visible_to(officer).filter(number=number)
    rows = rows.select_related(
        "person", "institution", "policy", "query__loan", "held_by", "maker", "checker"
    )
    return rows.first()


def attempts(task: ReviewTask) -> QuerySet[Attempt]:
    """The calls of the bureau for this query, the oldest first."""
    return task.query.attempts.order_by("sent_at", "pk")


def recommendation(task: ReviewTask) -> ReviewStep | None:
    """The one that is on the table; an earlier one of the round was sent back."""
    if not task.proposal:
        return None
    made = task.steps.filter(kind=StepKind.RECOMMENDED, round=task.round)
    return made.select_related("by").order_by("-pk").first()


def colleagues(task: ReviewTask, but: User) -> list[User]:
    """Who may be given the case as it stands."""
    roles = [role for role in Role if competences.WORK in permissions(role)]
    rows = User.objects.filter(role__in=roles, is_active=True, competences__isnull=False)
    rows = rows.exclude(pk__in=[but.pk, task.maker_id or 0, task.checker_id or 0]).distinct()
    found = rows.order_by("username")[:MOST_COLLEAGUES]
    return [
        officer
        for officer in found
        if competences.may_decide(task, officer) and not competences.is_recused(task, officer)
    ]


# --- What happened --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Event:
    """A step of the timeline, in words."""

    step: ReviewStep
    who: str
    reasons: Sequence[str]


def timeline(task: ReviewTask) -> list[Event]:
    """All that happened, the newest first."""
    rows = task.steps.select_related("by", "to", "document").order_by("-at", "-pk")
    return [_event(task, step) for step in rows.defer(*(f"document__{name}" for name in HEAVY))]


def _event(task: ReviewTask, step: ReviewStep) -> Event:
    who = _("the borrower") if step.by_id == task.person_id else ""
    if step.by is not None and not who:
        who = step.by.username or ""
    told = desk_words.reasons_of(step.kind, step.outcome, step.reasons)
    return Event(step, who, told)


# --- What was handed in ---------------------------------------------------------------------


@dataclass(frozen=True)
class Paper:
    """A document with what a machine read in it; `reading` is None while nothing has."""

    document: Document
    reading: Reading | None

    @property
    def is_shown(self) -> bool:
        """Whether there is a rebuilt copy to look at."""
        return self.document.state == DocumentState.SANITISED

    @cached_property
    def flagged(self) -> list[Hint]:
        """What does not fit the borrower, the impossible first; each kind and value once."""
        if self.reading is None:
            return []
        odd = [hint for hint in self.reading.hints if hint.check in (INVALID, DIFFERS)]
        once = {(hint.kind, hint.value): hint for hint in reversed(odd)}
        return sorted(once.values(), key=lambda hint: (hint.check != INVALID, hint.page))

    @property
    def fits(self) -> bool:
        """Something names the borrower, and nothing anybody else."""
        read = self.reading.hints if self.reading else ()
        return not self.flagged and any(hint.check == MATCHES for hint in read)

    @cached_property
    def chart(self) -> Chart | None:
        """Income a month, in yuan; the table beside it has the rest."""
        months = self.reading.summary.months if self.reading else ()
        if not months:
            return None
        return bars(
            key=f"months-{self.document.pk}",
            title=_("Income a month, in yuan"),
            labels=[f"{month.month:%Y-%m}" for month in months],
            series=[
                Series(_("Income"), [month.income / FEN for month in months], "good"),
            ],
        )


def papers(task: ReviewTask) -> list[Paper]:
    """In the order in which they were handed in, with nothing heavy opened."""
    documents = list(handed_in(task).select_related("uploaded_by"))
    rows = DocumentReading.objects.filter(document__in=documents)
    read = {row.document_id: kept_reading(row, rows_too=False) for row in rows}
    return [Paper(document, read.get(document.pk)) for document in documents]


def paper(document: Document) -> Paper:
    """One of them, its rows of a statement included."""
    row = DocumentReading.objects.filter(document=document).first()
    return Paper(document, kept_reading(row, rows_too=True) if row else None)


def kept_reading(row: DocumentReading, *, rows_too: bool) -> Reading | None:
    """Without the lines, which nobody looks at: they are the bulk of it. A reading that an older
    release wrote and this one cannot take is none."""
    kept = json.loads(row.content) | {"lines": []}
    try:
        return from_json(kept if rows_too else kept | {"rows": []})
    except (KeyError, TypeError, ValueError):
        return None
