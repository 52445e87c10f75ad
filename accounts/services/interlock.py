"""The staff-phishing interlock: a borrower's login never ends at a browser of the staff.

Asking a borrower for the code is worth nothing to whoever works here: entered where a member of
staff is logged in, or ever was, the code is refused whether it is right or wrong, and compliance
reads of it within a minute (docs/adr/0050).
"""

import datetime as dt
import secrets

from django.conf import settings
from django.db.models import Q

from accounts import office, texts
from accounts.codes import hashed
from accounts.models import LoginChallenge, StaffBrowser, User
from accounts.refusals import Refused
from accounts.services import freezing, messages
from accounts.services.visit import Visit
from accounts.states import FreezeReason
from evidence.services import record
from portal.watch import kinds, selectors
from portal.watch import services as watch
from portal.watch.models import Severity

ALARM_STANDS = dt.timedelta(days=3)
"""Over a weekend on the operations page; evidence keeps it for good."""


def refuse_staff(
    *, challenge: LoginChallenge, visit: Visit, right: bool, now: dt.datetime
) -> Refused | None:
    """Why a code that was entered at this browser must not count, or None.

    Alarms compliance, and freezes the account when the code was right: only then does a member of
    staff have what they should not have. A wrong one freezes nobody, or six digits would be enough
    to freeze anybody. In the caller's transaction, which must be committed before the refusal is
    raised.
    """
    member = behind(visit=visit, binding=challenge.binding)
    if member is None:
        return None
    burn(challenge, now=now)
    owner = challenge.user or User.objects.filter(phone_hash=challenge.account_hash).first()
    if right and owner is not None:
        freezing.freeze(user=owner, reason=FreezeReason.STAFF_DEVICE, now=now)
    entered = "right" if right else "wrong"
    body = {"staff": member.pk, "session": visit.staff is not None, "code": entered}
    record(kind="accounts.interlock.refused", subject=str(challenge.pk), body=body, now=now)
    watch.raise_alarm(
        kind=kinds.STAFF_DEVICE,
        subject=f"{member.username} {challenge.pk.hex[:8]}",
        severity=Severity.CRITICAL,
        detail={"code": entered},
        now=now,
    )
    return Refused("staff-device")


def behind(*, visit: Visit, binding: str = "") -> User | None:
    """The member of staff whose browser this is: logged in here now, or at any time before, or in
    the session that asked for the code (`binding`)."""
    if visit.staff is not None:
        return visit.staff
    known = Q(pk__in=())
    if visit.staff_token:
        known |= Q(token_hash=hashed(visit.staff_token))
    if binding:
        known |= Q(binding=binding)
    rows = StaffBrowser.objects.filter(known).select_related("user")
    row = rows.order_by("-last_seen_at").first()
    return row.user if row else None


def burn(challenge: LoginChallenge, *, now: dt.datetime) -> bool:
    """The code of this challenge is worth nothing any more, whether it was used or not; whether
    that is news."""
    alive = LoginChallenge.objects.filter(pk=challenge.pk).exclude(
        used_at=None, attempts__gte=settings.OTP_ATTEMPTS
    )
    if not alive.update(used_at=None, way="", attempts=settings.OTP_ATTEMPTS):
        return False
    challenge.refresh_from_db()
    body = {"purpose": challenge.purpose, "attempts": challenge.attempts}
    record(kind="accounts.loginchallenge.burnt", subject=str(challenge.pk), body=body, now=now)
    return True


def mark(*, member: User, visit: Visit, binding: str, now: dt.datetime) -> str:
    """A member of staff has logged in: this browser is one of the staff from now on. Returns the
    token that it keeps. A second browser of the same person is told to them by email."""
    token = visit.staff_token or secrets.token_urlsafe(24)
    values = {"label": visit.label, "last_seen_at": now}
    if binding:
        values["binding"] = hashed(binding)
    _row, new = StaffBrowser.objects.update_or_create(
        user=member,
        token_hash=hashed(token),
        defaults=values,
        create_defaults={**values, "first_seen_at": now},
    )
    if new:
        record(kind="accounts.staffbrowser.marked", subject=str(member.pk), now=now)
        if member.email and StaffBrowser.objects.filter(user=member).count() > 1:
            context = {"time": texts.moment(now), "browser": visit.label}
            messages.send_to_mailbox(
                user=member, kind="accounts.new_staff_browser", context=context, now=now
            )
    return token


def wants_second(*, user: User, visit: Visit, now: dt.datetime) -> bool:
    """Whether the login comes from a network of an office: borrowers do sit in branches, so it is
    let in with a second factor. The door asks only where the browser is not a trusted one."""
    return office.holds(visit.address)


def clear_old(*, now: dt.datetime) -> int:
    """Take alarms off the operations page that have stood there long enough; how many."""
    over = selectors.open_alarms().filter(
        kind__in=[kinds.STAFF_DEVICE, kinds.CODE_ASKED], seen_at__lt=now - ALARM_STANDS
    )
    return sum(watch.clear(kind=alarm.kind, subject=alarm.subject, now=now) for alarm in over)
