"""Letters at the officers' desk: found by number, revoked by two."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import PersonalRequest, staff_required
from accounts.refusals import Refused
from accounts.views.refusal import sentence
from complaints.forms.letters import RevokeForm, SearchForm
from complaints.models import Letter, LetterRevocation
from complaints.selectors import letters as selectors
from complaints.services import letter_revocations
from complaints.views.proposals import Facts, decision

READ = "complaints.view_letter"
PROPOSE, APPROVE = "complaints.propose_revocation", "complaints.approve_revocation"
PAGE = 50


@require_GET
@staff_required(READ)
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Search, and what waits for a second person. The address holds the search."""
    form = SearchForm(request.GET or None)
    given = form.cleaned_data if form.is_valid() else {}
    rows = selectors.found(
        typed=given.get("serial", ""),
        incident=given.get("incident", ""),
        state=given.get("state", ""),
    )
    context = {
        "form": form,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "revocations": selectors.revocations(),
    }
    return render(request, "complaints/letter_desk.html", context)


@require_GET
@staff_required(READ)
@never_cache
def show(request: HttpRequest, serial: str) -> HttpResponse:
    """How a letter stands, who looked at it, and its revocations; what it says stays sealed."""
    found = _found(serial)
    context = {
        "letter": found,
        "file": selectors.file_of(found),
        "successor": selectors.successor(found),
        "accesses": selectors.accesses(found),
        "revocations": found.revocations.select_related("proposed_by", "decided_by"),
    }
    return render(request, "complaints/letter_desk_show.html", context)


@require_http_methods(["GET", "POST"])
@staff_required(PROPOSE)
@never_cache
def revoke(request: PersonalRequest, serial: str) -> HttpResponse:
    """Propose that a letter be revoked; it stays valid until a second person agrees."""
    found, form = _found(serial), RevokeForm(request.POST or None)
    if request.method == "GET" or not form.is_valid():
        context = {"letter": found, "form": form}
        return render(request, "complaints/letter_revoke.html", context)
    try:
        letter_revocations.propose(
            letter=found, reason=form.cleaned_data["reason"], by=request.user, now=timezone.now()
        )
        messages.success(request, _("Proposed. Another person decides."))
    except Refused as refused:
        messages.warning(request, sentence(refused))
    return redirect("complaints:desk-letter", serial)


@require_http_methods(["GET", "POST"])
@staff_required(APPROVE)
@never_cache
def decide(request: PersonalRequest, pk: int) -> HttpResponse:
    """Revoke what somebody else proposed, or leave it valid."""
    rows = LetterRevocation.objects.select_related("letter", "proposed_by", "decided_by")
    revocation = get_object_or_404(rows.defer("letter__document"), pk=pk)

    def act(approve: bool) -> None:
        letter_revocations.decide(
            revocation=revocation, by=request.user, approve=approve, now=timezone.now()
        )

    facts: Facts = [
        (_("Letter"), revocation.letter.number),
        (_("Issued"), revocation.letter.issued_at),
    ]
    return decision(
        request,
        revocation,
        act,
        title=_("Decide on revoking a letter"),
        facts=facts,
        back="complaints:desk-letters",
    )


def _found(serial: str) -> Letter:
    found = selectors.letters().filter(serial=serial).first()
    if found is None:
        raise Http404
    return found
