"""A borrower's own account: masked data, email, language, browsers, the real-name check."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, translate_url
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts import selectors
from accounts.access import PersonalRequest, borrower_required, recent_code_required, safe_next
from accounts.forms import EmailForm, PreferencesForm, RealNameForm
from accounts.models import IdentityCheck
from accounts.refusals import Refused
from accounts.services import challenges, freezing, identity, people, phones
from accounts.services.challenges import Address
from accounts.states import Channel, CheckState, Purpose
from accounts.views import browser, refusal
from portal import catalogue

CHECK_ENTRIES = {
    CheckState.MISMATCHED: "idcheck-mismatch",
    CheckState.NO_RECORD: "idcheck-no-record",
    CheckState.LIMITED: "idcheck-limited",
    CheckState.UNSUPPORTED: "idcheck-unsupported",
    CheckState.UNAVAILABLE: "idcheck-unavailable",
}
# The same phone on the same day gets the same answer, so no button invites to it.
ONLY_LATER = {CheckState.LIMITED, CheckState.UNSUPPORTED}


@borrower_required
@never_cache
def account(request: PersonalRequest) -> HttpResponse:
    user = request.user
    context = {
        "form": PreferencesForm(initial={"prefers_email": user.prefers_email}),
        "frozen": freezing.frozen(user=user, now=timezone.now()),
        "waiting": phones.waiting(user),
        "languages": settings.LANGUAGES,
    }
    return render(request, "accounts/account.html", context)


@require_POST
@borrower_required
def preferences(request: PersonalRequest) -> HttpResponse:
    form = PreferencesForm(request.POST)
    form.full_clean()
    language = request.POST.get("language", "")
    if language not in dict(settings.LANGUAGES):
        raise Http404
    people.choose(request.user, language=language, prefers_email=form.cleaned_data["prefers_email"])
    with translation.override(language):
        messages.success(request, _("Saved."))
    return redirect(translate_url(reverse("accounts:account"), language))


@recent_code_required(Purpose.CHANGE)
@never_cache
def email(request: PersonalRequest) -> HttpResponse:
    """A new email address; it counts once the code that goes to it is entered."""
    form = EmailForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/email.html", {"form": form})
    address = form.cleaned_data["email"]
    try:
        challenge = challenges.ask(
            purpose=Purpose.BIND_EMAIL,
            address=Address(
                value=address,
                hash=selectors.email_hash(address),
                account_hash=selectors.phone_hash(request.user.phone),
                channel=Channel.EMAIL,
            ),
            user=request.user,
            asker=browser.asker(request),
            now=timezone.now(),
        )
    except Refused as error:
        refusal.add(form, error, "email")
        status = refusal.status(error)
        return render(request, "accounts/email.html", {"form": form}, status=status)
    browser.wait_for(request, challenge, reverse("accounts:account"))
    return redirect("accounts:code")


@recent_code_required(Purpose.CHANGE)
def remove_email(request: PersonalRequest) -> HttpResponse:
    if request.method == "POST":  # while frozen, the decorator lets nobody through
        people.remove_email(request.user, now=timezone.now())
        messages.success(request, _("The email address is removed."))
    return redirect("accounts:account")


@borrower_required
@never_cache
def real_name(request: PersonalRequest) -> HttpResponse:
    """Name and ID number; the phone is the one that logged in."""
    onward = safe_next(request, request.GET.get("next"), reverse(settings.LOGIN_REDIRECT_URL))
    if request.user.verified_at:
        return redirect(onward)
    form = RealNameForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/real_name.html", {"form": form})
    try:
        check = identity.begin(user=request.user, now=timezone.now(), **form.cleaned_data)
    except Refused as error:
        refusal.add(form, error, None)
        status = refusal.status(error)
        return render(request, "accounts/real_name.html", {"form": form}, status=status)
    request.session["after_check"] = onward
    return redirect("accounts:real-name-check", pk=check.pk)


@borrower_required
@never_cache
def real_name_check(request: PersonalRequest, pk: str) -> HttpResponse:
    """Waits for the answer, then goes on, or says what to do."""
    check = get_object_or_404(IdentityCheck, pk=pk, user=request.user)
    if check.state == CheckState.MATCHED:
        messages.success(request, _("Your name, ID number and phone agree."))
        onward = request.session.pop("after_check", None)
        return redirect(safe_next(request, onward, reverse(settings.LOGIN_REDIRECT_URL)))
    code = CHECK_ENTRIES.get(CheckState(check.state))
    context = {
        "entry": catalogue.ENTRIES[code] if code else None,
        "again": check.state not in ONLY_LATER,
    }
    return render(request, "accounts/real_name_check.html", context)
