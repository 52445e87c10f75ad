"""Reading accounts: people, their proofs, their messages."""

from accounts.selectors.challenges import (
    channels,
    is_open,
    next_send,
    serves,
    still_open,
    used_within,
    verification,
    was_sent,
)
from accounts.selectors.deliveries import (
    EMAIL_BEFORE_LOGIN,
    TROUBLES,
    WORDS,
    DeliveryInWords,
    Timeline,
    deliveries,
    timeline,
)
from accounts.selectors.people import (
    Identity,
    borrower,
    email_hash,
    id_hash,
    identity,
    phone_hash,
    range_hash,
)

__all__ = [
    "EMAIL_BEFORE_LOGIN",
    "TROUBLES",
    "WORDS",
    "DeliveryInWords",
    "Identity",
    "Timeline",
    "borrower",
    "channels",
    "deliveries",
    "email_hash",
    "id_hash",
    "identity",
    "is_open",
    "next_send",
    "phone_hash",
    "range_hash",
    "serves",
    "still_open",
    "timeline",
    "used_within",
    "verification",
    "was_sent",
]
