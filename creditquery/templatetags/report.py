"""How the parts of a printed report fall into rows and cells ({% load report %})."""

import unicodedata
from collections.abc import Sequence

from django import template

from creditquery.report.document import Facts, GridYear, Table

register = template.Library()

COLUMNS = 6
CELL = 36  # half-widths that two lines of one of the six columns hold
LONGEST = 36  # half-widths beyond which a longer cell earns its column no more room

Strip = list[tuple[str, str, int]]


@register.filter
def strips(facts: Facts) -> list[Strip]:
    """Label, value and span of each fact, in rows of six columns; long values get more room.

    The last fact of a row takes what is left of it, so that no row ends in a hole.
    """
    rows: list[Strip] = []
    free = 0
    for label, value in facts.pairs:
        span = min(-(-_half_widths(value) // CELL) or 1, COLUMNS)
        if span > free:
            if rows:
                _widen_last(rows[-1], free)
            rows.append([])
            free = COLUMNS
        rows[-1].append((label, value, span))
        free -= span
    if len(rows) > 1 and free:
        rows[-1].append(("", "", free))
    return rows


@register.filter
def months(year: GridYear) -> list[str]:
    """What each month's cell says: the status, and below it the amount where there is one."""
    amounts = year.amounts or ("",) * len(year.status)
    return [
        status if amount in {"", "--"} else f"{status}\n{amount}"
        for status, amount in zip(year.status, amounts, strict=True)
    ]


@register.filter
def labelled(table: Table) -> list[tuple[str, str]]:
    """A table of one row as label and value pairs, which also fit a narrow screen."""
    return list(zip(table.columns, table.rows[0], strict=True))


@register.filter
def flush_right(table: Table) -> frozenset[int]:
    """Columns set flush right: amounts, where there is more than one to compare."""
    return table.numbers if len(table.rows) > 1 else frozenset()


@register.filter
def shares(table: Table) -> list[int]:
    """Column widths in percent: as the table says, else by its longest cells.

    A table of one row keeps equal columns, so that accounts look alike down the page.
    """
    weights: Sequence[int] = table.widths
    if not weights and len(table.rows) > 1:
        columns = zip(table.columns, *table.rows, strict=True)
        weights = [min(max(map(_half_widths, column)) + 4, LONGEST) for column in columns]
    return [100 * weight // sum(weights) for weight in weights]


def _widen_last(row: Strip, by: int) -> None:
    label, value, span = row[-1]
    row[-1] = (label, value, span + by)


def _half_widths(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(c) in "WFA" else 1 for c in text)
