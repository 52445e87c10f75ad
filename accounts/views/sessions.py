"""Where somebody is logged in, and the browsers that know them: seen, named, ended, forgotten."""

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts import sessions as marks
from accounts.access import PersonalRequest, borrower_required
from accounts.forms import BrowserNameForm
from accounts.models import Device
from accounts.refusals import Refused
from accounts.services import devices, people, sessions
from accounts.states import SessionEnd, Way
from accounts.views import browser, refusal


@require_safe
@borrower_required
@never_cache
def index(request: PersonalRequest) -> HttpResponse:
    return _page(request)


@require_safe
@never_cache
def stay(request: HttpRequest) -> HttpResponse:
    """Somebody pressed a button to stay logged in; staff as well. Who is not any more is sent to
    log in, by which the script knows."""
    return HttpResponse(status=204)


@require_POST
@borrower_required
def end_one(request: PersonalRequest, pk: str) -> HttpResponse:
    """That browser is out at its next request."""
    now = timezone.now()
    if str(pk) == marks.row(request):
        browser.log_out(request, now)
        return redirect("home")
    if not sessions.end(user=request.user, pk=pk, why=SessionEnd.BY_OWNER, now=now):
        raise Http404
    messages.success(request, _("That session is ended."))
    return redirect("accounts:sessions")


@require_POST
@borrower_required
def end_others(request: PersonalRequest) -> HttpResponse:
    people.end_other_sessions(request.user, now=timezone.now(), keep=marks.row(request))
    update_session_auth_hash(request, request.user)  # all sessions but this one
    messages.success(request, _("All other sessions are ended."))
    return redirect("accounts:sessions")


@require_POST
@borrower_required
def rename(request: PersonalRequest, pk: int) -> HttpResponse:
    form = BrowserNameForm(request.POST)
    if not form.is_valid():
        return _page(request, form, pk)
    if not devices.rename(user=request.user, pk=pk, name=form.cleaned_data["name"]):
        raise Http404
    messages.success(request, _("Saved."))
    return redirect("accounts:sessions")


@require_POST
@borrower_required
def forget(request: PersonalRequest, pk: int) -> HttpResponse:
    now = timezone.now()
    try:
        people.forget_device(request.user, pk=pk, now=now, keep=marks.row(request))
    except Refused as error:
        return _page(request, refused=refusal.sentence(error))
    update_session_auth_hash(request, request.user)
    messages.success(request, _("That browser is forgotten, and other sessions are ended."))
    return redirect("accounts:sessions")


def _page(
    request: PersonalRequest,
    form: BrowserNameForm | None = None,
    pk: int | None = None,
    *,
    refused: str = "",
) -> HttpResponse:
    now, user = timezone.now(), request.user
    known = Device.objects.filter(user=user).order_by("-last_seen_at")
    rows: list[dict[str, Any]] = [
        {
            "device": device,
            "remembered": devices.trusts(device, now=now),
            "form": form
            if form and device.pk == pk
            else BrowserNameForm(initial={"name": device.name}, auto_id=f"id_%s_{device.pk}"),
        }
        for device in known
    ]
    context = {
        "live": [
            {
                "row": row,
                "ways": [Way(way).label for way in row.ways],
                "here": str(row.pk) == marks.row(request),
            }
            for row in sessions.live(user, now=now)
        ],
        "browsers": rows,
        "form": form,
        "refusal": refused,
    }
    return render(request, "accounts/sessions.html", context, status=409 if refused else 200)
