"""What is deleted when it has served. The evidence log keeps that it happened, no address."""

import datetime as dt

from django.contrib.sessions.models import Session
from django.db.models import Q

from accounts.models import (
    Captcha,
    CodeAsked,
    Delivery,
    Hold,
    Invitation,
    LoginChallenge,
    OfficerPhrase,
    StaffBrowser,
    Ticket,
    WrongCode,
)
from accounts.states import Purpose

CHALLENGES_KEPT = dt.timedelta(days=30)
"""As long as a complaint about a code can be answered from its deliveries."""
CAPTCHAS_KEPT = dt.timedelta(days=1)
BUDGETS_KEPT = dt.timedelta(days=2)
"""Twice the longest window that is counted."""
HOLDS_KEPT = dt.timedelta(days=180)
"""Then what was said about a held login is emptied; that it was held, and by whom let in, stays."""
ASKED_KEPT = dt.timedelta(days=180)
"""What nobody could be found for; a complaint is kept as complaints are."""
STAFF_BROWSERS_KEPT = dt.timedelta(days=400)
"""As long as a browser keeps the cookie."""


def forget(*, now: dt.datetime) -> None:
    """Delete every row that is past its time; safe to run again at any moment."""
    Captcha.objects.filter(created_at__lt=now - CAPTCHAS_KEPT).delete()
    WrongCode.objects.filter(at__lt=now - BUDGETS_KEPT).delete()
    Delivery.objects.filter(created_at__lt=now - CHALLENGES_KEPT).delete()
    # A challenge that somebody entered proves a consent; it stays as long as the person does. One
    # for the service status proves nothing but itself.
    LoginChallenge.objects.filter(
        Q(used_at__isnull=True) | Q(purpose=Purpose.STATUS), created_at__lt=now - CHALLENGES_KEPT
    ).delete()
    Ticket.objects.filter(expires_at__lt=now - CHALLENGES_KEPT).delete()
    Session.objects.filter(expire_date__lt=now).delete()
    Invitation.objects.filter(expires_at__lt=now - CHALLENGES_KEPT).delete()
    OfficerPhrase.objects.filter(expires_at__lt=now - CHALLENGES_KEPT).delete()
    Hold.objects.filter(opened_at__lt=now - HOLDS_KEPT).update(said="", note="")
    CodeAsked.objects.filter(at__lt=now - ASKED_KEPT).delete()
    StaffBrowser.objects.filter(last_seen_at__lt=now - STAFF_BROWSERS_KEPT).delete()
