"""How an officer proves to a borrower who they are: the same two words on both screens."""

import datetime as dt
import uuid

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from accounts.codes import hashed
from accounts.models import OfficerPhrase, User
from accounts.services import budgets
from evidence.services import record

LASTS = dt.timedelta(minutes=5)


def begin(*, officer: User, borrower: User, about: str, now: dt.datetime) -> OfficerPhrase:
    """The phrase of these two for five minutes. The caller has seen to it that a case of the
    borrower's is at this officer's desk; `about` names it. Raises ValueError for anybody
    but an officer and a borrower."""
    if not borrower.is_borrower or not officer.is_staff:
        raise ValueError("a phrase is between an officer and a borrower")
    with transaction.atomic():
        _one_at_a_time(borrower)
        rows = _open(borrower, now).select_for_update()
        mine = rows.filter(officer=officer).first()
        if mine is not None:
            return mine
        row = rows.filter(officer=None).first() or OfficerPhrase(borrower=borrower, created_at=now)
        row.officer, row.about, row.office = officer, about, settings.SUPPORT_PHONE
        row.shown_at, row.expires_at = now, now + LASTS
        row.save()
        body = {"officer": officer.pk, "borrower": borrower.pk, "about": about}
        record(kind="accounts.phrase.shown", subject=str(row.pk), body=body, now=now)
    return row


def ask(*, borrower: User, now: dt.datetime) -> OfficerPhrase:
    """The borrower waits to see who is calling; whichever officer has the case takes it up."""
    with transaction.atomic():
        _one_at_a_time(borrower)
        row = _open(borrower, now).filter(officer=None).first()
        if row is None:
            row = OfficerPhrase.objects.create(
                borrower=borrower, created_at=now, expires_at=now + LASTS
            )
            record(kind="accounts.phrase.asked", subject=str(row.pk), now=now)
    return row


def shown_to(*, borrower: User, now: dt.datetime) -> QuerySet[OfficerPhrase]:
    """Who shows themselves to this borrower now, the newest first."""
    rows = _open(borrower, now).filter(officer__isnull=False, officer__is_active=True)
    return rows.select_related("officer").order_by("-shown_at")


def waiting(*, borrower: User, now: dt.datetime) -> OfficerPhrase | None:
    """Whether this borrower waits to see who is calling."""
    return _open(borrower, now).filter(officer=None).first()


def of_officer(*, pk: uuid.UUID, officer: User) -> OfficerPhrase | None:
    """The officer's own; nobody else's."""
    rows = OfficerPhrase.objects.filter(pk=pk, officer=officer)
    return rows.select_related("borrower").first()


def _open(borrower: User, now: dt.datetime) -> QuerySet[OfficerPhrase]:
    return OfficerPhrase.objects.filter(borrower=borrower, expires_at__gt=now)


def _one_at_a_time(borrower: User) -> None:
    budgets.hold(hashed(f"phrase {borrower.pk}"))
