"""Proving control of an address by a code, or by a factor in its place: ask, ask again, enter.

Everything about one number happens one request at a time (budgets.hold), so that 50 parallel codes
are at most OTP_ATTEMPTS guesses and one login, and 20 parallel requests one message.
"""

import datetime as dt
import secrets
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import transaction
from django.db.models import F

from accounts import codes
from accounts.models import Delivery, LoginChallenge, User, WrongCode
from accounts.refusals import Refused
from accounts.selectors import range_hash
from accounts.services import budgets, captchas, deliveries, factors, floods
from accounts.states import PROVES_NO_ACCOUNT, Channel, Purpose, Way
from evidence.services import record

LEAST_LIFE = dt.timedelta(seconds=60)
"""A code that would die sooner than this is not sent again: a new one is."""
NUMBERLESS = frozenset({Purpose.STATUS, Purpose.RECOVERY})
"""What is asked for on pages of its own, which nobody comes back to by number; no more does who
has shown the first of two proofs, which ends with the session."""
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBER_LENGTH = 10
LONGEST_ONWARD = 500
OWN_FACTORS = frozenset(factors.SECRETS)
"""What is entered in place of the code, and checked against what the person enrolled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """The browser that asks: its secret, whether it is known, where it is."""

    binding: str
    device_token: str
    network_hash: str
    language: str
    word: str = ""
    passed_captcha: bool = False
    renews: bool = False  # this session was let in before: only its code grew old
    proved: bool = False  # the first proof was right: a second is asked for
    keeper: str = ""  # the token of the cookie that outlives the session


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a code goes, and whose budgets it spends."""

    value: str
    hash: str
    account_hash: str
    channel: str = Channel.SMS  # "": no message, for who has another way


def ask(
    *,
    purpose: str,
    address: Address,
    user: User | None,
    asker: Asker,
    now: dt.datetime,
    onward: str = "",
) -> LoginChallenge:
    """A new challenge and its code on the way; raises Refused before anything is sent."""
    with transaction.atomic():
        budgets.hold(address.hash, address.account_hash)
        bucket = _admit(address, user, asker, now)
        if address.channel:
            budgets.check_send(
                address_hash=address.hash, channel=address.channel, bucket=bucket, now=now
            )
        else:
            budgets.check_quiet(address_hash=address.hash, bucket=bucket, now=now)
        if user is not None and address.hash != address.account_hash:
            budgets.check_addresses(user=user, now=now)
        valid = dt.timedelta(seconds=settings.OTP_VALID_SECONDS)
        challenge = LoginChallenge.objects.create(
            purpose=purpose,
            user=user,
            address=address.value,
            address_hash=address.hash,
            account_hash=address.account_hash,
            binding=codes.hashed(asker.binding),
            bucket=bucket,
            created_at=now,
            sent_at=now,
            expires_at=now + valid,
            stops_at=now + max(valid, dt.timedelta(seconds=settings.OTP_HARD_STOP_SECONDS)),
            number=None if purpose in NUMBERLESS or asker.proved else _number(),
            keeper=codes.hashed(asker.keeper) if asker.keeper else "",
            onward=onward if len(onward) <= LONGEST_ONWARD else "",
        )
        if address.channel:
            _send(challenge, address.channel, asker, now)
    return challenge


def ask_for_stranger(
    *,
    purpose: str,
    address: Address,
    asker: Asker,
    captcha_id: str,
    answer: str,
    now: dt.datetime,
    onward: str = "",
) -> LoginChallenge:
    """As `ask`, for whoever is not logged in: an answer to a captcha is spent; raises Refused."""
    if captcha_id and answer:
        if not captchas.spend(captcha_id=captcha_id, answer=answer, now=now):
            raise Refused("captcha-wrong")
        asker = replace(asker, passed_captcha=True)
    return ask(purpose=purpose, address=address, user=None, asker=asker, now=now, onward=onward)


