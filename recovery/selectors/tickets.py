"""Reading tickets as their asker sees them, and whose account one is about."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import QuerySet

from accounts.codes import hashed
from accounts.models import User
from accounts.roles import Role
from recovery import reasons, words
from recovery.models import RecoveryLink, RecoveryPaper, RecoveryStep, RecoveryTicket
from recovery.states import (
    RECOVERY_OPEN,
    WANTED,
    LinkKind,
    PaperKind,
    RecoveryState,
    StepKind,
)
from reviews.states.documents import DOCUMENT_EMPTY, DocumentState

HEAVY: Final = ("original", "copy")
STOPPABLE_AFTER: Final = dt.timedelta(days=7)
"""So long after the new phone was set an old address can still say that it was not the owner."""
STOPS: Final = RECOVERY_OPEN | {RecoveryState.ENROLLED}
SOON: Final = dt.timedelta(minutes=1)


def account(*, id_hash: str, phone_hash: str) -> User | None:
    """The borrower's account with this phone and this checked identity; neither alone is enough."""
    found = User.objects.filter(
        phone_hash=phone_hash, id_hash=id_hash, role=Role.BORROWER, verified_at__isnull=False
    )
    return found.first()


def plain_word(text: str) -> str:
    """A word as its hash was made of: without the hyphens and spaces that people type."""
    return "".join(c for c in text.upper() if c.isalnum())


def by_word(*, number: str, word: str) -> RecoveryTicket | None:
    """The ticket of whoever knows its number and its secret word."""
    return RecoveryTicket.objects.filter(
        number=number, word_hash=hashed(plain_word(word)), purged_at=None
    ).first()


def link(word: str, *, kind: str, now: dt.datetime) -> RecoveryLink | None:
    """The link of a message while it is good: unused, in time, its ticket where it can act."""
    found = _good(now).filter(token_hash=hashed(plain_word(word)), kind=kind).first()
    if found is None:
        return None
    wanted = {RecoveryState.READY} if kind == LinkKind.ENROL else STOPS
    return found if found.ticket.state in wanted else None


def good_link(pk: int, *, now: dt.datetime) -> RecoveryLink | None:
    """The enrolment link that this session came by, while it is good."""
    rows = _good(now).filter(pk=pk, kind=LinkKind.ENROL, ticket__state=RecoveryState.READY)
    return rows.first()


def _good(now: dt.datetime) -> QuerySet[RecoveryLink]:
    rows = RecoveryLink.objects.filter(used_at=None, expires_at__gt=now)
    return rows.select_related("ticket__account")


def open_of(owner: User) -> QuerySet[RecoveryTicket]:
    """What goes on about this account, for its owner who is logged in."""
    return RecoveryTicket.objects.filter(account=owner, state__in=RECOVERY_OPEN).order_by("pk")


# --- Papers ---------------------------------------------------------------------------------


def papers(ticket: RecoveryTicket) -> QuerySet[RecoveryPaper]:
    """What is kept of a ticket, with nothing heavy opened."""
    return (
        RecoveryPaper.objects.filter(ticket=ticket).exclude(state__in=DOCUMENT_EMPTY).defer(*HEAVY)
    )


def checked(ticket: RecoveryTicket) -> QuerySet[RecoveryPaper]:
    """What officers may see."""
    return papers(ticket).filter(state=DocumentState.SANITISED)


def missing(files: Iterable[RecoveryPaper]) -> list[PaperKind]:
    """What an officer cannot do without."""
    there = {file.kind for file in files if file.state != DocumentState.REFUSED}
    return [kind for kind in WANTED if kind not in there]


def look_again(files: Iterable[RecoveryPaper], now: dt.datetime) -> int:
    """In so many seconds the page looks again, while a file is being checked; else 0."""
    since = [file.changed_at for file in files if file.state == DocumentState.QUARANTINED]
    if not since:
        return 0
    return 4 if now - max(since) < SOON else 20


# --- How it stands --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Event:
    at: dt.datetime
    what: str
    text: str
    reasons: list[str]


def timeline(ticket: RecoveryTicket) -> list[Event]:
    """The steps that are the asker's to read, the newest first, without who did them."""
    rows = RecoveryStep.objects.filter(ticket=ticket, shown=True).order_by("-at", "-pk")
    return [_event(step) for step in rows if step.kind in words.TOLD]


def _event(step: RecoveryStep) -> Event:
    told = [sentence for code in step.reasons if (sentence := reasons.told(code))]
    return Event(step.at, str(words.TOLD[step.kind]), step.text or "", told)


def asked_for(ticket: RecoveryTicket) -> RecoveryStep | None:
    """What an officer asked for and nobody answered yet."""
    if ticket.state != RecoveryState.OPENED:
        return None
    asked = RecoveryStep.objects.filter(ticket=ticket, kind=StepKind.ASKED)
    return asked.order_by("-pk").first()
