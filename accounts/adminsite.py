"""Django's admin behind the portal's own staff login: right, role and a verified second factor."""

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.contrib.admin import AdminSite
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from accounts.access import passkey_first


class PortalAdminSite(AdminSite):
    site_title = site_header = _("Credit Portal")
    index_title = _("Administration")

    def has_permission(self, request: HttpRequest) -> bool:
        user: Any = request.user  # anonymous people have no is_verified
        entered = user.is_authenticated and user.has_perm("accounts.use_admin")
        return entered and user.is_verified() and passkey_first(request) is None

    def get_urls(self) -> list[Any]:
        """Django sends strangers from some of these pages to LOGIN_URL, which is the borrowers'."""
        patterns = super().get_urls()
        for view in _views(patterns):
            if getattr(view, "login_required", True):
                view.login_url = reverse_lazy("admin:login")
        return patterns

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Django's admin scripts write HTML as text; the rest of the policy holds for them too."""
        guarded = super().admin_view(view, cacheable)
        return csp_replace({"require-trusted-types-for": None})(guarded)

    @method_decorator(login_not_required)
    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The one staff login; Django's form would let a password alone in. Whoever is in already
        and still lacks a passkey goes where one is added."""
        user: Any = request.user
        wanted = user.is_authenticated and user.is_verified() and passkey_first(request)
        if wanted:
            return wanted
        query = urlencode({"next": request.GET.get("next") or reverse("admin:index")})
        return HttpResponseRedirect(f"{reverse('accounts:staff-login')}?{query}")


def _views(patterns: Iterable[Any]) -> Iterator[Any]:
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from _views(pattern.url_patterns)
        else:
            yield pattern.callback
