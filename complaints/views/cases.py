"""The borrower's complaints: write one, follow it, answer, withdraw, have it reviewed, go on."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import borrower_required
from accounts.refusals import Refused
from accounts.views import refusal
from complaints.case.words import CLOCK_TONES, NEXT, TONES
from complaints.forms.cases import AnswerForm, ComplaintForm, ReviewForm
from complaints.models import Complaint
from complaints.selectors import cases as selectors
from complaints.selectors import clocks
from complaints.services import cases
from complaints.states.cases import (
    COMPLAINT_OPEN,
    COMPLAINT_TRANSITIONS,
    REVIEWABLE,
    WITHDRAWABLE,
    ComplaintState,
)
from evidence.services import IllegalMove


@require_GET
@borrower_required
@never_cache
def index(request: Any) -> HttpResponse:
    context = {
        "complaints": selectors.of_person(request.user),
        "draft": selectors.draft(request.user),
        "tones": TONES,
    }
    return render(request, "complaints/complaint_list.html", context)


# --- Writing one ----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@borrower_required
@never_cache
def new(request: Any) -> HttpResponse:
    """Write it; what was kept before is there again, and a link may say what it is about."""
    draft = selectors.draft(request.user)
    form = ComplaintForm(
        request.POST or None,
        offered=selectors.offered(request.user),
        initial=_initial(draft) | request.GET.dict(),
    )
    if request.method != "POST" or not form.is_valid():
        return render(request, "complaints/complaint_new.html", {"form": form})
    cases.keep_draft(person=request.user, now=timezone.now(), **form.said())
    if "later" in request.POST:
        messages.success(request, _("Your draft is kept for 30 days."))
        return redirect("complaints:complaints")
    return redirect("complaints:complaint-check")


def _initial(draft: Complaint | None) -> dict[str, str]:
    if draft is None:
        return {}
    about = (
        (draft.incident and draft.incident.number)
        or (draft.query and draft.query.request_no)
        or (draft.letter and draft.letter.serial)
        or ""
    )
    return {
        "topic": draft.topic,
        "wanted": draft.wanted,
        "text": draft.text,
        "about": about,
    }


@require_http_methods(["GET", "POST"])
@borrower_required
@never_cache
def check(request: Any) -> HttpResponse:
    """Read once more what was written, and send it."""
    draft = selectors.draft(request.user)
    if draft is None:  # sent a moment ago, by the first of two presses
        return redirect("complaints:complaints")
    if request.method == "POST":
        try:
            cases.submit(draft=draft, now=timezone.now())
        except Refused as error:
            messages.warning(request, refusal.sentence(error))
            return redirect("complaints:complaint-check")
        except IllegalMove:
            return redirect("complaints:complaints")
        messages.success(request, _("Your complaint is received. Its number is below."))
        return redirect("complaints:complaint", draft.number)
    return render(request, "complaints/complaint_check.html", {"complaint": draft})


# --- Following it ---------------------------------------------------------------------------


@require_GET
@borrower_required
@never_cache
def show(request: Any, number: str) -> HttpResponse:
    complaint = complaint_or_404(request, number)
    return render(request, "complaints/complaint.html", _shown(complaint))


@require_GET
@borrower_required
@never_cache
def summary(request: Any, number: str) -> HttpResponse:
    """The paper for the regulator, to print; it says where to go with it."""
    complaint = complaint_or_404(request, number)
    return render(request, "complaints/complaint_summary.html", _shown(complaint))


def _shown(complaint: Complaint) -> dict[str, Any]:
    now = timezone.now()
    state = complaint.state
    reviewable = state in REVIEWABLE and complaint.round == 1
    until = cases.review_until(complaint) if reviewable else None
    return {
        "complaint": complaint,
        "next": NEXT[state],
        "tone": TONES.get(state, ""),
        "clock_tones": CLOCK_TONES,
        "clocks": clocks.of_complaint(complaint),
        "thread": selectors.thread(complaint, internal=False),
        "decisions": selectors.decided(complaint),
        "can_write": state in COMPLAINT_OPEN,
        "can_withdraw": state in WITHDRAWABLE,
        "review_until": until if until and now < until else None,
        "can_escalate": ComplaintState.ESCALATED in COMPLAINT_TRANSITIONS[state],
    }


# --- Acts -----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@borrower_required
@never_cache
def answer(request: Any, number: str) -> HttpResponse:
    complaint = complaint_or_404(request, number)
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cases.answer(complaint=complaint, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("Your message is with us."))
        except (Refused, IllegalMove):
            _over(request)
        return redirect("complaints:complaint", number)
    context = {"form": form, "complaint": complaint, "thread": _last_question(complaint)}
    return render(request, "complaints/complaint_answer.html", context)


@require_http_methods(["GET", "POST"])
@borrower_required
@never_cache
def withdraw(request: Any, number: str) -> HttpResponse:
    """After a page that says what that does."""
    complaint = complaint_or_404(request, number)
    if request.method == "GET" and complaint.state in WITHDRAWABLE:
        return render(request, "complaints/complaint_withdraw.html", {"complaint": complaint})
    if request.method == "POST":
        try:
            cases.withdraw(complaint=complaint, now=timezone.now())
            messages.success(request, _("Your complaint is withdrawn."))
        except IllegalMove:
            _over(request)
    return redirect("complaints:complaint", number)


@require_http_methods(["GET", "POST"])
@borrower_required
@never_cache
def review(request: Any, number: str) -> HttpResponse:
    complaint = complaint_or_404(request, number)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            cases.ask_review(complaint=complaint, now=timezone.now(), **form.cleaned_data)
            messages.success(request, _("It is looked at again."))
            return redirect("complaints:complaint", number)
        except Refused as error:
            refusal.add(form, error, None)
        except IllegalMove:  # the second of two presses
            return redirect("complaints:complaint", number)
    context = {"form": form, "complaint": complaint}
    return render(request, "complaints/complaint_review.html", context)


@require_http_methods(["POST"])
@borrower_required
def escalate(request: Any, number: str) -> HttpResponse:
    try:
        cases.escalate(complaint=complaint_or_404(request, number), now=timezone.now())
        messages.success(request, _("Noted. What we have stays ready for the regulator."))
    except IllegalMove:
        _over(request)
    return redirect("complaints:complaint", number)


def complaint_or_404(request: Any, number: str) -> Complaint:
    """Somebody else's number and one that nobody has are the same answer."""
    found = selectors.one(request.user, number)
    if found is None:
        raise Http404
    return found


def _last_question(complaint: Complaint) -> Any:
    return selectors.thread(complaint, internal=False).filter(question=True).order_by("-pk")[:1]


def _over(request: Any) -> None:
    messages.info(request, _("The complaint has moved on meanwhile. Here is how it stands."))
