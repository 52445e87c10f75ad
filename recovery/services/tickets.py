"""What an asker does: ask, prove the new address, hand in, take back; and what an owner stops.

Nothing here depends on whether there is such an account, but the message that goes to it.
"""

import datetime as dt
import secrets
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.db import transaction

from accounts.models import LoginChallenge, User
from accounts.refusals import Refused
from accounts.selectors import email_hash, id_hash, phone_hash
from accounts.services import budgets, challenges, freezing
from accounts.services.challenges import Address, Asker
from accounts.states import Channel, Purpose
from evidence.services import IllegalMove
from portal.beijing import day_of
from portal.watch import kinds
from portal.watch import services as watch
from portal.watch.models import Severity
from portal.workdays.selectors import calendar
from recovery import clocks
from recovery.models import RecoveryLink, RecoveryTicket
from recovery.selectors import tickets as selectors
from recovery.services import links, moves, telling, timeline
from recovery.states import (
    RECOVERY_AGREED,
    RECOVERY_OPEN,
    RecoveryState,
    StepKind,
)
from reviews.states.documents import DocumentState

DAY: Final = dt.timedelta(days=1)
MOST_PER_IDENTITY: Final = 3
"""Tickets a day about one ID number from one network."""
MOST_OPEN: Final = 10
"""Open tickets about one ID number. The owner's is never turned away for strangers' ones: those
of the network that holds the most give way, unless officers have them already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the asker typed; `address` is a phone number or an email address."""

    name: str
    id_number: str
    old_phone: str
    address: str
    lost: Sequence[str]
    words: str = ""
    loan_reference: str = ""


def begin(
    *, wanted: Wanted, asker: Asker, captcha_id: str, answer: str, now: dt.datetime
) -> RecoveryTicket:
    """Send a code to the new address; nothing is looked at before it is entered. Raises Refused."""
    if not answer:
        raise Refused("captcha-needed")
    identity = id_hash(wanted.id_number)
    _keep_to_limits(identity, asker.network_hash, now)
    address = _address(wanted.address)
    challenge = challenges.ask_for_stranger(
        purpose=Purpose.RECOVERY,
        address=address,
        asker=asker,
        captcha_id=captcha_id,
        answer=answer,
        now=now,
    )
    old = phone_hash(wanted.old_phone)
    return RecoveryTicket.objects.create(
        name=wanted.name,
        id_number=wanted.id_number,
        id_hash=identity,
        old_phone=wanted.old_phone,
        old_phone_hash=old,
        address=wanted.address,
        address_hash=address.hash,
        channel=address.channel,
        proof=challenge.pk,
        lost=list(wanted.lost),
        words=wanted.words,
        loan_reference=wanted.loan_reference,
        language=asker.language,
        network_hash=asker.network_hash,
        account=selectors.account(id_hash=identity, phone_hash=old),
        begun_at=now,
        changed_at=now,
    )


def prove(
    *, ticket: RecoveryTicket, challenge: LoginChallenge, code: str, now: dt.datetime
) -> tuple[RecoveryTicket, str]:
    """The right code opens the ticket: its number, and the secret word, which is kept nowhere.
    Whoever asks again from an address that was proved before gets that ticket and a new word.
    Raises Refused."""
    with transaction.atomic():
        evaluation = challenges.evaluate(challenge, code=code, now=now)
        if evaluation.refusal is None:
            return _open(ticket, now)
    raise evaluation.refusal


def _open(ticket: RecoveryTicket, now: dt.datetime) -> tuple[RecoveryTicket, str]:
    budgets.hold(ticket.id_hash)
    word = links.fresh_word()
    values: dict[str, Any] = {"word_hash": links.word_hash(word), "word_noted": False}
    rows = RecoveryTicket.objects.filter(id_hash=ticket.id_hash, state__in=RECOVERY_OPEN)
    if (known := rows.filter(address_hash=ticket.address_hash).first()) is not None:
        RecoveryTicket.objects.filter(pk=known.pk).update(**values, changed_at=now)
        timeline.add(known, kind=StepKind.RENEWED, now=now, shown=True)
        return known, word
    _make_room(list(rows), now)
    locked = moves.locked(ticket)
    try:
        moves.ticket(
            locked, to=RecoveryState.OPENED, now=now, number=_number(now), opened_at=now, **values
        )
    except IllegalMove:
        raise Refused("otp-used") from None
    timeline.add(locked, kind=StepKind.OPENED, now=now, shown=True)
    telling.opening(locked, now=now)
    telling.asker(locked, kind="received", now=now)
    return locked, word


def note_word(*, ticket: RecoveryTicket) -> None:
    """The asker wrote the word down: it is not shown any more."""
    RecoveryTicket.objects.filter(pk=ticket.pk).update(word_noted=True)


