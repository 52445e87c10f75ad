"""Pay-out files at the officers' desk: made by one, approved by another; the bank is told, answers,
and what it answers is entered by one and confirmed by another."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import PersonalRequest, staff_required
from accounts.refusals import Refused
from complaints.forms.compensation import ResultsForm
from complaints.models import PayoutFile, PayoutResults
from complaints.selectors import compensation as selectors
from complaints.services import payout_results, payouts
from complaints.states.fund import LineState
from complaints.views.proposals import APPROVE, PROPOSE, Facts, decision, proposing, refusal
from portal.templatetags.portal import yuan

NAMED = 20
"""References of refused payments that a page names; the bank's file has them all."""


@require_http_methods(["GET", "POST"])
@staff_required(PROPOSE)
@never_cache
def propose(request: PersonalRequest) -> HttpResponse:
    """A file of all that was accepted and is in no other file."""
    people, total = selectors.payable()

    def act(reason: str) -> None:
        payouts.propose(reason=reason, by=request.user, now=timezone.now())

    return proposing(
        request,
        act,
        title=_("Make a pay-out file"),
        says=_("Its bytes are made now and never change; a second person decides on them."),
        facts=[(_("Payments"), people), (_("Sum"), yuan(total))],
    )


@require_http_methods(["GET", "POST"])
@staff_required(APPROVE)
@never_cache
def decide(request: PersonalRequest, pk: int) -> HttpResponse:
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
        return refusal(request, refused)
    named = f'attachment; filename="{file.number}.csv"'
    return HttpResponse(content, content_type="text/csv", headers={"Content-Disposition": named})


@require_http_methods(["GET", "POST"])
@staff_required(PROPOSE)
@never_cache
def enter(request: PersonalRequest, pk: int) -> HttpResponse:
    """Enter what the bank says of the lines of a file."""
    file = get_object_or_404(PayoutFile.objects.defer("content"), pk=pk)
    form = ResultsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            payout_results.propose(
                file=file, **form.cleaned_data, by=request.user, now=timezone.now()
            )
        except Refused as refused:
            return refusal(request, refused)
        messages.success(request, _("Entered. It counts once a second person has confirmed."))
        return redirect("complaints:desk-compensation")
    context = {"form": form, "file": file}
    return render(request, "complaints/compensation_results.html", context)


@require_http_methods(["GET", "POST"])
@staff_required(APPROVE)
@never_cache
def confirm(request: PersonalRequest, pk: int) -> HttpResponse:
    results = get_object_or_404(PayoutResults.objects.select_related("file"), pk=pk)

    def act(approve: bool) -> None:
        payout_results.decide(results=results, by=request.user, approve=approve, now=timezone.now())

    said = selectors.confirmable(results)
    paid, paid_fen, _refs = said[LineState.PAID]
    failed, failed_fen, refs = said[LineState.FAILED]
    named = ", ".join(refs[:NAMED]) + (" …" if failed > NAMED else "")
    facts: Facts = [
        (str(LineState.PAID.label), f"{paid} · {yuan(paid_fen)}"),
        (str(LineState.FAILED.label), f"{failed} · {yuan(failed_fen)}"),
        *([(_("Refused payments"), named)] if refs else []),
        (_("SHA-256 of the bank's file"), results.sha256),
    ]
    title = _("Confirm the bank's results of %(number)s") % {"number": results.file.number}
    return decision(request, results, act, title=title, facts=facts)
