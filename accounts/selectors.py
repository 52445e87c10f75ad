"""Reading people: who somebody is, and what they proved lately."""

import datetime as dt
from dataclasses import dataclass

from accounts.models import LoginChallenge, User
from accounts.states import Purpose
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


def borrower(phone: str) -> User | None:
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
    control of the same phone, except the one that goes to a new email address."""
    return challenge.purpose == purpose or challenge.purpose != Purpose.BIND_EMAIL
