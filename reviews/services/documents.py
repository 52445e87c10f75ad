"""What becomes of a file after it was handed in: rebuilt or turned away, read, and deleted."""

import datetime as dt
import json
from collections.abc import Collection, Iterable
from typing import Any, Final

from django.db import transaction
from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q

from evidence.services import move_many
from portal.intake.cleaned import Cleaned, Page
from portal.work import services as work
from portal.work.services import Claim, WorkState
from portal.work.states import Lane, Priority
from reviews.models import Document, DocumentPage, DocumentReading, ReviewTask
from reviews.selectors.documents import HEAVY
from reviews.services import moves
from reviews.states.cases import REVIEW_DECIDED, REVIEW_LIVE
from reviews.states.documents import DOCUMENT_EMPTY, DOCUMENT_TRANSITIONS, DocumentState

SANITISE: Final = "reviews.tasks.sanitise"
READ: Final = "reviews.tasks.read_document"
ASKS_PASSWORD: Final = frozenset({"upload-password-needed", "upload-password-wrong"})
"""Refusals that are none: with its password the file is checked again."""
LATER: Final = dt.timedelta(seconds=30)
"""So long until a file is tried again that could not be checked for want of the scanner."""
BATCH: Final = 200
NOTHING: Final[dict[str, Any]] = {"original": None, "copy": None, "password": None, "name": ""}
"""What is left of a file that is not kept any more."""


# --- Checking -------------------------------------------------------------------------------


def order(document: Document, *, now: dt.datetime, waits: bool = False) -> None:
    """Have it checked, in the caller's transaction; after everybody else's when it `waits`."""
    work.add(
        kind=SANITISE,
        subject=str(document.pk),
        lane=Lane.INTAKE,
        now=now,
        priority=Priority.BACKLOG if waits else Priority.FRESH,
    )


def wanted(*, claim: Claim, now: dt.datetime) -> Document | None:
    """The file that this work checks; None, and the work done, when it was removed meanwhile."""
    document = Document.objects.defer("copy").get(pk=claim.subject)
    if document.state == DocumentState.QUARANTINED:
        return document
    with work.ending(claim, to=WorkState.DONE, now=now, reason=document.state):
        return None


def sanitised(*, claim: Claim, document: Document, cleaned: Cleaned, now: dt.datetime) -> None:
    """Keep the rebuilt copy and its pages, and have them read. The password opened the original
    and is not needed any more."""
    with transaction.atomic(), work.ending(claim, to=WorkState.DONE, now=now):
        if (locked := _quarantined(document)) is None:
            return
        moves.document(
            locked,
            to=DocumentState.SANITISED,
            now=now,
            copy=cleaned.document,
            media_type=cleaned.media_type,
            pages_count=len(cleaned.pages),
            removed=list(cleaned.removed),
            password=None,
            refusal="",
        )
        DocumentPage.objects.bulk_create(_page(locked, page) for page in cleaned.pages)
        order_reading(locked, now=now)


def order_reading(document: Document, *, now: dt.datetime) -> None:
    """Have a checked document read, in the caller's transaction."""
    work.add(
        kind=READ,
        subject=str(document.pk),
        lane=Lane.INTAKE,
        now=now,
        priority=Priority.BACKLOG,  # nobody waits for a hint as for the check of a file
    )


def turned_away(*, claim: Claim, document: Document, code: str, now: dt.datetime) -> None:
    """It is not taken, for a reason of the catalogue, or asks for its password."""
    with transaction.atomic(), work.ending(claim, to=WorkState.DONE, now=now, reason=code):
        if (locked := _quarantined(document)) is None:
            return
        to = DocumentState.LOCKED if code in ASKS_PASSWORD else DocumentState.REFUSED
        moves.document(locked, to=to, now=now, refusal=code, password=None)


