"""Counting the days of a clock, and saying in words how they were counted.

Pure: dates in, dates out. Three sources stand behind the lengths, and the words name them:

* 银行业保险业消费投诉处理管理办法 (银保监会令2020年第3号): a decision within 15 days of receipt,
  30 when the case is complex, 30 more with the approval of a senior officer and notice to the
  complainant. The lengths are from the press reports of its promulgation (Caixin and Xinhua,
  2020-01-17); the numbers of its articles are not confirmed, so none is cited.
* 征信业管理条例 第二十五条: an answer to an objection within 20 days (portal/law.py).
* The operator's own policy (ServicePolicy): the service promise and the notice of a decision.

The day of receipt is not counted (民法典 第二百零一条); a last day that is a rest day gives way to
the working day after it (第二百零三条); it ends at 24:00 Beijing time.
"""

import datetime as dt
from dataclasses import dataclass, replace

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from complaints.states.clocks import Basis, ClockKind
from portal import law
from portal.beijing import midnight_after
from portal.workdays.calendar import Calendar

SIMPLE_DAYS, COMPLEX_DAYS, EXTENDED_DAYS = 15, 30, 60
REVIEW_DAYS = 30
OBJECTION_DAYS = 20
RULE = gettext_lazy("Measures for Handling Consumer Complaints in Banking and Insurance")


@dataclass(frozen=True, slots=True)
class Period:
    """`named` is the day that the number of days leads to, `last` the day it gives way to."""

    start: dt.date
    named: dt.date
    last: dt.date
    provisional: bool
    version: str

    @property
    def ends_at(self) -> dt.datetime:
        """24:00 Beijing time of the last day: the first moment that is too late."""
        return midnight_after(self.last)


def period(start: dt.date, days: int, basis: str, calendar: Calendar) -> Period:
    """So many days after `start`, which is not counted itself; none leave the day itself.

    Provisional while the year of its last day has no notice of the State Council.
    """
    if days == 0:
        provisional = start > calendar.official_until
        return Period(start, start, start, provisional, calendar.version)
    if basis == Basis.WORKING:
        due = calendar.add(start, days)
        named = due.day
    else:
        named = start + dt.timedelta(days=days)
        due = calendar.on_or_after(named)
    return Period(start, named, due.day, due.provisional, due.version)


def capped(counted: Period, last: dt.date | None) -> Period:
    """The same period, but not beyond a day of its own; None for no such day."""
    if last is None or counted.last <= last or last < counted.start:
        return counted
    return replace(counted, last=last)


# --- In words -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Told:
    """What the words of a clock are made of; the fields of models.clocks.Clock."""

    kind: str
    basis: str
    days: int
    start: dt.date
    counted_from: dt.date
    counted_days: int
    named: dt.date
    last: dt.date
    provisional: bool
    policy: str


def explain(told: Told) -> list[str]:
    """The sentences, in the reader's language: on whose authority, counted how, until when.

    Borrower and officer read the same ones, so none says "you".
    """
    day = {"start": _day(told.start), "named": _day(told.named), "last": _day(told.last)}
    first = _day(told.start + dt.timedelta(days=1))
    sentences = [_authority(told)]
    if told.basis == Basis.WORKING:
        sentences.append(
            ngettext(
                "Counted from %(start)s, which is not counted itself: %(days)d working day.",
                "Counted from %(start)s, which is not counted itself: %(days)d working days.",
                told.days,
            )
            % {"start": day["start"], "days": told.days}
        )
        if told.counted_from != told.start:
            after = _("After a pause it goes on from %(day)s; working days left then: %(days)d.")
            paused = {"day": _day(told.counted_from), "days": told.counted_days}
            sentences.append(after % paused)
    else:
        counted = _(
            "It begins with %(start)s, which is not counted itself (%(law)s): the first day is "
            "%(first)s, day %(days)d is %(named)s."
        )
        sentences.append(counted % {**day, "first": first, "days": told.days, "law": law.START_DAY})
        if told.last > told.named:
            moved = _("That is a rest day, so the next working day counts, %(last)s (%(law)s).")
            sentences.append(moved % {**day, "law": law.REST_DAY})
    sentences.append(_("It ends on %(last)s at 24:00 Beijing time.") % day)
    if told.kind == ClockKind.SERVICE:
        sentences.append(_("It pauses while a question to the complainant is open."))
    elif told.kind in AUTHORITY:
        sentences.append(_("It never pauses, not even while a question is open."))
    if told.provisional:
        sentences.append(
            _(
                "The holidays of that year are not announced yet: the day is provisional, and is "
                "counted again when they are."
            )
        )
    return sentences


AUTHORITY: dict[str, Promise] = {
    ClockKind.DECISION: gettext_lazy(
        "The %(rule)s want a decision within 15 days of receipt, 30 when the case is complex, and "
        "30 more if a senior officer approves it and the complainant is told why."
    ),
    ClockKind.REVIEW: gettext_lazy(
        "The %(rule)s let a complainant ask for a review. It is decided within 30 days: the same "
        "length as for a complex complaint."
    ),
    ClockKind.OBJECTION: gettext_lazy(
        "%(law)s: whoever receives an objection to credit information checks it, deals with it "
        "and answers in writing within 20 days."
    ),
}


def _authority(told: Told) -> str:
    if sentence := AUTHORITY.get(told.kind):
        return str(sentence) % {"rule": RULE, "law": law.OBJECTION}
    if told.kind == ClockKind.NOTICE:
        return _(
            "Policy of the operator (version %(policy)s): a decision is told within this time of "
            "its being taken, and not later than the decision itself was due."
        ) % {"policy": told.policy}
    return _(
        "A promise of the operator (policy version %(policy)s), not a right by law: the aim is to "
        "decide earlier than the law wants."
    ) % {"policy": told.policy}


def _day(day: dt.date) -> str:
    return date_format(day, "DATE_FORMAT")
