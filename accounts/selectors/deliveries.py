"""Reading messages: how each of them fares, in words and with its times."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Delivery, LoginChallenge
from accounts.selectors.outages import without_route
from accounts.states import PROVES_NO_ACCOUNT, Channel, DeliveryState, Trouble

D, T = DeliveryState, Trouble
SENDING, SWITCHED = _("We are sending it."), _("We are sending it by another operator.")
WORDS: dict[str, tuple[str, Promise]] = {
    D.PREPARED: ("", SENDING),
    D.SENDING: ("", SENDING),
    D.UNKNOWN: ("caution", _("The operator has not answered; we are asking whether it went out.")),
    D.ACCEPTED: ("", _("It is on its way; that it arrived is not confirmed yet.")),
    D.DELIVERED: ("good", _("It was delivered.")),
    D.UNDELIVERED: ("bad", _("The phone could not be reached. Check its signal and its inbox.")),
    D.REFUSED: ("bad", _("The operator does not send to this number now. Use email, or wait.")),
    D.DROPPED: ("bad", _("It could not be sent in time. Ask for it again.")),
}
TROUBLES: dict[str, Promise] = {
    T.OFF: _("The phone is switched off. The code comes when it is on again."),
    T.NO_SIGNAL: _("The phone has no signal. Go where it has some, or take another way."),
    T.ENGAGED: _("The line was engaged."),
    T.UNANSWERED: _("Nobody answered the call."),
    T.NUMBER: _("The operator says that this number is not in service."),
    T.BLOCKED: _("The operator does not let our messages through to this number."),
    T.CAP: _("The operator's limit for this number is reached."),
    T.TEXT: _("The operator did not let the text pass; that is ours to mend."),
    T.VENDOR: _("The operator has trouble; it has nothing to do with your phone."),
    T.SILENT: _("The operator has not confirmed that it arrived."),
}
HELD = frozenset({D.UNKNOWN, D.UNDELIVERED, D.REFUSED, D.DROPPED})
EMAIL_BEFORE_LOGIN = _("If an email address is bound to this number, it has the code.")


@dataclass(frozen=True, slots=True)
class Step:
    at: dt.datetime
    text: Promise


@dataclass(frozen=True, slots=True)
class DeliveryInWords:
    """`asked`: by a person, and not made by the sender in place of another."""

    by: str
    asked: bool
    channel: str
    at: dt.datetime
    tone: str
    text: Promise
    next_at: dt.datetime | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """How the messages of a challenge fare, the newest first. `late`: no sign that the newest
    arrived, or trouble with it, so that another way is offered. `down`: the trouble is not the
    person's, so that every other way is. `without_route`: channels by which nothing goes now."""

    messages: tuple[DeliveryInWords, ...]
    channel: str
    late: bool
    down: bool
    without_route: frozenset[str]


def timeline(challenge: LoginChallenge, *, now: dt.datetime) -> Timeline:
    rows, secret = _rows(challenge), _secret(challenge)
    by_phone = "@" not in challenge.address
    cut_off = without_route(challenge.address, now=now) if by_phone else frozenset()
    down = bool(rows) and _down(rows[0], cut_off)
    return Timeline(
        messages=tuple(_in_words(row, secret=secret) for row in rows),
        channel=rows[0].channel if rows else "",
        late=bool(rows) and (down or _late(rows, secret=secret, now=now)),
        down=down,
        without_route=cut_off,
    )


def deliveries(challenge: LoginChallenge) -> list[DeliveryInWords]:
    """The messages alone, where nothing is offered beside them."""
    return [_in_words(row, secret=_secret(challenge)) for row in _rows(challenge)]


def _rows(challenge: LoginChallenge) -> list[Delivery]:
    return list(Delivery.objects.filter(challenge=challenge).order_by("-created_at"))


def _secret(challenge: LoginChallenge) -> bool:
    """Before login an email always reads the same: whether one is bound is not a stranger's
    business."""
    return challenge.user_id is None and challenge.purpose not in PROVES_NO_ACCOUNT


def _late(rows: Sequence[Delivery], *, secret: bool, now: dt.datetime) -> bool:
    newest = rows[0]
    # What the sender made by itself belongs to the message that the person asked for.
    asked_at = next((row.created_at for row in rows if not row.replaces_id), newest.created_at)
    waited = now - asked_at >= dt.timedelta(seconds=settings.OTP_OFFER_SECONDS)
    if newest.channel == Channel.EMAIL and secret:
        return waited
    if newest.state == D.DELIVERED:
        return False
    return waited or newest.state in HELD or bool(newest.trouble)


def _down(newest: Delivery, cut_off: frozenset[str]) -> bool:
    if newest.channel == Channel.EMAIL or newest.state == D.DELIVERED:
        return False
    refused = newest.state in {D.UNKNOWN, D.REFUSED} and not newest.trouble
    return newest.channel in cut_off or newest.trouble == T.VENDOR or refused


def _in_words(row: Delivery, *, secret: bool) -> DeliveryInWords:
    began = _("switched to another operator") if row.replaces_id else _("asked for")
    asked = Step(row.created_at, began)
    head = (row.channel, not row.replaces_id, row.get_channel_display(), row.created_at)
    if row.channel == Channel.EMAIL and secret:
        return DeliveryInWords(*head, "", EMAIL_BEFORE_LOGIN, None, (asked,))
    tone, text = WORDS[row.state]
    if row.state in {D.PREPARED, D.SENDING} and row.replaces_id:
        text = SWITCHED
    if row.trouble and row.state != D.DELIVERED:
        tone, text = ("caution" if row.state == D.ACCEPTED else "bad"), TROUBLES[row.trouble]
    steps = (asked, *_steps(row))
    return DeliveryInWords(*head, tone, text, row.next_at, steps)


def _steps(row: Delivery) -> list[Step]:
    arrived = row.state == D.DELIVERED
    found = (
        (row.sent_at, _("handed over")),
        (row.accepted_at, _("taken by the operator")),
        (row.received_at, _("delivered") if arrived else _("not delivered")),
    )
    return [Step(at, text) for at, text in found if at is not None]