def postponed(*, claim: Claim, reason: str, now: dt.datetime) -> None:
    """It could not be checked now, through no fault of the file: again later, burning nothing."""
    later = now + LATER
    with work.ending(
        claim, to=WorkState.READY, now=now, run_after=later, reason=reason, burn=False
    ):
        pass  # the file stays where it is


def _quarantined(document: Document) -> Document | None:
    """Its row for writing, unless somebody removed it during the check."""
    rows = Document.objects.select_related("task__query").defer(*HEAVY)
    locked = rows.select_for_update(of=("self",)).get(pk=document.pk)
    return locked if locked.state == DocumentState.QUARANTINED else None


def _page(document: Document, page: Page) -> DocumentPage:
    return DocumentPage(
        document=document,
        number=page.number,
        image=page.image,
        media_type=page.media_type,
        width=page.width,
        height=page.height,
        words=json.dumps([[w.text, w.left, w.top, w.right, w.bottom] for w in page.words]),
    )


# --- Reading --------------------------------------------------------------------------------


def to_read(*, claim: Claim, now: dt.datetime) -> Document | None:
    """The document that this work reads; None, and the work done, when it has been read, or is not
    kept any more."""
    rows = Document.objects.select_related("task__person").defer(*HEAVY)
    document = rows.get(pk=claim.subject)
    read = DocumentReading.objects.filter(document=document).exists()
    if document.state == DocumentState.SANITISED and not read:
        return document
    with work.ending(claim, to=WorkState.DONE, now=now, reason=document.state):
        return None


def read(*, claim: Claim, document: Document, content: str, engine: str, now: dt.datetime) -> None:
    """Keep what a machine made of it, sealed: a hint for the officers, decided by nobody."""
    with transaction.atomic(), work.ending(claim, to=WorkState.DONE, now=now):
        rows = Document.objects.only("pk").select_for_update()
        if rows.filter(pk=document.pk, state=DocumentState.SANITISED).exists():
            DocumentReading.objects.update_or_create(
                document=document,
                defaults={"content": content, "engine": engine[:60], "read_at": now},
            )


# --- Deletion -------------------------------------------------------------------------------


def take_out(document: Document, *, now: dt.datetime) -> None:
    """The borrower took it out: of the file only its hash is kept."""
    moves.document(document, to=DocumentState.REMOVED, now=now, **NOTHING)
    _forget([document.pk])


def purge(*, tasks: Iterable[int], now: dt.datetime) -> int:
    """Delete what is kept of the files of these cases, but for their hashes; returns how many."""
    rows = Document.objects.filter(task__in=tasks).exclude(state__in=DOCUMENT_EMPTY)
    named = rows.values_list("pk", "task__number", "task__query__request_no")
    subjects = {pk: number or request_no for pk, number, request_no in named}
    with transaction.atomic():
        purged = move_many(
            Document,
            pks=list(subjects),
            to=DocumentState.PURGED,
            table=DOCUMENT_TRANSITIONS,
            now=now,
            subjects=subjects,
            changed_at=now,
            **NOTHING,
        )
        _forget(purged)
    return len(purged)


def purge_due(*, now: dt.datetime) -> int:
    """Delete the files of cases that ended: taken back or lapsed at once, decided ones after the
    days of the policy. Returns how many."""
    kept = Document.objects.exclude(state__in=DOCUMENT_EMPTY).filter(task=OuterRef("pk"))
    rows = ReviewTask.objects.exclude(state__in=REVIEW_LIVE).filter(Exists(kept))
    over = ~Q(state__in=REVIEW_DECIDED) | Q(
        decided_at__lt=ExpressionWrapper(
            now - F("policy__keep_days") * dt.timedelta(days=1), output_field=DateTimeField()
        )
    )
    due = rows.filter(over).order_by("pk").values_list("pk", flat=True)
    return purge(tasks=list(due[:BATCH]), now=now)


def _forget(documents: Collection[int]) -> None:
    DocumentPage.objects.filter(document__in=documents).delete()
    DocumentReading.objects.filter(document__in=documents).delete()
