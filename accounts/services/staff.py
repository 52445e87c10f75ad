"""Members of staff: invited by one who may, in by password and authenticator, out at once."""

import datetime as dt
import secrets

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts import texts
from accounts.codes import hashed
from accounts.models import Authenticator, Invitation, Ticket, User
from accounts.refusals import Refused
from accounts.roles import STAFF
from accounts.selectors import email_hash, phone_hash
from accounts.services import messages, passwords, sessions, training
from accounts.states import SessionEnd
from evidence.services import record

INVITATION_LASTS = dt.timedelta(days=3)
TICKET_LASTS = dt.timedelta(hours=24)
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
WORD_LENGTH = 13  # 65 bits


def create(*, username: str, role: str, password: str, secret: bytes, now: dt.datetime) -> User:
    """A ready member of staff, for demonstrations and tests: nobody invites, nothing is shown,
    and the security training counts as read."""
    with transaction.atomic():
        user = _new(username, role, now)
        user.set_password(password)
        user.save()
        Authenticator.objects.create(user=user, name="app", secret=secret)
        training.take_as_read(user=user, now=now)
    return user


def invite(*, username: str, role: str, by: User | None, now: dt.datetime, email: str = "") -> str:
    """The token of the invitation, which is shown once; raises ValidationError for a taken name.

    `email` is where alarms go; nobody logs in by it.
    """
    with transaction.atomic():
        user = User.objects.filter(username=username).first()
        if user is None:
            user = _new(username, role, now)
            user.set_unusable_password()
            user.save()
        elif user.has_usable_password() or user.role != role:
            raise ValidationError(_("This user name is taken."), code="username-taken")
        if email:
            set_email(user=user, email=email, now=now)
        token = secrets.token_urlsafe(24)
        Invitation.objects.filter(user=user, used_at__isnull=True).delete()
        Invitation.objects.create(
            user=user,
            token_hash=hashed(token),
            invited_by=by,
            created_at=now,
            expires_at=now + INVITATION_LASTS,
        )
        Authenticator.objects.filter(user=user).delete()
        Authenticator.objects.create(user=user, name="app", confirmed=False)
        _record("invited", user, by, now)
    return token


def invitation(*, token: str, now: dt.datetime) -> Invitation | None:
    """The open invitation of this link; none once its receiver was disabled."""
    return (
        Invitation.objects.filter(
            token_hash=hashed(token),
            used_at__isnull=True,
            expires_at__gt=now,
            user__is_active=True,
        )
        .select_related("user")
        .first()
    )


def accept(*, invited: Invitation, password: str, otp_token: str, now: dt.datetime) -> bool:
    """Set password and authenticator together; False when the authenticator's number is wrong."""
    with transaction.atomic():
        authenticator = Authenticator.objects.select_for_update().get(user=invited.user)
        # Of two who open the link at once the second finds it used, whatever number they have.
        unused = Invitation.objects.filter(pk=invited.pk, used_at__isnull=True)
        right = authenticator.verify_token(otp_token) and unused.update(used_at=now) == 1
        if right:
            authenticator.confirmed = True
            authenticator.save(update_fields=["confirmed"])
            invited.user.set_password(password)
            invited.user.save(update_fields=["password"])
            _record("enrolled", invited.user, invited.user, now)
    return right


def change_password(*, user: User, present: str, new: str, keep: str, now: dt.datetime) -> None:
    """Every session but `keep` ends; told by email. Raises Refused for a wrong present one."""
    with transaction.atomic():
        locked = User.objects.select_for_update().get(pk=user.pk)
        if not passwords.right(user=locked, entered=present):
            raise Refused("password-old-wrong")
        user.set_password(new)
        user.save(update_fields=["password"])
        sessions.end_all(user=user, why=SessionEnd.CHANGED, keep=keep, now=now)
        _record("password_changed", user, user, now)
        if user.email:
            context = {"time": texts.moment(now)}
            messages.send_to_mailbox(
                user=user, kind="accounts.staff_password", context=context, now=now
            )


def set_email(*, user: User, email: str, now: dt.datetime) -> None:
    """The address to which alarms go; "" for none."""
    user.email, user.email_hash = email, email_hash(email) if email else ""
    what = "email_bound" if email else "email_removed"
    with transaction.atomic():
        user.save(update_fields=["email", "email_hash"])
        record(kind=f"accounts.user.{what}", subject=str(user.pk), now=now)


def set_active(*, user: User, active: bool, by: User, now: dt.datetime) -> None:
    """A disabled person, staff or borrower, is out at the next request."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(
            is_active=active, session_epoch=F("session_epoch") + 1
        )
        _record("enabled" if active else "disabled", user, by, now)


def issue_ticket(*, phone: str, reason: str, by: User, now: dt.datetime) -> str:
    """The word that the officer reads out to a borrower; shown once. It gives a fresh budget of
    tries for 24 hours and is no code: without the phone it opens nothing."""
    word = "".join(secrets.choice(CROCKFORD) for _place in range(WORD_LENGTH))
    with transaction.atomic():
        ticket = Ticket.objects.create(
            word_hash=hashed(word),
            account_hash=phone_hash(phone),
            reason=reason,
            issued_by=by,
            created_at=now,
            expires_at=now + TICKET_LASTS,
        )
        body = {"by": by.pk, "reason": reason}
        record(kind="accounts.ticket.issued", subject=str(ticket.pk), body=body, now=now)
    return word


def _new(username: str, role: str, now: dt.datetime) -> User:
    if role not in STAFF:
        raise ValidationError(_("Choose a role."), code="role")
    return User(username=username, role=role, joined_at=now)


def _record(what: str, user: User, by: User | None, now: dt.datetime) -> None:
    body = {"role": user.role, "by": by.pk if by else None}
    record(kind=f"accounts.user.{what}", subject=str(user.pk), body=body, now=now)
