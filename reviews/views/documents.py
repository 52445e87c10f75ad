"""A document on its borrower's pages: its pictures, its password, and the way out.

`picture` and `attachment` are how anything of a document leaves the portal, to borrowers and to
officers: rebuilt, never the original, and harmless even if a rebuilt file were not.
"""

from typing import Any, Final

from csp.constants import NONE
from csp.decorators import csp_replace
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import borrower_required
from accounts.refusals import Refused
from accounts.views import refusal
from creditquery.views.lookup import query_or_404
from portal import catalogue, pace
from portal.intake.words import REMOVED
from reviews.forms.borrower import PasswordForm
from reviews.models import Document, DocumentPage
from reviews.selectors import borrower
from reviews.selectors import documents as selectors
from reviews.services import drafts as services
from reviews.states.documents import DocumentState
from reviews.words import DOCUMENT_TONES

SANDBOX: Final = {"default-src": [NONE], "sandbox": True}
PICTURES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})
PASSWORDS_A_MINUTE: Final = 5


# --- How bytes leave ------------------------------------------------------------------------

sandboxed = csp_replace(SANDBOX)
"""For a view that answers with bytes of a document: were they a page after all, it could run
nothing, load nothing and reach nobody. `nosniff` is on every answer of the portal."""


def picture(page: DocumentPage) -> HttpResponse:
    """One page, to be looked at."""
    if page.media_type not in PICTURES:
        raise Http404
    return HttpResponse(bytes(page.image), content_type=page.media_type, headers=_closed("inline"))


def attachment(document: Document, content: bytes, name: str) -> HttpResponse:
    """The rebuilt copy, to be kept; `name` is ours, without its ending."""
    ending = document.media_type.rpartition("/")[2]
    disposition = f'attachment; filename="{name}.{ending}"'
    return HttpResponse(content, content_type=document.media_type, headers=_closed(disposition))


def _closed(disposition: str) -> dict[str, str]:
    return {
        "Content-Disposition": disposition,
        "Cross-Origin-Resource-Policy": "same-origin",
    }


# --- The borrower's pages -------------------------------------------------------------------


def document_or_404(request: Any, request_no: str, pk: int) -> Document:
    """Of the review that the page of the query is about, and of nobody else's."""
    task = borrower.newest(query_or_404(request, request_no))
    found = selectors.one(task, pk) if task else None
    if found is None:
        raise Http404
    return found


@require_GET
@borrower_required
@never_cache
def show(request: Any, request_no: str, pk: int) -> HttpResponse:
    return _page(request, document_or_404(request, request_no, pk), PasswordForm())


@require_POST
@borrower_required
@never_cache
def unlock(request: Any, request_no: str, pk: int) -> HttpResponse:
    document = document_or_404(request, request_no, pk)
    form = PasswordForm(request.POST)
    if not form.is_valid():
        return _page(request, document, form)
    try:
        who = str(request.user.pk)
        if pace.too_often(what="file-password", who=who, most=PASSWORDS_A_MINUTE):
            raise Refused("review-passwords-many")
        password = form.cleaned_data["password"]
        services.unlock(document=document, password=password, now=timezone.now())
    except Refused as error:
        refusal.add(form, error, "password")
        return _page(request, document, form)
    return redirect("reviews:document", request_no, pk)


@require_POST
@borrower_required
@never_cache
def remove(request: Any, request_no: str, pk: int) -> HttpResponse:
    """Gone at once; to hand it in again is one step."""
    document = document_or_404(request, request_no, pk)
    try:
        services.remove(document=document, now=timezone.now())
        messages.success(request, _("The file is deleted."))
    except Refused as error:
        messages.warning(request, refusal.sentence(error))
    return redirect("reviews:review", request_no)


@require_GET
@sandboxed
@borrower_required
@never_cache
def page(request: Any, request_no: str, pk: int, number: int) -> HttpResponse:
    found = selectors.page(document_or_404(request, request_no, pk), number)
    if found is None:
        raise Http404
    return picture(found)


@require_GET
@sandboxed
@borrower_required
@never_cache
def copy(request: Any, request_no: str, pk: int) -> HttpResponse:
    document = document_or_404(request, request_no, pk)
    content = selectors.copy(document)
    if content is None:
        raise Http404
    return attachment(document, content, f"{document.kind}-{pk}")


def _page(request: Any, document: Document, form: PasswordForm) -> HttpResponse:
    task = document.task
    context = {
        "task": task,
        "query": task.query,
        "document": document,
        "form": form,
        "tone": DOCUMENT_TONES.get(document.state, ""),
        "why": catalogue.ENTRIES.get(document.refusal),
        "removed": [REMOVED[code] for code in document.removed if code in REMOVED],
        "pages": document.pages.defer("image", "words"),
        "can_remove": selectors.unsent(task).filter(pk=document.pk).exists(),
        "reload": borrower.look_again([document], timezone.now()),
        "locked": document.state == DocumentState.LOCKED,
    }
    return render(request, "reviews/document.html", context)
