"""A second proof from somebody who is logged in: what thaws an account wants two factors."""

import datetime as dt
from collections.abc import Collection
from dataclasses import replace

from accounts.models import LoginChallenge, User
from accounts.refusals import Refused
from accounts.selectors import email_hash, phone_hash
from accounts.services import challenges, factors
from accounts.services.challenges import Address, Asker
from accounts.states import FACTORS, Channel, Purpose, Way

MESSAGES = {Way.SMS: Channel.SMS, Way.VOICE: Channel.VOICE, Way.EMAIL: Channel.EMAIL}


def ways(*, user: User, proofs: Collection[LoginChallenge], now: dt.datetime) -> list[Way]:
    """By what this person can prove something that `proofs` do not prove already."""
    shown = {FACTORS[proof.way] for proof in proofs if proof.way}
    return [way for way in factors.available(user=user, now=now) if FACTORS[way] not in shown]


def begin(*, user: User, way: str, asker: Asker, now: dt.datetime) -> LoginChallenge:
    """A challenge for this way, with a message where it takes one; raises Refused."""
    if way not in factors.available(user=user, now=now):
        raise Refused("second-factor-same")
    by_email, phone = way == Way.EMAIL, phone_hash(user.phone)
    return challenges.ask(
        purpose=Purpose.CHANGE,
        address=Address(
            value=user.email if by_email else user.phone,
            hash=email_hash(user.email) if by_email else phone,
            account_hash=phone,
            channel=MESSAGES.get(Way(way), ""),
        ),
        user=user,
        asker=replace(asker, proved=True),
        now=now,
    )
