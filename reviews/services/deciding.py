"""Deciding on a case: one officer recommends, another one checks, from a sum on a third one too.

Four eyes (商业银行法 第三十五条). Nobody checks an own recommendation, whatever the role; whoever
is recused, or handed in a document for the borrower, decides nothing. Triggers refuse the same
(migration 0010), so that no way around this module leads to a decision.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from accounts.models import User
from accounts.refusals import Refused
from accounts.services import messages
from creditquery.services import reviewing
from reviews.models import ReviewOutcome, ReviewTask
from reviews.reasons import REASONS, Act
from reviews.selectors import borrower, cases, competences
from reviews.services import clocks, moves, timeline
from reviews.services.claims import under_claim
from reviews.states.cases import Outcome, StepKind
from reviews.states.cases import ReviewState as R

STATE_OF = {Outcome.APPROVE: R.APPROVED, Outcome.REFUSE: R.REFUSED}


# --- The first officer ----------------------------------------------------------------------


def recommend(
    *,
    task: ReviewTask,
    by: User,
    fence: int,
    outcome: str,
    reasons: Sequence[str],
    text: str,
    now: dt.datetime,
) -> None:
    """What the case should become, with coded reasons and `text`, which the borrower reads once it
    is decided. It counts when as many others agree as the sum of the loan asks for."""
    _coded(Act(outcome), reasons)
    with transaction.atomic():
        under_claim(task, by=by, fence=fence, states=[R.CLAIMED])
        dear = task.amount_fen >= task.policy.third_person_fen
        moves.task(
            task,
            to=R.RECOMMENDED,
            now=now,
            body={"by": by.pk, "outcome": outcome},
            maker=by,
            proposal=outcome,
            checks_wanted=2 if dear else 1,
        )
        timeline.add(
            task,
            kind=StepKind.RECOMMENDED,
            by=by,
            outcome=outcome,
            reasons=reasons,
            text=text,
            now=now,
        )


def request_more(
    *,
    task: ReviewTask,
    by: User,
    fence: int,
    reasons: Sequence[str],
    text: str,
    now: dt.datetime,
) -> None:
    """Ask the borrower for what is missing; our clock waits for the answer."""
    _coded(Act.REQUEST, reasons)
    with transaction.atomic():
        under_claim(task, by=by, fence=fence, states=[R.CLAIMED])
        moves.task(task, to=R.AWAITING, now=now, body={"by": by.pk})
        clocks.pause(task=task, now=now)
        timeline.add(
            task,
            kind=StepKind.REQUESTED,
            by=by,
            reasons=reasons,
            text=text,
            shown=True,
            now=now,
        )
        day = borrower.answer_until(task)
        _tell(task, "review_more_wanted", now, day=day.isoformat())


# --- The others -----------------------------------------------------------------------------


def check(
    *,
    task: ReviewTask,
    by: User,
    fence: int,
    agrees: bool,
    reasons: Sequence[str] = (),
    text: str,
    now: dt.datetime,
) -> None:
    """Agree, and it is decided, or goes to a third officer; or send it back for coded reasons, and
    nothing is decided. `text` is for the file."""
    if not agrees:
        send_back(task=task, by=by, fence=fence, reasons=reasons, text=text, now=now)
        return
    with transaction.atomic():
        under_claim(task, by=by, fence=fence, states=[R.CHECKING])
        _nobody_recused(task)
        if task.checks_wanted > 1 and task.checker_id is None:
            _agree(task, by, text, now)
        else:
            _decide(task, by, text, now)


def send_back(
    *,
    task: ReviewTask,
    by: User,
    fence: int,
    reasons: Sequence[str],
    text: str,
    now: dt.datetime,
) -> None:
    """Not like this: open again for anybody, and whoever recommended is free to, too."""
    _coded(Act.SEND_BACK, reasons)
    with transaction.atomic():
        under_claim(task, by=by, fence=fence, states=[R.CHECKING])
        moves.task(
            task,
            to=R.OPEN,
            now=now,
            body={"by": by.pk},
            maker=None,
            checker=None,
            proposal="",
            checks_wanted=1,
        )
        timeline.add(
            task, kind=StepKind.SENT_BACK, by=by, reasons=reasons, text=text or None, now=now
        )


def _agree(task: ReviewTask, by: User, text: str, now: dt.datetime) -> None:
    moves.task(task, to=R.RECOMMENDED, now=now, body={"by": by.pk}, checker=by)
    timeline.add(
        task, kind=StepKind.AGREED, by=by, outcome=task.proposal, text=text or None, now=now
    )


def _decide(task: ReviewTask, by: User, text: str, now: dt.datetime) -> None:
    place = "checker" if task.checker_id is None else "second_checker"
    to = STATE_OF[Outcome(task.proposal)]
    if text:
        timeline.add(task, kind=StepKind.NOTED, by=by, text=text, now=now)
    moves.task(task, to=to, now=now, body={"by": by.pk}, decided_at=now, **{place: by})
    said = cases.recommendation(task)
    assert said is not None  # under its lock, and with a proposal
    timeline.add(
        task,
        kind=StepKind.DECIDED,
        by=by,
        outcome=task.proposal,
        reasons=said.reasons,
        text=said.text,
        shown=True,
        now=now,
    )
    ReviewOutcome.objects.create(task=task, round=task.round, outcome=task.proposal, decided_at=now)
    reviewing.end(query=task.query, approved=to == R.APPROVED, now=now)
    until = borrower.object_until(task)
    _tell(
        task,
        "review_decided",
        now,
        approved=to == R.APPROVED,
        day=until.isoformat() if until else "",
    )


# --- How --------------------------------------------------------------------------------------


def _coded(act: Act, reasons: Sequence[str]) -> None:
    """Raises ValueError: a form offers nothing else, so that it is a fault of ours."""
    if not reasons or not set(reasons) <= set(REASONS[act]):
        raise ValueError(f"{reasons} are no reasons to {act}")


def _nobody_recused(task: ReviewTask) -> None:
    """Whoever found out about a conflict after recommending: then others begin anew."""
    for officer in (task.maker, task.checker):
        if officer is not None and competences.is_recused(task, officer):
            raise Refused("desk-maker-recused")


def _tell(task: ReviewTask, what: str, now: dt.datetime, **said: Any) -> None:
    context = {"no": task.number, **said}
    messages.send(user=task.person, kind=f"reviews.{what}", context=context, now=now)
