"""Compensation as its borrower meets it: the sum with its arithmetic, the answer, the voucher."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import borrower_required, recent_code_required
from accounts.refusals import Refused
from accounts.states import Purpose
from accounts.views.refusal import sentence
from complaints.compensation.capitals import in_capitals
from complaints.compensation.trail import duration, steps
from complaints.forms.compensation import AccountForm
from complaints.models import Compensation
from complaints.selectors import compensation as selectors
from complaints.services import compensation
from complaints.states.compensation import CompensationState
from creditquery.views.queries import identity_required
from portal import pdf

S = CompensationState
PRINTED = frozenset({S.OFFERED, S.ACCEPTED, S.PAYING, S.PAID, S.REVERSED})


@require_GET
@borrower_required
@never_cache
def index(request: Any) -> HttpResponse:
    context = {
        "rows": selectors.of_person(request.user),
        "points": selectors.points(request.user),
    }
    return render(request, "complaints/compensation_list.html", context)


@require_GET
@borrower_required
@never_cache
def show(request: Any, number: str) -> HttpResponse:
    return render(request, "complaints/compensation.html", _context(_own(request, number)))


@require_http_methods(["GET", "POST"])
@recent_code_required(Purpose.ACCEPT)
@identity_required
@never_cache
def accept(request: Any, number: str) -> HttpResponse:
    """Name the account that the money goes to; points alone need none."""
    row = _own(request, number)
    if row.state != S.OFFERED:
        return redirect("complaints:compensation", number)
    form = AccountForm(request.POST or None, identity=request.identity)
    needs_account = row.amount_fen > 0
    if request.method == "GET" or (needs_account and not form.is_valid()):
        context = {**_context(row), "form": form if needs_account else None}
        return render(request, "complaints/compensation_accept.html", context)
    account = form.cleaned_data["account"] if needs_account else ""
    try:
        compensation.accept(compensation=row, account=account, now=timezone.now())
        messages.success(request, _("Accepted. Thank you; this page shows how the payment goes."))
    except Refused as refused:
        messages.warning(request, sentence(refused))
    return redirect("complaints:compensation", number)


@require_http_methods(["GET", "POST"])
@borrower_required
@never_cache
def decline(request: Any, number: str) -> HttpResponse:
    """Decline, after a page that says what that does and what it does not."""
    row = _own(request, number)
    if row.state != S.OFFERED:
        return redirect("complaints:compensation", number)
    if request.method == "GET":
        return render(request, "complaints/compensation_decline.html", _context(row))
    try:
        compensation.decline(compensation=row, now=timezone.now())
        messages.success(request, _("Declined. Your right to complain is untouched."))
    except Refused as refused:
        messages.warning(request, sentence(refused))
    return redirect("complaints:compensation", number)


@require_GET
@borrower_required
@never_cache
def voucher(request: Any, number: str) -> HttpResponse:
    """The same arithmetic on paper, with the sum in capital numerals."""
    row = _own(request, number)
    if row.state not in PRINTED:
        raise Http404
    context = {**_context(row), "capitals": in_capitals(row.amount_fen), "user": request.user}
    markup = render_to_string("complaints/pdf/compensation.html", context)
    content = pdf.render(markup, css=render_to_string("complaints/pdf/compensation.css"))
    name = f'attachment; filename="compensation-{row.number}.pdf"'
    return HttpResponse(
        content, content_type="application/pdf", headers={"Content-Disposition": name}
    )


def _own(request: HttpRequest, number: str) -> Compensation:
    """Somebody else's number and one that nobody has are the same answer."""
    person: Any = request.user
    row = selectors.own(person, number)
    if row is None:
        raise Http404
    return row


def _context(row: Compensation) -> dict[str, Any]:
    return {
        "compensation": row,
        "trail": steps(row.facts, already_fen=row.already_fen),
        "length": duration(row.facts["seconds"]),
        "account": f"**** {row.account[-4:]}" if row.account else "",
        "is_open": row.state == S.OFFERED,
        "printed": row.state in PRINTED,
    }
