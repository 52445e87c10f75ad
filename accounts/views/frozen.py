"""A frozen account as its owner sees it: what is stopped, why, since when and how it ends."""

import datetime as dt
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from accounts import sessions
from accounts.access import PersonalRequest, borrower_required, recent_proofs
from accounts.forms import AppNumberForm, BackupCodeForm, CodeForm, PasswordForm
from accounts.models import Session
from accounts.refusals import Refused
from accounts.services import challenges, freezing, proofs
from accounts.states import FreezeReason, Way
from accounts.views import browser, refusal
from portal import catalogue

PROVING = "proves_to_thaw"
"""Session key: the way and the challenge of a proof that was begun on this page."""
FORMS: dict[str, Any] = {
    Way.SMS: CodeForm,
    Way.VOICE: CodeForm,
    Way.EMAIL: CodeForm,
    Way.APP: AppNumberForm,
    Way.BACKUP: BackupCodeForm,
    Way.PASSWORD: PasswordForm,
}
WHY = {
    FreezeReason.NOT_ME: gettext_lazy("Somebody pressed “It was not me” in one of our messages."),
    FreezeReason.CODE_ASKED: gettext_lazy("You told us that somebody asked for your code."),
    FreezeReason.STAFF_DEVICE: gettext_lazy(
        "Your code was entered at a computer of our staff. Nobody was let in, and our compliance "
        "officers look into it."
    ),
    FreezeReason.RECOVERY: gettext_lazy("Somebody asked us for a new way into this account."),
    FreezeReason.BY_OFFICER: gettext_lazy("One of our officers saw something that alarmed them."),
}


@sensitive_post_parameters("code")
@borrower_required
@never_cache
def frozen(request: PersonalRequest) -> HttpResponse:
    now = timezone.now()
    if not freezing.frozen(user=request.user, now=now):
        return redirect("accounts:account")
    if request.method != "POST":
        return _page(request, now)
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise Http404
    try:
        return act(request, now)
    except Refused as error:
        return _page(request, now, error=error)


def _thaw(request: PersonalRequest, now: dt.datetime) -> HttpResponse:
    freezing.thaw(
        user=request.user, proofs=recent_proofs(request, now), device=_device(request), now=now
    )
    messages.success(request, _("Your account is thawed: everything can be changed again."))
    return redirect("accounts:account")


def _send(request: PersonalRequest, now: dt.datetime) -> HttpResponse:
    """A code by message for the proof that is lacking."""
    way = request.POST.get("way", "")
    if way not in proofs.MESSAGES:
        raise Http404
    kept = _begun(request)
    if kept is not None and kept[0] == way:
        challenge = challenges.ask_again(
            challenge=kept[1],
            channel=proofs.MESSAGES[Way(way)],
            asker=browser.asker(request),
            now=now,
        )
    else:
        challenge = proofs.begin(user=request.user, way=way, asker=browser.asker(request), now=now)
    request.session[PROVING] = {"way": way, "challenge": str(challenge.pk)}
    return redirect("accounts:frozen")


def _prove(request: PersonalRequest, now: dt.datetime) -> HttpResponse:
    way = request.POST.get("way", "")
    if way not in FORMS:
        raise Http404
    form = FORMS[way](request.POST)
    if not form.is_valid():
        return _page(request, now, form=form, way=way)
    kept = _begun(request)
    if kept is not None and kept[0] == way:
        challenge = kept[1]
    elif way in proofs.MESSAGES:
        raise Refused("otp-expired")
    else:
        challenge = proofs.begin(user=request.user, way=way, asker=browser.asker(request), now=now)
        request.session[PROVING] = {"way": way, "challenge": str(challenge.pk)}
    try:
        code = form.cleaned_data["code"]
        proof = challenges.confirm(challenge=challenge, code=code, way=way, now=now)
    except Refused as error:
        refusal.add(form, error, "code")
        return _page(request, now, form=form, way=way, error=error)
    request.session.pop(PROVING)
    browser.entered(request, proof)
    request.session.cycle_key()
    return redirect("accounts:frozen")


ACTS = {"thaw": _thaw, "send": _send, "prove": _prove}


def _begun(request: PersonalRequest) -> tuple[str, Any] | None:
    kept = request.session.get(PROVING)
    if not kept:
        return None
    binding = browser.binding(request)
    challenge = challenges.find(challenge_id=kept["challenge"], binding=binding)
    if challenge is None or challenge.user_id != request.user.pk:
        return None
    return kept["way"], challenge


def _device(request: PersonalRequest) -> Any:
    rows = Session.objects.filter(user=request.user).select_related("device")
    row = rows.filter(pk=sessions.row(request)).first() if sessions.row(request) else None
    return row.device if row else None


def _page(
    request: PersonalRequest,
    now: dt.datetime,
    *,
    form: Any = None,
    way: str = "",
    error: Refused | None = None,
) -> HttpResponse:
    rows = list(freezing.open_rows(request.user))
    shown = recent_proofs(request, now)
    lacking = proofs.ways(user=request.user, proofs=shown, now=now)
    kept = _begun(request)
    way = way or (kept[0] if kept and kept[0] in lacking else "")
    wanted = request.GET.get("way", "")
    if not way and wanted in lacking and wanted in FORMS and wanted not in proofs.MESSAGES:
        way = wanted
    refused = freezing.refused(
        user=request.user, proofs=shown, device=_device(request), since=rows[0].frozen_at
    )
    context = {
        "reasons": [(WHY[FreezeReason(row.reason)], row.frozen_at) for row in rows],
        "shown": [Way(proof.way).label for proof in shown if proof.way],
        "lacking": [other for other in lacking if other != way],
        "messages_by": list(proofs.MESSAGES),
        "way": Way(way) if way else None,
        "form": form or (FORMS[way]() if way else None),
        "entry": catalogue.ENTRIES[refused] if refused else None,
        "can_thaw": not refused,
        "may_prove": refused == "thaw-two-factors",
        "refusal": refusal.sentence(error) if error and form is None else "",
    }
    status = refusal.status(error) if error else 200
    return render(request, "accounts/frozen.html", context, status=status)
