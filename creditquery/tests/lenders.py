"""Users of lenders for the tests: each in a browser that has passed both factors."""

from typing import Any

from django.test import Client
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY

from accounts import sessions
from accounts.models import Authenticator, User
from accounts.models.factors import fresh_secret
from accounts.services import staff
from creditquery.models import Institution, Membership


def works_at(institution: Institution, username: str = "zhang", *, leads: bool = False) -> User:
    user = staff.create(
        username=username,
        role="lender_user",
        password="long enough",
        secret=fresh_secret(),
        now=timezone.now(),
    )
    Membership.objects.create(
        user=user, institution=institution, leads=leads, added_at=timezone.now()
    )
    return user


def browser_of(user: User, *, verified: bool = True) -> Client:
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session: Any = browser.session
    session[sessions.STARTED] = session[sessions.SEEN] = timezone.now().isoformat()
    if verified:
        session[DEVICE_ID_SESSION_KEY] = Authenticator.objects.get(user=user).persistent_id
    session.save()
    return browser


def colleague(institution: Institution, username: str = "zhang", *, leads: bool = False) -> Client:
    """A browser in which somebody works for this lender."""
    return browser_of(works_at(institution, username, leads=leads))
