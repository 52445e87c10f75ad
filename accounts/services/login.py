"""A borrower's way in by a code: phone, code, the door."""

import datetime as dt

from django.db import transaction

from accounts.models import LoginChallenge
from accounts.refusals import Refused
from accounts.selectors import phone_hash
from accounts.services import challenges, door, interlock
from accounts.services.challenges import Address, Asker
from accounts.services.door import Passage
from accounts.services.visit import Visit
from accounts.states import Channel, Purpose, Way


def request_code(
    *,
    phone: str,
    asker: Asker,
    captcha_id: str,
    answer: str,
    now: dt.datetime,
    quiet: bool = False,
    onward: str = "",
) -> LoginChallenge:
    """Send a login code to any mainland mobile number, known or not; raises Refused. `quiet`: begin
    the same without a message, for who has another way."""
    key = phone_hash(phone)
    return challenges.ask_for_stranger(
        purpose=Purpose.LOGIN,
        address=Address(
            value=phone, hash=key, account_hash=key, channel="" if quiet else Channel.SMS
        ),
        asker=asker,
        captcha_id=captcha_id,
        answer=answer,
        onward=onward,
        now=now,
    )


def log_in(
    *,
    challenge: LoginChallenge,
    code: str,
    visit: Visit,
    now: dt.datetime,
    way: str = Way.SMS,
) -> Passage:
    """What the door says once the code is right. Raises Refused.

    One transaction: of parallel right codes one comes to the door.
    """
    with transaction.atomic():
        evaluation = challenges.evaluate(
            challenge, code=code, way=way, network_hash=visit.network_hash, now=now
        )
        # What a refusal cost or noted is committed before anybody raises it.
        refusal = (
            interlock.refuse_staff(
                challenge=evaluation.challenge,
                visit=visit,
                right=evaluation.refusal is None,
                now=now,
            )
            or evaluation.refusal
        )
        if refusal is None:
            try:
                return door.knock(challenge=evaluation.challenge, visit=visit, now=now)
            except Refused as error:
                refusal = error
    raise refusal
