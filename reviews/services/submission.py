"""What a borrower does with a review: send it, answer, take it back, object to a refusal."""

import datetime as dt
import secrets
from collections.abc import Collection, Iterable
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Q, QuerySet

from accounts.refusals import Refused
from accounts.services import messages
from creditquery.models import CreditQuery
from creditquery.services import reviewing
from creditquery.states import QUERY_MOVING, QueryState
from evidence.services import IllegalMove
from portal.beijing import day_of, last_day
from reviews.models import Document, Recusal, ReviewPolicy, ReviewTask
from reviews.selectors import borrower, policies
from reviews.selectors import documents as selectors
from reviews.services import clocks, documents, express, moves, timeline
from reviews.states.cases import REVIEW_LIVE, REVIEW_UNDECIDED, ReviewState, StepKind
from reviews.states.documents import DocumentState

CROCKFORD: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBER_LENGTH: Final = 6
BATCH: Final = 200
TAKE_PART: Final = (StepKind.RECOMMENDED, StepKind.AGREED, StepKind.SENT_BACK, StepKind.DECIDED)
DRAFT_GOES_ON: Final = QUERY_MOVING | borrower.BEGINS
"""While the query is in one of these a draft may still be sent one day."""


# --- Sending --------------------------------------------------------------------------------


def submit(*, task: ReviewTask, now: dt.datetime) -> ReviewTask:
    """Hand a draft in: number, clock and confirmation in one transaction, and the query goes into
    review. Sent twice it is sent once. Raises Refused with what stands in the way."""
    with transaction.atomic():
        locked = _locked(task)
        if locked.number and locked.state in REVIEW_UNDECIDED:
            return locked
        _expect(locked, {ReviewState.DRAFT})
        if not _accepted(selectors.of_task(locked)):
            raise Refused("review-nothing")
        _begin_review(locked.query, now)
        policy = policies.current(day_of(now))
        moves.task(locked, to=ReviewState.OPEN, now=now, **_received(locked, policy, now))
        timeline.add(locked, kind=StepKind.SUBMITTED, now=now, by=locked.person, shown=True)
        clocks.start(task=locked, now=now)
        _drop_refused(locked, now)
        _confirm(locked, now)
    return locked


def _accepted(files: Iterable[Document]) -> list[Document]:
    """Those that can be sent; raises Refused while it is open what becomes of one."""
    by_state: dict[str, list[Document]] = {}
    for file in files:
        by_state.setdefault(file.state, []).append(file)
    if DocumentState.QUARANTINED in by_state:
        raise Refused("review-unfinished")
    if DocumentState.LOCKED in by_state:
        raise Refused("review-locked")
    return by_state.get(DocumentState.SANITISED, [])


def _begin_review(query: CreditQuery, now: dt.datetime) -> None:
    try:
        reviewing.begin(query=query, now=now)
    except IllegalMove:  # it is being asked for at this moment, or has ended
        raise Refused("review-not-offered") from None


def _received(task: ReviewTask, policy: ReviewPolicy, now: dt.datetime) -> dict[str, Any]:
    """What holds from now on: a review is decided by the policy of the day on which it was sent."""
    amount = task.query.loan.amount_fen
    return {
        "number": _number(now),
        "submitted_at": now,
        "policy": policy,
        "amount_fen": amount,
        "checks_wanted": 2 if amount >= policy.third_person_fen else 1,
        "express": express.of(task.query, policy=policy, now=now),
    }


def _number(now: dt.datetime) -> str:
    """RG-20261225-7K3M9Q: the day, and letters that nobody counts reviews by."""
    tail = "".join(secrets.choice(CROCKFORD) for _place in range(NUMBER_LENGTH))
    return f"RG-{day_of(now):%Y%m%d}-{tail}"


def _drop_refused(task: ReviewTask, now: dt.datetime) -> None:
    """What was not accepted is not part of the review, and is not kept either."""
    for file in selectors.of_task(task).filter(state=DocumentState.REFUSED):
        file.task = task
        documents.take_out(file, now=now)


def _confirm(task: ReviewTask, now: dt.datetime) -> None:
    task.refresh_from_db(fields=["due_at", "provisional"])
    day = last_day(task.due_at).isoformat() if task.due_at else ""
    context = {"no": task.number, "day": day}
    messages.send(user=task.person, kind="reviews.review_received", context=context, now=now)


# --- Answering, taking back, objecting --------------------------------------------------------


def answer(*, task: ReviewTask, text: str, now: dt.datetime) -> None:
    """Answer a request for more evidence: with documents, with words, or with both. The clock goes
    on, and the borrower hears of the new day. Raises Refused."""
    with transaction.atomic():
        locked = _locked(task)
        _expect(locked, {ReviewState.AWAITING})
        accepted = _accepted(selectors.unsent(locked))
        if not accepted and not text:
            raise Refused("review-answer-empty")
        clocks.resume(task=locked, now=now)
        moves.task(locked, to=ReviewState.OPEN, now=now)
        for file in accepted:
            timeline.add(
                locked, kind=StepKind.ADDED, now=now, by=locked.person, document=file, shown=True
            )
        timeline.add(
            locked, kind=StepKind.ANSWERED, now=now, by=locked.person, text=text, shown=True
        )
        _drop_refused(locked, now)
        _confirm(locked, now)


