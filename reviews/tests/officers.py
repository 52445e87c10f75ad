"""Officers and cases for the tests of the desk, each brought to where a test begins."""

import datetime as dt
import hashlib
import itertools
import json
from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from creditquery.models import CreditQuery, Institution
from creditquery.services import reviewing
from reviews.models import (
    Competence,
    Document,
    DocumentPage,
    DocumentReading,
    ReviewPolicy,
    ReviewTask,
)
from reviews.services import claims, clocks, deciding, moves
from reviews.states.cases import ReviewState
from reviews.states.documents import DocumentKind, DocumentState

Said = dict[str, Any] | None
DAY = dt.timedelta(days=1)
NUMBERS = itertools.count(1)
APPROVE: dict[str, Any] = {
    "outcome": "approve",
    "reasons": ["income-shown"],
    "text": "收入连续，资料齐全。",
}
REFUSE: dict[str, Any] = {
    "outcome": "refuse",
    "reasons": ["period-missing"],
    "text": "缺少九月的流水。",
}


def promise(**values: int) -> ReviewPolicy:
    """The first policy, also after a transactional test has emptied its table; or, with values of
    its own, a newer one."""
    since = dt.date(2026, 11, 1)
    first, _ = ReviewPolicy.objects.get_or_create(
        version="2026.1", defaults={"effective_from": since}
    )
    if not values:
        return first
    version = f"2026.{next(NUMBERS) + 1}"
    return ReviewPolicy.objects.create(version=version, effective_from=since, **values)


def officer(name: str = "maker", role: str = Role.LOAN_OFFICER, *, competent: bool = True) -> User:
    made = User.objects.create(username=name, role=role, joined_at=timezone.now())
    if competent:
        Competence.objects.create(officer=made)
    return made


def submitted(
    query: CreditQuery, now: dt.datetime, *, amount_fen: int = 0, **values: object
) -> ReviewTask:
    """A case that waits in the queue, its query in review."""
    CreditQuery.objects.filter(pk=query.pk).update(state="parked")
    query.refresh_from_db()
    task = ReviewTask.objects.create(
        query=query,
        person=query.person,
        institution=query.loan.institution,
        amount_fen=amount_fen or query.loan.amount_fen,
        policy=promise(),
        created_at=now,
        changed_at=now,
    )
    reviewing.begin(query=query, now=now)
    number = f"RG-20261123-{next(NUMBERS):06d}"
    moves.task(task, to=ReviewState.OPEN, now=now, number=number, submitted_at=now)
    clocks.start(task=task, now=now)
    if values:
        ReviewTask.objects.filter(pk=task.pk).update(**values)
    task.refresh_from_db()
    return task


def waiting(task: ReviewTask, now: dt.datetime, count: int, **values: object) -> list[ReviewTask]:
    """More cases like this one, due a minute apart, in queries of their own."""
    made = []
    for n in range(1, count + 1):
        query = CreditQuery.objects.get(pk=task.query_id)
        query.pk, query.consent = None, None
        query.request_no = f"{next(NUMBERS):024d}"
        query.state, query.beside = "cancelled", False
        query.save(force_insert=True)
        made.append(
            ReviewTask(
                number=f"RG-20261123-{next(NUMBERS):06d}",
                query=query,
                person=task.person,
                institution=task.institution,
                amount_fen=task.amount_fen,
                policy=task.policy,
                state=ReviewState.OPEN,
                created_at=now,
                submitted_at=now,
                changed_at=now,
                due_at=(task.due_at or now) + n * dt.timedelta(minutes=1),
            )
        )
        for name, value in values.items():
            setattr(made[-1], name, value)
    return ReviewTask.objects.bulk_create(made)


def lender(name: str = "青禾消费金融", code: str = "C10511000H0002") -> Institution:
    return Institution.objects.create(name=name, code=code)


def recommended(task: ReviewTask, by: User, now: dt.datetime, said: Said = None) -> ReviewTask:
    claims.claim(task=task, officer=by, now=now)
    deciding.recommend(task=task, by=by, fence=task.fence, now=now, **(said or APPROVE))
    return task


def agreed(task: ReviewTask, by: User, now: dt.datetime) -> ReviewTask:
    """Somebody else checks it, and agrees."""
    claims.claim(task=task, officer=by, now=now)
    deciding.check(task=task, by=by, fence=task.fence, agrees=True, text="", now=now)
    return task


def decided(
    task: ReviewTask, now: dt.datetime, said: dict[str, object] | None = None
) -> ReviewTask:
    recommended(task, officer("decided-maker"), now, said)
    return agreed(task, officer("decided-checker"), now)


def paper(
    task: ReviewTask, now: dt.datetime, *, pages: int = 1, by: User | None = None
) -> Document:
    """A bank statement that was checked and rebuilt; its pictures are no pictures."""
    data = b"original of page " + str(pages).encode()
    made = Document.objects.create(
        task=task,
        kind=DocumentKind.STATEMENT,
        state=DocumentState.SANITISED,
        name="流水.pdf",
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        original=data,
        copy=b"%PDF-1.7 rebuilt",
        media_type="application/pdf",
        pages_count=pages,
        removed=["javascript", "gps"],
        uploaded_by=by or task.person,
        uploaded_at=now,
        changed_at=now,
    )
    for number in range(1, pages + 1):
        DocumentPage.objects.create(
            document=made,
            number=number,
            image=b"\x89PNG page %d" % number,
            media_type="image/png",
            width=1000,
            height=1400,
            words="[]",
        )
    return made


def reading(document: Document, content: dict[str, object], now: dt.datetime) -> DocumentReading:
    return DocumentReading.objects.create(
        document=document, content=json.dumps(content), engine="test", read_at=now
    )