def ask_again(
    *, challenge: LoginChallenge, channel: str, asker: Asker, now: dt.datetime
) -> LoginChallenge:
    """The same code once more with a fresh clock and the old count of failures; after its end, a
    new challenge. Raises Refused."""
    with transaction.atomic():
        budgets.hold(challenge.address_hash, challenge.account_hash)
        challenge.refresh_from_db()
        if not _can_live_on(challenge, now):
            return _anew(challenge, channel, replace(asker, renews=True), now)
        if challenge.user_id is None and challenge.bucket == budgets.STRANGERS:
            source = _source(_address(challenge, channel), asker)
            floods.check(source=source, channel=channel, now=now)
        budgets.check_send(
            address_hash=challenge.address_hash,
            channel=channel,
            bucket=challenge.bucket,
            now=now,
        )
        later = now + dt.timedelta(seconds=settings.OTP_VALID_SECONDS)
        challenge.sent_at, challenge.expires_at = now, min(later, challenge.stops_at)
        challenge.save(update_fields=["sent_at", "expires_at"])
        _send(challenge, channel, asker, now)
    return challenge


def find(*, challenge_id: str, binding: str) -> LoginChallenge | None:
    """The challenge of this browser session; nobody else's."""
    return LoginChallenge.objects.filter(pk=challenge_id, binding=codes.hashed(binding)).first()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What one entered code came to. A refusal is a value: the attempt that it cost must be
    committed before anybody raises it."""

    challenge: LoginChallenge
    refusal: Refused | None = None


def evaluate(
    challenge: LoginChallenge,
    *,
    code: str,
    now: dt.datetime,
    way: str = Way.SMS,
    network_hash: str = "",
) -> Evaluation:
    """Compare what was entered, in the caller's transaction; right, the challenge is used up.

    `way` says what it is meant to be: a number of the authenticator, a backup code, or (any other)
    the code that we sent. All of them spend the same tries.
    """
    budgets.hold(challenge.address_hash, challenge.account_hash)
    left = budgets.guesses_left(
        account_hash=challenge.account_hash, bucket=challenge.bucket, now=now
    )
    # 65 bits cannot be guessed, so that nobody's wrong guesses keep out whoever has the sheet.
    if left == 0 and way != Way.BACKUP:
        return Evaluation(challenge, Refused("otp-guarded"))
    open_rows = LoginChallenge.objects.filter(
        pk=challenge.pk,
        used_at__isnull=True,
        expires_at__gt=now,
        attempts__lt=settings.OTP_ATTEMPTS,
    )
    # Counted before the comparison: a crash in between costs a try and never gives one.
    if open_rows.update(attempts=F("attempts") + 1) != 1:
        challenge.refresh_from_db()
        return Evaluation(challenge, Refused(_closed(challenge)))
    challenge.refresh_from_db()
    own = way in OWN_FACTORS
    proved_by = _by_factor(challenge, code, way, now) if own else _by_message(challenge, code)
    if not proved_by:
        return Evaluation(challenge, _wrong(challenge, now, own=own, network_hash=network_hash))
    challenge.used_at, challenge.way = now, proved_by
    challenge.save(update_fields=["used_at", "way"])
    _record("used", challenge, now)
    return Evaluation(challenge)


def _by_message(challenge: LoginChallenge, entered: str) -> str:
    """By which message the code came; "" when it is none that was sent."""
    sent = list(challenge.deliveries.order_by("created_at").values_list("channel", flat=True))
    by_place = {codes.place(challenge.purpose, channel): channel for channel in sent}
    right = [
        channel
        for place, channel in by_place.items()
        if codes.matches(entered, challenge.pk, challenge.purpose, place)
    ]
    return right[0] if right else ""


def _by_factor(challenge: LoginChallenge, entered: str, way: str, now: dt.datetime) -> str:
    """Nobody's number, and one for an address that need not be the account's, are simply wrong."""
    user = None
    if challenge.purpose not in PROVES_NO_ACCOUNT:
        user = challenge.user or User.objects.filter(phone_hash=challenge.account_hash).first()
    return way if factors.verify(user=user, way=way, entered=entered, now=now) else ""


def proved(*, purpose: str, user: User, way: str, asker: Asker, now: dt.datetime) -> LoginChallenge:
    """What was proved without a code of ours, such as by a passkey, as a challenge that is used up
    already: whoever asks for a recent proof finds it like any other."""
    key = user.phone_hash or ""
    challenge = LoginChallenge.objects.create(
        purpose=purpose,
        user=user,
        address=user.phone,
        address_hash=key,
        account_hash=key,
        binding=codes.hashed(asker.binding),
        created_at=now,
        sent_at=now,
        expires_at=now,
        stops_at=now,
        used_at=now,
        way=way,
    )
    _record("used", challenge, now)
    return challenge


def confirm(
    *, challenge: LoginChallenge, code: str, now: dt.datetime, way: str = Way.SMS
) -> LoginChallenge:
    """A step-up code of a person who is logged in; raises Refused."""
    with transaction.atomic():
        evaluation = evaluate(challenge, code=code, way=way, now=now)
    if evaluation.refusal:
        raise evaluation.refusal
    return evaluation.challenge


def _admit(address: Address, user: User | None, asker: Asker, now: dt.datetime) -> str:
    """The bucket to spend from; raises Refused where a captcha, a known browser or a ticket is
    wanted."""
    bucket = budgets.bucket(
        account_hash=address.account_hash,
        device_token=asker.device_token,
        word=asker.word,
        proved=asker.proved,
        now=now,
    )
    guarded = budgets.guarded(account_hash=address.account_hash, now=now)
    if guarded and bucket == budgets.STRANGERS:
        raise Refused("otp-guarded")
    often = False
    if user is None and bucket == budgets.STRANGERS:
        often = floods.gate(source=_source(address, asker), channel=address.channel, now=now)
    elif user is None:
        often = floods.spraying(now=now)
    # Who is logged in has proved more than a captcha does, and meets no page that shows one.
    wanted = (guarded and user is None) or (often and not asker.renews)
    if wanted and not asker.passed_captcha:
        raise Refused("captcha-needed")
    return bucket


def _address(challenge: LoginChallenge, channel: str) -> Address:
    return Address(
        value=challenge.address,
        hash=challenge.address_hash,
        account_hash=challenge.account_hash,
        channel=channel,
    )


def _source(address: Address, asker: Asker) -> floods.Source:
    return floods.Source(
        address=address.hash,
        number_range=range_hash(address.value),
        network=asker.network_hash,
        browser=codes.hashed(asker.binding),
        keeper=codes.hashed(asker.keeper) if asker.keeper else "",
    )


def _can_live_on(challenge: LoginChallenge, now: dt.datetime) -> bool:
    return (
        challenge.used_at is None
        and challenge.attempts < settings.OTP_ATTEMPTS
        and now + LEAST_LIFE <= challenge.stops_at
    )


def _anew(
    challenge: LoginChallenge, channel: str, asker: Asker, now: dt.datetime
) -> LoginChallenge:
    return ask(
        purpose=challenge.purpose,
        address=_address(challenge, channel),
        user=challenge.user,
        asker=asker,
        now=now,
        onward=challenge.onward,
    )


def _number() -> str:
    return "".join(secrets.choice(CROCKFORD) for _place in range(NUMBER_LENGTH))


def _send(challenge: LoginChallenge, channel: str, asker: Asker, now: dt.datetime) -> Delivery:
    """The delivery counts against the challenge's address, wherever it goes."""
    return deliveries.prepare(
        kind=f"accounts.{challenge.purpose}",
        channel=channel,
        address=_destination(challenge, channel),
        address_hash=challenge.address_hash,
        language=asker.language,
        challenge=challenge,
        user=challenge.user,
        network_hash=asker.network_hash,
        bucket=challenge.bucket,
        now=now,
    )


