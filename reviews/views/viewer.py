"""The viewer of the desk: pictures of a document's pages with what a machine read beside them.

What leaves the portal are pictures that it drew itself, and the copy that it rebuilt; the file that
was handed in is shown to nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from accounts.access import PersonalRequest, staff_required
from portal import masks
from portal.intake.words import REMOVED
from portal.reading.hints import Hint, HintKind
from reviews import desk_words
from reviews.models import Document, ReviewTask
from reviews.selectors import cases, documents
from reviews.selectors.cases import Paper
from reviews.services import handling
from reviews.states.documents import DocumentState
from reviews.views.case import case_or_404
from reviews.views.desk import READ
from reviews.views.documents import attachment, picture, sandboxed

ZOOMS = (1, 2, 3)


@dataclass(frozen=True, slots=True)
class Seen:
    """A hint beside the picture, and the number of its box on it."""

    number: int
    hint: Hint
    what: Promise
    value: str
    percent: int
    tone: str
    check: Promise | str


@require_GET
@staff_required(READ)
@never_cache
def show(request: PersonalRequest, number: str, pk: int) -> HttpResponse:
    """One page of a document; opening it is on record."""
    task = case_or_404(request, number)
    document = _document_or_404(task, pk)
    handling.look(task=task, document=document, by=request.user, now=timezone.now())
    paper = cases.paper(document)
    place = _number(request.GET.get("page"), document.pages_count)
    pages = document.pages.defer("image", "words")
    context = {
        "task": task,
        "paper": paper,
        "document": document,
        "removed": [REMOVED[code] for code in document.removed if code in REMOVED],
        "sheet": pages.filter(number=place).first(),
        "numbers": range(1, document.pages_count + 1),
        "zoom": _number(request.GET.get("zoom"), ZOOMS[-1]),
        "zooms": ZOOMS,
        "hints": _seen(paper, place),
        "summary": paper.reading.summary if paper.reading else None,
        "rows": _rows(paper),
        "unread": paper.reading is not None and place in paper.reading.unread,
        "doubtful": paper.reading is not None and place in paper.reading.doubtful,
    }
    return render(request, "reviews/desk_document.html", context)


@require_GET
@sandboxed
@staff_required(READ)
@never_cache
def page(request: PersonalRequest, number: str, pk: int, place: int) -> HttpResponse:
    """The picture alone; to fetch it is a look, whether or not its page was opened."""
    task = case_or_404(request, number)
    document = _document_or_404(task, pk)
    found = documents.page(document, place)
    if found is None:
        raise Http404
    handling.look(task=task, document=document, by=request.user, now=timezone.now())
    return picture(found)


@require_GET
@sandboxed
@staff_required(READ)
@never_cache
def copy(request: PersonalRequest, number: str, pk: int) -> HttpResponse:
    """The rebuilt copy, to be kept; saving it is a look like opening it."""
    task = case_or_404(request, number)
    document = _document_or_404(task, pk)
    content = documents.copy(document)
    if content is None:
        raise Http404
    handling.look(task=task, document=document, by=request.user, now=timezone.now())
    return attachment(document, content, f"{task.number}-{document.kind}-{pk}")


def _document_or_404(task: ReviewTask, pk: int) -> Document:
    """One that was handed in, checked and rebuilt: nobody sees anything of it before."""
    shown = documents.handed_in(task).filter(pk=pk, state=DocumentState.SANITISED)
    document = shown.select_related("task__query").first()
    if document is None:
        raise Http404
    return document


def _number(text: str | None, most: int) -> int:
    """Of an address; whatever is no such number is the first."""
    wanted = int(text) if text and text.isdecimal() and len(text) < 5 else 1
    return wanted if 1 <= wanted <= most else 1


def _seen(paper: Paper, place: int) -> list[Seen]:
    hints = paper.reading.hints if paper.reading else ()
    here = [hint for hint in hints if hint.page == place]
    return [_shown(number, hint) for number, hint in enumerate(here, start=1)]


def _shown(number: int, hint: Hint) -> Seen:
    """Names and numbers are masked here as everywhere; the picture beside it shows them."""
    value = hint.value
    if hint.kind == HintKind.ID_NUMBER:
        value = masks.id_number(value)
    elif hint.kind == HintKind.NAME:
        value = masks.name(value)
    tone, check = desk_words.CHECKS.get(hint.check, ("", ""))
    percent = round(hint.confidence * 100)
    return Seen(number, hint, desk_words.HINTS[hint.kind], value, percent, tone, check)


def _rows(paper: Paper) -> Sequence[tuple[object, bool]]:
    """Each row of a statement, and whether its balance does not follow from the one before."""
    if paper.reading is None:
        return []
    breaks = set(paper.reading.summary.breaks)
    return [(row, row in breaks) for row in paper.reading.rows]
