"""Reading messages: how each of them fares, in words."""

import datetime as dt
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Delivery, LoginChallenge
from accounts.states import Channel, DeliveryState

D = DeliveryState
WORDS: dict[str, tuple[str, Promise]] = {
    D.PREPARED: ("", _("We are sending it.")),
    D.SENDING: ("", _("We are sending it.")),
    D.UNKNOWN: ("caution", _("The operator has not answered; we are asking whether it went out.")),
    D.ACCEPTED: ("", _("It is on its way; that it arrived is not confirmed yet.")),
    D.DELIVERED: ("good", _("It was delivered.")),
    D.UNDELIVERED: ("bad", _("The phone could not be reached. Check its signal and its inbox.")),
    D.REFUSED: ("bad", _("The operator does not send to this number now. Use email, or wait.")),
    D.DROPPED: ("bad", _("It could not be sent in time. Ask for it again.")),
}
EMAIL_BEFORE_LOGIN = _("If an email address is bound to this number, it has the code.")


@dataclass(frozen=True, slots=True)
class DeliveryInWords:
    channel: str
    at: dt.datetime
    tone: str
    text: Promise


def deliveries(challenge: LoginChallenge) -> list[DeliveryInWords]:
    """How each message of a challenge fares, the newest first.

    Before login an email always reads the same: whether one is bound is not a stranger's business.
    """
    found = Delivery.objects.filter(challenge=challenge).order_by("-created_at")
    return [_in_words(delivery, known=challenge.user_id is not None) for delivery in found]


def _in_words(delivery: Delivery, *, known: bool) -> DeliveryInWords:
    tone, text = WORDS[delivery.state]
    if delivery.channel == Channel.EMAIL and not known:
        tone, text = "", EMAIL_BEFORE_LOGIN
    return DeliveryInWords(delivery.get_channel_display(), delivery.created_at, tone, text)
