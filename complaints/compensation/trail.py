"""The arithmetic of a compensation in words, line by line, as page and paper print it.

Made from the facts that were kept with the sum (complaints/compensation/rules.py), so that both
languages and every later day show the same figures.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from complaints.compensation.rules import YEAR_MONTHS
from complaints.states.compensation import Base
from portal.templatetags.portal import yuan


@dataclass(frozen=True, slots=True)
class Step:
    """What is counted, how, and what comes out."""

    what: str
    how: str
    result: str


def steps(facts: Mapping[str, Any], *, already_fen: int = 0) -> list[Step]:
    """Every step from the windows to the sum; `already_fen` was paid or accepted before."""
    trail = [*_length(facts), _tier(facts)]
    trail += [_share(facts, loan) for loan in facts["loans"]]
    trail += _bounds(facts)
    if facts["queries"] and facts["fee_fen"]:
        how = f"{facts['queries']} × {yuan(facts['fee_fen'])}"
        refund = yuan(facts["queries"] * facts["fee_fen"])
        trail.append(Step(_("Query fee given back"), how, refund))
    total = yuan(facts["total_fen"])
    if already_fen:
        trail.append(Step(_("What is due in all"), "", total))
        trail.append(Step(_("Less what was accepted before"), "", f"−{yuan(already_fen)}"))
        total = yuan(facts["total_fen"] - already_fen)
    return [*trail, Step(_("Sum"), "", total)]


def _length(facts: Mapping[str, Any]) -> list[Step]:
    windows = [
        Step(
            _("Out of service"),
            _moment(start) + pgettext("from one time to another", " – ") + _moment(end),
            duration(int((_read(end) - _read(start)).total_seconds())),
        )
        for start, end in facts["spans"]
    ]
    if len(windows) == 1:
        return windows
    return [*windows, Step(_("Together"), "", duration(facts["seconds"]))]


def _tier(facts: Mapping[str, Any]) -> Step:
    over = _("longer than %(time)s") % {"time": duration(facts["over_seconds"])}
    tier = percent(facts["bp"])
    if facts["base"] == Base.OF_RATE:
        tier = _("%(percent)s of the interest") % {"percent": tier}
    return Step(_("Tier of the rule"), over, tier)


def _share(facts: Mapping[str, Any], loan: Mapping[str, Any]) -> Step:
    factors = [yuan(loan["amount_fen"])]
    if facts["base"] == Base.OF_RATE:
        factors.append(percent(loan["annual_rate_bp"]))
    factors += [f"{loan['months']}/{YEAR_MONTHS}", percent(facts["bp"])]
    what = _("Loan %(reference)s") % {"reference": loan["reference"]}
    return Step(what, " × ".join(factors), yuan(loan["fen"]))


def _bounds(facts: Mapping[str, Any]) -> list[Step]:
    """The least and the most, where either of them decides."""
    found = []
    if facts["shares_fen"] < facts["minimum_fen"]:
        found.append(Step(_("Not less than"), "", yuan(facts["minimum_fen"])))
    if max(facts["shares_fen"], facts["minimum_fen"]) > facts["cap_fen"]:
        found.append(Step(_("Not more than, for one outage"), "", yuan(facts["cap_fen"])))
    return found


def percent(bp: int) -> str:
    """Basis points as percent: 395 is 3.95%."""
    return f"{bp // 100}.{bp % 100:02d}%"


def duration(seconds: int) -> str:
    """Exact to the second, and short enough for a phone: 2 h 1 s."""
    hours, rest = divmod(seconds, 3600)
    minutes, last = divmod(rest, 60)
    parts = [_("%(n)d h") % {"n": hours}] if hours else []
    parts += [_("%(n)d min") % {"n": minutes}] if minutes else []
    parts += [_("%(n)d s") % {"n": last}] if last or not parts else []
    return (" " if get_language() == "en" else "").join(parts)


def _read(moment: str) -> dt.datetime:
    return dt.datetime.fromisoformat(moment)


def _moment(moment: str) -> str:
    return f"{timezone.localtime(_read(moment)):%Y-%m-%d %H:%M:%S}"
