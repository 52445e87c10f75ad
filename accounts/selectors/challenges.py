"""Reading proofs: what somebody proved lately, and what can still be entered."""

import datetime as dt

from django.conf import settings

from accounts.models import Delivery, LoginChallenge, User
from accounts.selectors.people import phone_hash
from accounts.states import PROVES_NO_ACCOUNT, Channel, Purpose


def verification(challenge_id: object, *, user: User) -> LoginChallenge | None:
    """The used challenge by which this person proved control of the address."""
    return LoginChallenge.objects.filter(
        pk=str(challenge_id), user=user, used_at__isnull=False
    ).first()


def used_within(challenge: LoginChallenge, *, seconds: int, now: dt.datetime) -> bool:
    return challenge.used_at is not None and now - challenge.used_at < dt.timedelta(seconds=seconds)


def serves(challenge: LoginChallenge, *, purpose: str) -> bool:
    """Whether a code that was entered for one purpose proves enough for another: they all prove
    control of the same phone, except those that go to an address of the asker's choice."""
    return challenge.purpose == purpose or challenge.purpose not in PROVES_NO_ACCOUNT


def is_open(challenge: LoginChallenge, *, now: dt.datetime) -> bool:
    """Whether a code can still be entered."""
    return (
        challenge.used_at is None
        and challenge.attempts < settings.OTP_ATTEMPTS
        and now < challenge.expires_at
    )


def still_open(challenge: LoginChallenge, *, phone: str, now: dt.datetime) -> bool:
    """Whether this is an open login challenge of this phone."""
    return (
        challenge.purpose == Purpose.LOGIN
        and challenge.address_hash == phone_hash(phone)
        and is_open(challenge, now=now)
    )


def next_send(challenge: LoginChallenge, *, now: dt.datetime) -> dt.datetime | None:
    """When the code can be sent again; None when it can be now."""
    moment = challenge.sent_at + dt.timedelta(seconds=settings.OTP_RESEND_SECONDS)
    return moment if moment > now else None


def channels(challenge: LoginChallenge) -> tuple[str, ...]:
    """By what its code can be sent, the usual one first."""
    if "@" in challenge.address:
        return (Channel.EMAIL,)
    own = (Channel.SMS, Channel.VOICE)
    return own if challenge.purpose in PROVES_NO_ACCOUNT else (*own, Channel.EMAIL)


def was_sent(challenge: LoginChallenge) -> bool:
    """Whether any message was asked for; not so where somebody began by another way."""
    return Delivery.objects.filter(challenge=challenge).exists()
