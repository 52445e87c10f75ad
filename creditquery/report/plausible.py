"""A report that can be read can still be impossible: dates of the future, another's number."""

import datetime as dt

from creditquery.report.fields import PartialDate
from creditquery.report.model import Report
from creditquery.report.model.account import Account
from portal.beijing import day_of

CLOCK_SKEW = dt.timedelta(hours=1)
"""How far the bureau's clock may be ahead of ours before its report counts as made up."""


class Implausible(Exception):
    """`why`: "another-number", "impossible-dates"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def check_plausible(report: Report, *, number: str, since: dt.datetime, now: dt.datetime) -> None:
    """Raises Implausible when the report says that it is another one than it was delivered as,
    that it was made before the consent to it or after now, or that an account was opened later
    than the report was made."""
    mark = report.header.mark
    if mark.number != number:
        raise Implausible("another-number")
    made = mark.reported_at
    if not isinstance(made, dt.datetime):
        raise Implausible("impossible-dates")
    if not since - CLOCK_SKEW <= made <= now + CLOCK_SKEW:
        raise Implausible("impossible-dates")
    day = day_of(made)
    if any(_opened(account) > (day.year, day.month, day.day) for account in report.accounts):
        raise Implausible("impossible-dates")


def _opened(account: Account) -> tuple[int, int, int]:
    opened = account.basics.opened if account.basics else None
    if not isinstance(opened, PartialDate):
        return (0, 0, 0)
    return (opened.year, opened.month, opened.day)
