"""Who may open a page that is for lenders."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import reverse, reverse_lazy

from accounts.access import PersonalRequest, passkey_first
from accounts.roles import Role
from creditquery.models import Institution, Membership
from creditquery.selectors import lenders

View = Callable[..., HttpResponse]


class LenderRequest(PersonalRequest):
    """What a view behind `lender_required` gets."""

    membership: Membership
    institution: Institution


def lender_required(view: View) -> View:
    """A lender's user with a verified second factor, in the name of the one lender they work for.

    Sets `request.institution` and `request.membership`. Everybody else on the staff gets 403,
    administrators too: what a lender does, nobody does for it.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        user: Any = request.user
        if not user.is_authenticated or (user.is_staff and not user.is_verified()):
            return redirect_to_login(request.get_full_path(), reverse("accounts:staff-login"))
        membership = lenders.membership_of(user) if user.role == Role.LENDER_USER else None
        if membership is None:
            raise PermissionDenied
        request.membership = membership  # type: ignore[attr-defined]
        request.institution = membership.institution  # type: ignore[attr-defined]
        return passkey_first(request) or view(request, *args, **kwargs)

    # Where Django's LoginRequiredMiddleware, which comes before, sends a stranger.
    wrapper.login_url = reverse_lazy("accounts:staff-login")  # type: ignore[attr-defined]
    return wrapper
