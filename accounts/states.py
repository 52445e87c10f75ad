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
    RECOVERY = "recovery", _("be reached about a recovery")


PROVES_NO_ACCOUNT = frozenset({Purpose.BIND_EMAIL, Purpose.STATUS, Purpose.RECOVERY})
"""A code of these goes to an address that need not be the account's."""


class Channel(models.TextChoices):
    SMS = "sms", _("text message")
    VOICE = "voice", _("voice call")
    EMAIL = "email", _("email")


class Way(models.TextChoices):
    """By what a person proved who they are."""

    SMS = "sms", _("code by text message")
    VOICE = "voice", _("code by voice call")
    EMAIL = "email", _("code by email")
    APP = "app", _("authenticator app")
    PASSKEY = "passkey", _("passkey")
    BACKUP = "backup", _("backup code")
    PASSWORD = "password", _("password")


W = Way
FACTORS = {
    W.SMS: "phone",
    W.VOICE: "phone",
    W.EMAIL: "mailbox",
    W.APP: "app",
    W.PASSKEY: "passkey",
    W.BACKUP: "backup",
    W.PASSWORD: "password",
}
"""What must be held for a way: whoever has the phone has text messages and calls alike, so the
two together are one factor."""


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


class LoginState(models.TextChoices):
    """What became of a login whose first proof was right."""

    ENTERED = "entered", _("let in")
    SECOND = "second", _("waits for a second factor")
    HELD = "held", _("waits for two officers")
    RELEASED = "released", _("released")
    REFUSED = "refused", _("refused")
    LAPSED = "lapsed", _("lapsed")


L = LoginState
LOGIN_TRANSITIONS: dict[str, frozenset[str]] = {
    L.SECOND: frozenset({L.ENTERED, L.LAPSED, L.REFUSED}),
    L.HELD: frozenset({L.RELEASED, L.REFUSED, L.LAPSED}),
    # Released by people: the borrower's own browser still has to come back and go on.
    L.RELEASED: frozenset({L.ENTERED, L.LAPSED}),
    # "It was not me": who was let in wrongly is refused afterwards.
    L.ENTERED: frozenset({L.REFUSED}),
    L.REFUSED: frozenset(),
    L.LAPSED: frozenset(),
}
LOGIN_TERMINAL = frozenset({L.REFUSED, L.LAPSED})
