"""In by phone number and a secret that we need not send: a password, or a backup code."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from accounts.codes import hashed
from accounts.models import LoginChallenge, User, WrongCode
from accounts.refusals import Refused
from accounts.selectors import phone_hash
from accounts.services import budgets, captchas, door, factors, floods, interlock
from accounts.services.challenges import Asker
from accounts.services.door import Passage
from accounts.services.visit import Visit
from accounts.states import Purpose, Way
from evidence.services import record

WRONG = {Way.PASSWORD: "password-wrong", Way.BACKUP: "backup-wrong"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """What somebody typed: whose, by which way, and the secret itself."""

    phone: str
    way: str
    secret: str
    captcha_id: str = ""
    captcha: str = ""


def log_in(*, entered: Entered, asker: Asker, visit: Visit, now: dt.datetime) -> Passage:
    """What the door says to a right secret. Raises Refused, alike for a number without account,
    one without such a secret, and a wrong one."""
    passed = _passed_captcha(entered, now)
    with transaction.atomic():
        key = phone_hash(entered.phone)
        budgets.hold(key)
        bucket = budgets.bucket(
            account_hash=key, device_token=asker.device_token, word=asker.word, now=now
        )
        refusal = _stopped(key, bucket, entered.way, asker, passed=passed, now=now)
        if refusal is None:
            found = _look(entered, key, bucket, asker, now)
            right = found.used_at is not None
            # What a refusal cost or noted is committed before anybody raises it.
            refusal = interlock.refuse_staff(challenge=found, visit=visit, right=right, now=now)
            if refusal is None and right:
                try:
                    return door.knock(challenge=found, visit=visit, now=now)
                except Refused as error:
                    refusal = error
    raise refusal or Refused(WRONG[Way(entered.way)])


def _passed_captcha(entered: Entered, now: dt.datetime) -> bool:
    if not (entered.captcha_id and entered.captcha):
        return False
    if captchas.spend(captcha_id=entered.captcha_id, answer=entered.captcha, now=now):
        return True
    raise Refused("captcha-wrong")


def _stopped(
    key: str, bucket: str, way: str, asker: Asker, *, passed: bool, now: dt.datetime
) -> Refused | None:
    """A password is as good as what is left of the budget; a backup code of 65 bits cannot be
    guessed, so that nobody's guesses keep its owner out."""
    guessable = way != Way.BACKUP
    if guessable and not budgets.guesses_left(account_hash=key, bucket=bucket, now=now):
        return Refused("otp-guarded")
    often = floods.guessed_often(account_hash=key, network_hash=asker.network_hash, now=now)
    return Refused("captcha-needed") if often and not passed else None


def _look(
    entered: Entered, key: str, bucket: str, asker: Asker, now: dt.datetime
) -> LoginChallenge:
    """The attempt as a challenge: used when the secret is right, else closed and counted."""
    user = User.objects.filter(phone_hash=key).first()
    right = factors.verify(user=user, way=entered.way, entered=entered.secret, now=now)
    challenge = LoginChallenge.objects.create(
        purpose=Purpose.LOGIN,
        user=user if right else None,
        address=entered.phone,
        address_hash=key,
        account_hash=key,
        binding=hashed(asker.binding),
        bucket=bucket,
        attempts=1,
        created_at=now,
        sent_at=now,
        expires_at=now,
        stops_at=now,
        used_at=now if right else None,
        way=entered.way if right else "",
    )
    if right:
        body = {"purpose": Purpose.LOGIN.value, "attempts": 1}
        record(kind="accounts.loginchallenge.used", subject=str(challenge.pk), body=body, now=now)
    else:
        WrongCode.objects.create(
            account_hash=key, bucket=bucket, network_hash=asker.network_hash, at=now
        )
    return challenge
