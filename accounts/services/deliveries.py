"""Messages on their way: prepared in the business transaction, sent by work, told by receipts."""

import contextlib
import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.models import Delivery, LoginChallenge, User
from accounts.selectors import range_hash
from accounts.selectors.vendors import OWN_FAULT, chain, in_order, others
from accounts.services import routes
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
MAIL_SERVER = "smtp"
MAYBE_SENT = frozenset({DeliveryState.UNKNOWN, DeliveryState.ACCEPTED, DeliveryState.DELIVERED})
"""A person may have it, or get it yet."""
MOST_MAYBE_SENT = 2
"""So a person gets at most one message more than needed, however many vendors there are."""
COPIED = (
    "challenge", "user", "kind", "context", "language", "channel", "address", "address_hash",
    "network_hash", "range_hash", "bucket", "carrier",
)  # fmt: skip


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
        vendor=MAIL_SERVER if channel == Channel.EMAIL else "",
        context=json.dumps(dict(context or {}), ensure_ascii=False),
        range_hash=range_hash(values["address"]) if values.get("challenge") else "",
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


def may_go_elsewhere(delivery: Delivery, *, now: dt.datetime) -> bool:
    """Whether another vendor may be tried: one is left that was not, no person can get more than
    one message too many by it, and it is still of use."""
    tried = chain(delivery)
    maybe = sum(each.state in MAYBE_SENT for each in tried)
    if maybe >= MOST_MAYBE_SENT or not others(delivery, tried):
        return False
    if len(tried) >= len(in_order(delivery.channel)):  # each had its turn: the last one waits
        return False
    if delivery.challenge is not None:
        delivery.challenge.refresh_from_db(fields=["used_at", "expires_at"])
    if too_late(delivery, now=now):
        return False
    return not Delivery.objects.filter(replaces=delivery).exists()


def was_entered(delivery: Delivery) -> bool:
    """The code was entered, and it came by no other message: this one has arrived."""
    challenge = delivery.challenge
    if challenge is None or challenge.used_at is None:
        return False
    return not Delivery.objects.filter(challenge=challenge).exclude(pk=delivery.pk).exists()


def go_elsewhere(delivery: Delivery, *, now: dt.datetime) -> Delivery:
    """The same message once more for another vendor, in the caller's transaction. The caller holds
    the work of `delivery` and has asked `may_go_elsewhere`: so it happens once."""
    again = Delivery(replaces=delivery, created_at=now)
    for name in COPIED:
        setattr(again, name, getattr(delivery, name))
    again.save(force_insert=True)
    work.add(kind=SEND, subject=str(again.pk), lane=Lane.MESSAGE, now=now)
    return again


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What a vendor says of one message. `number` is ours, "" where the vendor does not give it
    back; `vendor_id` is the vendor's."""

    vendor: str
    channel: str
    phone_hash: str
    number: str
    vendor_id: str
    reached: bool
    error_code: str = ""
    trouble: str = ""


def receive(*, receipt: Receipt, now: dt.datetime) -> bool:
    """Take one receipt; whether it was about a message of ours.

    Receipts are unsigned: vendor, phone and the numbers that it has must all agree, and nothing but
    the delivery's own state changes. A repeated or late one finds no edge and is simply true.
    """
    delivery = _meant(receipt)
    if delivery is None:
        return False
    to = DeliveryState.DELIVERED if receipt.reached else DeliveryState.UNDELIVERED
    values = {"received_at": now, "error_code": "", "trouble": ""}
    if not receipt.reached:
        values |= {"error_code": receipt.error_code, "trouble": receipt.trouble}
    if receipt.vendor_id and not delivery.vendor_id:
        values["vendor_id"] = receipt.vendor_id[:64]
    try:
        go(delivery, to=to, now=now, **values)
    except IllegalMove:
        return delivery.state != DeliveryState.PREPARED  # never sent: somebody made it up
    routes.judge(delivery, came=receipt.reached or receipt.trouble not in OWN_FAULT, now=now)
    if to == DeliveryState.UNDELIVERED and receipt.trouble in OWN_FAULT:
        work.hasten(kind=SEND, subject=str(delivery.pk), now=now, reason="not delivered")
    return True


def is_expected(*, vendor: str, channel: str, phone_hash: str) -> bool:
    """Whether the vendor's number of a message to this phone is still to be written down, so that a
    receipt which nobody knows may be about it: the vendor shall send it again."""
    rows = Delivery.objects.filter(vendor=vendor, channel=channel, address_hash=phone_hash)
    return rows.filter(state=DeliveryState.SENDING, vendor_id="").exists()


def _meant(receipt: Receipt) -> Delivery | None:
    rows = Delivery.objects.filter(
        vendor=receipt.vendor, channel=receipt.channel, address_hash=receipt.phone_hash
    )
    if receipt.number:
        found = rows.filter(pk=receipt.number).first()
        differs = found is not None and found.vendor_id not in ("", receipt.vendor_id)
        return None if differs else found
    return rows.filter(vendor_id=receipt.vendor_id).first() if receipt.vendor_id else None
