"""A borrower's way in: phone, code, session."""

import datetime as dt
import secrets
from dataclasses import dataclass

from django.db import transaction

from accounts import texts
from accounts.codes import hashed
from accounts.models import Device, LoginChallenge, User
from accounts.refusals import Refused
from accounts.selectors import phone_hash
from accounts.services import challenges, messages
from accounts.services.challenges import Address, Asker
from accounts.states import Purpose
from evidence.services import record


@dataclass(frozen=True, slots=True)
class Entered:
    """Who is in, by which code, and the token that this browser is known by from now on."""

    user: User
    challenge: LoginChallenge
    device_token: str


def request_code(
    *, phone: str, asker: Asker, captcha_id: str, answer: str, now: dt.datetime
) -> LoginChallenge:
    """Send a login code to any mainland mobile number, known or not; raises Refused."""
    key = phone_hash(phone)
    return challenges.ask_for_stranger(
        purpose=Purpose.LOGIN,
        address=Address(value=phone, hash=key, account_hash=key),
        asker=asker,
        captcha_id=captcha_id,
        answer=answer,
        now=now,
    )


def log_in(
    *, challenge: LoginChallenge, code: str, device_token: str, label: str, language: str,
    now: dt.datetime,
) -> Entered:  # fmt: skip
    """The right code makes a borrower, or finds one, and knows this browser from now on.

    Raises Refused. One transaction: of parallel right codes one logs in.
    """
    with transaction.atomic():
        evaluation = challenges.evaluate(challenge, code=code, now=now)
        if evaluation.refusal is None:
            user = _borrower(evaluation.challenge, language=language, now=now)
            if user.is_active:
                token = _remember(user, device_token, label=label, now=now)
                return Entered(user, evaluation.challenge, token)
    raise evaluation.refusal or Refused("account-disabled")


def _borrower(challenge: LoginChallenge, *, language: str, now: dt.datetime) -> User:
    user = User.objects.filter(phone_hash=challenge.address_hash).first()
    if user is None:
        user = User(
            phone=challenge.address,
            phone_hash=challenge.address_hash,
            language=language,
            joined_at=now,
        )
        user.set_unusable_password()
        user.save()
        record(kind="accounts.user.joined", subject=str(user.pk), now=now)
    challenge.user = user
    challenge.save(update_fields=["user"])
    return user


def _remember(user: User, token: str, *, label: str, now: dt.datetime) -> str:
    """The browser's token, new when it has none of ours: one that somebody else planted would make
    their browser a known one. A person's second browser is told to the first."""
    if not Device.objects.filter(token_hash=hashed(token)).exists():
        token = secrets.token_urlsafe(24)
    known = Device.objects.filter(user=user)
    if known.filter(token_hash=hashed(token)).update(last_seen_at=now, label=label):
        return token
    if known.exists():
        moment = {"time": texts.moment(now)}
        messages.send(user=user, kind="accounts.new_browser", context=moment, now=now)
    Device.objects.create(
        user=user, token_hash=hashed(token), label=label, first_seen_at=now, last_seen_at=now
    )
    return token
