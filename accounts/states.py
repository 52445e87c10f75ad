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
    BIND_PHONE = "bind_phone", _("change your mobile number")
    SHOW = "show", _("see your numbers in full")
    RECOVERY = "recovery", _("be reached about a recovery")


PROVES_NO_ACCOUNT = frozenset(
    {Purpose.BIND_EMAIL, Purpose.BIND_PHONE, Purpose.STATUS, Purpose.RECOVERY}
)
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
FACTORS: dict[str, str] = {
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


class Ceremony(models.TextChoices):
    """What a passkey is asked for."""

    LOGIN = "login", _("log in")
    SECOND = "second", _("second factor")
    CONFIRM = "confirm", _("step-up")
    STAFF = "staff", _("staff login")
    ENROL = "enrol", _("add a passkey")


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


class Trouble(models.TextChoices):
    """Why a message did not arrive or was held up, in the few ways that a person can act upon."""

    OFF = "off", _("handset switched off")
    NO_SIGNAL = "no_signal", _("handset out of reach")
    ENGAGED = "engaged", _("line engaged")
    UNANSWERED = "unanswered", _("call not answered")
    NUMBER = "number", _("number not in service")
    BLOCKED = "blocked", _("number blocked by the operator")
    CAP = "cap", _("operator's limit for this number reached")
    TEXT = "text", _("text not approved by the operator")
    VENDOR = "vendor", _("trouble at the operator")
    SILENT = "silent", _("not confirmed in time")


class Vendor(models.TextChoices):
    """Who sends text messages and makes calls for us; email goes by our own mail server."""

    ALIYUN = "aliyun", _("Aliyun")
    TENCENT = "tencent", _("Tencent Cloud")


class Carrier(models.TextChoices):
    """Whose customer a number was when its prefix was given out (accounts/carriers.py)."""

    MOBILE = "mobile", _("China Mobile")
    UNICOM = "unicom", _("China Unicom")
    TELECOM = "telecom", _("China Telecom")
    VIRTUAL = "virtual", _("virtual operator")
    OTHER = "other", _("another operator")


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
    # Who has no second factor at hand may have people decide.
    L.SECOND: frozenset({L.ENTERED, L.LAPSED, L.REFUSED, L.HELD}),
    L.HELD: frozenset({L.RELEASED, L.REFUSED, L.LAPSED}),
    # Released by people: the borrower's own browser still has to come back and go on.
    L.RELEASED: frozenset({L.ENTERED, L.LAPSED, L.REFUSED}),
    # "It was not me": who was let in wrongly is refused afterwards.
    L.ENTERED: frozenset({L.REFUSED}),
    L.REFUSED: frozenset(),
    L.LAPSED: frozenset(),
}
LOGIN_TERMINAL = frozenset({L.REFUSED, L.LAPSED})


class AskedBy(models.TextChoices):
    """Who whoever wanted a code said to be."""

    STAFF = "staff", _("your staff")
    BANK = "bank", _("a bank or lender")
    POLICE = "police", _("the police or an authority")
    OTHER = "other", _("somebody else")
    UNKNOWN = "unknown", _("they did not say")


class AskedThrough(models.TextChoices):
    """How they reached the borrower."""

    CALL = "call", _("by telephone")
    WECHAT = "wechat", _("on WeChat")
    MESSAGE = "message", _("by text message or email")
    PERSON = "person", _("in person")
    OTHER = "other", _("another way")


class AskedWhen(models.TextChoices):
    NOW = "now", _("right now")
    TODAY = "today", _("earlier today")
    EARLIER = "earlier", _("before today")


class Verdict(models.TextChoices):
    """What the policy on login risk says of a login."""

    ALLOW = "allow", _("let in")
    NOTIFY = "notify", _("let in, and tell the owner")
    STEP_UP = "step_up", _("ask for a second factor")
    HOLD = "hold", _("hold for two officers")


class PolicyState(models.TextChoices):
    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")


