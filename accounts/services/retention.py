"""What is deleted when it has served. The evidence log keeps that it happened, no address."""

import datetime as dt

from django.contrib.sessions.models import Session as DjangoSession
from django.db.models import Q

from accounts.models import (
    Captcha,
    CodeAsked,
    Delivery,
    Device,
    Freeze,
    Hold,
    Invitation,
    LoginChallenge,
    NotMeLink,
    OfficerPhrase,
    PasskeyChallenge,
    PhoneChange,
    Session,
    StaffBrowser,
    ThawProposal,
    Ticket,
    WrongCode,
)
from accounts.states import Purpose, ThawState

CHALLENGES_KEPT = dt.timedelta(days=30)
"""As long as a complaint about a code can be answered from its deliveries."""
CAPTCHAS_KEPT = dt.timedelta(days=1)
BUDGETS_KEPT = dt.timedelta(days=2)
"""Twice the longest window that is counted."""
HOLDS_KEPT = dt.timedelta(days=180)
"""Then what was said about a held login is emptied; that it was held, and by whom let in, stays."""
ASKED_KEPT = dt.timedelta(days=180)
"""What nobody could be found for; a complaint is kept as complaints are."""
STAYS_KEPT = dt.timedelta(days=180)
"""Of ended sessions and of freezes that are over: as long as somebody may ask who was in."""
DEVICES_KEPT = dt.timedelta(days=400)
"""A browser that was not used for so long has lost its cookie."""
STAFF_BROWSERS_KEPT = dt.timedelta(days=400)
"""As long as a browser keeps the cookie."""


def forget(*, now: dt.datetime) -> None:
    """Delete every row that is past its time; safe to run again at any moment."""
    Captcha.objects.filter(created_at__lt=now - CAPTCHAS_KEPT).delete()
    PasskeyChallenge.objects.filter(created_at__lt=now - CAPTCHAS_KEPT).delete()
    WrongCode.objects.filter(at__lt=now - BUDGETS_KEPT).delete()
    Delivery.objects.filter(created_at__lt=now - CHALLENGES_KEPT).delete()
    # A challenge that somebody entered proves a consent; it stays as long as the person does. One
    # for the service status proves nothing but itself.
    LoginChallenge.objects.filter(
        Q(used_at__isnull=True) | Q(purpose=Purpose.STATUS), created_at__lt=now - CHALLENGES_KEPT
    ).delete()
    Ticket.objects.filter(expires_at__lt=now - CHALLENGES_KEPT).delete()
    DjangoSession.objects.filter(expire_date__lt=now).delete()
    _forget_stays(now)
    Invitation.objects.filter(expires_at__lt=now - CHALLENGES_KEPT).delete()
    OfficerPhrase.objects.filter(expires_at__lt=now - CHALLENGES_KEPT).delete()
    Hold.objects.filter(opened_at__lt=now - HOLDS_KEPT).update(said="", note="")
    CodeAsked.objects.filter(at__lt=now - ASKED_KEPT).delete()
    StaffBrowser.objects.filter(last_seen_at__lt=now - STAFF_BROWSERS_KEPT).delete()


def _forget_stays(now: dt.datetime) -> None:
    """Sessions and what became of them. A session that was never ended is over long before."""
    Session.objects.filter(seen_at__lt=now - STAYS_KEPT).delete()
    Freeze.objects.filter(thawed_at__lt=now - STAYS_KEPT).delete()
    ThawProposal.objects.exclude(state=ThawState.PROPOSED).filter(
        proposed_at__lt=now - STAYS_KEPT
    ).delete()
    PhoneChange.objects.filter(settled_at__lt=now - STAYS_KEPT).delete()
    NotMeLink.objects.filter(expires_at__lt=now).delete()
    Device.objects.filter(last_seen_at__lt=now - DEVICES_KEPT).delete()
