"""What proves who a person is besides a code by message: authenticator, backup code, password."""

import datetime as dt
from dataclasses import dataclass

from accounts.models import Authenticator, BackupSet, User
from accounts.selectors.passkeys import passkeys
from accounts.services import backup_codes, passwords
from accounts.states import Way

SECRETS = (Way.APP, Way.BACKUP, Way.PASSWORD)
"""Ways that are checked here: the person holds something that we need not send."""


def verify(*, user: User | None, way: str, entered: str, now: dt.datetime) -> bool:
    """Whether this is right for a way of SECRETS; a number or a backup code that was right is used
    up by it. In the caller's transaction, under its lock and budget (budgets.hold): a wrong one is
    counted there. Takes as long for nobody and for who has not set the factor up."""
    if way == Way.BACKUP:
        return backup_codes.spend(user=user, entered=entered, now=now)
    if way == Way.PASSWORD:
        return passwords.right(user=user, entered=entered)
    if way == Way.APP:
        return _app_right(user, entered, now)
    return False


def available(*, user: User, now: dt.datetime) -> list[Way]:
    """By what this person can prove who they are at this moment, the most handy first."""
    has = {
        Way.PASSKEY: bool(passkeys(user)),
        Way.APP: _app(user) is not None,
        Way.SMS: bool(user.phone_hash),
        Way.VOICE: bool(user.phone_hash),
        Way.EMAIL: bool(user.email),
        Way.PASSWORD: user.has_usable_password(),
        Way.BACKUP: backup_codes.left(user=user) > 0,
    }
    return [way for way, there in has.items() if there]


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody has set up, for the page that lists it."""

    app: Authenticator | None
    codes_left: int
    codes_made: dt.datetime | None
    password: bool
    passkeys: int


def held(*, user: User) -> Held:
    made = BackupSet.objects.filter(user=user).values_list("created_at", flat=True).first()
    return Held(
        app=_app(user),
        codes_left=backup_codes.left(user=user),
        codes_made=made,
        password=user.has_usable_password(),
        passkeys=passkeys(user).count(),
    )


def _app(user: User) -> Authenticator | None:
    return Authenticator.objects.filter(user=user, confirmed=True).first()


def _app_right(user: User | None, entered: str, now: dt.datetime) -> bool:
    kept = Authenticator.objects.select_for_update().filter(user=user, confirmed=True).first()
    # Nobody's number is compared as well, with a secret of nobody.
    app = kept or Authenticator(secret=bytes(20))
    right = app.matches(entered, now=now)
    if kept is None or not right:
        return False
    kept.spend(now=now)
    return True
