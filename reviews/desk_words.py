"""What officers read about a case: when it is due, why it is urgent, what a reason says. Pure."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from portal.beijing import day_of, last_day
from reviews import reasons
from reviews.reasons import Act
from reviews.states.cases import Outcome, ReviewState, StepKind

HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
TONES: Mapping[str, str] = {
    ReviewState.RECOMMENDED: "caution",
    ReviewState.APPROVED: "good",
    ReviewState.REFUSED: "bad",
}
CHECKS: Mapping[str, tuple[str, Promise]] = {
    "matches": ("good", pgettext_lazy("hint", "the same")),
    "differs": ("caution", pgettext_lazy("hint", "differs from the borrower")),
    "invalid": ("bad", pgettext_lazy("hint", "no such number can exist (GB 11643)")),
}
"""Tone and words of what a hint says beside the borrower's own data."""
HINTS: Mapping[str, Promise] = {
    "name": gettext_lazy("Name"),
    "id_number": gettext_lazy("ID number"),
    "amount": gettext_lazy("Sum"),
    "month": gettext_lazy("Month"),
    "employer": gettext_lazy("Employer"),
}
MASKED: Mapping[str, Promise] = {
    "name": gettext_lazy("Name"),
    "id_number": gettext_lazy("ID number"),
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("Email"),
}
"""What can be shown in full, by column of the person."""
SPOKEN = {
    StepKind.REQUESTED: Act.REQUEST,
    StepKind.SENT_BACK: Act.SEND_BACK,
}


@dataclass(frozen=True, slots=True)
class Due:
    """`tone` is that of a tag; "" where nothing is urgent."""

    tone: str
    text: str


def due(due_at: dt.datetime | None, *, paused: bool, ended: bool, now: dt.datetime) -> Due:
    """How long is left, in words that need no reckoning. Days are those of the calendar, since
    officers plan by them; the promise itself is in working days."""
    if ended or due_at is None:
        return Due("", "")
    if paused:
        return Due("", _("the clock stands still"))
    if due_at <= now:
        return Due("bad", _("overdue by %(time)s") % {"time": _span(now - due_at)})
    days = (last_day(due_at) - day_of(now)).days
    if days == 0:
        return Due("caution", _("due today"))
    if days == 1:
        return Due("", _("due tomorrow"))
    return Due("", ngettext("due in %(n)s day", "due in %(n)s days", days) % {"n": days})


def _span(passed: dt.timedelta) -> str:
    if passed < HOUR:
        return _("less than an hour")
    if passed < 2 * DAY:
        hours = passed // HOUR
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": hours}
    days = passed // DAY
    return ngettext("%(n)s day", "%(n)s days", days) % {"n": days}


def reasons_of(kind: str, outcome: str, codes: Sequence[str]) -> list[str]:
    """The coded reasons of a step, as officers say them."""
    if kind == StepKind.REVEALED:
        return [str(MASKED[code]) for code in codes if code in MASKED]
    act = SPOKEN.get(StepKind(kind)) or (Act(Outcome(outcome)) if outcome else None)
    known = reasons.REASONS[act] if act else {}
    return [str(known[code].desk) for code in codes if code in known]
