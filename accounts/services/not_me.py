"""“It was not me”: the link that goes to every address with the news of a login or a change.

Opening it shows what happened; only the button acts (services/disavowals.py), so that what reads
mail for viruses does nothing. It works without a login: whoever lost the account cannot log in.
"""

import datetime as dt
import secrets
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts import texts
from accounts.codes import hashed
from accounts.models import Device, Login, NotMeLink, User
from accounts.services import messages

LASTS = dt.timedelta(days=10)
"""As at login.gov: who was away for a week still finds a link that works."""


def tell(
    *,
    user: User,
    kind: str,
    now: dt.datetime,
    login: Login | None = None,
    device: Device | None = None,
    context: dict[str, Any] | None = None,
) -> None:
    """The message `kind` to every address of this person, with a link of its own, in the caller's
    transaction. `device` is the browser that the link forgets."""
    token = secrets.token_urlsafe(16)  # 128 bits; 22 characters of the 35 of a text message
    NotMeLink.objects.create(
        token_hash=hashed(token),
        user=user,
        login=login,
        device=device,
        label=login.label if login else "",
        created_at=now,
        expires_at=now + LASTS,
    )
    with translation.override(user.language):
        link = settings.SITE_URL + reverse("accounts:not-me", kwargs={"token": token})
    values = {"time": texts.moment(now), "token": token, "link": link, **(context or {})}
    messages.send_everywhere(user=user, kind=kind, context=values, now=now)


def find(*, token: str, now: dt.datetime) -> NotMeLink | None:
    """The link of this token, used ones included; none once it is too old."""
    rows = NotMeLink.objects.filter(token_hash=hashed(token), expires_at__gt=now)
    return rows.select_related("user").first()
