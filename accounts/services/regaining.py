"""A new way into an account whose old ones are lost; the recovery app says when (docs/adr/0051)."""

import datetime as dt

from django.db import IntegrityError, transaction
from django_otp import devices_for_user

from accounts.models import BackupSet, Device, LoginChallenge, PhoneChange, User
from accounts.refusals import Refused
from accounts.services import sessions
from accounts.states import (
    PHONE_CHANGE_TRANSITIONS,
    PhoneChangeState,
    SessionEnd,
)
from evidence.services import move, record


def taken(*, phone_hash: str, user: User) -> bool:
    """Whether the number belongs to somebody else's account."""
    return User.objects.filter(phone_hash=phone_hash).exclude(pk=user.pk).exists()


def regain(
    *,
    user: User,
    proof: LoginChallenge,
    email: str,
    email_hash: str,
    now: dt.datetime,
) -> None:
    """The number that was just proved becomes the way in, `email` the address ("" for none).

    Whatever opened the account before opens it no more: sessions, known browsers, authenticators,
    passkeys, backup codes, password, a change of the number on its way. Nobody is let in by this:
    the owner logs in like anybody. In the caller's transaction; raises Refused when the number is
    somebody's.
    """
    if taken(phone_hash=proof.address_hash, user=user):
        raise Refused("recovery-phone-taken")
    if user.email_hash != email_hash:
        user.email_since = now if email else None
    user.phone, user.phone_hash, user.phone_since = proof.address, proof.address_hash, now
    user.email, user.email_hash = email, email_hash
    user.prefers_email = user.prefers_email and bool(email)
    user.set_unusable_password()
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:  # somebody logged in with it at this moment
        raise Refused("recovery-phone-taken") from None
    _drop_factors(user, now)
    sessions.end_all(user=user, why=SessionEnd.CHANGED, now=now)
    body = {"proof": str(proof.pk)}
    record(kind="accounts.user.regained", subject=str(user.pk), body=body, now=now)


def _drop_factors(user: User, now: dt.datetime) -> None:
    for held in devices_for_user(user, confirmed=None):
        held.delete()
    BackupSet.objects.filter(user=user).delete()
    Device.objects.filter(user=user).delete()
    for change in PhoneChange.objects.filter(user=user, state=PhoneChangeState.WAITING):
        move(
            PhoneChange,
            pk=change.pk,
            to=PhoneChangeState.STOPPED,
            table=PHONE_CHANGE_TRANSITIONS,
            now=now,
            settled_at=now,
            phone="",
        )
