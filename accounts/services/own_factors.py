"""A person's own authenticator, backup codes and password: added, replaced, removed. The views ask
for a recent proof; each change waits while the account is frozen, leaves evidence, and is told to
every known address."""

import datetime as dt

from django.db import transaction

from accounts.models import Authenticator, User
from accounts.refusals import Refused
from accounts.services import backup_codes, freezing, not_me, passwords
from evidence.services import record


def begin_app(*, user: User, now: dt.datetime) -> None:
    """A fresh secret that waits for its first number; one that waited before is gone. Raises
    Refused."""
    freezing.check(user=user, now=now)
    with transaction.atomic():
        _hold(user)
        Authenticator.objects.filter(user=user, confirmed=False).delete()
        Authenticator.objects.create(user=user, name="app", confirmed=False)


def waiting_app(*, user: User) -> Authenticator | None:
    return Authenticator.objects.filter(user=user, confirmed=False).first()


def confirm_app(*, user: User, entered: str, now: dt.datetime) -> None:
    """The app shows the right number: from now on it counts, in place of an earlier one. Raises
    Refused. Whoever enters it sees the secret, so that there is nothing to guess."""
    freezing.check(user=user, now=now)
    with transaction.atomic():
        _hold(user)
        waiting = Authenticator.objects.filter(user=user, confirmed=False).first()
        if waiting is None or not waiting.matches(entered, now=now):
            raise Refused("app-number-wrong")
        Authenticator.objects.filter(user=user, confirmed=True).delete()
        waiting.confirmed, waiting.added_at = True, now
        waiting.save(update_fields=["confirmed", "added_at", "last_step"])
        _changed("app_added", user, now)


def remove_app(*, user: User, now: dt.datetime) -> None:
    """Raises Refused while the account is frozen."""
    freezing.check(user=user, now=now)
    with transaction.atomic():
        _hold(user)
        if Authenticator.objects.filter(user=user).delete()[0]:
            _changed("app_removed", user, now)


def renew_codes(*, user: User, now: dt.datetime) -> list[str]:
    """A new set of backup codes, to be shown once; the old one is worth nothing. Raises Refused."""
    freezing.check(user=user, now=now)
    with transaction.atomic():
        codes = backup_codes.renew(user=user, now=now)
        _changed("codes_made", user, now)
    return codes


def remove_codes(*, user: User, now: dt.datetime) -> None:
    """Raises Refused while the account is frozen."""
    freezing.check(user=user, now=now)
    with transaction.atomic():
        if backup_codes.remove(user=user):
            _changed("codes_removed", user, now)


def set_password(*, user: User, present: str, new: str, now: dt.datetime) -> None:
    """Every session but the caller's, who renews it, is over. Raises Refused where there is a
    password already and `present` is not it."""
    freezing.check(user=user, now=now)
    with transaction.atomic():
        locked = _hold(user)
        if locked.has_usable_password() and not passwords.right(user=locked, entered=present):
            raise Refused("password-old-wrong")
        user.set_password(new)
        user.save(update_fields=["password"])
        _changed("password_set", user, now)


def remove_password(*, user: User, now: dt.datetime) -> None:
    """Raises Refused while the account is frozen."""
    freezing.check(user=user, now=now)
    with transaction.atomic():
        if _hold(user).has_usable_password():
            user.set_unusable_password()
            user.save(update_fields=["password"])
            _changed("password_removed", user, now)


def _hold(user: User) -> User:
    """One change of a person's factors at a time."""
    return User.objects.select_for_update().get(pk=user.pk)


def _changed(what: str, user: User, now: dt.datetime) -> None:
    record(kind=f"accounts.factor.{what}", subject=str(user.pk), now=now)
    not_me.tell(user=user, kind="accounts.account_changed", now=now)
