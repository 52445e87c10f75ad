"""Logins that wait for people: said by the borrower, proposed by one officer, agreed by a second.

A machine holds, and never refuses: what becomes of it is decided by two people, or by time. Neither
of them may be the borrower's own officer (accounts/conflicts.py), and nobody agrees with an own
proposal; the database refuses that as well.
"""

import datetime as dt
import secrets
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from accounts.codes import hashed
from accounts.conflicts import is_own_officer
from accounts.models import Hold, Login, User
from accounts.refusals import Refused
from accounts.selectors.holds import RELEASED_FOR
from accounts.services import not_me
from accounts.states import HOLD_REASONS, LOGIN_TRANSITIONS, HoldOutcome, HoldReason, LoginState
from evidence.services import IllegalMove, move, record
from portal.watch import kinds
from portal.watch import services as watch
from portal.watch.models import Severity

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
NUMBER_LENGTH = 8
SECOND_FOR = dt.timedelta(hours=1)
"""In which a second factor has to be shown."""
SETTLED = {
    HoldOutcome.RELEASE: (LoginState.RELEASED, "accounts.hold_released"),
    HoldOutcome.REFUSE: (LoginState.REFUSED, "accounts.hold_refused"),
}


# --- The borrower ---------------------------------------------------------------------------


def begin(*, login: Login, now: dt.datetime) -> str:
    """A number and a page for a login that was just held; returns what the browser keeps. In the
    caller's transaction. The owner is told at every address: it may be somebody else's login."""
    token = secrets.token_urlsafe(24)
    tail = "".join(secrets.choice(CROCKFORD) for _place in range(NUMBER_LENGTH))
    hold = Hold.objects.create(
        login=login,
        number=f"HL-{tail}",
        token_hash=hashed(token),
        opened_at=now,
        lapses_at=now + dt.timedelta(days=settings.HOLD_DAYS),
    )
    _tell(hold, "accounts.login_held", now)
    return token


def ask_people(*, login: Login, now: dt.datetime) -> str:
    """Whoever has none of the second factors at hand lets people decide; returns what the browser
    keeps. Raises IllegalMove when the login no longer waits for one."""
    with transaction.atomic():
        _move(login, LoginState.HELD, now, body={"asked": True})
        return begin(login=login, now=now)


def say(*, hold: Hold, text: str, now: dt.datetime) -> None:
    """What the borrower wants the officers to know; said again, it replaces what was said.
    Raises Refused once it is decided."""
    with transaction.atomic():
        _waiting(hold)
        hold.said, hold.said_at = text, now
        hold.save(update_fields=["said", "said_at"])
        record(kind="accounts.hold.said", subject=hold.number, now=now)


# --- The officers ---------------------------------------------------------------------------


def propose(*, hold: Hold, by: User, reason: str, note: str, now: dt.datetime) -> None:
    """What should become of it, by a coded reason; a second officer decides. Raises Refused for
    the borrower's own officer, and when it has been proposed or decided."""
    outcome = next(out for out, reasons in HOLD_REASONS.items() if reason in reasons)
    with transaction.atomic():
        _may(_waiting(hold), by)
        if hold.proposal:
            raise Refused("hold-proposed")
        hold.proposal, hold.reason, hold.note = outcome, HoldReason(reason), note
        hold.proposed_by, hold.proposed_at = by, now
        hold.save(update_fields=["proposal", "reason", "note", "proposed_by", "proposed_at"])
        body = {"by": by.pk, "outcome": outcome, "reason": reason}
        record(kind="accounts.hold.proposed", subject=hold.number, body=body, now=now)


def agree(*, hold: Hold, by: User, now: dt.datetime) -> None:
    """The second officer: it is done as proposed, and the borrower is told. Raises Refused for the
    officer who proposed it and for the borrower's own."""
    with transaction.atomic():
        _second(hold, by)
        to, message = SETTLED[HoldOutcome(hold.proposal)]
        hold.agreed_by = by
        hold.save(update_fields=["agreed_by"])
        body = {"hold": hold.number, "by": by.pk, "proposed_by": hold.proposed_by_id}
        _move(hold.login, to, now, body={**body, "reason": hold.reason})
        _tell(hold, message, now)


