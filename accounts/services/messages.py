"""Messages to a person, on the channel and in the language that the person chose."""

import datetime as dt
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from accounts import selectors
from accounts.models import Delivery, User
from accounts.services import deliveries
from accounts.states import Channel

BATCH = 1000
ADDRESSED = (
    "phone",
    "phone_hash",
    "email",
    "email_hash",
    "prefers_email",
    "language",
)
"""What of a person a message needs, for callers who read many people: the rest is sealed, too."""


def send(*, user: User, kind: str, context: Mapping[str, Any], now: dt.datetime) -> Delivery:
    """A durable message in the caller's transaction.

    `kind` is "<app>.<name>": its words are in templates/<app>/messages/<name>.txt, filled from
    `context`, which is plain JSON (sealed at rest).
    """
    return deliveries.prepare(kind=kind, now=now, **_addressed(user, context))


def send_many(
    *,
    rows: Iterable[tuple[User, Mapping[str, Any]]],
    kind: str,
    now: dt.datetime,
    earliest: dt.datetime | None = None,
) -> int:
    """The message `kind` to many people, each with a context; returns how many.

    A few statements a thousand. They wait behind every code and every message to one person, and
    go out at a pace (`deliveries.MANY_PER_SECOND`), the first at `earliest` (now). That nobody is
    told twice is the caller's: a row that is unique, written in the same transaction.
    """
    sent, left = 0, iter(rows)
    while some := list(islice(left, BATCH)):
        drafts = [_addressed(user, context) for user, context in some]
        sent += deliveries.prepare_many(drafts=drafts, kind=kind, now=now, earliest=earliest)
    return sent


def _addressed(user: User, context: Mapping[str, Any]) -> dict[str, Any]:
    by_email = bool(user.prefers_email and user.email)
    return {
        "channel": Channel.EMAIL if by_email else Channel.SMS,
        "address": user.email if by_email else user.phone,
        "address_hash": user.email_hash if by_email else user.phone_hash or "",
        "language": user.language,
        "context": context,
        "user": user,
    }


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


def send_everywhere(
    *, user: User, kind: str, context: Mapping[str, Any], now: dt.datetime
) -> list[Delivery]:
    """A durable message to every address that we know of, whatever the person prefers: for what an
    owner must hear of even when one of the addresses is somebody else's by now."""
    sent = []
    if user.phone:
        sent.append(
            deliveries.prepare(
                kind=kind,
                channel=Channel.SMS,
                address=user.phone,
                address_hash=user.phone_hash or "",
                language=user.language,
                context=context,
                user=user,
                now=now,
            )
        )
    if user.email:
        sent.append(send_to_mailbox(user=user, kind=kind, context=context, now=now))
    return sent
