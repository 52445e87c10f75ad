"""The table of a bank statement as rows: days, what for, sums with their sign, balances."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise

from portal.reading.columns import IN, MONEY, OUT, Cell, Column, Kind, cells, headed, nearest
from portal.reading.lines import Line, closest, visual_rows

UNPRINTED_SIGN = 0.5
"""Confidence is multiplied by this where neither sign, column nor balance says which way."""
WITHOUT_HEADINGS = 0.8
FEWEST = 3
"""Rows without headings count as a table from this many on, when most balances follow."""
BELOW = 2.0
"""Words this many heights above or below a row still belong to it: long names are broken."""
_IN_WORDS = ("工资", "代发", "利息", "结息", "转入", "存入", "收入", "退款", "来账", "奖金")


@dataclass(frozen=True, slots=True)
class Row:
    """One entry. Sums in fen; `amount` is below zero for what went out."""

    day: dt.date
    text: str
    amount: int
    balance: int | None
    page: int
    confidence: float


@dataclass(slots=True)
class _Draft:
    """An entry while its sign is still open: `sums` are as printed."""

    day: dt.date
    page: int
    level: float
    height: int
    confidence: float
    sums: dict[Kind, int] = field(default_factory=dict)
    words: list[tuple[int, Cell]] = field(default_factory=list)
    """Each with the left edge of its column."""
    way: int = 0
    """1 for in, -1 for out, 0 where nothing printed says it."""

    @property
    def amount(self) -> int:
        return self.sums[Kind.AMOUNT]


def rows(lines: Sequence[Line]) -> list[Row]:
    """The entries of a statement in the order of its pages; none when it is no statement."""
    drafts: list[_Draft] = []
    columns: list[Column] | None = None
    ordered = sorted(lines, key=lambda line: line.page)
    for page, pieces in groupby(ordered, key=lambda line: line.page):
        found, columns = _page(page, list(pieces), columns)
        drafts += found
    read = _signed(drafts)
    if columns is None and not _is_table(read):
        return []
    return read


def _page(
    page: int, lines: Sequence[Line], columns: list[Column] | None
) -> tuple[list[_Draft], list[Column] | None]:
    """The entries of a page; its headings, or those of the page before, say what is what."""
    drafts: list[_Draft] = []
    loose: list[Cell] = []
    for row in visual_rows(lines):
        found = headed(row)
        if found:
            columns, loose = found, []
            continue
        row_cells = cells(row)
        draft = _draft(page, row_cells, columns)
        if draft:
            drafts.append(draft)
        elif columns and not any(isinstance(cell.value, tuple) for cell in row_cells):
            loose += row_cells
    ranked = sorted((draft.level, number) for number, draft in enumerate(drafts))
    for cell in loose:
        place = closest(ranked, cell.box.middle[1])
        if place is not None:
            _rejoin(cell, drafts[ranked[place][1]], columns or [])
    return drafts, columns


def _draft(page: int, found: Sequence[Cell], columns: list[Column] | None) -> _Draft | None:
    day = next((cell for cell in found if isinstance(cell.value, dt.date)), None)
    if day is None or not isinstance(day.value, dt.date):
        return None
    confidence = day.confidence if columns else day.confidence * WITHOUT_HEADINGS
    draft = _Draft(day.value, page, day.box.middle[1], day.box.height, confidence)
    if columns:
        for cell in found:
            _place(cell, draft, columns)
    else:
        _place_by_order(found, draft)
    _settle(draft)
    return draft if Kind.AMOUNT in draft.sums else None


def _place(cell: Cell, draft: _Draft, columns: Sequence[Column]) -> None:
    """A cell goes to its column: sums to those of money, words to those of words."""
    if isinstance(cell.value, tuple):
        free = [c for c in columns if c.kind in MONEY and c.kind not in draft.sums]
        column = nearest(cell.box, free)
        if column:
            _add_sum(draft, column.kind, cell)
        return
    column = nearest(cell.box, columns)
    if cell.value is not None or column is None:
        return
    if column.kind in (Kind.DIRECTION, Kind.TEXT) and cell.text.upper() in IN | OUT:
        draft.way = 1 if cell.text.upper() in IN else -1
    if column.kind == Kind.TEXT:
        draft.words.append((column.box.left, cell))


def _place_by_order(found: Sequence[Cell], draft: _Draft) -> None:
    """Without headings: the last sum is the balance, the one before it the amount."""
    sums = [cell for cell in found if isinstance(cell.value, tuple)]
    for kind, cell in zip((Kind.BALANCE, Kind.AMOUNT), reversed(sums[-2:]), strict=False):
        _add_sum(draft, kind, cell)
    draft.words = [(cell.box.left, cell) for cell in found if cell.value is None]


def _add_sum(draft: _Draft, kind: Kind, cell: Cell) -> None:
    assert isinstance(cell.value, tuple)
    value, signed = cell.value
    draft.sums[kind] = value
    draft.confidence = min(draft.confidence, cell.confidence)
    if kind == Kind.AMOUNT and signed:
        draft.way = 1 if value > 0 else -1


def _settle(draft: _Draft) -> None:
    """Two columns, in and out, become one sum and its way."""
    income, spending = draft.sums.get(Kind.INCOME, 0), draft.sums.get(Kind.SPENDING, 0)
    net = abs(income) - abs(spending)
    if net:
        draft.sums[Kind.AMOUNT], draft.way = net, 1 if net > 0 else -1
    elif Kind.INCOME in draft.sums or Kind.SPENDING in draft.sums:
        draft.sums.setdefault(Kind.AMOUNT, 0)


def _rejoin(cell: Cell, draft: _Draft, columns: Sequence[Column]) -> None:
    """Words on a line of their own belong to the entry they stand closest to."""
    level = cell.box.middle[1]
    column = nearest(cell.box, columns)
    if column is None or cell.value is not None:
        return
    if column.kind == Kind.TEXT and abs(draft.level - level) <= BELOW * draft.height:
        draft.words.append((column.box.left, cell))


def _text(draft: _Draft) -> str:
    """What the columns of words say from the left; within one, broken names made whole."""

    def reading_order(word: tuple[int, Cell]) -> tuple[int, int, int]:
        column, cell = word
        return column, round((cell.box.top - draft.level) / max(draft.height, 1)), cell.box.left

    parts = []
    for _, words in groupby(sorted(draft.words, key=reading_order), key=lambda word: word[0]):
        whole = ""
        for _, cell in words:
            apart = whole[-1:].isascii() and cell.text[:1].isascii() and whole
            whole += f" {cell.text}" if apart else cell.text
        parts.append(whole)
    return " ".join(parts)


# --- Signs ----------------------------------------------------------------------------------


def _signed(drafts: Sequence[_Draft]) -> list[Row]:
    """Each entry with its sign; a sum without one is told by the balances around it."""
    falling = descends([draft.day for draft in drafts])
    in_time = list(reversed(drafts)) if falling else list(drafts)
    for before, draft in pairwise(in_time):
        step = _step(before, draft)
        if draft.way == 0 and step is not None and abs(step) == abs(draft.amount):
            draft.way = 1 if step > 0 else -1
    only_minus = any(draft.way < 0 and draft.amount < 0 for draft in drafts)
    return [_row(draft, only_minus=only_minus) for draft in drafts]


def _step(before: _Draft, draft: _Draft) -> int | None:
    """By how much the balance changed, where both are printed."""
    first, second = before.sums.get(Kind.BALANCE), draft.sums.get(Kind.BALANCE)
    return None if first is None or second is None else second - first


def _row(draft: _Draft, *, only_minus: bool) -> Row:
    text = _text(draft)
    way, confidence = draft.way, draft.confidence
    if way == 0 and only_minus:
        way = 1  # a statement that prints minus signs prints them all
    elif way == 0:
        way = 1 if any(word in text for word in _IN_WORDS) else -1
        confidence *= UNPRINTED_SIGN
    balance = draft.sums.get(Kind.BALANCE)
    amount = way * abs(draft.amount)
    return Row(draft.day, text, amount, balance, draft.page, round(confidence, 3))


def descends(days: Sequence[dt.date]) -> bool:
    """Whether the newest entry stands first."""
    steps = [(second > first) - (second < first) for first, second in pairwise(days)]
    return sum(steps) < 0


def _is_table(read: Sequence[Row]) -> bool:
    chain = in_time(read)
    follows = [
        None not in (a.balance, b.balance) and (a.balance or 0) + b.amount == b.balance
        for a, b in pairwise(chain)
    ]
    return len(read) >= FEWEST and sum(follows) * 2 >= len(follows)


def in_time(read: Iterable[Row]) -> list[Row]:
    """The oldest first; of one day's entries the order of the paper is kept, or its reverse."""
    given = list(read)
    if descends([row.day for row in given]):
        given.reverse()
    return sorted(given, key=lambda row: row.day)