# The newest that is published is in force; nothing takes one back but a newer one.
POLICY_TRANSITIONS: dict[str, frozenset[str]] = {
    PolicyState.DRAFT: frozenset({PolicyState.PUBLISHED}),
    PolicyState.PUBLISHED: frozenset(),
}


class HoldOutcome(models.TextChoices):
    RELEASE = "release", _("let this browser in")
    REFUSE = "refuse", _("refuse this login")


class HoldReason(models.TextChoices):
    """Why officers release or refuse a login that was held."""

    MET = "met", _("the borrower was here with an identity card")
    SPOKEN = "spoken", _("the borrower was reached by an address that we knew before")
    EXPLAINED = "explained", _("the borrower's circumstances explain what was unusual")
    MISJUDGED = "misjudged", _("the signs were not about this login")
    DENIED = "denied", _("the owner of the account says that it was somebody else")
    UNCONFIRMED = "unconfirmed", _("nobody could confirm that it was the owner")
    CONTRADICTED = "contradicted", _("what was said does not agree with what we know")


HOLD_REASONS: dict[str, frozenset[str]] = {
    HoldOutcome.RELEASE: frozenset(
        {HoldReason.MET, HoldReason.SPOKEN, HoldReason.EXPLAINED, HoldReason.MISJUDGED}
    ),
    HoldOutcome.REFUSE: frozenset(
        {HoldReason.DENIED, HoldReason.UNCONFIRMED, HoldReason.CONTRADICTED}
    ),
}


class SessionEnd(models.TextChoices):
    """Why a session is over. One that idled or lasted too long is noticed when its browser comes
    back, or when old rows are looked through."""

    LOGGED_OUT = "logged_out", _("logged out")
    BY_OWNER = "by_owner", _("ended from another browser")
    NOT_ME = "not_me", _("“it was not me”")
    FROZEN = "frozen", _("account frozen")
    CHANGED = "changed", _("way in changed")
    BY_STAFF = "by_staff", _("ended by an administrator")
    OVER = "over", _("time over")


class FreezeReason(models.TextChoices):
    NOT_ME = "not_me", _("a login was said to be somebody else's")
    CODE_ASKED = "code_asked", _("somebody asked for the code")
    STAFF_DEVICE = "staff_device", _("the code was entered at a browser of the staff")
    RECOVERY = "recovery", _("somebody asked for a new way in")
    BY_OFFICER = "by_officer", _("frozen by an officer")


class ThawedBy(models.TextChoices):
    OWNER = "owner", _("its owner, by two factors")
    OFFICERS = "officers", _("two officers")


class ThawState(models.TextChoices):
    """What one officer proposes about a frozen account, and a second one answers."""

    PROPOSED = "proposed", _("proposed")
    AGREED = "agreed", _("agreed")
    DECLINED = "declined", _("declined")
    OVERTAKEN = "overtaken", _("overtaken")


T = ThawState
THAW_TRANSITIONS: dict[str, frozenset[str]] = {
    # Overtaken: the owner thawed the account meanwhile, or it was frozen once more.
    T.PROPOSED: frozenset({T.AGREED, T.DECLINED, T.OVERTAKEN}),
    **{state: frozenset() for state in T if state != T.PROPOSED},
}
THAW_TERMINAL = frozenset(T) - {T.PROPOSED}


class PhoneChangeState(models.TextChoices):
    WAITING = "waiting", _("waits until it takes effect")
    DONE = "done", _("done")
    STOPPED = "stopped", _("stopped")
    LAPSED = "lapsed", _("lapsed")


P = PhoneChangeState
PHONE_CHANGE_TRANSITIONS: dict[str, frozenset[str]] = {
    # Lapsed: somebody else's account has the number by then.
    P.WAITING: frozenset({P.DONE, P.STOPPED, P.LAPSED}),
    **{state: frozenset() for state in P if state != P.WAITING},
}
PHONE_CHANGE_TERMINAL = frozenset(P) - {P.WAITING}
