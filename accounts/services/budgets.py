"""What guards an account and a phone: counted from rows, so that wiping Redis gives nothing back.

Who asks spends from a bucket: "" for strangers, else the one of a known browser, of an officer's
ticket, or of whoever has shown the first of two proofs. Strangers share theirs, so they can use up
no more than that: the owner's browser goes on.
"""

import datetime as dt

from django.conf import settings
from django.db import connection

from accounts.codes import hashed
from accounts.models import Device, LoginChallenge, Ticket, User, WrongCode
from accounts.refusals import Refused
from accounts.selectors import sends
from accounts.states import Purpose

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
STRANGERS = ""
PROVED = "proved"
"""Whoever guesses at the second of two proofs has shown the first, as strangers have not."""
QUIET = 20
"""Logins without a message that one bucket may begin in an hour. Operator policy."""


def hold(*keys: str) -> None:
    """One request at a time for these hashes, until the transaction ends.

    PostgreSQL's transaction locks: no row has to exist, and a dead process leaves none behind.
    """
    with connection.cursor() as cursor:
        for key in sorted(set(keys)):
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [int(key[:16], 16) - 2**63])


def bucket(
    *, account_hash: str, device_token: str, word: str, now: dt.datetime, proved: bool = False
) -> str:
    """Whose budget this browser spends from; a wrong ticket raises Refused."""
    device = Device.objects.filter(
        token_hash=hashed(device_token), user__phone_hash=account_hash
    ).first()
    if word:
        ticket = Ticket.objects.filter(
            word_hash=hashed(word), account_hash=account_hash, expires_at__gt=now
        ).first()
        if ticket is None:
            raise Refused("ticket-wrong")
        return f"ticket:{ticket.pk}"
    if device:
        return f"device:{device.pk}"
    return PROVED if proved else STRANGERS


def check_send(*, address_hash: str, channel: str, bucket: str, now: dt.datetime) -> None:
    """Raises Refused with the time when the next code can be sent to this address: by our limits,
    and by those of the vendors, which would refuse it behind our back."""
    at = sends.next_at(address_hash=address_hash, channel=channel, bucket=bucket, now=now)
    if at > now:
        soon = at <= now + dt.timedelta(seconds=settings.OTP_RESEND_SECONDS)
        raise Refused("otp-too-soon" if soon else "otp-too-many-sends", next_at=at)


def check_quiet(*, address_hash: str, bucket: str, now: dt.datetime) -> None:
    """Raises Refused when many logins without a message were begun for this number: each is a row,
    and five more guesses."""
    begun = LoginChallenge.objects.filter(
        address_hash=address_hash, bucket=bucket, created_at__gt=now - HOUR
    )
    moments = list(begun.order_by("-created_at").values_list("created_at", flat=True)[:QUIET])
    if len(moments) == QUIET:
        raise Refused("otp-too-many-sends", next_at=moments[-1] + HOUR)


def check_addresses(*, user: User, now: dt.datetime) -> None:
    """Raises Refused when one person had codes sent to ever new addresses: each is the mailbox or
    the phone of somebody who may never have asked."""
    asked = LoginChallenge.objects.filter(
        user=user,
        purpose__in=[Purpose.BIND_EMAIL, Purpose.BIND_PHONE],
        created_at__gt=now - DAY,
    )
    moments = list(asked.order_by("-created_at").values_list("created_at", flat=True))
    limits = ((HOUR, settings.OTP_SENDS_PER_HOUR), (DAY, settings.OTP_SENDS_PER_DAY))
    for window, limit in limits:
        inside = [moment for moment in moments if moment > now - window]
        if len(inside) >= limit:
            raise Refused("otp-too-many-sends", next_at=inside[limit - 1] + window)


def guarded(*, account_hash: str, now: dt.datetime) -> bool:
    """So many wrong codes in 24 hours that only the owner's browsers and tickets go on."""
    wrong = WrongCode.objects.filter(account_hash=account_hash, at__gt=now - DAY)
    return wrong.count() >= settings.OTP_WRONG_PER_DAY


def guesses_left(*, account_hash: str, bucket: str, now: dt.datetime) -> int:
    """How many wrong codes this bucket may still enter in these 24 hours."""
    wrong = WrongCode.objects.filter(account_hash=account_hash, at__gt=now - DAY)
    if bucket != STRANGERS:
        wrong = wrong.filter(bucket=bucket)
    return max(0, settings.OTP_WRONG_PER_DAY - wrong.count())
