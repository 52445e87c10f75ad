"""The borrower's side of a review: one page a query, and an act a page."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.access import borrower_required
from accounts.refusals import Refused
from accounts.views import refusal
from creditquery.models import CreditQuery
from creditquery.views.lookup import query_or_404, readable
from portal.intake.limits import LIMITS
from portal.uploads import takes_file
from reviews import words
from reviews.forms.borrower import AnswerForm, ObjectionForm, UploadForm
from reviews.models import ReviewTask
from reviews.selectors import borrower as selectors
from reviews.selectors import documents, policies
from reviews.services import drafts, submission
from reviews.states.cases import REVIEW_LIVE, ReviewState
from reviews.states.documents import DocumentKind, DocumentState


@require_http_methods(["GET", "POST"])
@borrower_required
@never_cache
def review(request: Any, request_no: str) -> HttpResponse:
    """How the review stands, whatever its state; a POST begins one."""
    query = query_or_404(request, request_no)
    if request.method == "POST":
        try:
            drafts.begin(query=query, person=request.user, now=timezone.now())
        except Refused as error:
            messages.warning(request, refusal.sentence(error))
        return redirect("reviews:review", request_no)
    task = selectors.newest(query)
    context = _offer(query, task) if task is None else _shown(query, task)
    return render(request, "reviews/review.html", {"query": query, "task": task, **context})


def _offer(query: CreditQuery, task: ReviewTask | None) -> dict[str, Any]:
    """Why a review can begin now; nothing while there is one that goes on."""
    live = task is not None and task.state in REVIEW_LIVE
    offered = not live and selectors.is_offered(query)
    return {
        "offered": words.OFFERED[query.state] if offered else "",
        "kinds": _kinds(),
        "keep_days": policies.current(timezone.localdate()).keep_days,
    }


def _kinds() -> list[tuple[str, Any, Any]]:
    return [(kind.value, kind.label, words.HINTS[kind]) for kind in DocumentKind]


def _shown(query: CreditQuery, task: ReviewTask) -> dict[str, Any]:
    now = timezone.now()
    files = list(documents.of_task(task))
    events = selectors.timeline(task)
    adds = task.state in drafts.ADDS
    return {
        **_offer(query, task),
        "standing": selectors.standing(task, now),
        "documents": files,
        "document_tones": words.DOCUMENT_TONES,
        "missing": selectors.missing(files) if adds else [],
        "adds": adds and len(files) < task.policy.most_documents,
        "ready": any(file.state == DocumentState.SANITISED for file in files),
        "reload": selectors.look_again(files, now),
        "events": events,
        "asked": selectors.asked(events) if task.state == ReviewState.AWAITING else None,
        "decisions": selectors.decided(events),
        "object_until": _still(selectors.object_until(task), now),
        "can_withdraw": task.state in selectors.WITHDRAWABLE,
        "report": readable(query) if task.joined_at else None,
    }


def _still(until: Any, now: Any) -> Any:
    return until if until and timezone.localdate(now) <= until else None


# --- Handing in -----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@takes_file(most=LIMITS.most_bytes)
@borrower_required
@never_cache
def add(request: Any, request_no: str, kind: str) -> HttpResponse:
    """One file of one kind."""
    if kind not in DocumentKind.values:
        raise Http404
    task = task_or_404(request, request_no)
    if task.state not in drafts.ADDS:
        return redirect("reviews:review", request_no)
    posted = request.method == "POST"
    form = UploadForm(request.POST, request.FILES) if posted else UploadForm()
    if form.is_valid():
        name, size, data = form.content()
        try:
            if size > len(data):
                raise Refused("upload-too-big")
            drafts.add(
                task=task, kind=kind, name=name, data=data, by=request.user, now=timezone.now()
            )
            messages.success(request, _("The file has arrived. It is checked now."))
            return redirect("reviews:review", request_no)
        except Refused as error:
            refusal.add(form, error, "file")
    context = {"form": form, "query": task.query, "task": task, "kind": DocumentKind(kind).label}
    context["hint"] = words.HINTS[DocumentKind(kind)]
    context["printed"] = kind == DocumentKind.PRINTED_REPORT
    return render(request, "reviews/review_add.html", context)


@require_http_methods(["GET", "POST"])
@borrower_required
@never_cache
def send(request: Any, request_no: str) -> HttpResponse:
    """See once more what was handed in, page by page, and send it."""
    task = task_or_404(request, request_no)
    if request.method == "POST":
        sent = _do(request, lambda: submission.submit(task=task, now=timezone.now()))
        if sent:
            messages.success(request, _("Your review is sent. Its number is below."))
        return redirect("reviews:review" if sent else "reviews:send", request_no)
    if task.state != ReviewState.DRAFT:
        return redirect("reviews:review", request_no)
    return render(request, "reviews/review_send.html", _checked(task))


@require_http_methods(["GET", "POST"])
@borrower_required
@never_cache
def answer(request: Any, request_no: str) -> HttpResponse:
    """Answer a request for more: see what is added, and write what there is to say."""
    task = task_or_404(request, request_no)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            submission.answer(task=task, text=form.cleaned_data["text"], now=timezone.now())
            messages.success(request, _("Your answer is with us. The review goes on."))
            return redirect("reviews:review", request_no)
        except Refused as error:
            refusal.add(form, error, None)
    if task.state != ReviewState.AWAITING:
        return redirect("reviews:review", request_no)
    asked = selectors.asked(selectors.timeline(task))
    context = {"form": form, "asked": asked, **_checked(task)}
    return render(request, "reviews/review_answer.html", context)


def _checked(task: ReviewTask) -> dict[str, Any]:
    """What would be sent now, with the pages to look at, and what would not."""
    files = list(documents.unsent(task).prefetch_related(documents.pages()))
    return {
        "task": task,
        "query": task.query,
        "documents": [file for file in files if file.state == DocumentState.SANITISED],
        "left_out": [file for file in files if file.state != DocumentState.SANITISED],
        "missing": selectors.missing(list(documents.of_task(task))),
    }


# --- Afterwards -----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@borrower_required
@never_cache
def withdraw(request: Any, request_no: str) -> HttpResponse:
    """Take it back, sent or not, after a page that says what that does."""
    task = task_or_404(request, request_no)
    draft = task.state == ReviewState.DRAFT
    if request.method == "GET" and (draft or task.state in selectors.WITHDRAWABLE):
        context = {"task": task, "query": task.query, "draft": draft}
        return render(request, "reviews/review_withdraw.html", context)
    if request.method == "POST":
        act = drafts.discard if draft else submission.withdraw
        if _do(request, lambda: act(task=task, now=timezone.now())):
            messages.success(request, _("Done. What you had handed in is deleted."))
    return redirect("reviews:review", request_no)


@require_http_methods(["GET", "POST"])
@borrower_required
@never_cache
def object_to(request: Any, request_no: str) -> HttpResponse:
    task = task_or_404(request, request_no)
    form = ObjectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            submission.object_to(task=task, text=form.cleaned_data["text"], now=timezone.now())
            messages.success(request, _("Other people look at it again."))
            return redirect("reviews:review", request_no)
        except Refused as error:
            refusal.add(form, error, None)
    if task.state != ReviewState.REFUSED:
        return redirect("reviews:review", request_no)
    until = _still(selectors.object_until(task), timezone.now())
    context = {"task": task, "query": task.query, "form": form, "until": until}
    return render(request, "reviews/review_object.html", context)


def task_or_404(request: Any, request_no: str) -> ReviewTask:
    """The review of the person's own query; without one there is nothing to act on."""
    task = selectors.newest(query_or_404(request, request_no))
    if task is None:
        raise Http404
    return task


def _do(request: Any, act: Callable[[], object]) -> bool:
    """Whether it was done; if not, the next page says why."""
    try:
        act()
    except Refused as error:
        messages.warning(request, refusal.sentence(error))
        return False
    return True
