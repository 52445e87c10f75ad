"""A review that is being put together: begun, filled file by file, kept until it is sent."""

import datetime as dt
import hashlib
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, ExpressionWrapper, F
from django.utils import timezone

from accounts.models import User
from accounts.refusals import Refused
from creditquery.models import CreditQuery
from evidence.services import IllegalMove, record
from portal.intake.kinds import kind_of
from portal.intake.limits import LIMITS
from portal.intake.refusals import IntakeRefused
from reviews.models import Document, ReviewTask
from reviews.selectors import borrower, policies
from reviews.selectors import documents as selectors
from reviews.services import documents, moves, timeline
from reviews.states.cases import ReviewState, StepKind
from reviews.states.documents import DocumentState

MOST_FILES_A_DAY: Final = 60
"""So many files of one borrower in 24 hours, removed ones included; operator policy against floods.
Three full reviews: who needs more is told to go on tomorrow, and loses nothing."""
MOST_KEPT: Final = 2_000_000_000
"""Bytes of pictures kept of one borrower: three full reviews of scans. A file of a few kilobytes
can be drawn as pictures of a hundred megabytes, so that the size of files bounds nothing."""
MOST_DRAFTS_A_DAY: Final = 10
MOST_PASSWORDS: Final = 20
"""Tries on one file. Whoever knows the password needs one or two."""
FEW: Final = 3
"""So many files of one borrower, or tries of a password, are checked in turn; more give way to
everybody else's: a hostile file takes the whole time that a check may take."""
LONGEST_NAME: Final = 120
ADDS: Final = frozenset({ReviewState.DRAFT, ReviewState.AWAITING})
"""When the borrower adds something."""
ADDS_FOR_BORROWER: Final = ADDS | {ReviewState.OPEN, ReviewState.CLAIMED}
"""When a member of staff adds what the borrower brought to a counter."""
BATCH: Final = 200


def begin(*, query: CreditQuery, person: User, now: dt.datetime) -> ReviewTask:
    """The live review of this query; a new draft when there is none. The query goes on meanwhile.

    Raises Refused where no review is offered.
    """
    if (live := borrower.live(query)) is not None:
        return live
    if not borrower.is_offered(query):
        raise Refused("review-not-offered")
    _not_too_many(person, now)
    return create(query=query, person=person, now=now)


def create(*, query: CreditQuery, person: User, now: dt.datetime) -> ReviewTask:
    """A new draft, whatever is offered to the borrower; the live one when somebody was faster."""
    policy = policies.current(timezone.localtime(now).date())
    try:
        with transaction.atomic():
            task = ReviewTask.objects.create(
                query=query,
                person=person,
                institution=query.loan.institution,
                amount_fen=query.loan.amount_fen,
                policy=policy,
                created_at=now,
                changed_at=now,
            )
            body = {"policy": policy.version}
            record(kind="reviews.reviewtask.draft", subject=query.request_no, body=body, now=now)
            return task
    except IntegrityError:  # the other press of the same button was faster
        return borrower.live_rows(query).get()


def add(
    *, task: ReviewTask, kind: str, name: str, data: bytes, by: User, now: dt.datetime
) -> Document:
    """Keep a file in quarantine and have it checked; the same file twice is one document.

    Raises Refused with a code of the catalogue for what can be told at the door.
    """
    _look_at(data)
    digest = hashlib.sha256(data).hexdigest()
    with transaction.atomic():
        locked = _locked(task, ADDS if by.pk == task.person_id else ADDS_FOR_BORROWER)
        same = selectors.of_task(locked).exclude(state=DocumentState.REFUSED)
        if (known := same.filter(sha256=digest).first()) is not None:
            if known.kind != kind:
                raise Refused("review-file-twice")
            return known
        _keep_to_limits(locked, now)
        made = Document.objects.create(
            task=locked,
            kind=kind,
            name=name[:LONGEST_NAME],
            size=len(data),
            sha256=digest,
            original=data,
            uploaded_by=by,
            uploaded_at=now,
            changed_at=now,
        )
        _note(locked, made, by, now)
        mine = Document.objects.filter(task__person=locked.person_id)
        waiting = mine.filter(state=DocumentState.QUARANTINED).count()
        documents.order(made, now=now, waits=waiting > FEW)
    return made


