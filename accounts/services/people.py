"""What a person changes about the own account."""

import datetime as dt

from django.db import transaction

from accounts.models import LoginChallenge, User
from accounts.services import challenges, devices, freezing, not_me, sessions
from accounts.states import SessionEnd
from evidence.services import record


def bind_email(user: User, *, challenge: LoginChallenge, code: str, now: dt.datetime) -> None:
    """The address that received the code becomes the person's; phone and old address are told.

    Raises Refused for a wrong code, and while the account is frozen.
    """
    with transaction.atomic():
        freezing.check(user=user, now=now)
        evaluation = challenges.evaluate(challenge, code=code, now=now)
        if evaluation.refusal is None:
            tell_changed(user, now=now)
            user.email, user.email_hash = challenge.address, challenge.address_hash
            user.email_since = now
            user.save(update_fields=["email", "email_hash", "email_since"])
            record(kind="accounts.user.email_bound", subject=str(user.pk), now=now)
    if evaluation.refusal:
        raise evaluation.refusal


def remove_email(user: User, *, now: dt.datetime) -> None:
    """Unbind the address; messages go to the phone again. Phone and old address are told; raises
    Refused while the account is frozen."""
    with transaction.atomic():
        freezing.check(user=user, now=now)
        tell_changed(user, now=now)
        user.email = user.email_hash = ""
        user.email_since, user.prefers_email = None, False
        user.save(update_fields=["email", "email_hash", "email_since", "prefers_email"])
        record(kind="accounts.user.email_removed", subject=str(user.pk), now=now)


def tell_changed(user: User, *, now: dt.datetime) -> None:
    """News of a change to every address as it was before, each with the way to object: whoever
    changed one of them reads the new one."""
    not_me.tell(user=user, kind="accounts.account_changed", now=now)


def choose(user: User, *, language: str, prefers_email: bool) -> None:
    """Language and channel of messages; email only once an address is bound."""
    user.language, user.prefers_email = language, prefers_email and bool(user.email)
    user.save(update_fields=["language", "prefers_email"])


def end_other_sessions(user: User, *, now: dt.datetime, keep: str = "") -> None:
    """Every session of this person is over at its next request; the caller renews its own, whose
    row is `keep`."""
    sessions.end_all(user=user, why=SessionEnd.BY_OWNER, now=now, keep=keep)


def forget_device(user: User, *, pk: int, now: dt.datetime, keep: str = "") -> None:
    """That browser is a stranger again. Its session, if any, ends with the others. Raises Refused
    while the account is frozen: a thief would make the owner's own browser a stranger."""
    with transaction.atomic():
        freezing.check(user=user, now=now)
        if devices.forget(user=user, pk=pk, now=now):
            end_other_sessions(user, now=now, keep=keep)


def shown_in_full(user: User, *, now: dt.datetime) -> None:
    """Whoever is logged in has just seen the whole of this person's numbers."""
    record(kind="accounts.user.shown_in_full", subject=str(user.pk), now=now)
