"""The signs of a login in the words of its borrower: what was unusual, and nothing against it."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.risks.signals import Signal

S = Signal
IN_WORDS: dict[str, Promise] = {
    S.UNKNOWN_BROWSER: _("You came with a browser that you have not used here before."),
    S.NEW_NETWORK: _("You came from a network that you have not used here before."),
    S.CROWDED_NETWORK: _("Many people's codes were entered wrongly from the same network."),
    S.WRONG_CODES: _("Many wrong codes were entered for your account today."),
    S.SLOW_CODE: _("The code was entered several minutes after it had come."),
    S.CODE_ELSEWHERE: _("The code was asked for from one network and entered from another."),
    S.ODD_HOUR: _("You do not usually log in at this time of the day."),
    S.PASSWORD_ONLY: _("You came with nothing but a password."),
    S.WEAKER_WAY: _("You usually log in by a passkey or an app, and this time you did not."),
    S.FACTOR_CHANGED: _("Your ways to log in were changed within the last day."),
    S.PHONE_CHANGED: _("The number of your account was changed within the last week."),
    S.PHONE_WAS_SILENT: _("Your phone could not be reached within the last two days."),
    S.FROZEN: _("Your account is frozen, because somebody else may have tried to use it."),
    S.CODE_DEMANDED: _("You told us that somebody asked you for your code."),
    S.STAFF_NETWORK: _("You came from the network of one of our offices."),
    S.PROGRAM: _("You came with a program rather than with a usual browser."),
}


def in_words(reasons: Iterable[Mapping[str, Any]]) -> list[str]:
    """What spoke against a login, the heaviest first; what spoke for it needs no explanation."""
    return [
        str(IN_WORDS[reason["signal"]])
        for reason in reasons
        if reason["weight"] > 0 and reason["signal"] in IN_WORDS
    ]


def for_officers(reasons: Iterable[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """Each sign as the table calls it, with the weight that it had then."""
    labels = dict(Signal.choices)
    return [
        (str(labels.get(reason["signal"], reason["signal"])), reason["weight"])
        for reason in reasons
    ]