def _destination(challenge: LoginChallenge, channel: str) -> str:
    """A phone without a bound email gives "", which is prepared like any other and then dropped:
    the page must not tell known numbers from unknown ones."""
    if not codes.place(challenge.purpose, channel):
        return challenge.address
    user = User.objects.filter(phone_hash=challenge.account_hash).first()
    return user.email if user else ""


def _wrong(challenge: LoginChallenge, now: dt.datetime, *, own: bool, network_hash: str) -> Refused:
    WrongCode.objects.create(
        account_hash=challenge.account_hash,
        bucket=challenge.bucket,
        network_hash=network_hash,
        at=now,
    )
    left = settings.OTP_ATTEMPTS - challenge.attempts
    if left:
        return Refused("way-wrong" if own else "otp-wrong", left=left)
    _record("burnt", challenge, now)
    return Refused("otp-burnt")


def _closed(challenge: LoginChallenge) -> str:
    if challenge.used_at is not None:
        return "otp-used"
    return "otp-burnt" if challenge.attempts >= settings.OTP_ATTEMPTS else "otp-expired"


def _record(what: str, challenge: LoginChallenge, now: dt.datetime) -> None:
    record(
        kind=f"accounts.loginchallenge.{what}",
        subject=str(challenge.pk),
        body={"purpose": challenge.purpose, "attempts": challenge.attempts},
        now=now,
    )
