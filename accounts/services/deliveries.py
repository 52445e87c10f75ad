"""Messages on their way: prepared in the business transaction, sent by work, told by receipts."""

import contextlib
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from accounts.models import Delivery, LoginChallenge, User
from accounts.states import DELIVERY_TRANSITIONS, Channel, DeliveryState
from evidence.services import IllegalMove, move
from portal.work import backlog
from portal.work import services as work
from portal.work.states import Lane

SEND = "accounts.tasks.send_delivery"
MESSAGE_KEEPS = dt.timedelta(days=1)
MANY_PER_SECOND = 50
"""What is sent to many at once goes out no faster, so that the vendor's patience with our account
is left to the codes: 120,000 in 40 minutes. Operator policy."""
VENDORS = {Channel.SMS: "aliyun", Channel.EMAIL: "smtp"}


def prepare(
    *,
    kind: str,
    channel: str,
    address: str,
    address_hash: str,
    language: str,
    now: dt.datetime,
    context: Mapping[str, Any] | None = None,
    challenge: LoginChallenge | None = None,
    user: User | None = None,
    network_hash: str = "",
    bucket: str = "",
) -> Delivery:
    """One message and the work that sends it, in the caller's transaction."""
    delivery = _row(
        kind=kind,
        channel=channel,
        address=address,
        address_hash=address_hash,
        language=language,
        context=context,
        challenge=challenge,
        user=user,
        network_hash=network_hash,
        bucket=bucket,
        now=now,
    )
    delivery.save(force_insert=True)
    work.add(kind=SEND, subject=str(delivery.pk), lane=Lane.MESSAGE, now=now)
    return delivery


def prepare_many(
    *,
    drafts: Sequence[Mapping[str, Any]],
    kind: str,
    now: dt.datetime,
    earliest: dt.datetime | None = None,
) -> int:
    """Some thousand messages of one kind and the work that sends them, in the caller's
    transaction; how many. A draft is what `prepare` takes of one; codes never come this way."""
    rows = [_row(kind=kind, now=now, **draft) for draft in drafts]
    with transaction.atomic(savepoint=False):
        Delivery.objects.bulk_create(rows)
        return backlog.add_many(
            kind=SEND,
            subjects=[str(row.pk) for row in rows],
            lane=Lane.MESSAGE,
            per_second=MANY_PER_SECOND,
            now=now,
            earliest=earliest,
        )


def _row(
    *, channel: str, context: Mapping[str, Any] | None, now: dt.datetime, **values: Any
) -> Delivery:
    return Delivery(
        channel=channel,
        vendor=VENDORS[Channel(channel)],
        context=json.dumps(dict(context or {}), ensure_ascii=False),
        created_at=now,
        **values,
    )


def go(delivery: Delivery, *, to: str, now: dt.datetime, **values: Any) -> None:
    """Move a delivery along its table; `values` are set with it."""
    body = {"channel": delivery.channel, "kind": delivery.kind}
    if values.get("error_code"):
        body["error_code"] = values["error_code"]
    move(Delivery, pk=delivery.pk, to=to, table=DELIVERY_TRANSITIONS, now=now, body=body, **values)
    delivery.state = to


def settle(delivery: Delivery, *, to: str, now: dt.datetime, **values: Any) -> None:
    """What the sender found out; a receipt that was faster has the last word."""
    with contextlib.suppress(IllegalMove):
        go(delivery, to=to, now=now, **values)


def too_late(delivery: Delivery, *, now: dt.datetime) -> bool:
    """A code that can no longer be entered is not sent; any other message keeps for a day."""
    challenge = delivery.challenge
    if challenge is None:
        return now - delivery.created_at > MESSAGE_KEEPS
    return challenge.used_at is not None or now >= challenge.expires_at


def receive(*, phone_hash: str, number: str, vendor_id: str, reached: bool, error_code: str,
            now: dt.datetime) -> bool:  # fmt: skip
    """Take one receipt; whether it was about a message of ours.

    Receipts are unsigned: number, vendor's number and phone must all agree, and nothing but the
    delivery's own state changes. A repeated or late one finds no edge and is simply true.
    """
    delivery = Delivery.objects.filter(
        pk=number, channel=Channel.SMS, address_hash=phone_hash
    ).first()
    if delivery is None or (delivery.vendor_id and delivery.vendor_id != vendor_id):
        return False
    to = DeliveryState.DELIVERED if reached else DeliveryState.UNDELIVERED
    try:
        go(delivery, to=to, now=now, received_at=now, error_code="" if reached else error_code)
    except IllegalMove:
        return delivery.state != DeliveryState.PREPARED  # never sent: somebody made it up
    return True
