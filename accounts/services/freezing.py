"""Freezing an account: its sessions end and its changes wait, until its owner or people thaw it."""

import datetime as dt

from accounts.models import User
from accounts.refusals import Refused


def freeze(*, user: User, reason: str, now: dt.datetime) -> None:
    """End every session of this person and refuse every change from now on; `reason` is a value of
    states.FreezeReason. Freezing what is frozen only adds the reason."""


def check(*, user: User, now: dt.datetime) -> None:
    """Raises Refused("account-frozen") while changes wait."""
    if frozen(user=user, now=now):
        raise Refused("account-frozen")


def frozen(*, user: User, now: dt.datetime) -> bool:
    return False
