"""Who may decide on what: the lenders and sums of each officer, and who has to stand aside."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from reviews.models import Competence, Document, Recusal, ReviewTask
from reviews.states.cases import ReviewState

WORK = "reviews.work_reviewtask"
LEAD = "reviews.lead_reviews"


@dataclass(frozen=True, slots=True)
class Scope:
    """One row of competence; None is every lender, or any sum (fen)."""

    institution: int | None
    most_fen: int | None

    @property
    def condition(self) -> Q:
        narrowed = Q()
        if self.institution is not None:
            narrowed &= Q(institution=self.institution)
        if self.most_fen is not None:
            narrowed &= Q(amount_fen__lte=self.most_fen)
        return narrowed

    def contains(self, other: "Scope") -> bool:
        wider = self.institution is None or self.institution == other.institution
        dearer = self.most_fen is None or (
            other.most_fen is not None and other.most_fen <= self.most_fen
        )
        return wider and dearer

    def fits(self, task: ReviewTask) -> bool:
        here = self.institution is None or self.institution == task.institution_id
        return here and (self.most_fen is None or task.amount_fen <= self.most_fen)


EVERYTHING = Scope(None, None)


def scopes(officer: User) -> Sequence[Scope]:
    """What an officer may decide on, without what another row contains already; none without a
    row, whatever the role."""
    if not officer.has_perm(WORK):
        return ()
    rows = Competence.objects.filter(officer=officer).values_list("institution", "most_fen")
    found = [Scope(*row) for row in rows.order_by("pk")]
    return [one for one in found if not any(o is not one and o.contains(one) for o in found)]


def seen(officer: User) -> Sequence[Scope]:
    """What a member of staff may look at: everything for a lead, and for whoever only reads."""
    if officer.has_perm(LEAD) or not officer.has_perm(WORK):
        return (EVERYTHING,)
    return scopes(officer)


def condition(of: Sequence[Scope]) -> Q:
    """All scopes as one condition; no scope, no row."""
    joined = Q(pk__in=[])
    for scope in of:
        joined |= scope.condition
    return Q() if EVERYTHING in of else joined


def is_recused(task: ReviewTask, officer: User) -> bool:
    """Biased, of an earlier round, or the borrower's hand at the counter (回避)."""
    return (
        Recusal.objects.filter(task=task, officer=officer).exists()
        or Document.objects.filter(task=task, uploaded_by=officer).exists()
        or task.person_id == officer.pk
    )


def not_recused(officer: User) -> Q:
    recused = Recusal.objects.filter(task=OuterRef("pk"), officer=officer)
    return ~Exists(recused) & ~Q(person=officer)


def not_handed_in_by(officer: User) -> Q:
    return Q(~Exists(Document.objects.filter(task=OuterRef("pk"), uploaded_by=officer)))


def not_decided_by(officer: User) -> Q:
    """Nobody checks an own recommendation, nor agrees twice."""
    return ~Q(maker=officer) & ~Q(checker=officer)


def obstacle(task: ReviewTask, officer: User) -> str | None:
    """Why this officer may not work on the case as it stands, as a code of the catalogue."""
    if is_recused(task, officer):
        return "desk-recused"
    if not may_decide(task, officer):
        return "desk-not-competent"
    checking = task.state in (ReviewState.RECOMMENDED, ReviewState.CHECKING)
    if checking and officer.pk in (task.maker_id, task.checker_id):
        return "desk-own-work"
    return None


def may_decide(task: ReviewTask, officer: User) -> bool:
    """Whether the case is within what this officer decides on; recusal is another question."""
    return officer.is_active and any(scope.fits(task) for scope in scopes(officer))
