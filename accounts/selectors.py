"""Reading people: who somebody is, and what they proved lately."""

import datetime as dt
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Delivery, LoginChallenge, User
from accounts.states import PROVES_NO_ACCOUNT, Channel, DeliveryState, Purpose
from portal.crypto import keyed_hash


@dataclass(frozen=True, slots=True)
class Identity:
    """A person whose name, ID number and phone agree by the real-name check."""

    name: str
    id_type: str
    id_number: str
    phone: str


def identity(user: User) -> Identity | None:
    """The checked identity; None until the real-name check agreed."""
    if user.verified_at is None:
        return None
    return Identity(user.name, user.id_type, user.id_number, user.phone)


def phone_hash(phone: str) -> str:
    return keyed_hash(phone, "phone")


def email_hash(email: str) -> str:
    """Addresses that differ in case alone are one person's."""
    return keyed_hash(email.casefold(), "email")


def id_hash(id_number: str) -> str:
    return keyed_hash(id_number, "id-number")


def borrower(phone: str) -> User | None:
    """The account of this phone, closed ones included."""
    return User.objects.filter(phone_hash=phone_hash(phone)).first()


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


D = DeliveryState
WORDS: dict[str, tuple[str, Promise]] = {
    D.PREPARED: ("", _("We are sending it.")),
    D.SENDING: ("", _("We are sending it.")),
    D.UNKNOWN: ("caution", _("The operator has not answered; we are asking whether it went out.")),
    D.ACCEPTED: ("", _("It is on its way; that it arrived is not confirmed yet.")),
    D.DELIVERED: ("good", _("It was delivered.")),
    D.UNDELIVERED: ("bad", _("The phone could not be reached. Check its signal and its inbox.")),
    D.REFUSED: ("bad", _("The operator does not send to this number now. Use email, or wait.")),
    D.DROPPED: ("bad", _("It could not be sent in time. Ask for it again.")),
}
EMAIL_BEFORE_LOGIN = _("If an email address is bound to this number, it has the code.")


@dataclass(frozen=True, slots=True)
class DeliveryInWords:
    channel: str
    at: dt.datetime
    tone: str
    text: Promise


def deliveries(challenge: LoginChallenge) -> list[DeliveryInWords]:
    """How each message of a challenge fares, the newest first.

    Before login an email always reads the same: whether one is bound is not a stranger's business.
    """
    found = Delivery.objects.filter(challenge=challenge).order_by("-created_at")
    return [_in_words(delivery, known=challenge.user_id is not None) for delivery in found]


def _in_words(delivery: Delivery, *, known: bool) -> DeliveryInWords:
    tone, text = WORDS[delivery.state]
    if delivery.channel == Channel.EMAIL and not known:
        tone, text = "", EMAIL_BEFORE_LOGIN
    return DeliveryInWords(delivery.get_channel_display(), delivery.created_at, tone, text)
