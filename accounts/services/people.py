"""What a person changes about the own account."""

import datetime as dt

from django.db import transaction
from django.db.models import F

from accounts import texts
from accounts.models import Device, LoginChallenge, User
from accounts.services import challenges, messages
from evidence.services import record


def bind_email(user: User, *, challenge: LoginChallenge, code: str, now: dt.datetime) -> None:
    """The address that received the code becomes the person's, and the phone is told so.

    Raises Refused for a wrong code.
    """
    with transaction.atomic():
        evaluation = challenges.evaluate(challenge, code=code, now=now)
        if evaluation.refusal is None:
            user.email, user.email_hash = challenge.address, challenge.address_hash
            user.save(update_fields=["email", "email_hash"])
            record(kind="accounts.user.email_bound", subject=str(user.pk), now=now)
            _tell_phone(user, now)
    if evaluation.refusal:
        raise evaluation.refusal


def remove_email(user: User, *, now: dt.datetime) -> None:
    """Unbind the address; messages go to the phone again, which is told so."""
    user.email = user.email_hash = ""
    user.prefers_email = False
    with transaction.atomic():
        user.save(update_fields=["email", "email_hash", "prefers_email"])
        record(kind="accounts.user.email_removed", subject=str(user.pk), now=now)
        _tell_phone(user, now)


def choose(user: User, *, language: str, prefers_email: bool) -> None:
    """Language and channel of messages; email only once an address is bound."""
    user.language, user.prefers_email = language, prefers_email and bool(user.email)
    user.save(update_fields=["language", "prefers_email"])


def end_other_sessions(user: User, *, now: dt.datetime) -> None:
    """Every session of this person is over at its next request; the caller renews its own."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
        record(kind="accounts.user.sessions_ended", subject=str(user.pk), now=now)
    user.refresh_from_db(fields=["session_epoch"])


def forget_device(user: User, *, pk: int, now: dt.datetime) -> None:
    """That browser is a stranger again. Its session, if any, ends with the others."""
    with transaction.atomic():
        if Device.objects.filter(user=user, pk=pk).delete()[0]:
            record(kind="accounts.device.forgotten", subject=str(pk), now=now)
            end_other_sessions(user, now=now)


def _tell_phone(user: User, now: dt.datetime) -> None:
    # To the phone whatever the person prefers: whoever changed the email reads the email.
    messages.send_to_phone(
        phone=user.phone,
        kind="accounts.account_changed",
        context={"time": texts.moment(now)},
        language=user.language,
        now=now,
    )
