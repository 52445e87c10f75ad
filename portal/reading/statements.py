"""Bank statements: their rows, and what these say month by month.

`rows` reads them, `summarise` adds them up; what does not follow is named and never mended.
"""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from portal.reading.table import Row, in_time, rows

__all__ = ["Month", "Regular", "Row", "Summary", "rows", "summarise"]

LONGEST_PAUSE = 14
"""Days without any entry that are nothing unusual; a longer pause is named as a gap."""
ALIKE = 0.35
"""Sums of a regular income differ by no more than this share from the one in the middle."""
_WAGES = re.compile("工资|薪|代发|奖金|绩效|劳务费")
_FIRM = re.compile(
    r"[\w()·]{2,40}?(?:公司|集团|工厂|厂|商店|店|中心|学校|大学|学院|医院|局|委员会|事务所|合作社|"
    r"研究院|研究所|出版社|协会|基金会|工作室|经营部|商行|政府|财政)(?![\w])"
)


@dataclass(frozen=True, slots=True)
class Month:
    """Sums in fen, both at or above zero; `balance` is the last one printed in the month."""

    month: dt.date
    income: int
    spending: int
    balance: int | None
    entries: int


@dataclass(frozen=True, slots=True)
class Regular:
    """Income that comes month after month; `typical` is the middle sum in fen.

    `wage` is set where the bank's own words say so; `payer` is empty where none is printed.
    """

    payer: str
    typical: int
    months: tuple[dt.date, ...]
    wage: bool


@dataclass(frozen=True, slots=True)
class Summary:
    """`gaps` are first and last days of pauses; `breaks` are rows whose balance does not follow."""

    months: tuple[Month, ...]
    gaps: tuple[tuple[dt.date, dt.date], ...]
    breaks: tuple[Row, ...]
    regular: tuple[Regular, ...]


def summarise(read: Sequence[Row]) -> Summary:
    """What the rows of one account say, whichever way they are sorted."""
    chain = in_time(read)
    return Summary(
        months=tuple(_months(chain)),
        gaps=tuple(_gaps(chain)),
        breaks=tuple(_breaks(chain)),
        regular=tuple(_regular(chain)),
    )


def _months(chain: Sequence[Row]) -> Iterator[Month]:
    """Every month from the first entry to the last, empty ones too."""
    entries: dict[dt.date, list[Row]] = defaultdict(list)
    for row in chain:
        entries[row.day.replace(day=1)].append(row)
    for month in _every_month(min(entries, default=None), max(entries, default=None)):
        found = entries.get(month, [])
        balances = [row.balance for row in found if row.balance is not None]
        yield Month(
            month=month,
            income=sum(row.amount for row in found if row.amount > 0),
            spending=-sum(row.amount for row in found if row.amount < 0),
            balance=balances[-1] if balances else None,
            entries=len(found),
        )


def _every_month(first: dt.date | None, last: dt.date | None) -> Iterator[dt.date]:
    while first and last and first <= last:
        yield first
        first = (first + dt.timedelta(days=31)).replace(day=1)


def _gaps(chain: Sequence[Row]) -> Iterator[tuple[dt.date, dt.date]]:
    one = dt.timedelta(days=1)
    for before, row in pairwise(chain):
        if (row.day - before.day).days > LONGEST_PAUSE:
            yield before.day + one, row.day - one


def _breaks(chain: Sequence[Row]) -> Iterator[Row]:
    """Rows whose printed balance is not the one before plus the amount.

    After such a row both balances are believed, the printed and the computed one: a single
    misread figure is one break, not two.
    """
    believed: set[int] = set()
    for row in chain:
        computed = {balance + row.amount for balance in believed}
        if row.balance is None:
            believed = computed
            continue
        if believed and row.balance not in computed:
            yield row
            believed = computed | {row.balance}
        else:
            believed = {row.balance}


def _regular(chain: Sequence[Row]) -> Iterator[Regular]:
    """Wages of two months or more, and what a firm pays alike in three, the largest first."""
    groups: dict[tuple[str, bool], list[Row]] = defaultdict(list)
    for row in chain:
        if row.amount > 0:
            groups[_payer(row.text), bool(_WAGES.search(row.text))].append(row)
    found = []
    for (payer, wage), paid in groups.items():
        months = tuple(sorted({row.day.replace(day=1) for row in paid}))
        typical = round(median(row.amount for row in paid))
        alike = all(abs(row.amount - typical) <= ALIKE * typical for row in paid)
        if len(months) >= 2 and (wage or (payer and alike and len(months) >= 3)):
            found.append(Regular(payer, typical, months, wage))
    yield from sorted(found, key=lambda one: -one.typical * len(one.months))


def _payer(text: str) -> str:
    """The firm that a row names, if any."""
    return next((found for word in text.split() if (found := _firm(word))), "")


def _firm(word: str) -> str:
    match = _FIRM.search(word)
    return match.group() if match else ""
