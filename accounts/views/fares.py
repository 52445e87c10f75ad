"""How the messages of a code fare, and by which other ways one gets in: for its page and, in the
same words, for the script of that page."""

import datetime as dt
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import selectors
from accounts.models import LoginChallenge
from accounts.selectors import DeliveryInWords, Timeline, sends
from accounts.services import factors, resuming
from accounts.states import PROVES_NO_ACCOUNT, Channel, Way

OWN = (Way.APP, Way.BACKUP)
TROUBLE = gettext_lazy("trouble")
TAGS = {"good": gettext_lazy("delivered"), "caution": TROUBLE, "bad": TROUBLE}


def context(challenge: LoginChallenge, user: Any, *, now: dt.datetime) -> dict[str, Any]:
    """What the page shows besides the field."""
    timeline = selectors.timeline(challenge, now=now)
    ways, usual = _ways(challenge, user, now), selectors.channels(challenge)[0]
    return {
        "channel": timeline.channel,
        "messages_sent": [_told(message) for message in timeline.messages],
        "late": timeline.late,
        "down": timeline.down,
        "offer": _offer(timeline, ways),
        "ways": ways,
        "usual": usual,
        "next_send": _next_send(challenge, usual, now),
        "is_open": selectors.is_open(challenge, now=now),
        "number": resuming.grouped(challenge.number) if challenge.number else "",
    }


def news(challenge: LoginChallenge, user: Any, *, now: dt.datetime) -> dict[str, Any]:
    timeline = selectors.timeline(challenge, now=now)
    return {
        "messages": [_told(message) for message in timeline.messages],
        "offer": _offer(timeline, _ways(challenge, user, now)),
        "down": timeline.down,
    }


def _ways(challenge: LoginChallenge, user: Any, now: dt.datetime) -> list[str]:
    """Other ways than the usual message, in the order in which they are offered. A stranger is
    shown all of them: which of them an account has is not a stranger's business."""
    own = () if challenge.purpose in PROVES_NO_ACCOUNT else OWN
    ways: list[str] = [*selectors.channels(challenge)[1:], *own]
    if challenge.user_id is None or challenge.user != user:
        return ways
    has = factors.available(user=user, now=now)
    return [way for way in ways if way in has or challenge.purpose in PROVES_NO_ACCOUNT]


def _offer(timeline: Timeline, ways: list[str]) -> str:
    """The next way once the newest message is late; "" while there is nothing to offer."""
    tried = {message.by for message in timeline.messages}
    calls = {Channel.VOICE} if timeline.down else set()
    left = [way for way in ways if way not in tried | calls | timeline.without_route]
    return left[0] if timeline.late and left else ""


def _next_send(challenge: LoginChallenge, usual: str, now: dt.datetime) -> dt.datetime | None:
    """When the usual message can be sent again; None when it can be now. Never a time at which the
    vendors would refuse it."""
    moment = sends.next_at(
        address_hash=challenge.address_hash, channel=usual, bucket=challenge.bucket, now=now
    )
    return moment if moment > now else None


def _told(message: DeliveryInWords) -> dict[str, str]:
    text = str(message.text)
    if message.next_at is not None:
        text += " " + _("Possible again at %(time)s.") % {"time": _clock(message.next_at, "H:i")}
    steps = [f"{_clock(step.at, 'H:i:s')} {step.text}" for step in message.steps]
    return {
        "title": f"{capfirst(message.channel)} · {_clock(message.at, 'H:i')}",
        "text": text.replace("。 ", "。"),  # Chinese sentences touch
        "tone": message.tone,
        "tag": str(TAGS.get(message.tone, "")),
        "steps": " · ".join(steps),
    }


def _clock(at: dt.datetime, form: str) -> str:
    return date_format(timezone.localtime(at), form)
