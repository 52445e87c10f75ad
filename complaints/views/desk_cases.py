"""The officers' complaints: the list by its clocks, one case, and a page for each act on it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import PersonalRequest, staff_required
from accounts.models import User
from accounts.refusals import Refused
from accounts.services import phrases
from accounts.views import refusal
from complaints.case.words import CLOCK_TONES, TONES
from complaints.forms import cases as forms
from complaints.models import Complaint
from complaints.selectors import cases as selectors
from complaints.selectors import clocks
from complaints.services import handling
from complaints.states.cases import COMPLAINT_OPEN, ComplaintState
from evidence.services import IllegalMove

READ = "complaints.view_complaint"
HANDLE = "complaints.handle_complaint"
DECIDE = "complaints.decide_complaint"
PAGE = 50
C = ComplaintState
UNDER_WAY = frozenset({C.INVESTIGATING, C.AWAITING})


@dataclass(frozen=True, slots=True)
class Act:
    """One act: who may, in which states, and what it says; `mine` only for the handler."""

    title: Promise
    does: Promise
    service: Callable[..., Any]
    permission: str = HANDLE
    form: type[forms.ActForm] = forms.ActForm
    states: frozenset[str] = COMPLAINT_OPEN
    mine: bool = True


def _approve_extension(*, complaint: Complaint, by: User, now: Any) -> None:
    handling.decide_extension(complaint=complaint, by=by, approve=True, now=now)


def _refuse_extension(*, complaint: Complaint, by: User, now: Any) -> None:
    handling.decide_extension(complaint=complaint, by=by, approve=False, now=now)


ACTS: dict[str, Act] = {
    "claim": Act(
        gettext_lazy("Take it on"),
        gettext_lazy("Only the handler may investigate and propose a decision."),
        handling.claim,
        mine=False,
    ),
    "accept": Act(
        pgettext_lazy("complaint", "Accept"),
        gettext_lazy("The complaint is dealt with here; the investigation begins."),
        handling.accept,
        states=frozenset({C.ACKNOWLEDGED}),
    ),
    "refuse": Act(
        gettext_lazy("Do not accept"),
        gettext_lazy("The complainant reads why, and who is responsible; a review is open."),
        handling.refuse,
        DECIDE,
        forms.ToldForm,
        frozenset({C.ACKNOWLEDGED}),
        mine=False,
    ),
    "ask": Act(
        gettext_lazy("Ask the complainant"),
        gettext_lazy("The service clock pauses until the answer. The statutory clock runs on."),
        handling.ask,
        form=forms.ToldForm,
        states=frozenset({C.INVESTIGATING}),
    ),
    "note": Act(
        gettext_lazy("Add a note"),
        gettext_lazy("Internal unless the box is ticked."),
        handling.note,
        form=forms.NoteForm,
    ),
    "recode": Act(
        gettext_lazy("Correct the classification"),
        gettext_lazy("The axes of JR/T 0169-2018, for statistics."),
        handling.recode,
        form=forms.RecodeForm,
    ),
    "complex": Act(
        gettext_lazy("Mark as complex"),
        gettext_lazy("30 days from receipt in place of 15. The complainant reads why."),
        handling.make_complex,
        form=forms.ToldForm,
        states=UNDER_WAY,
    ),
    "extend": Act(
        gettext_lazy("Propose 30 days more"),
        gettext_lazy(
            "Needs the approval of a compliance officer. Then the complainant reads the reason."
        ),
        handling.propose_extension,
        form=forms.ToldForm,
        states=UNDER_WAY,
    ),
    "approve-extension": Act(
        gettext_lazy("Approve the extension"),
        gettext_lazy("The last day moves, and the complainant is told, with the reason."),
        _approve_extension,
        DECIDE,
        mine=False,
    ),
    "refuse-extension": Act(
        gettext_lazy("Refuse the extension"),
        gettext_lazy("The last day stays."),
        _refuse_extension,
        DECIDE,
        mine=False,
    ),
    "propose": Act(
        gettext_lazy("Propose a decision"),
        gettext_lazy("It counts when a compliance officer, somebody else, approves it."),
        handling.propose,
        form=forms.DecisionForm,
        states=UNDER_WAY,
    ),
    "approve": Act(
        gettext_lazy("Approve the decision"),
        gettext_lazy("The complaint is decided, and the decision is sent."),
        handling.approve,
        DECIDE,
        states=frozenset({C.PROPOSED}),
        mine=False,
    ),
    "send-back": Act(
        gettext_lazy("Send the decision back"),
        gettext_lazy("The handler goes on with the investigation."),
        handling.send_back,
        DECIDE,
        forms.InternalForm,
        frozenset({C.PROPOSED}),
        mine=False,
    ),
    "assign": Act(
        gettext_lazy("Give it to a handler"),
        gettext_lazy("In place of the present one, if there is one."),
        handling.assign,
        DECIDE,
        forms.AssignForm,
        mine=False,
    ),
    "officer": Act(
        gettext_lazy("Name the member of staff"),
        gettext_lazy("From then on the complaint does not exist for whoever is named."),
        handling.name_officer,
        DECIDE,
        forms.SubjectForm,
        mine=False,
    ),
    "recuse": Act(
        gettext_lazy("Declare a conflict of interest"),
        gettext_lazy("The complaint leaves the own list for good; somebody else takes it on."),
        handling.recuse,
        form=forms.RecuseForm,
        mine=False,
    ),
}


@require_GET
@staff_required(READ)
@never_cache
def index(request: PersonalRequest) -> HttpResponse:
    """By the statutory clock that ends first."""
    form = forms.FilterForm(request.GET)
    wanted = form.filters()
    rows = selectors.desk(request.user, wanted)
    context = {
        "form": form,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "today": timezone.localdate(),
        "tones": TONES,
    }
    return render(request, "complaints/desk_complaints.html", context)


@require_GET
@staff_required(READ)
@never_cache
def show(request: PersonalRequest, number: str) -> HttpResponse:
    """All about one; that it was read is evidence."""
    complaint = _visible_or_404(request, number)
    handling.note_reading(complaint=complaint, by=request.user, now=timezone.now())
    context = {
        "complaint": complaint,
        "tone": TONES.get(complaint.state, ""),
        "clock_tones": CLOCK_TONES,
        "clocks": clocks.of_complaint(complaint),
        "extension": clocks.pending_extension(complaint),
        "thread": selectors.thread(complaint, internal=True),
        "decisions": selectors.decisions(complaint),
        "acts": [(key, act) for key, act in ACTS.items() if _fits(key, act, complaint, request)],
        "mine": (mine := complaint.handler_id == request.user.pk),
        "caller_waits": mine and phrases.waiting(borrower=complaint.person, now=timezone.now()),
    }
    return render(request, "complaints/desk_complaint.html", context)


@require_http_methods(["GET", "POST"])
@staff_required(HANDLE)
@never_cache
def do(request: PersonalRequest, number: str, act: str) -> HttpResponse:
    """A page that says what an act does, and does it."""
    complaint = _visible_or_404(request, number)
    chosen = ACTS.get(act)
    if chosen is None:
        raise Http404
    if not request.user.has_perm(chosen.permission):
        raise PermissionDenied
    form = chosen.form(request.POST if request.method == "POST" else None, complaint=complaint)
    if request.method == "POST" and form.is_valid():
        given = {"complaint": complaint, "by": request.user, "now": timezone.now()}
        try:
            chosen.service(**given, **form.cleaned_data)
        except Refused as error:
            refusal.add(form, error, None)
        except IllegalMove:
            refusal.add(form, Refused("complaint-moved-on"), None)
        else:
            return _done(request, complaint)
    context = {
        "complaint": complaint,
        "act": chosen,
        "form": form,
        "proposed": selectors.proposed(complaint),
        "extension": clocks.pending_extension(complaint),
    }
    return render(request, "complaints/desk_complaint_act.html", context)


def _done(request: PersonalRequest, complaint: Complaint) -> HttpResponse:
    """Back to the case, unless the act has closed it to whoever acted."""
    messages.success(request, _("Done. It is on record."))
    if selectors.for_officer(request.user, complaint.number or "") is None:
        return redirect("complaints:desk-complaints")
    return redirect("complaints:desk-complaint", complaint.number)


def _fits(key: str, act: Act, complaint: Complaint, request: PersonalRequest) -> bool:
    """Whether the act is offered; the service decides whether it is done."""
    if complaint.state not in act.states or not request.user.has_perm(act.permission):
        return False
    if act.mine and complaint.handler_id != request.user.pk:
        return False
    if key == "claim":
        return complaint.handler_id is None
    if key == "complex":
        return not complaint.is_complex and complaint.round == 1
    if key.endswith("-extension"):
        return clocks.pending_extension(complaint) is not None
    return True


def _visible_or_404(request: PersonalRequest, number: str) -> Complaint:
    """What a biased member of staff asks for does not exist."""
    found = selectors.for_officer(request.user, number)
    if found is None:
        raise Http404
    return found
