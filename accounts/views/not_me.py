"""“It was not me”: the page behind the link of a message. It needs no login."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.services import disavowals, not_me


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def act(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing; the button ends every session and freezes the account."""
    now = timezone.now()
    link = not_me.find(token=token, now=now)
    if link is None:
        return render(request, "accounts/not_me_gone.html", status=404)
    done = link.used_at is not None
    if request.method == "POST":
        disavowals.act(link=link, now=now)
        done = True
    return render(request, "accounts/not_me.html", {"link": link, "done": done})
