"""The evidence that a login gives, by name. Each sign is a pure function of what is known.

What is known of a person who was never here before speaks neither for nor against: nothing can be
compared, so whatever is "unlike the person" is absent.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.states import Way


class Signal(models.TextChoices):
    UNKNOWN_BROWSER = "unknown_browser", _("a browser that was not used before")
    NEW_NETWORK = "new_network", _("a network that was not used before")
    CROWDED_NETWORK = "crowded_network", _("many accounts fail from this network")
    WRONG_CODES = "wrong_codes", _("many wrong codes for this account today")
    SLOW_CODE = "slow_code", _("the code was entered long after it came")
    CODE_ELSEWHERE = "code_elsewhere", _("the code was asked for from another network")
    ODD_HOUR = "odd_hour", _("an hour at which this person does not log in")
    PASSWORD_ONLY = "password_only", _("nothing but a password")
    WEAKER_WAY = "weaker_way", _("a weaker way in than this person's usual one")
    FACTOR_CHANGED = "factor_changed", _("a way in was changed in the last day")
    PHONE_CHANGED = "phone_changed", _("the phone number was changed in the last week")
    PHONE_WAS_SILENT = "phone_was_silent", _("the phone could not be reached in the last two days")
    FROZEN = "frozen", _("the account is frozen")
    CODE_DEMANDED = "code_demanded", _("somebody asked this person for a code")
    STAFF_NETWORK = "staff_network", _("a network of our own offices")
    PROGRAM = "program", _("a program rather than a browser")
    TRUSTED_DEVICE = "trusted_device", _("a browser that this person trusts")
    KNOWN_DEVICE = "known_device", _("a browser that was used before")
    LONG_KNOWN_DEVICE = "long_known_device", _("a browser known for a month or longer")
    PASSKEY = "passkey", _("a passkey")


MANY_WRONG = 5
"""Wrong codes in 24 hours: one code burnt. An owner who mistypes stays below it."""
CROWD, CROWD_SHARE = 10, 0.5
"""Numbers whose code failed in the last hour from one network, and their share of all there: a
whole carrier behind one address has many failures, but not mostly failures."""
SLOW = dt.timedelta(minutes=3)
LONG_KNOWN = dt.timedelta(days=30)
HABIT = 10
"""Logins from which on a person has usual hours and a usual way."""
NEARBY_HOURS = 2
STRONG = {Way.PASSKEY, Way.APP}
PROGRAMS = ("headless", "python", "curl", "wget", "httpclient", "okhttp", "phantom", "selenium",
            "puppeteer", "playwright", "go-http", "java/", "libwww", "scrapy")  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """An earlier login of the same person that ended inside."""

    hour: int
    """In Beijing, 0 to 23."""
    way: str
    network_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What is known when a first proof was right; nothing of it names a person."""

    way: str
    hour: int
    network_hash: str = ""
    agent: str = "Mozilla/5.0"
    past: Sequence[Past] = field(default_factory=tuple)
    been_here: bool = False
    """Whether any browser of this person is known."""
    known_for: dt.timedelta | None = None
    """How long this browser has been the person's; None for one that never was."""
    trusted: bool = False
    asked_network: str = ""
    code_age: dt.timedelta | None = None
    """From the arrival of the code (from its sending, without a receipt) to its entry."""
    wrong_codes: int = 0
    failing_here: int = 0
    succeeding_here: int = 0
    factor_changed: bool = False
    phone_changed: bool = False
    phone_was_silent: bool = False
    frozen: bool = False
    code_demanded: bool = False
    staff_network: bool = False


def unknown_browser(facts: Facts) -> bool:
    return facts.been_here and facts.known_for is None


def new_network(facts: Facts) -> bool:
    networks = {past.network_hash for past in facts.past} - {""}
    return bool(networks and facts.network_hash) and facts.network_hash not in networks


def crowded_network(facts: Facts) -> bool:
    everybody = facts.failing_here + facts.succeeding_here
    return facts.failing_here >= CROWD and facts.failing_here >= CROWD_SHARE * everybody


def wrong_codes(facts: Facts) -> bool:
    """Guesses say nothing of the 65 bits of a sheet: strangers must not make them look bad."""
    return facts.wrong_codes >= MANY_WRONG and facts.way != Way.BACKUP


def slow_code(facts: Facts) -> bool:
    return facts.code_age is not None and facts.code_age >= SLOW


def code_elsewhere(facts: Facts) -> bool:
    return bool(facts.asked_network) and facts.asked_network != facts.network_hash


def odd_hour(facts: Facts) -> bool:
    if len(facts.past) < HABIT:
        return False
    return all(_apart(past.hour, facts.hour) > NEARBY_HOURS for past in facts.past)


def _apart(one: int, other: int) -> int:
    """Hours between two hours of the day, around midnight too."""
    return min((one - other) % 24, (other - one) % 24)


def password_only(facts: Facts) -> bool:
    return facts.way == Way.PASSWORD


def weaker_way(facts: Facts) -> bool:
    """Mostly in by what no network carries, and now by a code or a password."""
    strong = sum(past.way in STRONG for past in facts.past)
    return facts.way not in STRONG and len(facts.past) >= HABIT and 2 * strong > len(facts.past)


def program(facts: Facts) -> bool:
    agent = facts.agent.casefold()
    return not agent or any(mark in agent for mark in PROGRAMS)


def known_device(facts: Facts) -> bool:
    return facts.known_for is not None


def long_known_device(facts: Facts) -> bool:
    return facts.known_for is not None and facts.known_for >= LONG_KNOWN


SIGNS: dict[Signal, Callable[[Facts], bool]] = {
    Signal.UNKNOWN_BROWSER: unknown_browser,
    Signal.NEW_NETWORK: new_network,
    Signal.CROWDED_NETWORK: crowded_network,
    Signal.WRONG_CODES: wrong_codes,
    Signal.SLOW_CODE: slow_code,
    Signal.CODE_ELSEWHERE: code_elsewhere,
    Signal.ODD_HOUR: odd_hour,
    Signal.PASSWORD_ONLY: password_only,
    Signal.WEAKER_WAY: weaker_way,
    Signal.FACTOR_CHANGED: lambda facts: facts.factor_changed,
    Signal.PHONE_CHANGED: lambda facts: facts.phone_changed,
    Signal.PHONE_WAS_SILENT: lambda facts: facts.phone_was_silent,
    Signal.FROZEN: lambda facts: facts.frozen,
    Signal.CODE_DEMANDED: lambda facts: facts.code_demanded,
    Signal.STAFF_NETWORK: lambda facts: facts.staff_network,
    Signal.PROGRAM: program,
    Signal.TRUSTED_DEVICE: lambda facts: facts.trusted,
    Signal.KNOWN_DEVICE: known_device,
    Signal.LONG_KNOWN_DEVICE: long_known_device,
    Signal.PASSKEY: lambda facts: facts.way == Way.PASSKEY,
}


def present(facts: Facts) -> list[Signal]:
    """The signs that this login shows, in the order of the table."""
    return [signal for signal, sign in SIGNS.items() if sign(facts)]
