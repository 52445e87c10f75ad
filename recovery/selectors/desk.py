"""Reading tickets at the desk: what waits, first due first, and what an officer compares."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Q, QuerySet

from accounts.models import User
from complaints.states.proposals import ProposalState
from creditquery.models import CreditQuery
from creditquery.states import QueryState
from recovery.models import Carrying, RecoveryTicket
from recovery.states import RECOVERY_OPEN, RECOVERY_WAITS_FOR_US, RecoveryState
from reviews.selectors.borrower import BEGINS

PAGE: Final = 50
CARRIES: Final = frozenset(
    {RecoveryState.EVIDENCE, RecoveryState.PROPOSED, RecoveryState.APPROVED, RecoveryState.READY}
)
"""Papers were handed in, and it is not over."""
CARRIABLE: Final = BEGINS | {QueryState.CREATED}
"""Where a review begins, and where only the signature by code is missing. What is on its way goes
on by itself."""
SHOWN: Final = {
    "waiting": RECOVERY_WAITS_FOR_US,
    "open": RECOVERY_OPEN,
    "over": frozenset(RecoveryState) - RECOVERY_OPEN - {RecoveryState.BEGUN},
}


@dataclass(frozen=True, slots=True)
class Page:
    """Tickets in order; the key behind which the next page begins, "" where there is none."""

    tickets: Sequence[RecoveryTicket]
    after: str = ""


def listed(which: str, after: str) -> Page:
    """A page of the list by key, without OFFSET: the longest waiting first, what is over the other
    way round. Whatever cannot be read in `after` is the first page."""
    rows = RecoveryTicket.objects.filter(state__in=sorted(SHOWN[which]))
    last_first = which == "over"
    key = int(after) if after.isdecimal() and len(after) < 18 else None
    if key is not None:
        rows = rows.filter(pk__lt=key) if last_first else rows.filter(pk__gt=key)
    found = list(rows.select_related("account").order_by("-pk" if last_first else "pk")[: PAGE + 1])
    more = len(found) > PAGE
    found = found[:PAGE]
    return Page(found, str(found[-1].pk) if more else "")


def one(number: str) -> RecoveryTicket | None:
    rows = RecoveryTicket.objects.exclude(state=RecoveryState.BEGUN)
    return rows.select_related("account", "proposed_by", "decided_by").filter(number=number).first()


@dataclass(frozen=True, slots=True)
class Match:
    """What an officer compares: each line is a fact, none is a decision."""

    account: bool
    phone_known: bool
    identity_known: bool
    name_agrees: bool
    others: int
    stopped_before: int


def match(ticket: RecoveryTicket) -> Match:
    phone = User.objects.filter(phone_hash=ticket.old_phone_hash)
    identity = User.objects.filter(id_hash=ticket.id_hash).exclude(id_hash="")
    tickets = RecoveryTicket.objects.filter(id_hash=ticket.id_hash).exclude(pk=ticket.pk)
    owner = ticket.account
    return Match(
        account=owner is not None,
        phone_known=phone.exists(),
        identity_known=identity.exists(),
        name_agrees=owner is not None and owner.name == ticket.name,
        others=tickets.filter(state__in=RECOVERY_OPEN).count(),
        stopped_before=tickets.filter(state=RecoveryState.STOPPED).count(),
    )


# --- Queries that cannot wait ---------------------------------------------------------------


def carriable(ticket: RecoveryTicket, *, also: Carrying | None = None) -> QuerySet[CreditQuery]:
    """Queries of this account that may go into review on paper; those already proposed are not
    among them, but for `also`."""
    if ticket.account is None or ticket.state not in CARRIES:
        return CreditQuery.objects.none()
    proposed = Carrying.objects.filter(state=ProposalState.PROPOSED)
    if also is not None:
        proposed = proposed.exclude(pk=also.pk)
    rows = CreditQuery.objects.filter(person=ticket.account, state__in=sorted(CARRIABLE))
    rows = rows.filter(Q(consent=None) | Q(consent__withdrawn_at=None))
    return rows.exclude(pk__in=proposed.values("query")).select_related("loan__institution")


def carryings(ticket: RecoveryTicket) -> QuerySet[Carrying]:
    rows = Carrying.objects.filter(ticket=ticket).order_by("pk")
    return rows.select_related("query__loan__institution", "proposed_by", "decided_by", "review")


def proposed(ticket: RecoveryTicket) -> QuerySet[Carrying]:
    return carryings(ticket).filter(state=ProposalState.PROPOSED)


def late(ticket: RecoveryTicket, now: dt.datetime) -> bool:
    return (
        ticket.state in RECOVERY_WAITS_FOR_US and ticket.due_at is not None and now >= ticket.due_at
    )
