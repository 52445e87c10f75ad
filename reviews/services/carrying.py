"""A review that officers begin for a borrower who cannot log in: the recovery app brings the papers
that were checked there, and two persons' word (docs/adr/0051)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.refusals import Refused
from creditquery.models import CreditQuery
from evidence.services import record
from reviews.models import Document, DocumentPage, ReviewTask
from reviews.selectors import borrower
from reviews.services import documents, drafts, moves, submission
from reviews.states.cases import ReviewState
from reviews.states.documents import DocumentKind, DocumentState


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A page of a rebuilt copy; `words` is the JSON of models.DocumentPage."""

    number: int
    image: bytes
    media_type: str
    width: int
    height: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A file that was scanned and rebuilt already."""

    name: str
    size: int
    sha256: str
    original: bytes
    copy: bytes
    media_type: str
    removed: Sequence[str]
    pages: Sequence[Sheet]


def carry(
    *, query: CreditQuery, papers: Sequence[Paper], source: str, now: dt.datetime
) -> ReviewTask:
    """The query in review with these papers; a draft that its borrower had begun goes with them.
    `source` is the number of the case that brings them. Raises Refused."""
    with transaction.atomic():
        task = borrower.live(query)
        if task is not None and task.state != ReviewState.DRAFT:
            raise Refused("review-moved-on")
        task = task or drafts.create(query=query, person=query.person, now=now)
        for paper in papers:
            _keep(task, paper, now)
        body = {"source": source, "papers": len(papers)}
        record(kind="reviews.reviewtask.carried", subject=query.request_no, body=body, now=now)
        return submission.submit(task=task, now=now)


def _keep(task: ReviewTask, paper: Paper, now: dt.datetime) -> None:
    if Document.objects.filter(task=task, sha256=paper.sha256).exists():
        return
    made = Document.objects.create(
        task=task,
        kind=DocumentKind.OTHER,
        name=paper.name[: drafts.LONGEST_NAME],
        size=paper.size,
        sha256=paper.sha256,
        original=paper.original,
        uploaded_by=task.person,
        uploaded_at=now,
        changed_at=now,
    )
    moves.document(
        made,
        to=DocumentState.SANITISED,
        now=now,
        copy=paper.copy,
        media_type=paper.media_type,
        pages_count=len(paper.pages),
        removed=list(paper.removed),
    )
    DocumentPage.objects.bulk_create(
        DocumentPage(
            document=made,
            number=sheet.number,
            image=sheet.image,
            media_type=sheet.media_type,
            width=sheet.width,
            height=sheet.height,
            words=sheet.words,
        )
        for sheet in paper.pages
    )
    documents.order_reading(made, now=now)
