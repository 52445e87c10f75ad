"""Sessions as rows: opened at the door, seen, ended one by one or all at once."""

import datetime as dt
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from accounts.models import Device, Login, Session, User
from accounts.states import SessionEnd
from evidence.services import record

NOTICED = dt.timedelta(minutes=1)
"""That a session was seen is written at most so often."""


def open_row(
    *,
    user: User,
    label: str,
    ways: Iterable[str],
    login: Login | None,
    device: Device | None,
    now: dt.datetime,
) -> Session:
    """The row of a session that begins now."""
    return Session.objects.create(
        user=user,
        login=login,
        device=device,
        ways=list(ways),
        label=label,
        began_at=now,
        seen_at=now,
    )


def alive(*, pk: str, user: User) -> bool:
    """Whether nobody has ended it; one statement by the primary key."""
    return Session.objects.filter(pk=pk, user=user, ended_at__isnull=True).exists()


def seen(*, pk: str, user: User, now: dt.datetime) -> bool:
    """As `alive`, and notes that it was seen; one statement as well."""
    open_rows = Session.objects.filter(pk=pk, user=user, ended_at__isnull=True)
    return open_rows.update(seen_at=now) == 1


def live(user: User, *, now: dt.datetime) -> QuerySet[Session]:
    """The sessions in which this person could go on right now, the last seen first."""
    hours = settings.STAFF_SESSION_HOURS if user.is_staff else settings.SESSION_HOURS
    idle = dt.timedelta(minutes=settings.SESSION_IDLE_MINUTES) + NOTICED
    return (
        Session.objects.filter(
            user=user,
            ended_at__isnull=True,
            seen_at__gt=now - idle,
            began_at__gt=now - dt.timedelta(hours=hours),
        )
        .select_related("device")
        .order_by("-seen_at")
    )


def end(
    *, user: User, pk: str | uuid.UUID, why: str, now: dt.datetime, by: User | None = None
) -> bool:
    """End one session of this person: its next request is out. False when it was over."""
    with transaction.atomic():
        rows = Session.objects.filter(pk=pk, user=user, ended_at__isnull=True)
        ended = rows.update(ended_at=now, end=why) == 1
        if ended and why != SessionEnd.OVER:
            body = {"why": why, "by": by.pk if by else None}
            record(kind="accounts.session.ended", subject=str(pk), body=body, now=now)
    return ended


def end_all(
    *, user: User, why: str, now: dt.datetime, keep: str = "", by: User | None = None
) -> None:
    """End every session of this person, whatever row it has or has not; `keep` names the one whose
    caller renews it (update_session_auth_hash)."""
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
        rows = Session.objects.filter(user=user, ended_at__isnull=True)
        if keep:
            rows = rows.exclude(pk=keep)
        number = rows.update(ended_at=now, end=why)
        record(
            kind="accounts.user.sessions_ended",
            subject=str(user.pk),
            body={"why": why, "sessions": number, "by": by.pk if by else None},
            now=now,
        )
    user.refresh_from_db(fields=["session_epoch"])
