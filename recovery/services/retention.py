"""What is deleted when it has served: papers, words and all that a person typed, on schedule.

Codes, hashes and who decided stay, so that it can be told what happened; the privacy page
(portal/privacy.py) says the same.
"""

import datetime as dt
from typing import Final

from django.db import transaction
from django.db.models import Q

from evidence.services import record
from portal.append_only import unlocked
from recovery.models import RecoveryStep, RecoveryTicket
from recovery.services import papers
from recovery.states import RecoveryState

KEPT: Final = dt.timedelta(days=180)
"""After the end: as long as it may have to be shown that it was, or was not, the owner."""
LAPSED_KEPT: Final = dt.timedelta(days=30)
"""Nobody decided anything on it."""
UNPROVED_KEPT: Final = dt.timedelta(days=1)
BATCH: Final = 200


def forget(*, now: dt.datetime) -> int:
    """Delete a batch of what is past its time; returns how many tickets."""
    with transaction.atomic(), unlocked(RecoveryTicket, RecoveryStep):
        unproved = RecoveryTicket.objects.filter(
            state=RecoveryState.BEGUN, begun_at__lt=now - UNPROVED_KEPT
        )
        gone = list(unproved.order_by("pk").values_list("pk", flat=True)[:BATCH])
        RecoveryTicket.objects.filter(pk__in=gone).delete()
        over = RecoveryTicket.objects.filter(_over(now), purged_at=None)
        due = list(over.order_by("pk").values_list("pk", flat=True)[:BATCH])
        if due:
            papers.purge(tickets=due, now=now)
            RecoveryStep.objects.filter(ticket__in=due).update(text=None)
            RecoveryTicket.objects.filter(pk__in=due).update(
                name="",
                id_number="",
                old_phone="",
                address="",
                words="",
                loan_reference="",
                purged_at=now,
            )
            kind, day = "recovery.ticket.forgotten", f"{now:%Y-%m-%d}"
            record(kind=kind, subject=day, body={"tickets": len(due)}, now=now)
    return len(due) + len(gone)


def _over(now: dt.datetime) -> Q:
    decided = [RecoveryState.ENROLLED, RecoveryState.STOPPED, RecoveryState.REFUSED]
    return Q(state__in=decided, ended_at__lt=now - KEPT) | Q(
        state=RecoveryState.LAPSED, ended_at__lt=now - LAPSED_KEPT
    )
