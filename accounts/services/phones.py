"""Another mobile number for an account: proved by its code, told to the old addresses, and in force
a day later, so that whoever still reads an old address can stop it.

A stolen handset shows the code for the old number by itself; the day gives its owner the time to
get a new card for the same number, or to press "not me" in the mail.
"""

import datetime as dt
import uuid

from django.db import IntegrityError, transaction

from accounts import texts
from accounts.models import LoginChallenge, PhoneChange, User
from accounts.refusals import Refused
from accounts.selectors import phone_hash
from accounts.services import challenges, freezing, messages, not_me, sessions
from accounts.services.challenges import Address, Asker
from accounts.states import PHONE_CHANGE_TRANSITIONS, PhoneChangeState, Purpose, SessionEnd
from evidence.services import move, record
from portal.work import services as work
from portal.work.states import Lane

WAITS = dt.timedelta(hours=24)
CHANGE = "accounts.tasks.change_phone"


def ask(*, user: User, phone: str, asker: Asker, now: dt.datetime) -> LoginChallenge:
    """Send a code to the new number; raises Refused. Whether the number has an account is told
    only to whoever reads the code."""
    freezing.check(user=user, now=now)
    key = phone_hash(phone)
    if key == user.phone_hash:
        raise Refused("phone-same")
    address = Address(value=phone, hash=key, account_hash=user.phone_hash or "")
    return challenges.ask(
        purpose=Purpose.BIND_PHONE, address=address, user=user, asker=asker, now=now
    )


def begin(*, user: User, challenge: LoginChallenge, code: str, now: dt.datetime) -> PhoneChange:
    """The code of the new number was entered: it becomes the way in after WAITS. A change that
    waited before is stopped. Raises Refused."""
    with transaction.atomic():
        freezing.check(user=user, now=now)
        evaluation = challenges.evaluate(challenge, code=code, now=now)
        if evaluation.refusal is None:
            taken = User.objects.filter(phone_hash=challenge.address_hash).exists()
            if not taken:
                return _wait(user, challenge, now)
    raise evaluation.refusal or Refused("phone-taken")


def _wait(user: User, challenge: LoginChallenge, now: dt.datetime) -> PhoneChange:
    stop(user=user, now=now)
    change = PhoneChange.objects.create(
        user=user,
        phone=challenge.address,
        phone_hash=challenge.address_hash,
        state=PhoneChangeState.WAITING,
        created_at=now,
        due_at=now + WAITS,
    )
    work.add(
        kind=CHANGE, subject=str(change.pk), lane=Lane.MESSAGE, now=now, run_after=change.due_at
    )
    record(kind="accounts.phonechange.waiting", subject=str(change.pk), now=now)
    context = {"due": texts.moment(change.due_at)}
    not_me.tell(user=user, kind="accounts.phone_changing", context=context, now=now)
    return change


def waiting(user: User) -> PhoneChange | None:
    return PhoneChange.objects.filter(user=user, state=PhoneChangeState.WAITING).first()


def stop(*, user: User, now: dt.datetime) -> bool:
    """The old number stays. Whether there was anything to stop."""
    with transaction.atomic():
        _hold(user)
        change = waiting(user)
        if change is not None:
            _settle(change, PhoneChangeState.STOPPED, now)
    return change is not None


def take_effect(*, pk: str | uuid.UUID, now: dt.datetime) -> None:
    """The day is over. Nothing when it was stopped, or when it is not due; in the caller's
    transaction."""
    change = PhoneChange.objects.filter(pk=pk).first()
    if change is None or now < change.due_at:
        return
    user = _hold(change.user)
    change.refresh_from_db()
    if change.state != PhoneChangeState.WAITING:
        return
    phone = change.phone
    try:
        with transaction.atomic():
            _settle(change, PhoneChangeState.DONE, now)
            put(user=user, phone=phone, now=now)
    except IntegrityError:  # by now the number is that of another account
        _settle(change, PhoneChangeState.LAPSED, now)


def put(*, user: User, phone: str, now: dt.datetime) -> None:
    """This number is the way in from now on, in the caller's transaction: every session ends, open
    codes of the old number end, and name, ID number and phone are compared anew before the next
    query. Raises IntegrityError for the number of another account."""
    old, old_hash = user.phone, user.phone_hash
    user.phone, user.phone_hash, user.phone_since = phone, phone_hash(phone), now
    user.verified_at = None
    user.save(update_fields=["phone", "phone_hash", "phone_since", "verified_at"])
    LoginChallenge.objects.filter(
        account_hash=old_hash, used_at__isnull=True, expires_at__gt=now
    ).update(expires_at=now)
    sessions.end_all(user=user, why=SessionEnd.CHANGED, now=now)
    record(kind="accounts.user.phone_changed", subject=str(user.pk), now=now)
    context, kind = {"time": texts.moment(now)}, "accounts.phone_changed"
    messages.send_everywhere(user=user, kind=kind, context=context, now=now)
    if old:
        messages.send_to_phone(
            phone=old, kind=kind, context=context, language=user.language, now=now
        )


def _hold(user: User) -> User:
    """Whoever freezes the account holds the person first, too."""
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _settle(change: PhoneChange, to: str, now: dt.datetime) -> None:
    move(
        PhoneChange,
        pk=change.pk,
        to=to,
        table=PHONE_CHANGE_TRANSITIONS,
        now=now,
        settled_at=now,
        phone="",
    )
