"""When the next code can go to an address: by our own limits, and by those of the vendors."""

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Q

from accounts import caps
from accounts.caps import DAY, HOUR, Cap
from accounts.models import Delivery
from accounts.selectors.vendors import in_order
from accounts.states import Channel, DeliveryState, Trouble

STRANGERS = ""
"""The bucket of whoever shows nothing: no known browser, no ticket, no first proof."""


@dataclass(frozen=True, slots=True)
class Send:
    """One message of the last 24 hours to an address on a channel."""

    at: dt.datetime  # asked for
    handed: dt.datetime  # to the vendor, whose clock begins then
    bucket: str
    vendor: str
    code: bool
    asked: bool  # by somebody, and not by the sender that tries another vendor
    blocked_until: dt.datetime | None  # what the vendor said of its own cap


def next_at(*, address_hash: str, channel: str, bucket: str, now: dt.datetime) -> dt.datetime:
    """The first moment from now on at which a code can be asked for, and gets through."""
    sends = _sends(address_hash, channel, now)
    own = [(each.at, each.bucket == bucket) for each in sends if each.asked]
    rooms = _rooms(sends, channel, stranger=bucket == STRANGERS, now=now)
    at = max(now, min(rooms.values(), default=now))
    gap = dt.timedelta(seconds=settings.OTP_RESEND_SECONDS)
    later = sorted({sent + wait for sent, _own in own for wait in (gap, HOUR, DAY)})
    moments = (at, *(moment for moment in later if moment > at))
    return next(moment for moment in moments if _may(own, moment, known=bucket != STRANGERS))


def full(delivery: Delivery, *, tried: Collection[str] = (), now: dt.datetime) -> set[str]:
    """The vendors that would refuse this code now; none when no other is left, for then their word
    is what the person reads."""
    if delivery.challenge_id is None:
        return set()
    sends = _sends(delivery.address_hash, delivery.channel, now, without=delivery)
    stranger = delivery.bucket == STRANGERS
    rooms = _rooms(sends, delivery.channel, stranger=stranger, now=now)
    closed = {vendor for vendor, at in rooms.items() if at > now}
    return closed if set(rooms) - closed - set(tried) else set()


def _sends(
    address_hash: str, channel: str, now: dt.datetime, *, without: Delivery | None = None
) -> list[Send]:
    rows = Delivery.objects.filter(
        address_hash=address_hash, channel=channel, created_at__gt=now - DAY
    ).exclude(Q(state=DeliveryState.DROPPED) & Q(challenge__isnull=True))
    if without is not None:
        rows = rows.exclude(pk=without.pk)
    found = rows.values_list(
        "created_at", "sent_at", "bucket", "vendor", "challenge", "replaces", "trouble", "next_at"
    )
    return [
        Send(
            at=created,
            handed=sent or created,
            bucket=bucket,
            vendor=vendor,
            code=challenge is not None,
            asked=challenge is not None and replaces is None,
            blocked_until=until if trouble == Trouble.CAP else None,
        )
        for created, sent, bucket, vendor, challenge, replaces, trouble, until in found
    ]


def _rooms(
    sends: Collection[Send], channel: str, *, stranger: bool, now: dt.datetime
) -> dict[str, dt.datetime]:
    """By vendor in use, when it lets one more code through. What no vendor has yet counts with the
    first, which gets it unless it fails."""
    if channel == Channel.EMAIL:
        return {}
    order = in_order(channel)
    return {
        vendor: _room(
            [each for each in sends if (each.vendor or order[0]) == vendor],
            (vendor, channel),
            stranger,
            now,
        )
        for vendor in order
    }


def _room(
    sends: Collection[Send], route: tuple[str, str], stranger: bool, now: dt.datetime
) -> dt.datetime:
    word = max((each.blocked_until for each in sends if each.blocked_until), default=now)
    codes = [each.handed for each in sends if each.code]
    everything = [each.handed for each in sends]
    return max(
        now,
        word,
        caps.opens(codes, _part(caps.CODES.get(route, ()), stranger), now),
        caps.opens(everything, _part(caps.EVERYTHING.get(route, ()), stranger), now),
    )


def _part(limits: Sequence[Cap], stranger: bool) -> list[Cap]:
    return [cap.for_strangers() if stranger else cap for cap in limits]


def _may(sends: Collection[tuple[dt.datetime, bool]], at: dt.datetime, *, known: bool) -> bool:
    """Our own limits, which are the same on every channel."""
    gap = dt.timedelta(seconds=settings.OTP_RESEND_SECONDS)
    if any(at < sent + gap for sent, _own in sends):
        return False
    for window, limit in (
        (HOUR, settings.OTP_SENDS_PER_HOUR),
        (DAY, settings.OTP_SENDS_PER_DAY),
    ):
        inside = [own for sent, own in sends if at < sent + window]
        others = inside.count(False)
        if known:  # strangers may use up three fifths of what the owner's browser has
            others = min(others, limit * 3 // 5)
        if inside.count(True) + others >= limit:
            return False
    return True
