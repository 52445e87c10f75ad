"""Reading people: who somebody is."""

from dataclasses import dataclass

from accounts.models import User
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


def range_hash(phone: str) -> str:
    """Of the ten thousand numbers that this one is of; "" for what is no number."""
    return keyed_hash(phone[:7], "number-range") if len(phone) == 11 and phone.isdigit() else ""


def email_hash(email: str) -> str:
    """Addresses that differ in case alone are one person's."""
    return keyed_hash(email.casefold(), "email")


def id_hash(id_number: str) -> str:
    return keyed_hash(id_number, "id-number")


def borrower(phone: str) -> User | None:
    """The account of this phone, closed ones included."""
    return User.objects.filter(phone_hash=phone_hash(phone)).first()
