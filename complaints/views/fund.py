"""The compensation fund at the officers' desk: what is in it, promised, waited for, and changed."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import PersonalRequest, staff_required
from complaints.forms.compensation import FundForm
from complaints.models import FundChange
from complaints.selectors import fund as selectors
from complaints.services import fund
from complaints.views.proposals import APPROVE, PROPOSE, decision
from portal.templatetags.portal import yuan

READ = "complaints.view_fund"


@require_GET
@staff_required(READ)
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    context = {
        "fund": selectors.fund(),
        "waiting": selectors.waiting(),
        "changes": selectors.changes(),
        "entries": selectors.entries(),
    }
    return render(request, "complaints/fund.html", context)


@require_http_methods(["GET", "POST"])
@staff_required(PROPOSE)
@never_cache
def propose(request: PersonalRequest) -> HttpResponse:
    """A top-up or another ceiling."""
    form = FundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        fund.propose(**form.change(), by=request.user, now=timezone.now())
        messages.success(request, _("Proposed. A second person decides."))
        return redirect("complaints:desk-fund")
    return render(request, "complaints/fund_propose.html", {"form": form})


@require_http_methods(["GET", "POST"])
@staff_required(APPROVE)
@never_cache
def decide(request: PersonalRequest, pk: int) -> HttpResponse:
    change = get_object_or_404(FundChange.objects.select_related("compensation"), pk=pk)

    def act(approve: bool) -> None:
        fund.decide(change=change, by=request.user, approve=approve, now=timezone.now())

    facts = [
        (_("What to change"), change.get_kind_display()),
        (_("Amount"), yuan(change.amount_fen)),
    ]
    if change.compensation is not None:
        facts.append((_("Compensation"), change.compensation.number))
    title = _("Decide on a change of the fund")
    return decision(request, change, act, title=title, facts=facts, back="complaints:desk-fund")
