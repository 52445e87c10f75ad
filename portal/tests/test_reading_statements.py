"""Statements of several layouts become the same rows; gaps and balances that break are named."""

import datetime as dt
from itertools import accumulate

import pytest

from portal.reading.columns import headed
from portal.reading.lines import Line, printable, visual_rows
from portal.reading.statements import Regular, Row, rows, summarise
from portal.tests.papers import askew, line, sheet

AUGUST, SEPTEMBER, OCTOBER = (dt.date(2026, month, 1) for month in (8, 9, 10))
FIRM = "青禾精密仪器有限公司"
EXPECTED = [
    (dt.date(2026, 8, 9), -1_196, 1_998_804, "消费 美家超市"),
    (dt.date(2026, 8, 10), 900_000, 2_898_804, f"代发工资 {FIRM}"),
    (dt.date(2026, 8, 12), -50_000, 2_848_804, "转账支出 李秀兰"),
]


def table(lefts: tuple[int, ...], *rows: str) -> list[Line]:
    """Rows of cells between spaces, "." for an empty one; places below zero are right edges."""
    return sheet(
        *(
            [(x, cell) for x, cell in zip(lefts, row.split(), strict=True) if cell != "."]
            for row in rows
        )
    )


TWO_COLUMNS = table(
    (60, 220, -470, -630, -810, 840),
    "交易日期 摘要 收入 支出 账户余额 对方户名",
    "2026-08-09 消费 . 11.96 19,988.04 美家超市",
    f"2026-08-10 代发工资 9,000.00 . 28,988.04 {FIRM}",
    "2026-08-12 转账支出 . 500.00 28,488.04 李秀兰",
)
DIRECTION = table(
    (60, 130, 260, 400, -590, -760, 800),
    "序号 记账日期 摘要 借贷 交易金额 余额 对手信息",
    "1 20260809 消费 借 11.96 19,988.04 美家超市",
    f"2 20260810 代发工资 贷 9,000.00 28,988.04 {FIRM}",
    "3 20260812 转账支出 借 500.00 28,488.04 李秀兰",
)
SIGNED = table(
    (60, 140, 210, 400, 560, 700, 840),
    "记账日期 Date 货币 交易金额(元) 联机余额 交易摘要 对手信息",
    "2026/8/9 . 人民币 -11.96 19,988.04 消费 美家超市",
    f"2026/8/10 . 人民币 9,000.00 28,988.04 代发工资 {FIRM}",
    "2026/8/12 . 人民币 -500.00 28,488.04 转账支出 李秀兰",
)
UNSIGNED = table(
    (60, 220, 400, 560, 840),
    "日期 摘要 金额 余额 对方户名",
    "2026年8月9日 消费 11.96 19,988.04 美家超市",
    f"2026年8月10日 代发工资 9,000.00 28,988.04 {FIRM}",
    "2026年8月12日 转账支出 500.00 28,488.04 李秀兰",
)
LAYOUTS = {"two": TWO_COLUMNS, "direction": DIRECTION, "signed": SIGNED, "unsigned": UNSIGNED}


def read(lines) -> list[tuple]:
    return [(row.day, row.amount, row.balance, row.text) for row in rows(lines)]


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_each_layout_gives_the_same_rows(layout):
    assert read(layout) == EXPECTED


@pytest.mark.parametrize("layout", LAYOUTS.values(), ids=LAYOUTS.keys())
def test_each_layout_is_read_askew(layout):
    assert read(askew(layout, 3)) == EXPECTED


def test_headings_read_as_one_piece_are_told_apart():
    whole = sheet([(60, "交易日期摘要收入支出余额")])
    [columns] = [headed(row) for row in visual_rows(whole)]
    kinds = [str(column.kind) for column in columns or []]
    assert kinds == ["day", "text", "income", "spending", "balance"]
    assert [column.box.left for column in columns] == [60, 140, 180, 220, 260]


def test_cells_read_as_one_piece_are_told_apart():
    glued = sheet(
        [(60, "交易日期"), (240, "摘要"), (400, "交易金额"), (600, "余额")],
        [(60, "2026-08-0910:11:22"), (240, "消费"), (400, "-11.96 19,988.04")],
    )
    assert read(glued) == [(dt.date(2026, 8, 9), -1_196, 1_998_804, "消费")]


@pytest.mark.parametrize(
    ("printed", "fen"),
    [("-1,234.50", -123_450), ("－１，２３４．５０", -123_450), ("1.234.50", 123_450),
     ("+1,234,50", 123_450), ("¥1,234.50", 123_450), ("1,234.50-", -123_450)],
)  # fmt: skip
def test_sums_as_printed_and_as_misread(printed, fen):
    headings = table((60, 240, 400), "日期 摘要 金额")
    entry = [line("2026-08-09", 60, 140), line("退款", 240, 140)]
    [row] = rows([*headings, *entry, line(printable(printed), 400, 140)])
    assert row.amount == fen


