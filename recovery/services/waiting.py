"""What time does to a ticket: the waiting time ends, nobody goes on, officers are late."""

import datetime as dt
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from accounts.refusals import Refused
from portal.watch import kinds, selectors
from portal.watch import services as watch
from portal.watch.models import Severity
from recovery.models import RecoveryLink, RecoveryTicket
from recovery.services import links, moves, telling, tickets, timeline
from recovery.states import RECOVERY_WAITS_FOR_US, LinkKind, RecoveryState, StepKind

LINK_LASTS: Final = dt.timedelta(hours=24)
MOST_LINKS: Final = 3
"""So many links of one ticket are sent; each voids the one before."""
IDLE: Final = dt.timedelta(days=14)
"""After so long without papers, or without the link being used, a ticket lapses."""
ALARM_STANDS: Final = dt.timedelta(days=3)
"""Over a weekend; evidence keeps it for good."""
BATCH: Final = 200


def release_due(*, now: dt.datetime) -> int:
    """The waiting time of these is over: the link goes to the proved address; returns how many."""
    due = RecoveryTicket.objects.filter(state=RecoveryState.APPROVED, waits_until__lte=now)
    with transaction.atomic():
        some = _locked(due)
        for ticket in some:
            moves.ticket(ticket, to=RecoveryState.READY, now=now, released_at=now)
            _send_link(ticket, now)
    return len(some)


def link_again(*, ticket: RecoveryTicket, now: dt.datetime) -> None:
    """Another link to the same address; the one before opens nothing. Raises Refused."""
    with transaction.atomic():
        locked = moves.locked(ticket)
        sent = RecoveryLink.objects.filter(ticket=locked, kind=LinkKind.ENROL)
        if locked.state != RecoveryState.READY:
            raise Refused("recovery-moved-on")
        if sent.count() >= MOST_LINKS:
            raise Refused("recovery-links-many")
        _send_link(locked, now)


def lapse_due(*, now: dt.datetime) -> int:
    """End what nobody goes on with; returns how many."""
    idle = RecoveryTicket.objects.filter(
        state__in=[RecoveryState.OPENED, RecoveryState.READY], changed_at__lt=now - IDLE
    )
    with transaction.atomic():
        some = _locked(idle)
        for ticket in some:
            links.void(ticket=ticket, kind=LinkKind.ENROL, now=now)
            tickets.lapse(ticket, now=now)
    return len(some)


def watch_due(*, now: dt.datetime) -> int:
    """Alarm about those that wait for officers longer than promised; returns how many."""
    late = RecoveryTicket.objects.filter(state__in=RECOVERY_WAITS_FOR_US, due_at__lte=now)
    found = list(late.order_by("due_at", "pk").values_list("number", "due_at")[:BATCH])
    for number, due in found:
        watch.raise_alarm(
            kind=kinds.RECOVERY_OVERDUE,
            subject=number or "",
            severity=Severity.WARNING,
            detail={"not_after": due.isoformat() if due else ""},
            now=now,
        )
    watch.settle(kind=kinds.RECOVERY_OVERDUE, still=[number or "" for number, _ in found], now=now)
    return len(found)


def clear_old(*, now: dt.datetime) -> int:
    """Take alarms off the operations page that have stood there long enough; how many."""
    over = selectors.open_alarms().filter(
        kind__in=[kinds.RECOVERY_STAFF, kinds.RECOVERY_STOPPED], seen_at__lt=now - ALARM_STANDS
    )
    return sum(watch.clear(kind=alarm.kind, subject=alarm.subject, now=now) for alarm in over)


def _send_link(ticket: RecoveryTicket, now: dt.datetime) -> None:
    links.void(ticket=ticket, kind=LinkKind.ENROL, now=now)
    word = links.make(ticket=ticket, kind=LinkKind.ENROL, lasts=LINK_LASTS, now=now)
    telling.asker(ticket, kind="link", word=word, now=now)
    timeline.add(ticket, kind=StepKind.LINK_SENT, now=now, shown=True)


def _locked(rows: QuerySet[RecoveryTicket]) -> list[RecoveryTicket]:
    """A batch of them, those that somebody else holds left for the next time."""
    held = rows.select_related("account").select_for_update(of=("self",), skip_locked=True)
    return list(held.order_by("pk")[:BATCH])
