"""What is deleted when nobody can claim anything from it any more.

The privacy page (portal/privacy.py) says the same in words. The evidence log keeps that it
happened; sums, numbers and hashes stay in their rows, and whom they are about goes.
"""

import datetime as dt
from typing import Final

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from complaints.models import (
    Clock,
    ClockExtension,
    Compensation,
    Complaint,
    ComplaintMessage,
    DeadlineExtension,
    Decision,
    LenderNotice,
    Letter,
    LetterAccess,
    LetterFile,
    PayoutFile,
    Recusal,
)
from complaints.states.cases import ComplaintState
from complaints.states.compensation import CompensationState
from complaints.states.extensions import ExtensionState
from complaints.states.fund import LineState
from evidence.services import record
from portal.append_only import unlocked

KEPT: Final = dt.timedelta(days=3 * 366)
"""A claim lapses after three years (民法典 第一百八十八条); the operator keeps no longer."""
BATCH: Final = 500

C = CompensationState
OVER: Final = (ComplaintState.CLOSED, ComplaintState.WITHDRAWN, ComplaintState.NOT_ACCEPTED)
SETTLED: Final = (C.PAID, C.REVERSED, C.DECLINED, C.EXPIRED, C.SUPERSEDED, C.WITHDRAWN)


def forget(*, now: dt.datetime) -> int:
    """Delete a batch of each kind; returns how many rows that were, 0 when nothing is left."""
    before = now - KEPT
    with transaction.atomic():
        counts = {
            "complaints": _complaints(before),
            "letters": _letters(before),
            "extensions": _extensions(before),
            "compensations": _compensations(before),
            "payoutfiles": _payout_files(before),
            "lendernotices": _lender_notices(before),
        }
        deleted = {name: count for name, count in counts.items() if count}
        if deleted:
            kind, day = "complaints.retention.deleted", f"{now:%Y-%m-%d}"
            record(kind=kind, subject=day, body={"before": before.isoformat(), **deleted}, now=now)
    return sum(counts.values())


def _complaints(before: dt.datetime) -> int:
    """With all that was said and decided, and the clocks on them."""
    old = _batch(Complaint.objects.filter(state__in=OVER, changed_at__lt=before))
    if not old:
        return 0
    with unlocked(ComplaintMessage, Recusal):
        ComplaintMessage.objects.filter(complaint__in=old).delete()
        Recusal.objects.filter(complaint__in=old).delete()
        Decision.objects.filter(complaint__in=old).delete()
        ClockExtension.objects.filter(clock__complaint__in=old).delete()
        Clock.objects.filter(complaint__in=old).delete()
        Complaint.objects.filter(pk__in=old).delete()
    return len(old)


def _letters(before: dt.datetime) -> int:
    """What they say, their files and who opened them; the number goes on being verified."""
    old = _batch(Letter.objects.filter(document__isnull=False, issued_at__lt=before))
    if not old:
        return 0
    with unlocked(LetterFile, LetterAccess):
        LetterFile.objects.filter(letter__in=old).delete()
        LetterAccess.objects.filter(letter__in=old).delete()
    return Letter.objects.filter(pk__in=old).update(document=None)


def _extensions(before: dt.datetime) -> int:
    """What borrower and lender wrote; the dates stay with the loan."""
    rows = DeadlineExtension.objects.filter(reason__isnull=False, asked_at__lt=before)
    old = _batch(rows.exclude(state=ExtensionState.REQUESTED))
    return DeadlineExtension.objects.filter(pk__in=old).update(reason=None, answer=None)


def _compensations(before: dt.datetime) -> int:
    """The account; the sum stays, for the ledger of the fund counts it."""
    rows = Compensation.objects.filter(account__isnull=False, state__in=SETTLED)
    old = _batch(rows.filter(Q(settled_at__lt=before) | Q(settled_at=None, assessed_at__lt=before)))
    return Compensation.objects.filter(pk__in=old).update(account=None)


def _payout_files(before: dt.datetime) -> int:
    """The bytes, which name people and accounts, once each line has had its result so long ago."""
    rows = PayoutFile.objects.filter(content__isnull=False, proposed_at__lt=before)
    rows = rows.exclude(payments__state=LineState.LISTED)
    old = _batch(rows.annotate(told=Max("payments__told_at")).filter(told__lt=before))
    with unlocked(PayoutFile):
        return PayoutFile.objects.filter(pk__in=old).update(content=None)


def _lender_notices(before: dt.datetime) -> int:
    old = _batch(LenderNotice.objects.filter(sent_at__lt=before))
    return LenderNotice.objects.filter(pk__in=old).delete()[0]


def _batch(rows: QuerySet) -> list[int]:
    return list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
