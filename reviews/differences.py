"""The report of the bureau beside what was handed in: where the two say the same, and where not.

Pure. What a machine read in a document is a hint, so a difference is a question for the officer
and never an answer.
"""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from creditquery.report.model import Report
from portal.reading.hints import HintKind
from portal.reading.read import Reading

FEN = 100


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that both could say. Sums are fen; `agrees` is None where nothing follows."""

    what: Promise
    in_report: tuple[str | int, ...]
    in_documents: tuple[str | int, ...]
    agrees: bool | None


def compare(report: Report, readings: Sequence[Reading]) -> list[Difference]:
    """Employers, and what has to be paid each month beside what comes in."""
    return [
        *_employers(report, readings),
        *_burden(report, readings),
    ]


def _employers(report: Report, readings: Sequence[Reading]) -> Iterator[Difference]:
    known = [row.employer for row in report.employments if row.employer]
    known += [
        fund.terms.employer for fund in report.housing_funds if fund.terms and fund.terms.employer
    ]
    shown = [
        hint.value
        for reading in readings
        for hint in reading.hints
        if hint.kind == HintKind.EMPLOYER
    ]
    if known or shown:
        same = {_plain(name) for name in known} & {_plain(name) for name in shown}
        agrees = bool(same) if known and shown else None
        yield Difference(_("Employer"), _once(known), _once(shown), agrees)


def _burden(report: Report, readings: Sequence[Reading]) -> Iterator[Difference]:
    due = [
        account.monthly.due
        for account in report.accounts
        if account.monthly and isinstance(account.monthly.due, int)
    ]
    incomes = [
        month.income
        for reading in readings
        if reading.summary
        for month in reading.summary.months
        if month.entries
    ]
    if due or incomes:
        to_pay = sum(due) * FEN  # the bureau gives whole yuan
        comes_in = round(statistics.median(incomes)) if incomes else None
        agrees = to_pay <= comes_in if comes_in is not None else None
        yield Difference(
            _("To be paid each month; income of a usual month"),
            (to_pay,),
            () if comes_in is None else (comes_in,),
            agrees,
        )


def _plain(name: str) -> str:
    return "".join(name.split()).replace("(", "（").replace(")", "）")


def _once(names: Sequence[str]) -> tuple[str, ...]:
    """Each name once, in the order of the first."""
    return tuple(dict.fromkeys(names))