def withdraw(*, task: ReviewTask, now: dt.datetime) -> None:
    """Take it back before it is decided: what was handed in is deleted, and the query is again
    where the machine stands. Raises Refused."""
    with transaction.atomic():
        locked = _locked(task)
        _expect(locked, borrower.WITHDRAWABLE)
        moves.task(locked, to=ReviewState.WITHDRAWN, now=now)
        timeline.add(locked, kind=StepKind.WITHDRAWN, now=now, by=locked.person, shown=True)
        documents.purge(tasks=[locked.pk], now=now)
        reviewing.withdraw(query=locked.query, now=now)
        person, context = locked.person, {"no": locked.number}
        messages.send(user=person, kind="reviews.review_withdrawn", context=context, now=now)


def object_to(*, task: ReviewTask, text: str, now: dt.datetime) -> None:
    """Have a refusal looked at again by people who had no part in it (个人信息保护法 第二十四条).

    Raises Refused after the days of the policy, and for a second objection.
    """
    with transaction.atomic():
        locked = _locked(task)
        until = borrower.object_until(locked)
        if until is None:
            raise Refused("review-objected")
        if day_of(now) > until:
            raise Refused("review-object-late")
        _recuse(locked, now)
        _reopen(locked.query, now)
        moves.task(
            locked,
            to=ReviewState.OPEN,
            now=now,
            round=locked.round + 1,
            maker=None,
            checker=None,
            second_checker=None,
            proposal="",
            decided_at=None,
            escalated_at=None,
            express=locked.express or express.of(locked.query, policy=locked.policy, now=now),
        )
        timeline.add(
            locked, kind=StepKind.OBJECTED, now=now, by=locked.person, text=text, shown=True
        )
        clocks.start(task=locked, now=now)
        _confirm(locked, now)


def _recuse(task: ReviewTask, now: dt.datetime) -> None:
    """Whoever said how it should end has no part in the next round, what was sent back included."""
    said = task.steps.filter(kind__in=TAKE_PART).values_list("by", flat=True)
    took_part = {*said, task.maker_id, task.checker_id, task.second_checker_id}
    why = Recusal.Why.TOOK_PART
    rows = [Recusal(task=task, officer_id=each, why=why, at=now) for each in took_part if each]
    Recusal.objects.bulk_create(rows, ignore_conflicts=True)


def _reopen(query: CreditQuery, now: dt.datetime) -> None:
    try:
        reviewing.reopen(query=query, now=now)
    except IntegrityError:
        raise Refused("review-newer-query") from None


# --- By themselves --------------------------------------------------------------------------


def lapse_due(*, now: dt.datetime) -> int:
    """End what has nothing to wait for: the query has ended or lost its consent, or nobody answered
    in time. What was handed in is deleted. Returns how many."""
    lapsed = 0
    for task in _without_query():
        lapsed += _lapse(task.pk, now, told=False)
    for task in _unanswered(now):
        lapsed += _lapse(task.pk, now, told=True)
    return lapsed


def _without_query() -> QuerySet[ReviewTask]:
    withdrawn = Q(query__consent__withdrawn_at__isnull=False)
    ended = Q(state=ReviewState.DRAFT) & ~Q(query__state__in=DRAFT_GOES_ON)
    left = Q(state__in=REVIEW_UNDECIDED) & ~Q(query__state=QueryState.MANUAL_REVIEW)
    rows = ReviewTask.objects.filter(withdrawn | ended | left, state__in=REVIEW_LIVE)
    return rows.only("pk").order_by("pk")[:BATCH]


def _unanswered(now: dt.datetime) -> list[ReviewTask]:
    """Working days are counted for those that have waited as many days of the calendar."""
    days = F("policy__answer_days") * dt.timedelta(days=1)
    waited = ExpressionWrapper(now - days, output_field=DateTimeField())
    rows = ReviewTask.objects.filter(state=ReviewState.AWAITING, paused_at__lt=waited)
    today = day_of(now)
    oldest = rows.select_related("policy").order_by("paused_at", "pk")[:BATCH]
    return [task for task in oldest if borrower.answer_until(task) < today]


def _lapse(pk: int, now: dt.datetime, *, told: bool) -> int:
    """In a transaction of its own, so that a killed worker leaves nothing half done."""
    with transaction.atomic():
        rows = ReviewTask.objects.select_related("query", "person", "policy")
        locked = rows.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
        if locked is None or locked.state not in REVIEW_LIVE:
            return 0
        handed_in = locked.state != ReviewState.DRAFT
        moves.task(locked, to=ReviewState.LAPSED, now=now)
        documents.purge(tasks=[pk], now=now)
        if handed_in:
            timeline.add(locked, kind=StepKind.LAPSED, now=now, shown=True)
            if locked.query.state == QueryState.MANUAL_REVIEW:
                reviewing.withdraw(query=locked.query, now=now)
        if told:
            context = {"no": locked.number}
            person = locked.person
            messages.send(user=person, kind="reviews.review_lapsed", context=context, now=now)
    return 1


# --- Rows for writing -----------------------------------------------------------------------


def _locked(task: ReviewTask) -> ReviewTask:
    rows = ReviewTask.objects.select_related("query__loan__institution", "policy", "person")
    return rows.select_for_update(of=("self",)).get(pk=task.pk)


def _expect(task: ReviewTask, states: Collection[str]) -> None:
    if task.state not in states:
        raise Refused("review-moved-on")
