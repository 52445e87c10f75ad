"""What a person reads about a query: the steps, and for each state what is going on."""

import datetime as dt
from dataclasses import dataclass, replace

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from creditquery.states import QueryState as Q

STEPS = (
    _("Consent received"),
    _("Inquiry at the bureau"),
    _("Check of the report"),
    _("Report ready"),
)
SLOW = _("It takes longer than usual. We go on and send you a message when it is finished.")


@dataclass(frozen=True, slots=True)
class Words:
    """`step` counts from 0; past the last step, all are done."""

    step: int
    title: Promise
    message: Promise | str


WITHDRAWN = Words(
    1,
    _("You withdrew your consent"),
    _(
        "We are finding out whether the bureau had made the inquiry already. A report that still "
        "comes is deleted at once."
    ),
)

BY_STATE: dict[str, Words] = {
    Q.CREATED: Words(
        0,
        _("One step left: your signature"),
        _("You have agreed but not signed yet. Nothing is asked before you sign with a code."),
    ),
    Q.CONSENTED: Words(1, _("Getting your report"), _("Your consent is signed and stored.")),
    Q.QUEUED: Words(
        1,
        _("Getting your report"),
        _("Your query is in the queue and goes on by itself."),
    ),
    Q.PARKED: Words(
        1,
        _("Getting your report"),
        _(
            "The bureau cannot be reached on any route, and nobody can say yet for how long. Your "
            "query is kept, goes on by itself as soon as the bureau is back, and you get a message "
            "when it is finished. You need not send it again, and it is counted once. If your loan "
            "cannot wait, tell the lender the request number below."
        ),
    ),
    Q.SENDING: Words(
        1,
        _("Getting your report"),
        _("We are asking the bureau for your report."),
    ),
    Q.AMBIGUOUS: Words(
        1,
        _("Getting your report"),
        _(
            "The bureau's answer did not reach us. We ask what became of your query by its "
            "number, so that it is counted once."
        ),
    ),
    Q.SUCCEEDED: Words(4, _("Your report is ready"), _("You can read it here or download it.")),
    Q.REFUSED: Words(
        1,
        _("The bureau gave no report"),
        _("No inquiry was put on your record. The reason and what you can do are below."),
    ),
    Q.NEEDS_PERSON: Words(
        2,
        _("A member of staff looks at your query"),
        _("It cannot go on by itself. You need not do anything now."),
    ),
    Q.MANUAL_REVIEW: Words(
        2,
        _("Your case is in manual review"),
        _(
            "A loan officer looks at it. If the report still comes, it joins your case. "
            "This page says when the review is finished."
        ),
    ),
    Q.REVIEWED: Words(
        4,
        _("The review is finished"),
        _(
            "Two officers found that your evidence suffices. The lender hears it from us, and "
            "decides on the loan."
        ),
    ),
    Q.DECLINED: Words(
        4,
        _("The review is finished"),
        _(
            "Two officers found that the evidence does not suffice. The page of the review says "
            "why, and how to object: other people look at it again then."
        ),
    ),
    Q.CANCELLED: Words(
        0, _("This query is cancelled"), _("No inquiry was made. You can start a new query.")
    ),
    Q.EXPIRED: Words(
        0,
        _("This query has expired"),
        _("Its consent or the deadline of the loan is over. You can start a new query."),
    ),
    Q.PURGED: Words(
        4,
        _("The report has been deleted"),
        _("We keep no copy. If you need the report again, start a new query."),
    ),
}


# --- Waiting for a turn ---------------------------------------------------------------------

BOUND = _(
    "The bureau may have received your query already. We find out through the same channel what "
    "became of it, so that it is counted once."
)
DRAINING = _("The bureau is back, and the queries that waited go on one after the other.")
HELD_BACK = _(
    "Queries that waited for the bureau go on a little later. Yours is kept, goes on by itself, "
    "and you get a message when it is finished. You need not send it again, and it is counted once."
)
MAINTENANCE = _(
    "There is planned maintenance at the bureau until about %(time)s. Your query is kept, goes on "
    "by itself afterwards, and you get a message when it is finished. You need not send it again, "
    "and it is counted once."
)
EXACT_PLACE = 20
"""Up to here the place is told as it is; beyond, in two digits, so that the words stay still."""


def of_wait(
    waiting: Words,
    *,
    parked: bool,
    bound: bool,
    in_use: bool,
    until: dt.datetime | None,
    held_back: bool,
    place: int,
    minutes: float | None,
) -> Words:
    """The words of a query that waits for its turn. `until`: the end of planned maintenance;
    `held_back`: by a person; `place`: how many go before; `minutes`: until its turn, None when
    nobody can know."""
    message: Promise | str = waiting.message
    if bound:
        message = BOUND
    elif parked and in_use:
        message = _together(HELD_BACK if held_back else DRAINING, _turn(place, minutes))
    elif parked:
        why = waiting.message if until is None else MAINTENANCE % {"time": _moment(until)}
        message = _together(why, _place(place))
    elif place:
        message = _together(message, _turn(place, minutes))
    return replace(waiting, message=message)


def _turn(place: int, minutes: float | None) -> str:
    return _place(place) if minutes is None else _together(_place(place), _soon(minutes))


def _together(first: Promise | str, second: str) -> str:
    """Two sentences; Chinese puts no space between them."""
    words = pgettext("two sentences", "%(first)s %(second)s")
    return words % {"first": first, "second": second}


def _place(place: int) -> str:
    if place == 0:
        return gettext("Yours is the next one.")
    if place <= EXACT_PLACE:
        text = ngettext("%(n)s query is before yours.", "%(n)s queries are before yours.", place)
        return text % {"n": place}
    rough = formats.number_format(rounded(place), use_l10n=True, force_grouping=True)
    return gettext("About %(n)s queries are before yours.") % {"n": rough}


def _soon(minutes: float) -> str:
    if minutes <= 1:
        return gettext("Your turn comes within a minute.")
    if minutes < 90:
        n = rounded(round(minutes))
        text = ngettext(
            "Your turn comes in about %(n)s minute.", "Your turn comes in about %(n)s minutes.", n
        )
    else:
        n = round(minutes / 60)
        text = ngettext(
            "Your turn comes in about %(n)s hour.", "Your turn comes in about %(n)s hours.", n
        )
    return text % {"n": n}


def rounded(number: int) -> int:
    """In two digits, or to the next five: 1,234 is about 1,200, and 87 about 85."""
    if number <= EXACT_PLACE:
        return number
    unit = max(5, 10 ** (len(str(number)) - 2))
    return round(number / unit) * unit


def _moment(at: dt.datetime) -> str:
    return formats.date_format(timezone.localtime(at), "DATETIME_FORMAT")
