"""The columns of a bank statement: what their headings mean, and which cell belongs to which."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from portal.reading import figures
from portal.reading.lines import Box, Placed, place


class Kind(StrEnum):
    DAY = "day"
    INCOME = "income"
    SPENDING = "spending"
    AMOUNT = "amount"
    BALANCE = "balance"
    DIRECTION = "direction"
    TEXT = "text"
    OTHER = "other"


MOST_COLUMNS, MOST_CELLS = 40, 200
"""Of a table, and of one of its rows, words told apart: each cell is held against each column."""
MONEY = frozenset({Kind.INCOME, Kind.SPENDING, Kind.AMOUNT, Kind.BALANCE})

# As the statements of Chinese banks head their columns; brackets and spaces are left out.
HEADINGS = {
    Kind.DAY: "交易日期 记账日期 记帐日期 入账日期 业务日期 发生日期 交易时间 交易日 日期",
    Kind.INCOME: "收入金额 存入金额 贷方发生额 贷方金额 转入金额 收入 存入 贷方 转入",
    Kind.SPENDING: "支出金额 支取金额 取出金额 借方发生额 借方金额 转出金额 "
    "支出 支取 取出 借方 转出",
    Kind.AMOUNT: "收入/支出金额 收支金额 交易金额 发生金额 变动金额 发生额 交易额 金额",
    Kind.BALANCE: "交易后余额 账户余额 帐户余额 联机余额 本次余额 当前余额 余额 结余",
    Kind.DIRECTION: "借贷标志 借贷方向 收支方向 交易方向 收付标志 收支类型 借/贷 收/支 借贷 收支",
    Kind.TEXT: "交易摘要 业务摘要 交易名称 交易说明 交易类型 业务类型 交易附言 摘要 用途 附言 备注 "
    "对方账户名称 对方账户名 对方户名/账号 对方账号与户名 对方户名 对方名称 对方姓名 对方信息 "
    "对方单位 对手信息 对手户名 交易对手 收/付款人",
    Kind.OTHER: "序号 币种 币别 货币 钞汇 储种 渠道 交易渠道 对方账号 对方开户行 交易地点 网点名称 "
    "记账时间 日志号 流水号 凭证号 柜员号 地区号 地区 账号",
}
_MEANING = {word: kind for kind, words in HEADINGS.items() for word in words.split()}
_HEADING = re.compile("|".join(sorted(map(re.escape, _MEANING), key=len, reverse=True)))
_CELL = re.compile(
    rf"(?<![\d.])(?P<day>{figures.DAY})|(?P<time>{figures.TIME})"
    rf"|(?<![\d,])(?P<money>{figures.MONEY})|(?P<text>\S+)"
)
IN = frozenset(["贷", "收", "收入", "转入", "存入", "贷方", "进", "进账", "C", "CR"])
OUT = frozenset(["借", "支", "支出", "转出", "支取", "取出", "借方", "出", "出账", "D", "DR"])


@dataclass(frozen=True, slots=True)
class Column:
    kind: Kind
    box: Box


@dataclass(frozen=True, slots=True)
class Cell:
    """`value` is a date, or (fen, whether the sign was printed), or None for words."""

    text: str
    box: Box
    confidence: float
    value: dt.date | tuple[int, bool] | None = None


def headed(row: Sequence[Placed]) -> list[Column] | None:
    """The columns that a row of headings names; None when it is no such row."""
    named = (column for piece in row for column in _headings(piece))
    columns = list(islice(named, MOST_COLUMNS))
    kinds = [column.kind for column in columns]
    money = [kind for kind in kinds if kind in MONEY and kind != Kind.BALANCE]
    known = len(kinds) - kinds.count(Kind.OTHER)
    return columns if Kind.DAY in kinds and money and known >= 3 else None


def _headings(piece: Placed) -> Iterable[Column]:
    """Headings that stand close are often read as one piece; words are told apart by their list."""
    for word in re.finditer(r"\S+", piece.line.text):
        plain = re.sub(r"[()元:：]", " ", word.group())
        known = list(_HEADING.finditer(plain))
        for match in known:
            start, end = word.start() + match.start(), word.start() + match.end()
            yield Column(_MEANING[match.group()], place(piece, start, end))
        if not known and not word.group().isascii():
            yield Column(Kind.OTHER, place(piece, word.start(), word.end()))


def cells(row: Sequence[Placed]) -> list[Cell]:
    """The days, amounts and words of a row; times of day are left out."""
    matches = ((piece, match) for piece in row for match in _CELL.finditer(piece.line.text))
    found = []
    for piece, match in islice(matches, MOST_CELLS):
        value: dt.date | tuple[int, bool] | None = None
        if match["day"]:
            value = figures.day(match["day"])
        elif match["money"]:
            value = figures.fen(match["money"])
        if not match["time"]:
            box = place(piece, match.start(), match.end())
            found.append(Cell(match.group(), box, piece.line.confidence, value))
    return found


def nearest(box: Box, columns: Sequence[Column]) -> Column | None:
    """The column that a cell stands under: by its left edge, its middle or its right edge."""
    return min(columns, key=lambda column: distance(box, column.box), default=None)


def distance(box: Box, other: Box) -> float:
    return min(
        abs(box.left - other.left),
        abs(box.right - other.right),
        abs(box.middle[0] - other.middle[0]),
    )
