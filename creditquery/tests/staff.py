"""Members of staff for the tests: each in a browser that has passed both factors."""

from typing import Any

from django.test import Client
from django.utils import timezone
from django_otp import DEVICE_ID_SESSION_KEY

from accounts import sessions
from accounts.models import Authenticator, User
from accounts.models.factors import fresh_secret
from accounts.services import staff


def member(role: str) -> Client:
    user: User = staff.create(
        username=role, role=role, password="long enough", secret=fresh_secret(), now=timezone.now()
    )
    browser = Client()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session: Any = browser.session
    session[sessions.STARTED] = session[sessions.SEEN] = timezone.now().isoformat()
    session[DEVICE_ID_SESSION_KEY] = Authenticator.objects.get(user=user).persistent_id
    session.save()
    return browser