def test_the_newest_first_is_understood():
    upside = table(
        (60, 220, 400, 560),
        "日期 摘要 金额 余额",
        "2026-08-12 其他 500.00 28,488.04",
        "2026-08-10 其他 9,000.00 28,988.04",
        "2026-08-09 其他 11.96 19,988.04",
    )
    assert [row.amount for row in rows(upside)] == [-50_000, 900_000, -1_196]
    assert summarise(rows(upside)).breaks == ()


def test_a_sum_whose_way_nothing_says_is_never_counted_as_income():
    bare = table((60, 220, 400), "日期 摘要 金额", "2026-08-09 其他 11.96")
    [row] = rows(bare)
    assert (row.amount, row.confidence) == (-1_196, 0.5)


def test_broken_names_are_made_whole():
    broken = sheet(
        [(60, "交易日期"), (220, "摘要"), (-470, "收入"), (-630, "余额"), (840, "对方户名")],
        [(60, "2026-08-10"), (220, "代发工资"), (-470, "9,000.00"), (-630, "9,000.00")],
        [],
        [(60, "2026-09-10"), (220, "代发工资"), (-470, "9,000.00"), (-630, "18,000.00")],
        [(60, "本页合计"), (-470, "18,000.00")],
    )
    name = [line("青禾精密", 840, 128), line("仪器有限公司", 840, 152)]
    assert [row.text for row in rows([*broken, *name])] == [f"代发工资 {FIRM}", "代发工资"]


def test_a_later_page_goes_by_the_headings_of_the_first():
    second = sheet([(60, "2026-08-13"), (220, "消费"), (-630, "8.04"), (-810, "28,480.00")], page=2)
    found = rows([*second, *TWO_COLUMNS])
    assert [(row.page, row.amount) for row in found][-1] == (2, -804)


def test_without_headings_only_sums_that_add_up_are_a_table():
    added = [[(60, f"2026-08-{n:02d}"), (400, "1.00"), (600, f"{100 + n}.00")] for n in range(1, 6)]
    loose = [[(60, f"2026-08-{n:02d}"), (400, "7.00"), (600, f"{n * n}.00")] for n in range(1, 6)]
    assert [row.amount for row in rows(sheet(*added))[1:]] == [100] * 4
    assert rows(sheet(*loose)) == []
    assert rows([line("姓名:王建国")]) == []


# --- Summary --------------------------------------------------------------------------------


def account(*entries: tuple[str, int, str], start: int = 100_000) -> list[Row]:
    days = [dt.date.fromisoformat(day) for day, _, _ in entries]
    balances = list(accumulate((amount for _, amount, _ in entries), initial=start))[1:]
    return [
        Row(day, text, amount, balance, 1, 1.0)
        for day, (_, amount, text), balance in zip(days, entries, balances, strict=True)
    ]


WAGES = account(
    ("2026-08-10", 900_000, f"代发工资 {FIRM}"),
    ("2026-08-20", -50_000, "消费"),
    ("2026-08-28", 200_000, "转账 城东加油站"),
    ("2026-09-10", 910_000, f"代发工资 {FIRM}"),
    ("2026-10-10", 905_000, f"代发工资 {FIRM}"),
)


def test_months_add_up_and_an_empty_one_is_shown():
    without = [row for row in WAGES if row.day.month != 9]
    months = summarise(without).months
    assert [(m.month, m.income, m.spending, m.balance, m.entries) for m in months] == [
        (AUGUST, 1_100_000, 50_000, 1_150_000, 3),
        (SEPTEMBER, 0, 0, None, 0),
        (OCTOBER, 905_000, 0, 2_965_000, 1),
    ]


def test_gaps_are_the_days_between():
    assert summarise(WAGES).gaps == (
        (dt.date(2026, 9, 11), dt.date(2026, 10, 9)),
    )  # 10 September is 13 days after 28 August
    assert summarise([]).gaps == ()


def test_a_page_left_out_breaks_the_balance():
    kept = [WAGES[0], WAGES[1], *WAGES[3:]]
    assert summarise(WAGES).breaks == ()
    assert summarise(kept).breaks == (WAGES[3],)


def test_one_misread_balance_is_one_break():
    wrong = [*WAGES]
    wrong[1] = Row(WAGES[1].day, "消费", -50_000, 1, 1, 0.7)
    assert summarise(wrong).breaks == (wrong[1],)


def test_the_order_of_the_paper_does_not_matter():
    assert summarise(WAGES[::-1]) == summarise(WAGES)


def test_a_regular_income_names_its_payer():
    assert summarise(WAGES).regular == (
        Regular(FIRM, 905_000, (AUGUST, SEPTEMBER, OCTOBER), wage=True),
    )


def test_one_transfer_or_sums_unlike_each_other_are_not_regular():
    unlike = account(
        ("2026-08-10", 1_000, f"转账 {FIRM}"),
        ("2026-09-10", 900_000, f"转账 {FIRM}"),
        ("2026-10-10", 5_000, f"转账 {FIRM}"),
    )
    assert summarise(unlike).regular == ()
    assert summarise(WAGES[:3]).regular == ()
