"""The second of two proofs, for a login that waits for one at the door."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace

from django.db import transaction

from accounts.models import Login, LoginChallenge
from accounts.refusals import Refused
from accounts.selectors import email_hash, phone_hash
from accounts.services import challenges, door, factors, interlock, risk
from accounts.services.challenges import Address, Asker
from accounts.services.door import Passage
from accounts.services.visit import Visit
from accounts.states import FACTORS, LOGIN_TRANSITIONS, Channel, LoginState, Purpose, Way
from evidence.services import move

MESSAGES = {Way.SMS: Channel.SMS, Way.VOICE: Channel.VOICE, Way.EMAIL: Channel.EMAIL}


def find(*, login_id: str, now: dt.datetime) -> Login | None:
    """The login of a session; one that waited too long lapses."""
    login = Login.objects.select_related("user", "first").filter(pk=login_id).first()
    if (
        login is None
        or login.state != LoginState.SECOND
        or now - login.created_at < door.SECOND_LASTS
    ):
        return login
    with transaction.atomic():
        move(
            Login,
            pk=login.pk,
            to=LoginState.LAPSED,
            table=LOGIN_TRANSITIONS,
            now=now,
            settled_at=now,
        )
    login.refresh_from_db()
    return login


def ways(*, login: Login, now: dt.datetime) -> list[Way]:
    """By what this person can show a second factor: what they have, without the first one."""
    first = FACTORS[login.first.way] if login.first else ""
    return _other_than(first, factors.available(user=login.user, now=now))


def _other_than(factor: str, ways: Iterable[Way]) -> list[Way]:
    return [way for way in ways if FACTORS[way] != factor]


def reasons(login: Login) -> list[str]:
    """Why one proof is not enough this time, in words; empty when it never is."""
    return risk.in_words(login)


def prover(asker: Asker) -> Asker:
    """Who asks has shown a first proof."""
    return replace(asker, proved=True)


def begin(*, login: Login, way: str, asker: Asker, now: dt.datetime) -> LoginChallenge:
    """A challenge for this way, with a message where it takes one; raises Refused.

    It spends from the browser's own budget or from that of whoever has shown a first proof, which
    strangers cannot use up.
    """
    user = login.user
    if way not in ways(login=login, now=now):
        raise Refused("second-factor-same")
    phone = phone_hash(user.phone)
    by_email = way == Way.EMAIL
    return challenges.ask(
        purpose=Purpose.LOGIN,
        address=Address(
            value=user.email if by_email else user.phone,
            hash=email_hash(user.email) if by_email else phone,
            account_hash=phone,
            channel=MESSAGES.get(Way(way), ""),
        ),
        user=user,
        asker=prover(asker),
        now=now,
    )


def enter(
    *,
    login: Login,
    challenge: LoginChallenge,
    way: str,
    entered: str,
    visit: Visit,
    now: dt.datetime,
) -> Passage:
    """What the door says once the second proof is right. Raises Refused."""
    with transaction.atomic():
        evaluation = challenges.evaluate(
            challenge, code=entered, way=way, network_hash=visit.network_hash, now=now
        )
        right = evaluation.refusal is None
        refusal = (
            interlock.refuse_staff(
                challenge=evaluation.challenge, visit=visit, right=right, now=now
            )
            or evaluation.refusal
        )
        if refusal is None:
            return door.second(login=login, challenge=evaluation.challenge, visit=visit, now=now)
    raise refusal
