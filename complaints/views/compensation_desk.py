"""Compensation at the officers' desk: one proposes, another decides, the bank is told and answers.

Reading takes one permission, proposing another, deciding a third. That nobody decides on an own
proposal is refused below, by the service and by the database.
"""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import PersonalRequest, staff_required
from accounts.refusals import Refused
from accounts.views.refusal import sentence
from complaints.compensation_trail import duration, percent
from complaints.forms.compensation import ReasonForm, ResultsForm, RuleForm
from complaints.models import (
    Compensation,
    CompensationRule,
    Incident,
    PayoutFile,
)
from complaints.models.proposals import Proposal
from complaints.selectors import compensation as selectors
from complaints.services import compensation_batches, compensation_policy, fund, payouts
from complaints.states.fund import ChangeKind
from portal.templatetags.portal import yuan

READ = "complaints.view_compensation"
PROPOSE, APPROVE = "complaints.propose_compensation", "complaints.approve_compensation"
Facts = list[tuple[str, Any]]


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

    return _propose(
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


# --- Pay-out files --------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
@staff_required(PROPOSE)
@never_cache
def payout(request: PersonalRequest) -> HttpResponse:
    """A file of all that was accepted and is in no other file."""
    people, total = selectors.payable()

    def act(reason: str) -> None:
        payouts.propose(reason=reason, by=request.user, now=timezone.now())

    return _propose(
        request,
        act,
        title=_("Make a pay-out file"),
        says=_("Its bytes are made now and never change; a second person decides on them."),
        facts=[(_("Payments"), people), (_("Sum"), yuan(total))],
    )


@require_http_methods(["GET", "POST"])
@staff_required(APPROVE)
@never_cache
def decide_payout(request: PersonalRequest, pk: int) -> HttpResponse:
    file = get_object_or_404(PayoutFile.objects.defer("content"), pk=pk)

    def act(approve: bool) -> None:
        payouts.decide(file=file, by=request.user, approve=approve, now=timezone.now())

    facts: Facts = [
        (_("Payments"), file.lines),
        (_("Sum"), yuan(file.total_fen)),
        ("SHA-256", file.sha256),
    ]
    title = _("Decide on pay-out file %(number)s") % {"number": file.number}
    return decision(request, file, act, title=title, facts=facts)


@require_POST
@staff_required(APPROVE)
@never_cache
def download(request: PersonalRequest, pk: int) -> HttpResponse:
    """The approved bytes. A POST, for it is put on record who took them."""
    file = get_object_or_404(PayoutFile, pk=pk)
    try:
        content = payouts.hand_over(file=file, by=request.user, now=timezone.now())
    except Refused as refused:
        return _refused(request, refused)
    named = f'attachment; filename="{file.number}.csv"'
    return HttpResponse(content, content_type="text/csv", headers={"Content-Disposition": named})


@require_http_methods(["GET", "POST"])
@staff_required(PROPOSE)
@never_cache
def results(request: PersonalRequest, pk: int) -> HttpResponse:
    """Enter what the bank says of the lines of a file."""
    file = get_object_or_404(PayoutFile.objects.defer("content"), pk=pk)
    form = ResultsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            paid, failed = payouts.enter_results(
                file=file,
                results=form.cleaned_data["results"],
                by=request.user,
                now=timezone.now(),
            )
        except Refused as refused:
            return _refused(request, refused)
        said = _("Entered: %(paid)d paid, %(failed)d refused by the bank.")
        messages.success(request, said % {"paid": paid, "failed": failed})
        return redirect("complaints:desk-compensation")
    context = {"form": form, "file": file}
    return render(request, "complaints/compensation_results.html", context)


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

    return _propose(
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
        (_("Query fee given back"), yuan(rule.fee_fen)),
    ]
    title = _("Decide on rule %(version)s") % {"version": rule.version}
    return decision(
        request, rule, act, title=title, facts=facts, back="complaints:desk-compensation-rules"
    )


# --- The two shapes of an act ---------------------------------------------------------------


def _propose(
    request: PersonalRequest,
    act: Callable[[str], None],
    *,
    title: str,
    says: str,
    facts: Facts | None = None,
) -> HttpResponse:
    form: forms.Form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data["reason"])
        except Refused as refused:
            return _refused(request, refused)
        messages.success(request, _("Proposed. A second person decides."))
        return redirect("complaints:desk-compensation")
    context = {"form": form, "title": title, "says": says, "facts": facts}
    return render(request, "complaints/compensation_propose.html", context)


def decision(
    request: PersonalRequest,
    proposal: Proposal,
    act: Callable[[bool], None],
    *,
    title: str,
    facts: Facts,
    back: str = "complaints:desk-compensation",
) -> HttpResponse:
    """Show what was proposed, by whom and why; a POST says `decision=approve` or `refuse`."""
    if request.method == "POST":
        try:
            act(request.POST.get("decision") == "approve")
        except Refused as refused:
            return _refused(request, refused, back)
        messages.success(request, _("Decided. It is on record."))
        return redirect(back)
    context = {
        "proposal": proposal,
        "title": title,
        "facts": facts,
        "back": back,
        "is_own": proposal.proposed_by_id == request.user.pk,
        "is_open": proposal.state == "proposed",
    }
    return render(request, "complaints/compensation_decide.html", context)


def _refused(
    request: HttpRequest, refused: Refused, back: str = "complaints:desk-compensation"
) -> HttpResponse:
    messages.warning(request, sentence(refused))
    return redirect(back)
