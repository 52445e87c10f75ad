"""Reading documents; the sealed megabytes are opened only where they are shown."""

import json

from django.db.models import BigIntegerField, Func, Prefetch, QuerySet, Sum

from portal.intake.cleaned import Word
from reviews.models import Document, DocumentPage, ReviewTask
from reviews.states.cases import ReviewState, StepKind
from reviews.states.documents import DOCUMENT_EMPTY

HEAVY = ("original", "copy", "password")


def of_task(task: ReviewTask) -> QuerySet[Document]:
    """What is kept of a case, in the order in which it was handed in, with nothing heavy opened."""
    return Document.objects.filter(task=task).exclude(state__in=DOCUMENT_EMPTY).defer(*HEAVY)


def one(task: ReviewTask, pk: int) -> Document | None:
    return of_task(task).filter(pk=pk).select_related("task__query").first()


def unsent(task: ReviewTask) -> QuerySet[Document]:
    """What the borrower may still take out: of a draft everything, of an answer that is being
    put together what came after the question."""
    rows = of_task(task)
    if task.state == ReviewState.DRAFT:
        return rows
    asked = task.steps.filter(kind=StepKind.REQUESTED).order_by("-pk").first()
    if task.state != ReviewState.AWAITING or asked is None:
        return rows.none()
    return rows.filter(uploaded_by=task.person_id, uploaded_at__gt=asked.at)


def handed_in(task: ReviewTask) -> QuerySet[Document]:
    """What officers see: all but what the borrower is still putting together."""
    return of_task(task).exclude(pk__in=unsent(task).values("pk"))


def pages() -> "Prefetch[str]":
    """For a list of documents: number and size of their pages, without the pictures."""
    return Prefetch("pages", DocumentPage.objects.defer("image", "words"))


def page(document: Document, number: int) -> DocumentPage | None:
    """The picture of one page, without its words."""
    return DocumentPage.objects.filter(document=document, number=number).defer("words").first()


def words(document: Document) -> dict[int, list[Word]]:
    """The text that each page has by itself."""
    rows = DocumentPage.objects.filter(document=document).defer("image")
    return {row.number: [Word(*word) for word in json.loads(row.words)] for row in rows}


def image(document: Document, number: int) -> bytes:
    """The picture of one page; b"" when it is not kept any more."""
    rows = DocumentPage.objects.filter(document=document, number=number)
    return bytes(rows.values_list("image", flat=True).first() or b"")


def kept_bytes(person: int) -> int:
    """What the pictures of all documents of a borrower take."""
    pages = DocumentPage.objects.filter(document__task__person=person)
    size = Sum(Func("image", function="octet_length", output_field=BigIntegerField()))
    found: int | None = pages.aggregate(size=size)["size"]
    return found or 0


def copy(document: Document) -> bytes | None:
    """The rebuilt copy; None while there is none."""
    kept = Document.objects.values_list("copy", flat=True).get(pk=document.pk)
    return None if kept is None else bytes(kept)
