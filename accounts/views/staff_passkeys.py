"""Staff: the passkey after the password, in place of the authenticator's number."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.refusals import Refused
from accounts.services import passkeys
from accounts.states import Ceremony
from accounts.views import browser, staff
from accounts.views.passkeys import answer, refused


@sensitive_post_parameters("credential")
@login_not_required
@require_POST
@never_cache
def login(request: HttpRequest) -> HttpResponse:
    """Nothing is guessed here, so nothing is counted against the name: each try was asked for, and
    asking is limited."""
    now = timezone.now()
    pending = staff._pending(request, now)
    if pending is None:
        return redirect("accounts:staff-login")
    user, onward = pending
    try:
        credential = passkeys.second_of_staff(
            user=user, text=answer(request), asker=browser.asker(request), now=now
        )
    except Refused as error:
        return refused(request, error, Ceremony.STAFF, reverse("accounts:staff-token"))
    return staff._let_in(request, user, credential, onward, now)
