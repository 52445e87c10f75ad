"""A person's own passkeys: borrowers add them if they like, staff must have one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.access import PersonalRequest, safe_next
from accounts.forms import PasskeyForm
from accounts.refusals import Refused
from accounts.selectors.passkeys import lacks_passkey, passkeys
from accounts.services import own_passkeys
from accounts.views import browser, refusal
from accounts.views.passkey_access import own_pages, recent_proof_required
from accounts.views.passkeys import answer


@own_pages
@never_cache
def index(request: PersonalRequest) -> HttpResponse:
    context = {"passkeys": passkeys(request.user)}
    return render(request, "accounts/passkeys.html", context)


@sensitive_post_parameters("credential")
@recent_proof_required
@never_cache
def add(request: PersonalRequest) -> HttpResponse:
    """Staff without one come here before any other page."""
    form = PasskeyForm(request.POST or None, initial={"name": browser.label(request)})
    onward = safe_next(request, request.GET.get("next"), _home(request))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            own_passkeys.add(
                user=request.user,
                name=form.cleaned_data["name"] or browser.label(request),
                text=answer(request),
                asker=browser.asker(request),
                now=timezone.now(),
            )
        except Refused as error:
            refusal.add(form, error, None)
            status = refusal.status(error)
        else:
            request.session.cycle_key()
            messages.success(request, _("The passkey is added. You can log in with it now."))
            return redirect(onward)
    context = {"form": form, "wanted": lacks_passkey(request.user), "home": _home(request)}
    return render(request, "accounts/passkey_add.html", context, status=status)


@recent_proof_required
@never_cache
def one(request: PersonalRequest, pk: int) -> HttpResponse:
    """Its name and its end."""
    passkey = get_object_or_404(passkeys(request.user), pk=pk)
    return _page(request, passkey)


@require_POST
@recent_proof_required
@never_cache
def rename(request: PersonalRequest, pk: int) -> HttpResponse:
    passkey = get_object_or_404(passkeys(request.user), pk=pk)
    form = PasskeyForm(request.POST)
    if not form.is_valid() or not form.cleaned_data["name"]:
        return _page(request, passkey, form)
    own_passkeys.rename(
        user=request.user, pk=pk, name=form.cleaned_data["name"], now=timezone.now()
    )
    messages.success(request, _("Saved."))
    return redirect(_home(request))


@require_POST
@recent_proof_required
@never_cache
def remove(request: PersonalRequest, pk: int) -> HttpResponse:
    passkey = get_object_or_404(passkeys(request.user), pk=pk)
    try:
        if not own_passkeys.remove(user=request.user, pk=pk, now=timezone.now()):
            raise Http404
    except Refused as error:
        return _page(request, passkey, refused=refusal.sentence(error))
    request.session.cycle_key()
    messages.success(request, _("The passkey is removed: it opens this account no longer."))
    return redirect(_home(request))


def _page(
    request: PersonalRequest, passkey: Any, form: PasskeyForm | None = None, refused: str = ""
) -> HttpResponse:
    form = form or PasskeyForm(initial={"name": passkey.name})
    context = {"passkey": passkey, "form": form, "refusal": refused, "home": _home(request)}
    return render(request, "accounts/passkey_one.html", context)


def _home(request: HttpRequest) -> str:
    """Where the list of this person's passkeys is."""
    return reverse("accounts:passkeys")
