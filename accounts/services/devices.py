"""Browsers that a person logged in from: known by a cookie, named, remembered, forgotten."""

import datetime as dt
import secrets
from dataclasses import dataclass

from django.db import transaction
from django_otp import devices_for_user

from accounts.codes import hashed
from accounts.models import BackupSet, Device, User
from evidence.services import record
from portal.crypto import keyed_hash

REMEMBERED = dt.timedelta(days=30)
"""So long a browser in which two factors were shown is asked for one (operator policy)."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A person's browser after a login, the token that its cookie keeps, and whether it is new."""

    device: Device
    token: str
    new: bool


def known(*, user: User, token: str) -> Device | None:
    return Device.objects.filter(user=user, token_hash=hashed(token)).first() if token else None


def remember(*, user: User, token: str, label: str, now: dt.datetime) -> Remembered:
    """The browser that was let in. It gets a token of ours when it has none: one that somebody
    else planted would make their browser a known one."""
    if not Device.objects.filter(token_hash=hashed(token)).exists():
        token = secrets.token_urlsafe(24)
    device = known(user=user, token=token)
    if device is not None:
        device.last_seen_at, device.label = now, label
        device.save(update_fields=["last_seen_at", "label"])
        return Remembered(device, token, new=False)
    device = Device.objects.create(
        user=user, token_hash=hashed(token), label=label, first_seen_at=now, last_seen_at=now
    )
    return Remembered(device, token, new=True)


def fingerprint(user: User) -> str:
    """Keyed hash of everything by which this person can prove who they are: another number, email
    address, password, authenticator, passkey or set of backup codes gives another hash."""
    backup = BackupSet.objects.filter(user=user).values_list("pk", "created_at").first()
    parts = [
        user.phone_hash or "",
        user.email_hash,
        user.password if user.has_usable_password() else "",
        str(backup or ""),
        *sorted(device.persistent_id for device in devices_for_user(user)),
    ]
    return keyed_hash("\n".join(parts), "factors")


def trust(*, device: Device, now: dt.datetime) -> None:
    """From now on this browser is not asked for a second factor, for REMEMBERED or until a factor
    changes. The caller has seen two factors."""
    device.trusted_until, device.factors = now + REMEMBERED, fingerprint(device.user)
    device.save(update_fields=["trusted_until", "factors"])
    record(kind="accounts.device.remembered", subject=str(device.pk), now=now)


def trusts(device: Device, *, now: dt.datetime) -> bool:
    """Whether the trust of that day still holds."""
    until = device.trusted_until
    return until is not None and now < until and device.factors == fingerprint(device.user)


def trusted(*, user: User, token: str, now: dt.datetime) -> bool:
    """Whether the browser with this cookie is one that this person had remembered."""
    device = known(user=user, token=token)
    return device is not None and trusts(device, now=now)


def end_trust(*, user: User) -> None:
    """No browser of this person is remembered any more; each stays known."""
    Device.objects.filter(user=user).update(trusted_until=None, factors="")


def rename(*, user: User, pk: int, name: str) -> bool:
    """The owner's own name for a browser; "" for none."""
    device = Device.objects.filter(user=user, pk=pk).first()
    if device is None:
        return False
    device.name = name
    device.save(update_fields=["name"])
    return True


def forget(*, user: User, pk: int, now: dt.datetime) -> bool:
    """That browser is a stranger again."""
    with transaction.atomic():
        gone = Device.objects.filter(user=user, pk=pk).delete()[0] > 0
        if gone:
            record(kind="accounts.device.forgotten", subject=str(pk), now=now)
    return gone
