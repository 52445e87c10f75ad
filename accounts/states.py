"""The states of the rows that move, and the edges between them."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Purpose(models.TextChoices):
    """What a code is asked for: the digits of one purpose are wrong for every other. What a code
    that was entered then serves for is `selectors.serves`."""

    LOGIN = "login", _("log in")
    CONSENT = "consent", _("agree to a query")
    DOWNLOAD = "download", _("download a report")
    CHANGE = "change", _("change your account")
    BIND_EMAIL = "bind_email", _("bind an email address")
    GUARANTOR = "guarantor", _("agree as a guarantor")
    STATUS = "status", _("be told of the service status")
    SHARE = "share", _("let a lender read a report")
    ACCEPT = "accept", _("accept a compensation")


PROVES_NO_ACCOUNT = frozenset({Purpose.BIND_EMAIL, Purpose.STATUS})
"""A code of these goes to an address that need not be the account's."""


class Channel(models.TextChoices):
    SMS = "sms", _("text message")
    EMAIL = "email", _("email")


class DeliveryState(models.TextChoices):
    PREPARED = "prepared", _("being handed over")
    SENDING = "sending", _("being sent")
    UNKNOWN = "unknown", _("asking the operator")
    ACCEPTED = "accepted", _("accepted by the operator")
    DELIVERED = "delivered", _("delivered")
    UNDELIVERED = "undelivered", _("not delivered")
    REFUSED = "refused", _("refused by the operator")
    DROPPED = "dropped", _("not sent")


D = DeliveryState
DELIVERY_TRANSITIONS: dict[str, frozenset[str]] = {
    D.PREPARED: frozenset({D.SENDING, D.DROPPED}),
    # Back to prepared only when provably nothing left us; no answer at all is unknown.
    # A receipt may overtake the answer to the call.
    D.SENDING: frozenset(
        {D.ACCEPTED, D.REFUSED, D.UNKNOWN, D.PREPARED, D.DELIVERED, D.UNDELIVERED}
    ),
    # Asked by its number: the operator has it, or has never seen it (then it may be sent again).
    D.UNKNOWN: frozenset({D.ACCEPTED, D.DELIVERED, D.UNDELIVERED, D.PREPARED}),
    D.ACCEPTED: frozenset({D.DELIVERED, D.UNDELIVERED}),
    # Receipts come out of order: a phone that was off may still take the message.
    D.UNDELIVERED: frozenset({D.DELIVERED}),
    D.DELIVERED: frozenset(),
    D.REFUSED: frozenset(),
    D.DROPPED: frozenset(),
}
DELIVERY_TERMINAL = frozenset({D.DELIVERED, D.REFUSED, D.DROPPED})


class CheckState(models.TextChoices):
    """The real-name check: one question to the operators, and its answer."""

    WAITING = "waiting", _("being checked")
    MATCHED = "matched", _("agrees")
    MISMATCHED = "mismatched", _("does not agree")
    NO_RECORD = "no_record", _("no record")
    LIMITED = "limited", _("limit of the day reached")
    UNSUPPORTED = "unsupported", _("number range not supported")
    UNAVAILABLE = "unavailable", _("no answer")


C = CheckState
CHECK_TRANSITIONS: dict[str, frozenset[str]] = {
    C.WAITING: frozenset(C) - {C.WAITING},
    **{state: frozenset() for state in C if state != C.WAITING},
}
CHECK_TERMINAL = frozenset(C) - {C.WAITING}
