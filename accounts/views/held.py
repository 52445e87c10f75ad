"""A borrower whose login waits for people: what happens now, a word to them, and on once released.

The browser's own cookie finds the page again; nothing on it tells whose account it is.
"""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.access import safe_next
from accounts.models import Hold, Login
from accounts.refusals import Refused
from accounts.risks.forms import SayForm
from accounts.selectors import holds as selectors
from accounts.services import door, holds, interlock
from accounts.states import LoginState
from accounts.views import browser, refusal
from evidence.services import IllegalMove
from portal import law


@login_not_required
@require_GET
@never_cache
def show(request: HttpRequest) -> HttpResponse:
    hold = selectors.mine(browser.held_token(request))
    return _page(request, hold, SayForm()) if hold else redirect("accounts:login")


def _page(request: HttpRequest, hold: Hold, form: SayForm, status: int = 200) -> HttpResponse:
    context = {
        "hold": hold,
        "login": hold.login,
        "reasons": hold.login.reasons_in_words,
        "goes_on_until": selectors.goes_on_until(hold),
        "form": form,
        "law": law.AUTOMATED,
    }
    return render(request, "accounts/held.html", context, status=status)


@login_not_required
@require_POST
def say(request: HttpRequest) -> HttpResponse:
    """A word to the officers who decide."""
    hold = selectors.mine(browser.held_token(request))
    if hold is None:
        return redirect("accounts:login")
    form = SayForm(request.POST)
    if not form.is_valid():
        return _page(request, hold, form)
    try:
        holds.say(hold=hold, text=form.cleaned_data["said"], now=timezone.now())
        messages.success(request, _("The officers read it before they decide."))
    except Refused as error:
        messages.warning(request, refusal.sentence(error))
    return redirect("accounts:held")


@login_not_required
@require_POST
def go_on(request: HttpRequest) -> HttpResponse:
    """Into the account, once two officers released the login; in the same browser alone."""
    hold, now = selectors.mine(browser.held_token(request)), timezone.now()
    until = selectors.goes_on_until(hold) if hold else None
    if hold is None or until is None or until <= now:
        return redirect("accounts:held")
    visit = browser.visit(request)
    if interlock.behind(visit=visit) is not None:  # a member of staff goes on for nobody
        return redirect("accounts:held")
    try:
        with transaction.atomic():
            passage = door.after_release(login=hold.login, visit=visit, now=now)
    except (Refused, IllegalMove):  # closed, or too late
        return redirect("accounts:held")
    home = reverse(settings.LOGIN_REDIRECT_URL)
    onward = safe_next(request, request.session.pop(browser.AFTER_HOLD, None), home)
    response = browser.pass_through(request, passage, onward, now)
    response.delete_cookie(browser.HELD_COOKIE)
    return response


@login_not_required
@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """No second factor at hand: people decide whether this browser goes on."""
    kept = request.session.get(browser.AT_DOOR) or {}
    rows = Login.objects.filter(state=LoginState.SECOND)
    login = rows.filter(pk=kept["login"]).first() if kept else None
    if login is None:
        return redirect("accounts:login")
    try:
        token = holds.ask_people(login=login, now=timezone.now())
    except IllegalMove:  # it came in, or lapsed, at this moment
        return redirect("accounts:login")
    return browser.to_people(request, token, kept["next"])
