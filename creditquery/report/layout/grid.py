"""Repayment records by month, as grids of years."""

from collections.abc import Mapping, Sequence
from typing import TypeVar

from creditquery.report.document import Block, GridYear, MonthGrid, Table
from creditquery.report.fields import PartialDate
from creditquery.report.layout.text import MISSING, show, spoken
from creditquery.report.model.account import AmountMonth, FiveYears, StatusMonth, TwoYears
from creditquery.report.model.record import PostpaidTerms

Month = tuple[int, int]
Slot = StatusMonth | AmountMonth
S = TypeVar("S", StatusMonth, AmountMonth)


def five_years(record: FiveYears | None) -> list[Block]:
    """A status row and an amount row a year. Of the 60 slots only those filled are months."""
    if record is None:
        return []
    months, loose = _by_month(record.months)
    status = {month: show_status(slot) for month, slot in months.items()}
    amounts = {month: show(slot.overdue) for month, slot in months.items()}
    grid = _grid("还款记录", _ends(record, months), status, amounts)
    return [*grid, *_loose(loose, "还款记录")]


def two_years(record: TwoYears | None, longer: FiveYears | None) -> list[Block]:
    """The 24-month record, where it says something that the five-year one does not."""
    if record is None:
        return []
    months, loose = _by_month(record.months)
    status = {month: show_status(slot) for month, slot in months.items()}
    known = _by_month(longer.months)[0] if longer else {}
    if status.items() <= {month: show_status(slot) for month, slot in known.items()}.items():
        status = {}
    name = "最近24个月的还款记录"
    return [*_grid(name, _ends(record, months), status, {}), *_loose(loose, name)]


def postpaid(terms: PostpaidTerms) -> list[Block]:
    """Up to 24 characters, the last one for the month of the accounts."""
    text, last = terms.record, terms.month
    if not text or len(text) > 24 or not isinstance(last, PartialDate) or not last.month:
        return []
    end = last.year * 12 + last.month - 1
    status = {
        ((end - back) // 12, (end - back) % 12 + 1): sign
        for back, sign in enumerate(reversed(text))
    }
    return _grid("缴费记录", (min(status), max(status)), status, {})


def show_status(slot: Slot) -> str:
    return slot.status.value if slot.status is not None else MISSING


def _by_month(slots: Sequence[S]) -> tuple[dict[Month, S], list[S]]:
    """The filled slots by month, and those that have no month of their own."""
    months: dict[Month, S] = {}
    loose: list[S] = []
    for slot in slots:
        month = slot.month
        if slot.status is None and getattr(slot, "overdue", None) is None:
            continue
        if isinstance(month, PartialDate) and month.month and _key(month) not in months:
            months[_key(month)] = slot
        else:
            loose.append(slot)
    return months, loose


def _key(month: PartialDate) -> Month:
    return month.year, month.month


def _ends(record: FiveYears | TwoYears, months: Mapping[Month, object]) -> tuple[Month, Month]:
    """The declared range, widened to every month that holds something."""
    ends = [_key(end) for end in (record.first, record.last) if isinstance(end, PartialDate)]
    keys = [*months, *(end for end in ends if end[1])]
    return (min(keys), max(keys)) if keys else ((0, 0), (0, 0))


def _grid(
    name: str, ends: tuple[Month, Month], status: Mapping[Month, str], amounts: Mapping[Month, str]
) -> list[Block]:
    if not status:
        return []

    def cells(values: Mapping[Month, str], year: int) -> tuple[str, ...]:
        months = ((year, month) for month in range(1, 13))
        return tuple(
            values.get(month, MISSING) if ends[0] <= month <= ends[1] else "" for month in months
        )

    # Only years that hold a month: a declared range may be anything, a thousand years too.
    years = tuple(
        GridYear(str(year), cells(status, year), cells(amounts, year) if amounts else ())
        for year in sorted({year for year, _ in status}, reverse=True)
    )
    first, last = (spoken(PartialDate(*end)) for end in ends)
    return [MonthGrid(f"{first}—{last}的{name}", years)]


def _loose(slots: Sequence[Slot], name: str) -> list[Block]:
    rows = tuple(
        (show(slot.month), show_status(slot), show(getattr(slot, "overdue", None)))
        for slot in slots
    )
    if not rows:
        return []
    return [Table(("月份", "还款状态", "逾期（透支）总额"), rows, title=f"未能归入月份的{name}")]
