"""Held logins at the desk of risk and compliance officers: proposed by one, agreed by another."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import PersonalRequest, staff_required
from accounts.models import Hold
from accounts.refusals import Refused
from accounts.risks.forms import ProposeForm
from accounts.selectors import holds as selectors
from accounts.services import holds
from accounts.states import LoginState
from accounts.views import refusal

READ, SETTLE = "accounts.view_hold", "accounts.settle_hold"
PAGE = 50


@require_GET
@staff_required(READ)
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    context = {
        "page": Paginator(selectors.waiting(), PAGE).get_page(request.GET.get("page")),
        "settled": selectors.settled(now=timezone.now())[:PAGE],
    }
    return render(request, "accounts/desk_holds.html", context)


@require_http_methods(["GET", "POST"])
@staff_required(READ)
@never_cache
def show(request: PersonalRequest, number: str) -> HttpResponse:
    """One held login with all that was weighed; whoever may settle proposes here."""
    hold = _found(number)
    form = ProposeForm(request.POST or None)
    if request.method == "POST":
        return _propose(request, hold, form)
    return _page(request, hold, form)


@staff_required(SETTLE)
def _propose(request: PersonalRequest, hold: Hold, form: ProposeForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, hold, form)
    try:
        holds.propose(hold=hold, by=request.user, now=timezone.now(), **form.cleaned_data)
    except Refused as error:
        refusal.add(form, error, None)
        return _page(request, hold, form, status=_status(error))
    messages.success(request, _("Proposed. Another officer decides."))
    return redirect("accounts:desk-hold", hold.number)


@require_POST
@staff_required(SETTLE)
def decide(request: PersonalRequest, number: str) -> HttpResponse:
    """The second officer agrees with the proposal, or sends it back."""
    hold, agrees = _found(number), request.POST.get("decision") == "agree"
    act = holds.agree if agrees else holds.send_back
    try:
        act(hold=hold, by=request.user, now=timezone.now())
    except Refused as error:
        form = ProposeForm()
        form.cleaned_data = {}
        refusal.add(form, error, None)
        return _page(request, _found(number), form, status=_status(error))
    done = _("Done as proposed. The borrower is told.") if agrees else _("It is open again.")
    messages.success(request, done)
    return redirect("accounts:desk-hold", hold.number)


def _page(
    request: PersonalRequest, hold: Hold, form: ProposeForm, status: int = 200
) -> HttpResponse:
    waits = hold.login.state == LoginState.HELD
    mine = hold.proposed_by_id == request.user.pk
    may = request.user.has_perm(SETTLE)
    context = {
        "hold": hold,
        "login": hold.login,
        "facts": selectors.weighed(hold.login),
        "proposes": may and waits and not hold.proposal,
        "decides": may and waits and bool(hold.proposal) and not mine,
        "form": form,
    }
    return render(request, "accounts/desk_hold.html", context, status=status)


def _status(error: Refused) -> int:
    """403 where this officer may not, whatever the page offered."""
    return 403 if error.code in {"hold-own-borrower", "hold-own-proposal"} else 409


def _found(number: str) -> Hold:
    rows = Hold.objects.select_related("login__user", "login__first", "login__device")
    return get_object_or_404(rows.select_related("proposed_by", "agreed_by"), number=number)
