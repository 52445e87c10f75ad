"""A case on one page, and a page for each act on it.

What was typed stays on the page when an act is refused; when only the claim was lost, the same page
takes the case on again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import PersonalRequest, staff_required
from accounts.refusals import Refused
from accounts.services import phrases
from accounts.views import refusal
from creditquery.selectors import logins
from evidence.services import IllegalMove
from portal.intake.limits import LIMITS
from portal.uploads import takes_file
from reviews import desk_words
from reviews.forms import desk as forms
from reviews.models import ReviewTask
from reviews.selectors import cases, competences, differences, risk
from reviews.services import claims, deciding, handling
from reviews.states.cases import REVIEW_HELD, REVIEW_QUEUED, REVIEW_UNDECIDED, ReviewState
from reviews.views.desk import NO_KEYS, READ, due_of
from reviews.words import DOCUMENT_TONES

R = ReviewState


@dataclass(frozen=True, slots=True)
class Act:
    """One act: what it says, when it is offered; `mine` only to whoever holds the case. The service
    decides whether it is done."""

    title: Promise
    does: Promise
    service: Callable[..., Any]
    form: type[forms.ActForm] = forms.ActForm
    states: frozenset[str] = REVIEW_UNDECIDED
    mine: bool = True
    permission: str = competences.WORK


ACTS: Mapping[str, Act] = {
    "recommend": Act(
        gettext_lazy("Recommend"),
        gettext_lazy("It counts when another officer agrees, from a certain sum on two."),
        deciding.recommend,
        forms.RecommendForm,
        frozenset({R.CLAIMED}),
    ),
    "check": Act(
        gettext_lazy("Check the recommendation"),
        gettext_lazy(
            "Agreeing decides the review, unless the sum asks for a third officer. Sent back, it "
            "waits for an officer again, and the recommendation is void."
        ),
        deciding.check,
        forms.CheckForm,
        frozenset({R.CHECKING}),
    ),
    "request": Act(
        gettext_lazy("Request more evidence"),
        gettext_lazy("The borrower is told, and the clock stands still until the answer."),
        deciding.request_more,
        forms.RequestForm,
        frozenset({R.CLAIMED}),
    ),
    "note": Act(
        gettext_lazy("Add a note"),
        gettext_lazy("It stands in the timeline."),
        handling.note,
        forms.NoteForm,
        frozenset(R) - {R.DRAFT},
        mine=False,
    ),
    "reveal": Act(
        gettext_lazy("Show masked data"),
        gettext_lazy("One value is shown once, on the next page. Name and purpose are on record."),
        handling.reveal,
        forms.RevealForm,
        REVIEW_HELD,
        permission="reviews.reveal_reviewtask",
    ),
    "hand-over": Act(
        gettext_lazy("Hand over"),
        gettext_lazy("The colleague holds the review from then on."),
        claims.hand_over,
        forms.HandOverForm,
        REVIEW_HELD,
    ),
    "release": Act(
        pgettext_lazy("review", "Give back"),
        gettext_lazy("The review waits for the next officer."),
        claims.release,
        forms.GiveBackForm,
        REVIEW_HELD,
    ),
    "recuse": Act(
        gettext_lazy("Declare a conflict of interest"),
        gettext_lazy("It is gone from this officer's list for good; somebody else takes it on."),
        handling.recuse,
        forms.RecuseForm,
        mine=False,
    ),
}
AT_HAND = ("recommend", "check")
"""Acts whose form stands on the page of the case."""


# --- The case -------------------------------------------------------------------------------


@require_GET
@staff_required(READ)
@never_cache
def show(request: PersonalRequest, number: str) -> HttpResponse:
    """All about one; that it was read is evidence."""
    task, now = case_or_404(request, number), timezone.now()
    handling.note_reading(task=task, by=request.user, now=now)
    offered = {key: act for key, act in ACTS.items() if _fits(key, act, task, request)}
    at_hand = next((key for key in AT_HAND if key in offered), None)
    context = {
        "task": task,
        "tone": desk_words.TONES.get(task.state, ""),
        "due": due_of(task),
        "recommendation": _said(task),
        "acts": [(key, act) for key, act in offered.items() if key != at_hand],
        "at_hand": at_hand,
        "act": ACTS[at_hand] if at_hand else None,
        "form": ACTS[at_hand].form(task=task, by=request.user) if at_hand else None,
        "claimable": _claimable(task, request),
        "can_add": _can_add(task, request),
        "attempts": cases.attempts(task),
        "papers": cases.papers(task),
        "document_tones": DOCUMENT_TONES,
        "hint_names": desk_words.HINTS,
        "differences": differences.of_task(task) if task.joined_at else [],
        "risk": risk.of_case(task, now),
        "timeline": cases.timeline(task),
        "entry": logins.of_query(task.query),
        "keys": NO_KEYS not in request.session,
        "mine": (mine := task.held_by_id == request.user.pk),
        "caller_waits": mine and phrases.waiting(borrower=task.person, now=now),
    }
    return render(request, "reviews/desk_case.html", context)


@require_http_methods(["POST"])
@staff_required(competences.WORK)
@never_cache
def claim(request: PersonalRequest, number: str) -> HttpResponse:
    task = case_or_404(request, number)
    try:
        claims.claim(task=task, officer=request.user, now=timezone.now())
    except Refused as error:
        messages.warning(request, refusal.sentence(error))
    return redirect("reviews:case", number)


# --- Acts -----------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@staff_required(READ)
@never_cache
def do(request: PersonalRequest, number: str, act: str) -> HttpResponse:
    """A page that says what an act does, and does it."""
    task = case_or_404(request, number)
    chosen = ACTS.get(act)
    if chosen is None:
        raise Http404
    if not _permitted(chosen, act, request):
        raise PermissionDenied
    if request.method == "POST" and "again" in request.POST:
        return _take_again(request, task, chosen)
    form = chosen.form(request.POST or None, task=task, by=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            shown = _perform(chosen, form, task, request)
        except (Refused, IllegalMove) as error:
            return _refused(request, task, chosen, form, error)
        if shown is not None:
            return _revealed(request, task, form, shown)
        return _done(request, number)
    return _act_page(request, task, chosen, form)


def _perform(chosen: Act, form: forms.ActForm, task: ReviewTask, request: PersonalRequest) -> Any:
    given = form.given() if isinstance(form, forms.FreeForm) else form.cleaned_data
    return chosen.service(task=task, by=request.user, now=timezone.now(), **given)


def _refused(
    request: PersonalRequest, task: ReviewTask, chosen: Act, form: forms.ActForm, error: Exception
) -> HttpResponse:
    """The same page with all that was typed, and what stands in the way."""
    code = error.code if isinstance(error, Refused) else "desk-moved-on"
    refusal.add(form, Refused(code), None)
    task.refresh_from_db()
    lost = code == "desk-lease-lost" and _claimable(task, request)
    return _act_page(request, task, chosen, form, lost=lost)


def _take_again(request: PersonalRequest, task: ReviewTask, chosen: Act) -> HttpResponse:
    """Under a new claim, with what was typed under the old one; nothing is sent by this."""
    typed = request.POST.copy()
    try:
        claims.claim(task=task, officer=request.user, now=timezone.now())
    except Refused as error:
        form = chosen.form(typed, task=task, by=request.user)
        return _refused(request, task, chosen, form, error)
    typed["fence"] = str(task.fence)
    messages.success(
        request,
        _("The review is held again. Look whether it has changed, then send what stands here."),
    )
    form = chosen.form(typed, task=task, by=request.user)
    return _act_page(request, task, chosen, form)


def _act_page(
    request: PersonalRequest,
    task: ReviewTask,
    chosen: Act,
    form: forms.ActForm,
    *,
    lost: bool = False,
) -> HttpResponse:
    context = {
        "task": task,
        "act": chosen,
        "form": form,
        "lost": lost,
        "due": due_of(task),
        "recommendation": _said(task),
    }
    return render(request, "reviews/desk_act.html", context)


def _revealed(
    request: PersonalRequest, task: ReviewTask, form: forms.ActForm, value: str
) -> HttpResponse:
    """In this very answer, and nowhere else."""
    what = desk_words.MASKED[form.cleaned_data["what"]]
    context = {"task": task, "what": what, "value": value}
    return render(request, "reviews/desk_revealed.html", context)


def _done(request: PersonalRequest, number: str) -> HttpResponse:
    """Back to the case, unless the act has closed it to whoever acted."""
    messages.success(request, _("Done. It is on record."))
    if cases.one(request.user, number) is None:
        return redirect("reviews:desk")
    return redirect("reviews:case", number)


# --- At the counter -------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@takes_file(most=LIMITS.most_bytes)
@staff_required(competences.WORK)
@never_cache
def add(request: PersonalRequest, number: str) -> HttpResponse:
    """Take in a paper for the borrower; whoever does decides nothing about the case any more."""
    task = case_or_404(request, number)
    form = forms.CounterForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        name, size, data = form.content()
        try:
            if size > len(data):
                raise Refused("upload-too-big")
            handling.hand_in(
                task=task,
                by=request.user,
                kind=form.cleaned_data["kind"],
                name=name,
                data=data,
                now=timezone.now(),
            )
            messages.success(request, _("The document is taken in. It is checked now."))
            return redirect("reviews:desk")
        except Refused as error:
            refusal.add(form, error, "file" if error.code.startswith("upload-") else None)
    return render(request, "reviews/desk_add.html", {"task": task, "form": form})


# --- Who may --------------------------------------------------------------------------------


def case_or_404(request: PersonalRequest, number: str) -> ReviewTask:
    """What is beyond an officer's competence, or what they stand aside from, does not exist."""
    found = cases.one(request.user, number)
    if found is None:
        raise Http404
    return found


