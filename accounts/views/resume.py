"""Back to a login whose window was closed, by its number; only in the browser that asked."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache

from accounts.access import safe_next
from accounts.forms import NumberForm
from accounts.refusals import Refused
from accounts.services import resuming
from accounts.views import browser, refusal


@login_not_required
@never_cache
def resume(request: HttpRequest) -> HttpResponse:
    form = NumberForm(request.POST or None)
    now = timezone.now()
    if request.method != "POST" or not form.is_valid():
        begun = resuming.offered(keeper=request.COOKIES.get(browser.KEEPER_COOKIE, ""), now=now)
        return render(request, "accounts/resume.html", {"form": form, "begun": begun})
    asker = browser.asker(request)
    try:
        challenge = resuming.resume(number=form.cleaned_data["number"], asker=asker, now=now)
    except Refused as error:
        refusal.add(form, error, "number")
        status = refusal.status(error)
        return render(request, "accounts/resume.html", {"form": form}, status=status)
    onward = safe_next(request, challenge.onward, reverse(settings.LOGIN_REDIRECT_URL))
    if challenge.user_id is not None and challenge.user != request.user:
        # A step of an account that is logged out: logging in proves as much.
        return redirect(f"{reverse('accounts:login')}?{urlencode({'next': onward})}")
    return browser.to_code_page(request, challenge, onward)
