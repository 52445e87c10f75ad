"""What is told to whom: every known address of the account, and the new one."""

import datetime as dt
from typing import Final
from urllib.parse import urljoin

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts import texts
from accounts.models import User
from accounts.services import deliveries, messages
from accounts.states import Channel
from portal.work import services as work
from portal.work.states import Lane
from recovery.models import RecoveryLink, RecoveryTicket
from recovery.selectors.tickets import STOPPABLE_AFTER
from recovery.services import links
from recovery.states import LinkKind

TELL: Final = "recovery.tasks.tell"
OPENED, APPROVED, ENROLLED = "opened", "approved", "enrolled"
STOP_LASTS: Final = dt.timedelta(days=90)
"""Longer than any ticket stays open; what it can do is bounded by the ticket's state."""
MOST_OPENINGS: Final = 5
"""So many openings a day are told of one account: a stranger cannot flood its owner. Approval and
enrolment are told every time."""
DAY: Final = dt.timedelta(days=1)


def opening(ticket: RecoveryTicket, *, now: dt.datetime) -> None:
    """Have the account told, if there is one: the request takes as long either way."""
    work.add(kind=TELL, subject=str(ticket.pk), lane=Lane.MESSAGE, now=now)


def told_often(ticket: RecoveryTicket, *, now: dt.datetime) -> bool:
    """Whether this account heard of enough openings today."""
    told = RecoveryLink.objects.filter(
        ticket__account=ticket.account, kind=LinkKind.STOP, created_at__gt=now - DAY
    )
    return told.exclude(ticket=ticket).values("ticket").distinct().count() >= MOST_OPENINGS


def owner(ticket: RecoveryTicket, *, stage: str, now: dt.datetime) -> int:
    """Tell every known address of the account, each with the link that stops it; returns how many
    addresses. In the caller's transaction."""
    account = ticket.account
    if account is None:
        return 0
    lasts = STOPPABLE_AFTER if stage == ENROLLED else STOP_LASTS
    word = links.make(ticket=ticket, kind=LinkKind.STOP, lasts=lasts, now=now)
    kind = f"recovery.notice_{stage}"
    context = _context(ticket, word, "recovery:stop", account.language, now)
    messages.send_to_phone(
        phone=account.phone, kind=kind, context=context, language=account.language, now=now
    )
    if not account.email:
        return 1
    messages.send_to_mailbox(user=account, kind=kind, context=context, now=now)
    return 2


def asker(ticket: RecoveryTicket, *, kind: str, now: dt.datetime, word: str = "") -> None:
    """Tell the new address: that there is news, or the link that sets the new phone."""
    context = _context(ticket, word, "recovery:enrol", ticket.language, now)
    deliveries.prepare(
        kind=f"recovery.{kind}",
        channel=Channel(ticket.channel),
        address=ticket.address,
        address_hash=ticket.address_hash,
        language=ticket.language,
        context=context,
        now=now,
    )


def carried(ticket: RecoveryTicket, *, account: User, request_no: str, now: dt.datetime) -> None:
    """A query went into review on paper: both the known and the new address hear of it."""
    kind, context = "recovery.carried", {"no": request_no[-4:]}
    messages.send_to_phone(
        phone=account.phone, kind=kind, context=context, language=account.language, now=now
    )
    if account.email:
        messages.send_to_mailbox(user=account, kind=kind, context=context, now=now)
    deliveries.prepare(
        kind=kind,
        channel=Channel(ticket.channel),
        address=ticket.address,
        address_hash=ticket.address_hash,
        language=ticket.language,
        context=context,
        now=now,
    )


def _context(
    ticket: RecoveryTicket, word: str, page: str, language: str, now: dt.datetime
) -> dict[str, str]:
    """Addresses in the reader's language; a word only where its page takes one."""
    with translation.override(language):
        path = reverse(page, kwargs={"word": word}) if word else ""
        home = reverse("recovery:start")
    return {
        "no": ticket.number or "",
        "time": texts.moment(now),
        "until": texts.moment(ticket.waits_until) if ticket.waits_until else "",
        "word": word,
        "link": urljoin(settings.SITE_URL, path) if path else "",
        "page": urljoin(settings.SITE_URL, home),
    }