def _permitted(act: Act, key: str, request: PersonalRequest) -> bool:
    """A lead also notes and gives away."""
    leads = key in ("note", "hand-over") and request.user.has_perm(competences.LEAD)
    return leads or request.user.has_perm(act.permission)


def _fits(key: str, act: Act, task: ReviewTask, request: PersonalRequest) -> bool:
    """Whether the act is offered."""
    if not _permitted(act, key, request):
        return False
    if key == "hand-over" and request.user.has_perm(competences.LEAD):
        return task.state in REVIEW_HELD | REVIEW_QUEUED
    return task.state in act.states and (not act.mine or task.held_by_id == request.user.pk)


def _claimable(task: ReviewTask, request: PersonalRequest) -> bool:
    """Free, or its lease ran out; and nothing stands between the officer and the case."""
    ran_out = task.held_until is not None and task.held_until < timezone.now()
    free = task.state in REVIEW_QUEUED or (task.state in REVIEW_HELD and ran_out)
    return free and competences.obstacle(task, request.user) is None


def _can_add(task: ReviewTask, request: PersonalRequest) -> bool:
    took_part = request.user.pk in (task.maker_id, task.checker_id)
    adds = task.state in (R.OPEN, R.CLAIMED, R.AWAITING)
    return adds and not took_part and request.user.has_perm(competences.WORK)


def _said(task: ReviewTask) -> dict[str, Any] | None:
    """The recommendation that waits to be checked, in words."""
    step = cases.recommendation(task)
    if step is None:
        return None
    return {
        "step": step,
        "reasons": desk_words.reasons_of(step.kind, step.outcome, step.reasons),
    }