def unlock(*, document: Document, password: str, now: dt.datetime) -> None:
    """Try a password: the file is checked again from the start. Raises Refused when it does not
    ask for one any more, or when so many were tried that nobody knows it."""
    tries = document.tries + 1
    if tries > MOST_PASSWORDS:
        raise Refused("review-passwords-many")
    with transaction.atomic():
        try:
            moves.document(
                document, to=DocumentState.QUARANTINED, now=now, password=password, tries=tries
            )
        except IllegalMove:
            raise Refused("review-moved-on") from None
        documents.order(document, now=now, waits=tries > FEW)


def remove(*, document: Document, now: dt.datetime) -> None:
    """Take a file out that was not sent yet; its bytes go at once. Raises Refused after that."""
    with transaction.atomic():
        task = _locked(document.task, ADDS)
        if not selectors.unsent(task).filter(pk=document.pk).exists():
            raise Refused("review-moved-on")
        documents.take_out(document, now=now)


def discard(*, task: ReviewTask, now: dt.datetime) -> None:
    """The borrower gives the draft up: all that was handed in is deleted."""
    with transaction.atomic():
        _lapse(_locked(task, {ReviewState.DRAFT}), now)


def forget_old(*, now: dt.datetime) -> int:
    """End the drafts that nobody went on with for the days of their policy; returns how many."""
    days = ExpressionWrapper(
        now - F("policy__draft_days") * dt.timedelta(days=1), output_field=DateTimeField()
    )
    rows = ReviewTask.objects.filter(state=ReviewState.DRAFT, changed_at__lt=days)
    rows = rows.select_related("query").select_for_update(of=("self",), skip_locked=True)
    with transaction.atomic():
        old = list(rows.order_by("pk")[:BATCH])
        for task in old:
            _lapse(task, now)
    return len(old)


def _look_at(data: bytes) -> None:
    """What can be told without opening it, so that the page says so at once."""
    if not data:
        raise Refused("upload-empty")
    if len(data) > LIMITS.most_bytes:
        raise Refused("upload-too-big")
    try:
        kind_of(data)
    except IntakeRefused as error:
        raise Refused(error.code) from None


def _locked(task: ReviewTask, states: frozenset[ReviewState] | set[ReviewState]) -> ReviewTask:
    """The case's row for writing; raises Refused when it is in none of these states."""
    rows = ReviewTask.objects.select_related("query", "policy")
    locked = rows.select_for_update(of=("self",)).get(pk=task.pk)
    if locked.state not in states:
        raise Refused("review-moved-on")
    return locked


def _not_too_many(person: User, now: dt.datetime) -> None:
    day = now - dt.timedelta(days=1)
    if ReviewTask.objects.filter(person=person, created_at__gt=day).count() >= MOST_DRAFTS_A_DAY:
        raise Refused("review-drafts-many")


def _keep_to_limits(task: ReviewTask, now: dt.datetime) -> None:
    """Of the case, and of all cases of its borrower, whose row is locked so that files that come
    at once are counted one after the other."""
    if selectors.of_task(task).count() >= task.policy.most_documents:
        raise Refused("review-files-many")
    User.objects.select_for_update(no_key=True).only("pk").get(pk=task.person_id)
    day = now - dt.timedelta(days=1)
    mine = Document.objects.filter(task__person=task.person_id)
    if mine.filter(uploaded_at__gt=day).count() >= MOST_FILES_A_DAY:
        raise Refused("review-files-today")
    if selectors.kept_bytes(task.person_id) >= MOST_KEPT:
        raise Refused("review-files-room")


def _note(task: ReviewTask, document: Document, by: User, now: dt.datetime) -> None:
    """Evidence of the file by its hash. The timeline shows at once what staff add; what a borrower
    adds is on it when it is sent (services.submission)."""
    record(
        kind="reviews.document.quarantined",
        subject=task.number or task.query.request_no,
        body={
            "document": document.pk,
            "kind": document.kind,
            "size": document.size,
            "sha256": document.sha256,
            "by": by.pk,
        },
        now=now,
    )
    ReviewTask.objects.filter(pk=task.pk).update(changed_at=now)
    if by.pk != task.person_id:
        timeline.add(task, kind=StepKind.ADDED, now=now, by=by, document=document, shown=True)


def _lapse(task: ReviewTask, now: dt.datetime) -> None:
    moves.task(task, to=ReviewState.LAPSED, now=now)
    documents.purge(tasks=[task.pk], now=now)
