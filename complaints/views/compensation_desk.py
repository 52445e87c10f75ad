"""Compensation at the officers' desk: batches, reversals and rules; one proposes, another decides.

Reading takes one permission, proposing another, deciding a third. That nobody decides on an own
proposal is refused below, by the service and by the database.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import PersonalRequest, staff_required
from accounts.refusals import Refused
from accounts.views.refusal import sentence
from complaints.compensation.trail import duration, percent
from complaints.forms.compensation import RuleForm
from complaints.models import Compensation, CompensationRule, Incident
from complaints.selectors import compensation as selectors
from complaints.services import compensation_batches, compensation_policy, fund
from complaints.states.fund import ChangeKind
from complaints.views.proposals import APPROVE, PROPOSE, Facts, decision, proposing
from portal.templatetags.portal import yuan

READ = "complaints.view_compensation"


@require_GET
@staff_required(READ)
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    people, total = selectors.payable()
    context = {
        "sums": selectors.sums(),
        "batches": selectors.batches(),
        "payouts": selectors.payouts(),
        "payable": people,
        "payable_fen": total,
    }
    return render(request, "complaints/compensation_desk.html", context)


# --- Batches --------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@staff_required(PROPOSE)
@never_cache
def propose(request: PersonalRequest, number: str) -> HttpResponse:
    """All that is assessed for an incident, as one batch."""
    incident = get_object_or_404(Incident, number=number)

    def act(reason: str) -> None:
        compensation_batches.propose(
            incident=incident, reason=reason, by=request.user, now=timezone.now()
        )

    return proposing(
        request,
        act,
        title=_("Propose the compensation of %(incident)s") % {"incident": incident.number},
        says=_("The workers put the batch together; then a second person decides on it."),
    )


@require_http_methods(["GET", "POST"])
@staff_required(APPROVE)
@never_cache
def decide(request: PersonalRequest, pk: int) -> HttpResponse:
    batch: Any = get_object_or_404(selectors.batches(limit=None), pk=pk)

    def act(approve: bool) -> None:
        compensation_batches.decide(
            batch=batch, by=request.user, approve=approve, now=timezone.now()
        )

    facts: Facts = [
        (_("Incident"), f"{batch.incident.number} · {batch.incident.title}"),
        (_("Borrowers"), batch.people),
        (_("Sum"), yuan(batch.total_fen)),
        (_("Sum after corrections since"), yuan(batch.now_fen)),
    ]
    title = _("Decide on batch %(number)s") % {"number": batch.number}
    return decision(request, batch, act, title=title, facts=facts)


# --- Reversals -----------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@staff_required(PROPOSE)
@never_cache
def reverse(request: PersonalRequest, number: str) -> HttpResponse:
    """Propose to reverse a payment, for instance because it came back."""
    row = get_object_or_404(Compensation.objects.defer("account"), number=number)

    def act(reason: str) -> None:
        fund.propose(
            kind=ChangeKind.REVERSAL,
            amount_fen=row.amount_fen,
            compensation=row,
            reason=reason,
            by=request.user,
            now=timezone.now(),
        )

    return proposing(
        request,
        act,
        title=_("Propose to reverse payment %(number)s") % {"number": row.number},
        says=_("The sum returns to the fund once a second person has approved."),
        facts=[(_("Sum"), yuan(row.amount_fen)), (_("State"), row.get_state_display())],
    )


# --- Rules ----------------------------------------------------------------------------------


@require_GET
@staff_required(READ)
@never_cache
def rules(request: HttpRequest) -> HttpResponse:
    shown = [
        (rule, [(duration(over), percent(bp), points) for over, bp, points in rule.tiers])
        for rule in selectors.rules()
    ]
    return render(request, "complaints/compensation_rules.html", {"rules": shown})


@require_http_methods(["GET", "POST"])
@staff_required(PROPOSE)
@never_cache
def propose_rule(request: PersonalRequest) -> HttpResponse:
    now = timezone.now()
    form = RuleForm(request.POST or None, now=now)
    if request.method == "POST" and form.is_valid():
        try:
            compensation_policy.propose(by=request.user, now=now, **form.rule())
            messages.success(request, _("Proposed. A second person decides."))
            return redirect("complaints:desk-compensation-rules")
        except Refused as refused:
            form.add_error("version", sentence(refused))
    return render(request, "complaints/compensation_rule.html", {"form": form})


@require_http_methods(["GET", "POST"])
@staff_required(APPROVE)
@never_cache
def decide_rule(request: PersonalRequest, pk: int) -> HttpResponse:
    rule = get_object_or_404(CompensationRule, pk=pk)

    def act(approve: bool) -> None:
        compensation_policy.decide(rule=rule, by=request.user, approve=approve, now=timezone.now())

    facts: Facts = [
        (_("For outages from"), timezone.localtime(rule.valid_from).strftime("%Y-%m-%d %H:%M")),
        (_("Base"), rule.get_base_display()),
        *((duration(over), f"{percent(bp)} · {points}") for over, bp, points in rule.tiers),
        (_("Least sum"), yuan(rule.minimum_fen)),
        (_("Most for one outage"), yuan(rule.cap_fen)),
        *([(_("Query fee given back"), yuan(rule.fee_fen))] if rule.fee_fen else []),
    ]
    title = _("Decide on rule %(version)s") % {"version": rule.version}
    return decision(
        request, rule, act, title=title, facts=facts, back="complaints:desk-compensation-rules"
    )
