"""The desk of frozen accounts: one officer says how the owner was recognised, another agrees."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import PersonalRequest, staff_required
from accounts.forms import ThawForm
from accounts.models import User
from accounts.refusals import Refused
from accounts.services import thawing
from accounts.views import refusal

THAW = "accounts.thaw_account"
PAGE = 50


@require_safe
@staff_required(THAW)
@never_cache
def index(request: PersonalRequest) -> HttpResponse:
    page = Paginator(thawing.waiting(), PAGE).get_page(request.GET.get("page"))
    rows = [thawing.about(user) for user in page]
    context = {"page": page, "rows": [row for row in rows if row]}
    return render(request, "accounts/staff_frozen_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required(THAW)
@never_cache
def one(request: PersonalRequest, pk: int) -> HttpResponse:
    """Propose, or answer what another officer proposed."""
    found = thawing.about(get_object_or_404(User, pk=pk))
    if found is None:
        messages.info(request, _("This account is not frozen any more."))
        return redirect("accounts:staff-frozen")
    form = ThawForm(request.POST or None) if found.proposal is None else None
    if request.method != "POST":
        return _page(request, found, form)
    try:
        if found.proposal is None:
            if form is None or not form.is_valid():
                return _page(request, found, form)
            thawing.propose(
                user=found.user,
                grounds=form.cleaned_data["grounds"],
                by=request.user,
                now=timezone.now(),
            )
            messages.success(request, _("Proposed. Another officer has to agree."))
        else:
            _decide(request, found)
    except Refused as error:
        return _page(request, found, form, refusal.sentence(error))
    return redirect("accounts:staff-frozen")


def _decide(request: PersonalRequest, found: thawing.Frozen) -> None:
    answer = request.POST.get("answer", "")
    # What was agreed to is what stood on the page, not what came in its place meanwhile.
    if answer not in {"agree", "decline"} or found.proposal is None:
        raise Http404
    if request.POST.get("proposal") != str(found.proposal.pk):
        raise Refused("thaw-over")
    agree = answer == "agree"
    thawing.decide(proposal=found.proposal, agree=agree, by=request.user, now=timezone.now())
    messages.success(request, _("The account is thawed.") if agree else _("It stays frozen."))


def _page(
    request: PersonalRequest, found: thawing.Frozen, form: ThawForm | None, refused: str = ""
) -> HttpResponse:
    context = {"found": found, "form": form, "refusal": refused}
    return render(request, "accounts/staff_frozen.html", context, status=409 if refused else 200)
