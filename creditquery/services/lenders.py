"""A lender's users: invited by mail into one lender, out at once."""

import datetime as dt

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.refusals import Refused
from accounts.roles import Role
from accounts.services import messages, staff
from creditquery.models import Institution, Membership
from creditquery.selectors import lenders
from evidence.services import record


def invite(
    *,
    institution: Institution,
    username: str,
    email: str,
    leads: bool = False,
    by: User,
    now: dt.datetime,
) -> Membership:
    """Mail a link to a new user of this lender; again, while it was not used.

    The inviter never sees the link. Only an administrator makes somebody who `leads`. Raises
    Refused when `by` may not, ValidationError when the user name is somebody else's.
    """
    by_administrator = by.has_perm("accounts.invite_staff")
    if not lenders.manages(by, institution) or (leads and not by_administrator):
        raise Refused("lender-users-not-yours")
    with transaction.atomic():
        known = Membership.objects.filter(user__username=username).first()
        # Or whoever leads at one lender could take over an unused invitation of another.
        if known and (known.institution_id != institution.pk or known.ended_at):
            raise ValidationError(_("This user name is taken."), code="username-taken")
        token = staff.invite(username=username, role=Role.LENDER_USER, by=by, now=now, email=email)
        user = User.objects.get(username=username)
        membership, made = Membership.objects.get_or_create(
            user=user,
            defaults={
                "institution": institution, "leads": leads, "added_by": by, "added_at": now,
            },
        )  # fmt: skip
        # Somebody at another lender took the name while this one looked whether it was free.
        if membership.institution_id != institution.pk:
            raise ValidationError(_("This user name is taken."), code="username-taken")
        if made:
            _record("began", membership, by, now)
        _mail(membership, token, now)
        return membership


def end(*, membership: Membership, by: User, now: dt.datetime) -> None:
    """Nobody works for the lender under this name any more: every session ends, an unused
    invitation opens nothing. Raises Refused when `by` may not, or for oneself."""
    if not lenders.manages(by, membership.institution) or by.pk == membership.user_id:
        raise Refused("lender-users-not-yours")
    with transaction.atomic():
        if Membership.objects.filter(pk=membership.pk, ended_at=None).update(ended_at=now):
            staff.set_active(user=membership.user, active=False, by=by, now=now)
            _record("ended", membership, by, now)


def _mail(membership: Membership, token: str, now: dt.datetime) -> None:
    user = membership.user
    with translation.override(user.language):
        path = reverse("accounts:staff-enrol", kwargs={"token": token})
    context = {
        "lender": membership.institution.name,
        "username": user.username,
        "link": settings.SITE_URL + path,
    }
    messages.send_to_mailbox(
        user=user, kind="creditquery.lender_invitation", context=context, now=now
    )


def _record(what: str, membership: Membership, by: User, now: dt.datetime) -> None:
    body = {"institution": membership.institution.code, "leads": membership.leads, "by": by.pk}
    kind = f"creditquery.membership.{what}"
    record(kind=kind, subject=str(membership.user_id), body=body, now=now)
