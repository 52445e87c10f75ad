"""Staff: in by password and authenticator, invited by a link, tickets for borrowers."""

import datetime as dt
from typing import Any

import qrcode
import qrcode.image.svg
from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import authenticate
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.signals import user_login_failed
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django_otp import login as mark_verified
from django_otp import verify_token

from accounts.access import PersonalRequest, safe_next, staff_required
from accounts.forms import EnrolmentForm, InviteForm, StaffLoginForm, TicketForm, TokenForm
from accounts.models import Authenticator, User
from accounts.refusals import Refused
from accounts.roles import Role
from accounts.services import interlock, staff
from accounts.states import Way
from accounts.views import browser, refusal
from portal import catalogue

PENDING = "staff_password_given"
PENDING_LASTS = dt.timedelta(minutes=5)


@sensitive_post_parameters("password")
@login_not_required
@never_cache
def login(request: HttpRequest) -> HttpResponse:
    """The password; nobody is logged in by it."""
    form = StaffLoginForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "accounts/staff_login.html", {"form": form})
    user: Any = authenticate(request, **form.cleaned_data)  # counted by axes
    if user is None or not user.is_staff:
        refusal.add(form, Refused("staff-login-wrong"), None)
        return render(request, "accounts/staff_login.html", {"form": form})
    request.session.cycle_key()
    request.session[PENDING] = {
        "user": user.pk,
        "at": timezone.now().isoformat(),
        "next": safe_next(request, request.GET.get("next"), home(user)),
    }
    return redirect("accounts:staff-token")


@login_not_required
@never_cache
def token(request: HttpRequest) -> HttpResponse:
    """The authenticator's number; together with the password it logs in."""
    now = timezone.now()
    pending = _pending(request, now)
    if pending is None:
        return redirect("accounts:staff-login")
    user, onward = pending
    form = TokenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        device = _verify(request, user, form.cleaned_data["otp_token"])
        if device is not None:
            return _let_in(request, user, device, onward, now)
        refusal.add(form, Refused("staff-token-wrong"), "otp_token")
    return render(request, "accounts/staff_token.html", {"form": form})


def _let_in(
    request: HttpRequest, user: User, device: Any, onward: str, now: dt.datetime
) -> HttpResponse:
    """Both factors were right: a session begins, and no borrower logs in at this browser again."""
    del request.session[PENDING]
    visit, binding = browser.visit(request), browser.binding(request)
    second = Way.APP if isinstance(device, Authenticator) else Way.PASSKEY
    browser.log_in(request, user, now, ways=[Way.PASSWORD, second])
    mark_verified(request, device)
    response = redirect(onward)
    browser.mark_staff(response, interlock.mark(member=user, visit=visit, binding=binding, now=now))
    return response


def _pending(request: HttpRequest, now: dt.datetime) -> tuple[User, str] | None:
    kept = request.session.get(PENDING)
    if not kept or now - dt.datetime.fromisoformat(kept["at"]) > PENDING_LASTS:
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    return (user, kept["next"]) if user else None


def _verify(request: HttpRequest, user: User, number: str) -> Authenticator | None:
    """One guess at the second factor; it counts for axes like a wrong password."""
    credentials = {"username": user.get_username()}
    if not AxesProxyHandler.is_allowed(request, credentials):
        return None
    device = Authenticator.objects.filter(user=user, confirmed=True).first()
    if device and verify_token(user, device.persistent_id, number):
        return device
    user_login_failed.send(sender=__name__, credentials=credentials, request=request)
    return None


def locked(request: HttpRequest, response: HttpResponse, credentials: Any) -> HttpResponse:
    """What axes shows after too many failures."""
    entry = catalogue.ENTRIES["staff-locked"]
    return render(request, "portal/error.html", {"entry": entry}, status=429)


def home(user: User) -> str:
    """Where a member of staff begins."""
    if user.role == Role.LENDER_USER:
        return reverse("complaints:lender")
    if user.has_perm("accounts.use_admin"):
        return reverse("admin:index")
    return reverse(
        "creditquery:operations" if user.has_perm("creditquery.view_endpoint") else "home"
    )


@sensitive_post_parameters("password")
@login_not_required
@never_cache
def enrol(request: HttpRequest, token: str) -> HttpResponse:
    """A new member of staff chooses a password and takes the authenticator's secret, once."""
    invited = staff.invitation(token=token, now=timezone.now())
    if invited is None:
        raise Http404
    form = EnrolmentForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if staff.accept(invited=invited, now=timezone.now(), **form.cleaned_data):
            return redirect("accounts:staff-login")
        refusal.add(form, Refused("staff-token-wrong"), "otp_token")
    authenticator = Authenticator.objects.get(user=invited.user)
    context = {
        "form": form,
        "person": invited.user,
        "secret": authenticator.secret_base32,
        "picture": _qr_code(authenticator.address),
    }
    return render(request, "accounts/staff_enrol.html", context)


def _qr_code(text: str) -> str:
    image = qrcode.make(text, image_factory=qrcode.image.svg.SvgPathImage, box_size=8, border=4)
    return mark_safe(image.to_string(encoding="unicode"))  # noqa: S308 (drawn here, no text in it)


@staff_required("accounts.invite_staff")
@never_cache
def invite(request: PersonalRequest) -> HttpResponse:
    """Invite a member of staff; the link is shown once, to be handed over in person."""
    form = InviteForm(request.POST or None)
    link = ""
    if request.method == "POST" and form.is_valid():
        try:
            token = staff.invite(by=request.user, now=timezone.now(), **form.cleaned_data)
            path = reverse("accounts:staff-enrol", kwargs={"token": token})
            link = settings.SITE_URL + path  # never of the Host header, which anyone writes
        except ValidationError as error:
            form.add_error("username", error)
    return render(request, "accounts/staff_invite.html", {"form": form, "link": link})


@staff_required("accounts.issue_ticket")
@never_cache
def ticket(request: PersonalRequest) -> HttpResponse:
    """Let a borrower try again after too many wrong codes; the word is shown once."""
    form = TicketForm(request.POST or None)
    word = ""
    if request.method == "POST" and form.is_valid():
        word = staff.issue_ticket(by=request.user, now=timezone.now(), **form.cleaned_data)
    return render(request, "accounts/staff_ticket.html", {"form": form, "word": word})
