"""The error catalogue: each failure that a person can meet, once, in plain words.

Pages, messages and the help centre show these entries; a failure has the same code everywhere.
"""

from dataclasses import dataclass
from itertools import groupby

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise

LOGIN, IDENTITY, QUERY, REPORT, PORTAL = "login", "identity", "query", "report", "portal"
AREAS: dict[str, Text] = {
    LOGIN: _("Logging in and codes"),
    IDENTITY: _("Real-name check"),
    QUERY: _("Credit queries"),
    REPORT: _("Reports and PDF files"),
    PORTAL: _("The portal itself"),
}
SELF, SUPPORT, LENDER, BUREAU = (
    _("You can solve this yourself."),
    _("If you need help, call our service line."),
    _("Ask the lender that handles your loan."),
    _("Ask the credit reference centre or its branch near you."),
)


@dataclass(frozen=True, slots=True)
class Entry:
    code: str
    area: str
    title: Text
    cause: Text
    next_step: Text
    ask: Text = SUPPORT


_ALL = (
    Entry(
        "code-not-arriving",
        LOGIN,
        _("The code does not come"),
        _(
            "A message usually takes seconds. Networks are sometimes slow, and some phones put it"
            " aside."
        ),
        _(
            "Look among blocked and spam messages. After a minute have it sent again: it is the "
            "same code, so the first one works too. Or have it sent to your email address."
        ),
    ),
    Entry(
        "code-asked-for",
        LOGIN,
        _("Someone asks me for my code"),
        _(
            "That person wants to get into your account. Nobody who works for us or for a bank "
            "ever needs your code."
        ),
        _(
            "Tell it to no one and hang up. If you have told it already, log in at once and log "
            "out everywhere on your account page."
        ),
    ),
    Entry(
        "report-takes-long",
        QUERY,
        _("The report takes long"),
        _(
            "The credit reference centre answers slowly or not at all. Your query is kept and "
            "runs by itself as soon as it answers."
        ),
        _(
            "You may close the page. We send you a message when the report is there; you need not"
            " ask again and the centre counts one inquiry only."
        ),
    ),
    Entry(
        "form-expired",
        PORTAL,
        _("This form was open for too long"),
        _("For your safety a form is valid only while its page is fresh and cookies are on."),
        _("Go back, reload the page and send it again. What was saved before is still there."),
        SELF,
    ),
    Entry(
        "bad-request",
        PORTAL,
        _("We could not read that request"),
        _("The address or the data sent was not complete."),
        _("Go back and try once more from the page before."),
    ),
    Entry(
        "not-allowed",
        PORTAL,
        _("This page is not open to you"),
        _("Your account does not have the right to see it, or you are not fully logged in."),
        _("Log in with the account that it belongs to."),
    ),
    Entry(
        "not-found",
        PORTAL,
        _("There is no such page"),
        _("The address is mistyped, or the page belongs to someone else."),
        _("Start from the home page or from your list of queries."),
        SELF,
    ),
    Entry(
        "server-error",
        PORTAL,
        _("Something went wrong on our side"),
        _("The portal met an error that it did not expect. Nothing that you sent before is lost."),
        _("Wait a minute and try again."),
    ),
)

ENTRIES: dict[str, Entry] = {entry.code: entry for entry in _ALL}


def by_area() -> list[tuple[Text, list[Entry]]]:
    """Areas with their entries, in the order of AREAS."""
    order = list(AREAS)
    entries = sorted(_ALL, key=lambda entry: order.index(entry.area))
    return [(AREAS[area], list(group)) for area, group in groupby(entries, lambda e: e.area)]
