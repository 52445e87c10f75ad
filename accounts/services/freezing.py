"""Freezing an account: its sessions end and its changes wait, until its owner or people thaw it.

Never a lock: its owner logs in, reads, and what runs goes on.
"""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django_otp import devices_for_user

from accounts import texts
from accounts.models import (
    BackupSet,
    Device,
    Freeze,
    LoginChallenge,
    PhoneChange,
    ThawProposal,
    User,
)
from accounts.refusals import Refused
from accounts.services import devices, holds, messages, sessions
from accounts.states import (
    FACTORS,
    PHONE_CHANGE_TRANSITIONS,
    THAW_TRANSITIONS,
    PhoneChangeState,
    SessionEnd,
    ThawedBy,
    ThawState,
    Way,
)
from evidence.models import Record
from evidence.services import move_many, record

BEFORE = dt.timedelta(days=1)
"""What was added to an account within this time before it was frozen does not thaw it: it may be
the thief's (operator policy)."""
SET_ANEW = "accounts.factor.password_set"
"""The record of services/own_factors.py, which says when."""


def freeze(*, user: User, reason: str, now: dt.datetime) -> None:
    """End every session of this person and refuse every change from now on; `reason` is a value of
    states.FreezeReason. Freezing what is frozen only adds the reason."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        first = not open_rows(user).exists()
        _, made = Freeze.objects.get_or_create(
            user=user, reason=reason, thawed_at=None, defaults={"frozen_at": now}
        )
        sessions.end_all(user=user, why=SessionEnd.FROZEN, now=now)
        devices.end_trust(user=user)
        _stop_what_waits(user, now)
        if made:
            record(
                kind="accounts.user.frozen", subject=str(user.pk), body={"reason": reason}, now=now
            )
        if first:
            moment = {"time": texts.moment(now)}
            messages.send_everywhere(user=user, kind="accounts.frozen", context=moment, now=now)


def check(*, user: User, now: dt.datetime) -> None:
    """Raises Refused("account-frozen") while changes wait."""
    if frozen(user=user, now=now):
        raise Refused("account-frozen")


def frozen(*, user: User, now: dt.datetime) -> bool:
    return open_rows(user).exists()


def open_rows(user: User) -> QuerySet[Freeze]:
    """Why this account is frozen, the oldest reason first."""
    return Freeze.objects.filter(user=user, thawed_at__isnull=True).order_by("frozen_at")


def thaw(
    *, user: User, proofs: Collection[LoginChallenge], device: Device | None, now: dt.datetime
) -> None:
    """By the owner, who has just proved two different factors in a browser (`device`), all of them
    older than BEFORE the freeze. Raises Refused."""
    with transaction.atomic():
        User.objects.select_for_update(no_key=True).get(pk=user.pk)
        rows = list(open_rows(user).select_for_update())
        if not rows:
            return
        refusal = refused(user=user, proofs=proofs, device=device, since=rows[0].frozen_at)
        if refusal:
            raise Refused(refusal)
        end(user=user, how=ThawedBy.OWNER, by=None, now=now)


def refused(
    *,
    user: User,
    proofs: Collection[LoginChallenge],
    device: Device | None,
    since: dt.datetime,
) -> str:
    """Why these proofs do not thaw an account that is frozen `since`, as a code of the catalogue;
    "" when they do."""
    if device is None or device.user_id != user.pk or device.first_seen_at > since - BEFORE:
        return "thaw-new-browser"
    shown = {FACTORS[proof.way] for proof in proofs if proof.way}
    if len(shown) < 2:
        return "thaw-two-factors"
    return "thaw-new-factor" if len(shown - added(user, after=since - BEFORE)) < 2 else ""


def added(user: User, *, after: dt.datetime) -> frozenset[str]:
    """Factors of which this person got one after a moment: that one may be a thief's, and a proof
    does not say which of two it was."""
    news = {
        FACTORS[Way.SMS]: user.phone_since,
        FACTORS[Way.EMAIL]: user.email_since,
    }
    found = {factor for factor, at in news.items() if at is not None and at > after}
    if BackupSet.objects.filter(user=user, created_at__gt=after).exists():
        found.add(FACTORS[Way.BACKUP])
    set_then = Record.objects.filter(subject=str(user.pk), kind=SET_ANEW, at__gt=after)
    if set_then.exists():
        found.add(FACTORS[Way.PASSWORD])
    for held in devices_for_user(user):
        at = getattr(held, "added_at", None) or getattr(held, "created_at", None)
        if at is not None and at > after:
            passkey = hasattr(held, "credential_id")
            found.add(FACTORS[Way.PASSKEY if passkey else Way.APP])
    return frozenset(found)


def end(*, user: User, how: str, by: User | None, now: dt.datetime) -> None:
    """Every reason is over, in the caller's transaction."""
    open_rows(user).update(thawed_at=now, thawed_how=how, thawed_by=by)
    _overtake(user, now)
    body = {"how": how, "by": by.pk if by else None}
    record(kind="accounts.user.thawed", subject=str(user.pk), body=body, now=now)
    moment = {"time": texts.moment(now)}
    messages.send_everywhere(user=user, kind="accounts.thawed", context=moment, now=now)


def _stop_what_waits(user: User, now: dt.datetime) -> None:
    """Logins at the door, a new number on its way, an answer that officers were about to give."""
    holds.refuse_all(user=user, now=now)
    changes = PhoneChange.objects.filter(user=user, state=PhoneChangeState.WAITING)
    stopped = PhoneChangeState.STOPPED
    _move_all(changes, stopped, PHONE_CHANGE_TRANSITIONS, now, settled_at=now, phone="")
    _overtake(user, now)


def _overtake(user: User, now: dt.datetime) -> None:
    proposals = ThawProposal.objects.filter(user=user, state=ThawState.PROPOSED)
    _move_all(proposals, ThawState.OVERTAKEN, THAW_TRANSITIONS, now)


def _move_all(
    rows: QuerySet[Any],
    to: str,
    table: Mapping[str, Collection[str]],
    now: dt.datetime,
    **values: Any,
) -> None:
    """Waits for whoever moves one of them at this moment, and moves what is left to be moved."""
    pks = list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
    subjects = {pk: str(pk) for pk in pks}
    move_many(rows.model, pks=pks, to=to, table=table, subjects=subjects, now=now, **values)