def send_back(*, hold: Hold, by: User, now: dt.datetime) -> None:
    """The second officer does not agree: open again, for anybody."""
    with transaction.atomic():
        _second(hold, by)
        body = {"by": by.pk, "outcome": hold.proposal}
        hold.proposal = hold.reason = hold.note = ""
        hold.proposed_by = hold.proposed_at = None
        hold.save(update_fields=["proposal", "reason", "note", "proposed_by", "proposed_at"])
        record(kind="accounts.hold.sent_back", subject=hold.number, body=body, now=now)


# --- What nobody decides --------------------------------------------------------------------


def refuse_all(*, user: User, now: dt.datetime) -> int:
    """Somebody else may be at work: whatever of this person waits at the door is refused. In the
    caller's transaction; returns how many."""
    waiting = [LoginState.HELD, LoginState.RELEASED, LoginState.SECOND]
    rows = list(Login.objects.select_for_update().filter(user=user, state__in=waiting))
    for login in rows:
        _move(login, LoginState.REFUSED, now, body={"by": "freeze"})
    return len(rows)


def lapse(*, now: dt.datetime) -> int:
    """End what has waited too long; returns how many. Borrowers of held ones are told."""
    old = Login.objects.filter(
        Q(state=LoginState.HELD, hold__lapses_at__lte=now)
        | Q(state=LoginState.RELEASED, settled_at__lte=now - RELEASED_FOR)
        | Q(state=LoginState.SECOND, created_at__lte=now - SECOND_FOR)
    )
    ended = 0
    for login in old.order_by("pk")[:500]:
        was_held = login.state == LoginState.HELD
        try:
            with transaction.atomic():
                _move(login, LoginState.LAPSED, now, body={"by": "time"})
                if was_held:
                    _tell(Hold.objects.get(login=login), "accounts.hold_lapsed", now)
        except IllegalMove:
            continue  # somebody settled it at this moment
        ended += 1
    return ended


def mind(*, now: dt.datetime) -> None:
    """An alarm while the oldest held login waits longer than it should."""
    limit = now - dt.timedelta(minutes=settings.HOLD_ALARM_MINUTES)
    late = Hold.objects.filter(login__state=LoginState.HELD, opened_at__lte=limit).count()
    if late:
        watch.raise_alarm(
            kind=kinds.HOLD_OVERDUE, severity=Severity.WARNING, detail={"waiting": late}, now=now
        )
    else:
        watch.clear(kind=kinds.HOLD_OVERDUE, now=now)


# --- How ------------------------------------------------------------------------------------


def _waiting(hold: Hold) -> Hold:
    """Locks the hold and its login; raises Refused when it is over."""
    login = Login.objects.select_for_update().get(pk=hold.login_id)
    hold.refresh_from_db()
    if login.state != LoginState.HELD:
        raise Refused("hold-over")
    return hold


def _may(hold: Hold, officer: User) -> None:
    if is_own_officer(officer, hold.login.user):
        raise Refused("hold-own-borrower")


def _second(hold: Hold, by: User) -> None:
    _may(_waiting(hold), by)
    if not hold.proposal:
        raise Refused("hold-not-proposed")
    if hold.proposed_by_id == by.pk:
        raise Refused("hold-own-proposal")


def _move(login: Login, to: str, now: dt.datetime, *, body: Mapping[str, Any]) -> None:
    move(
        Login,
        pk=login.pk,
        to=to,
        table=LOGIN_TRANSITIONS,
        now=now,
        body=body,
        settled_at=None if to == LoginState.HELD else now,
    )
    login.refresh_from_db()


def _tell(hold: Hold, kind: str, now: dt.datetime) -> None:
    """At every address, with a link that says "not me": whoever has taken the phone does not have
    the mailbox, or the other way round."""
    login, context = hold.login, {"no": hold.number}
    not_me.tell(user=login.user, kind=kind, login=login, context=context, now=now)
