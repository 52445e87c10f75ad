"""Messages to a person, on the channel and in the language that the person chose."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from accounts import selectors
from accounts.models import Delivery, User
from accounts.services import deliveries
from accounts.states import Channel


def send(*, user: User, kind: str, context: Mapping[str, Any], now: dt.datetime) -> Delivery:
    """A durable message in the caller's transaction.

    `kind` is "<app>.<name>": its words are in templates/<app>/messages/<name>.txt, filled from
    `context`, which is plain JSON (sealed at rest).
    """
    by_email = bool(user.prefers_email and user.email)
    return deliveries.prepare(
        kind=kind,
        channel=Channel.EMAIL if by_email else Channel.SMS,
        address=user.email if by_email else user.phone,
        address_hash=user.email_hash if by_email else user.phone_hash or "",
        language=user.language,
        context=context,
        user=user,
        now=now,
    )


def send_to_phone(
    *, phone: str, kind: str, context: Mapping[str, Any], language: str, now: dt.datetime
) -> Delivery:
    """A durable text message to somebody who has no account yet, such as an invited guarantor."""
    return deliveries.prepare(
        kind=kind,
        channel=Channel.SMS,
        address=phone,
        address_hash=selectors.phone_hash(phone),
        language=language,
        context=context,
        now=now,
    )


def send_to_mailbox(
    *, user: User, kind: str, context: Mapping[str, Any], now: dt.datetime
) -> Delivery:
    """A durable email, whatever the person prefers: for what no text message was filed for."""
    return deliveries.prepare(
        kind=kind,
        channel=Channel.EMAIL,
        address=user.email,
        address_hash=user.email_hash,
        language=user.language,
        context=context,
        user=user,
        now=now,
    )