def hand_in(*, ticket: RecoveryTicket, now: dt.datetime) -> None:
    """The papers go to the officers. Raises Refused with what stands in the way."""
    with transaction.atomic():
        locked = moves.locked(ticket)
        files = list(selectors.papers(locked))
        if any(file.state == DocumentState.QUARANTINED for file in files):
            raise Refused("review-unfinished")
        usable = [file for file in files if file.state == DocumentState.SANITISED]
        if selectors.missing(usable):
            raise Refused("recovery-papers-missing")
        due = clocks.due(now, settings.RECOVERY_ANSWER_HOURS, calendar())
        try:
            moves.ticket(locked, to=RecoveryState.EVIDENCE, now=now, handed_in_at=now, due_at=due)
        except IllegalMove:
            raise Refused("recovery-moved-on") from None
        timeline.add(locked, kind=StepKind.HANDED_IN, now=now, shown=True)


def withdraw(*, ticket: RecoveryTicket, now: dt.datetime) -> None:
    """The asker takes it back. Raises Refused when it is over."""
    with transaction.atomic():
        _end(moves.locked(ticket), StepKind.WITHDRAWN, now, states=RECOVERY_OPEN)


def stop(*, link: RecoveryLink, now: dt.datetime) -> None:
    """Whoever reads an old address says no: nothing goes on, and what was done is frozen. Raises
    Refused when the link is used or the ticket over."""
    with transaction.atomic():
        locked = moves.locked(link.ticket)
        if not links.use(link, now=now):
            raise Refused("recovery-link-over")
        _stopped_by_owner(locked, now)


def stop_as_owner(*, owner: User, number: str, now: dt.datetime) -> None:
    """The owner, logged in, says no. Raises Refused."""
    with transaction.atomic():
        found = selectors.open_of(owner).filter(number=number).first()
        if found is None:
            raise Refused("recovery-moved-on")
        _stopped_by_owner(moves.locked(found), now)


def _stopped_by_owner(locked: RecoveryTicket, now: dt.datetime) -> None:
    agreed, enrolled = locked.state in RECOVERY_AGREED, locked.state == RecoveryState.ENROLLED
    _end(locked, StepKind.STOPPED, now, states=selectors.STOPS)
    telling.asker(locked, kind="news", now=now)
    if enrolled and locked.account is not None:
        freezing.freeze(user=locked.account, reason="recovery", now=now)
    if agreed:  # two officers believed somebody whom the owner does not know
        watch.raise_alarm(
            kind=kinds.RECOVERY_STOPPED,
            subject=locked.number or "",
            severity=Severity.CRITICAL,
            now=now,
        )


def _end(locked: RecoveryTicket, kind: str, now: dt.datetime, *, states: frozenset[str]) -> None:
    if locked.state not in states:
        raise Refused("recovery-moved-on")
    moves.ticket(locked, to=RecoveryState.STOPPED, now=now)
    timeline.add(locked, kind=kind, now=now, shown=True)


# --- Limits ---------------------------------------------------------------------------------


def _keep_to_limits(identity: str, network: str, now: dt.datetime) -> None:
    """By network, and by network and ID number: a stranger elsewhere uses up nothing of mine."""
    here = RecoveryTicket.objects.filter(network_hash=network, begun_at__gt=now - DAY)
    for rows, most in (
        (here, settings.RECOVERY_PER_NETWORK_DAY),
        (here.filter(id_hash=identity), MOST_PER_IDENTITY),
    ):
        moments = list(rows.order_by("-begun_at").values_list("begun_at", flat=True)[:most])
        if len(moments) >= most:
            raise Refused("recovery-many", next_at=moments[-1] + DAY)


def _make_room(there: Sequence[RecoveryTicket], now: dt.datetime) -> None:
    """One more may be opened: of too many, the newest of the network that holds the most lapses.
    Raises Refused when officers have all of them, or no network stands out."""
    if len(there) < MOST_OPEN:
        return
    network, crowd = Counter(each.network_hash for each in there).most_common(1)[0]
    waiting = [
        each
        for each in there
        if each.network_hash == network and each.state == RecoveryState.OPENED
    ]
    if crowd < 2 or not waiting:
        raise Refused("recovery-many")
    lapse(max(waiting, key=lambda each: each.pk), now=now)


def lapse(ticket: RecoveryTicket, *, now: dt.datetime) -> None:
    """Nothing more comes of it, in the caller's transaction."""
    moves.ticket(ticket, to=RecoveryState.LAPSED, now=now)
    timeline.add(ticket, kind=StepKind.LAPSED, now=now, shown=True)
    telling.asker(ticket, kind="news", now=now)


def _address(value: str) -> Address:
    """Its own budgets: neither those of the account nor of anybody else."""
    by_email = "@" in value
    key = email_hash(value) if by_email else phone_hash(value)
    channel = Channel.EMAIL if by_email else Channel.SMS
    return Address(value=value, hash=key, account_hash=key, channel=channel)


def _number(now: dt.datetime) -> str:
    """ZH-20261225-7K3M9Q: the day, and letters that nobody counts requests by."""
    tail = "".join(secrets.choice(links.CROCKFORD) for _place in range(6))
    return f"ZH-{day_of(now):%Y%m%d}-{tail}"
