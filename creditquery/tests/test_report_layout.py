"""The printed document: complete, in order, each thing once."""

import re
from collections import Counter
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from creditquery.report import codes, fields
from creditquery.report.document import Facts, MonthGrid, Table
from creditquery.report.fields import Code, Kind, PartialDate
from creditquery.report.layout import layout
from creditquery.report.layout.text import organisation, show, spoken
from creditquery.report.model import Report
from creditquery.report.read import BEIJING, read_report
from creditquery.report.samples import JSON, tree
from creditquery.report.synthetic import synthetic
from creditquery.tests.printed import account, groups, table, texts
from creditquery.tests.reading import read

SAMPLE = layout(read_report(JSON))


# --- order ------------------------------------------------------------------------------------


def test_the_nine_sections():
    assert [section.title for section in SAMPLE.sections] == [
        "一、个人基本信息",
        "二、信息概要",
        "三、信贷交易信息明细",
        "四、非信贷交易信息明细",
        "五、公共信息明细",
        "六、本人声明",
        "七、异议标注",
        "八、查询记录",
        "九、报告说明",
    ]


def test_the_head():
    assert SAMPLE.title == "个人信用报告（本人版）"
    assert SAMPLE.number == "2019101617463675115707"
    assert SAMPLE.reported_at == "2019.10.16 17:46:36"
    assert SAMPLE.header.rows == (
        (
            "王小二",
            "身份证",
            "11010519491231002X",
            "A10311000H0001",
            "法人代表、负责人、高管等资信审查",
        ),
    )


def test_the_kinds_of_account_in_order():
    heads = [group.title for group in groups(SAMPLE, 3) if group.level == 1]
    assert heads == [
        "（一）被追偿信息",
        "（二）非循环贷账户",
        "（三）循环贷账户一",
        "（四）循环贷账户二",
        "（五）贷记卡账户",
        "（六）准贷记卡账户",
        "（七）相关还款责任信息",
        "（八）授信协议信息",
    ]


def test_r4_is_called_one_and_r1_two():
    found = groups(SAMPLE, 3)
    titles = [group.title for group in found]
    one, two = titles.index("（三）循环贷账户一"), titles.index("（四）循环贷账户二")
    assert "49553" in titles[one + 1]
    assert "24833" in titles[two + 1]


def test_anchors_are_unique():
    anchors = [section.anchor for section in SAMPLE.sections]
    anchors += [group.anchor for section in SAMPLE.sections for group in section.groups]
    named = [anchor for anchor in anchors if anchor]
    assert len(named) == len(set(named))


def test_rows_have_as_many_cells_as_columns_and_grids_twelve_months():
    for section in SAMPLE.sections:
        for group in section.groups:
            for block in group.blocks:
                if isinstance(block, Table):
                    assert {len(row) for row in block.rows} == {len(block.columns)}
                if isinstance(block, MonthGrid):
                    assert all(len(year.status) == 12 for year in block.years)


def test_the_explanations_are_numbered():
    (group,) = groups(SAMPLE, 9)
    (text,) = group.blocks
    assert [item.split(".")[0] for item in text.paragraphs] == [str(n) for n in range(1, 21)]


def test_every_sign_of_the_grids_is_explained():
    (text,) = groups(SAMPLE, 9)[0].blocks
    repayment, payment = (
        "".join(line for line in text.paragraphs if f"{name}的" in line)
        for name in ("还款记录", "缴费记录")
    )
    assert {s for s in codes.REPAYMENT_STATUS.labels if f"“{s}”" not in repayment} == set()
    between = set("12345")  # told as “0”至“6”
    assert {s for s in codes.POSTPAID_MONTH.labels if f"“{s}”" not in payment} == between


# --- complete, each once ----------------------------------------------------------------------


@pytest.mark.parametrize("accounts", [28, 300])
def test_each_account_inquiry_and_record_once(accounts):
    report = synthetic(tree(), accounts=accounts, inquiries=accounts, public=9)
    printed = Counter(
        mark
        for text in texts(layout(read(report)))
        for mark in re.findall(r"(?:ZH|BS|查询机构|PF0[1-8]AQ0[1-4])\d{6}", text)
    )
    expected = [f"{mark}{n:06}" for mark in ("ZH", "BS", "查询机构") for n in range(accounts)]
    expected += [
        f"{field}{n:06}"
        for field in ("PF01AQ01", "PF02AQ01", "PF03AQ01", "PF04AQ01", "PF05AQ04", "PF06AQ02",
                      "PF07AQ01", "PF08AQ01")
        for n in range(9)
    ]  # fmt: skip
    assert printed == Counter(expected)


def test_identical_accounts_and_inquiries_are_each_printed():
    report = tree()
    report["PDA"]["PD01"] = [report["PDA"]["PD01"][11]] * 3
    report["POQ"]["PH01"] = [report["POQ"]["PH01"][2]] * 4
    document = layout(read(report))
    assert sum("账户编号：37570" in group.title for group in groups(document, 3)) == 3
    assert len(groups(document, 8)[0].blocks[0].rows) == 4


@pytest.mark.parametrize("kind", [None, "Z9"])
def test_an_account_of_an_unknown_kind_is_printed(kind):
    report = tree()
    report["PDA"]["PD01"][0]["PD01A"]["PD01AD01"] = kind
    titles = [group.title for group in groups(layout(read(report)), 3)]
    assert titles[titles.index("（六）其他账户") + 1] == "账户1（账户编号：32116）"


class Filler:
    """Gives every field of a report a value that occurs nowhere else, and every block an unknown
    field."""

    def __init__(self) -> None:
        self.marks: dict[str, str] = {}
        self._next = 0

    def segment(self, slot: fields.Slot) -> Any:
        assert slot.holds is not None
        inner = fields.Slot(slot.kind, slot.unit, holds=slot.holds)
        unit = self.block(slot.holds, fields.inner_prefix(inner))
        return {slot.unit: [unit] if slot.kind is Kind.ROWS else unit}

    def block(self, cls: type[fields.Block], prefix: str) -> dict[str, Any]:
        found = {slot.key: self.value(slot) for slot in fields.plan(cls, prefix)}
        return {**found, f"{prefix}_NEW": self.mark(f"{prefix}_NEW")}

    def mark(self, key: str) -> str:
        self._next += 1
        self.marks[key] = f"w{self._next:04}"
        return self.marks[key]

    def value(self, slot: fields.Slot) -> Any:
        if slot.holds:
            inner = self.block(slot.holds, fields.inner_prefix(slot))
            return [inner] if slot.kind is Kind.ROWS else inner
        if slot.name == "total":
            return "1"
        if slot.kind in (Kind.TEXT, Kind.CODE, Kind.CODES):
            return self.mark(slot.key)
        self._next += 1
        if slot.kind is Kind.DATE:
            year, month = divmod(self._next, 12)
            raw = f"{1900 + year}-{month + 1:02}"
            printed = raw.replace("-", ".")
        elif slot.kind is Kind.STAMP:
            raw, printed = "2020-01-02T03:04:05", "2020.01.02 03:04:05"
        else:
            raw, printed = f"{5_000_000 + self._next}", f"{5_000_000 + self._next:,}"
        self.marks[slot.key] = printed
        return raw


@pytest.mark.parametrize("kind", ["C1", "D1", "R1", "R2", "R3", "R4", "Z9"])
def test_every_field_of_every_segment_is_printed(kind):
    filler = Filler()
    report = {slot.key: filler.segment(slot) for slot in fields.plan(Report)}
    basics = report["PDA"]["PD01"][0]["PD01A"]
    basics["PD01AD01"] = kind
    printed = "\n".join(texts(layout(read(report))))
    # The kind is the heading. Organisation types stand for withheld names only; an object's kind
    # is told by the object. The months of records are in the grids and their titles, and so are
    # the signs of a payment record.
    elsewhere = {"PD01AD01", "PC05AD01", "PH010D01", "PD01AD02", "PD02AD01", "PD03AD01",
                 "PG010D01", "PE01AQ02"}  # fmt: skip
    months = {key for key in filler.marks if key.startswith(("PD01DR", "PD01ER"))}
    missing = {
        key: mark
        for key, mark in filler.marks.items()
        if mark not in printed and key not in elsewhere | months
    }
    assert {key for key in missing if not _in_a_heading(missing[key], printed)} == set()
    twice = [
        key for key, mark in filler.marks.items() if mark[0] == "w" and printed.count(mark) > 1
    ]
    assert twice == []


def _in_a_heading(mark: str, printed: str) -> bool:
    """Dates that head a table are written 2017年9月."""
    match = re.fullmatch(r"(\d{4})\.(\d{2})", mark)
    return match is not None and f"{match[1]}年{int(match[2])}月" in printed


def test_an_unknown_field_is_printed_with_its_record_and_noted():
    report = tree()
    report["PDA"]["PD01"][1]["PD01E"]["PD01EH"][3]["PD01EX9"] = "新内容"
    report["PCJ"]["PF02"][0]["PF02A"]["PF02AX9"] = "另一"
    document = layout(read(report))
    found = next(group for group in groups(document, 3) if "16058" in group.title)
    assert Facts((("其他字段PD01EX9", "新内容"),), title="其他信息") in found.blocks
    judgments = next(group for group in groups(document, 5) if "民事判决" in group.title)
    assert Facts((("其他字段PF02AX9", "另一"),), title="其他信息") in judgments.blocks
    assert document.notes == (
        "字段PD01EX9不在已知的报告结构中，列在所属部分的“其他信息”。",
        "字段PF02AX9不在已知的报告结构中，列在所属部分的“其他信息”。",
    )


def test_notes_name_each_odd_thing_once_with_its_places():
    report = tree()
    for row in report["PDA"]["PD01"][1:4]:
        row["PD01A"]["PD01AD05"] = "88"
    report["PDA"]["PD01"][1]["PD01A"]["PD01AJ01"] = "约一万"
    document = layout(read(report))
    assert document.notes == (
        "借款金额（PD01AJ01）的内容“约一万”不是应有的日期或数字，照原样印出。",
        "还款方式（PD01AD05）的代码“88”不在代码表中，照原样印出（3处）。",
    )
    assert texts(document).count("88") == 3
    assert texts(document).count("约一万") == 1


def test_the_sample_needs_no_notes():
    assert SAMPLE.notes == ()


# --- values -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (None, "--"),
        ((), "--"),
        (0, "0"),
        (1234567, "1,234,567"),
        (-1200, "-1,200"),
        (PartialDate(2020), "2020"),
        (PartialDate(2020, 2), "2020.02"),
        (PartialDate(2020, 2, 9), "2020.02.09"),
        (datetime(2020, 2, 9, 8, 7, 6, tzinfo=BEIJING), "2020.02.09 08:07:06"),
        (Code("N", "正常还款"), "正常还款"),
        (Code("77", None), "77"),
        ((Code("01", "甲"), Code("77", None)), "甲；77"),
    ],
)
def test_values(value, printed):
    assert show(value) == printed


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (PartialDate(2020, 2, 9), "2020年2月9日"),
        (PartialDate(2020, 11), "2020年11月"),
        (PartialDate(2020), "2020年"),
        (None, "--"),
    ],
)
def test_dates_in_headings(value, printed):
    assert spoken(value) == printed


def test_two_letters_stand_for_a_withheld_name():
    bank = Code("11", "商业银行")
    assert organisation(bank, "CM") == "商业银行“CM”"
    assert organisation(bank, "示例银行股份有限公司") == "示例银行股份有限公司"
    assert organisation(None, "CM") == "CM"
    assert organisation(bank, None) == "--"


def test_missing_and_zero_are_told_apart():
    report = tree()
    row = report["PDA"]["PD01"][1]
    row["PD01C"].update(PD01CJ06="0", PD01CJ07="--", PD01CJ08="", PD01CJ09=None)
    found = account(report, "16058")
    overdue = next(
        block
        for block in found.blocks
        if isinstance(block, Table) and "当前逾期总额" in block.columns
    )
    assert overdue.rows == (("4", "0", "--", "--", "--", "0"),)


def test_a_loan_without_security_says_so():
    report = tree()
    report["PDA"]["PD01"][1]["PD01A"]["PD01AD07"] = None
    found = account(report, "16058")
    assert any("信用/免担保" in row for block in found.blocks[:2] for row in block.rows)


# --- remarks, statements, inquiries -----------------------------------------------------------


def test_remarks_stand_with_their_record():
    report = tree()
    remark = {"ZS01": "1", "ZH": [{"ZD01": "3", "ZQ01": "我已还清", "ZR01": "2019-01-02"}]}

    def remarks(unit: str) -> dict[str, Any]:
        rows = [{unit + key: value for key, value in remark["ZH"][0].items()}]
        return {f"{unit}ZS01": "1", f"{unit}ZH": rows}

    report["PDA"]["PD01"][0]["PD01Z"] = remarks("PD01")
    report["PHF"]["PF05"][1]["PF05Z"] = remarks("PF05")
    document = layout(read(report))
    found = next(group for group in groups(document, 3) if "32116" in group.title)
    assert table(found, "标注及声明").rows == (("本人声明", "我已还清", "2019.01.02"),)
    funds = next(group for group in groups(document, 5) if "公积金" in group.title)
    assert table(funds, "标注及声明").rows == (("2", "本人声明", "我已还清", "2019.01.02"),)


def test_own_statements_and_annotations_have_their_sections():
    report = tree()
    report["POS"]["PG01"][1] = {
        "PG010D01": "2",
        "PG010D02": "203",
        "PG010S01": "1",
        "PG010H": [{"PG010D03": "3", "PG010Q01": "地址有误", "PG010R01": "2019-08-01"}],
    }
    document = layout(read(report))
    assert groups(document, 6)[0].blocks[0].rows == (
        ("1", "居住信息", "本人声明", "地址有误", "2019.08.01"),
    )
    assert groups(document, 7)[0].blocks[0].rows == (
        ("1", "信用报告", "异议标注", "信用报告存在信息缺失。", "2019.07.31"),
    )


def test_inquiries_of_the_person_stand_apart():
    report = tree()
    report["POQ"]["PH01"][1].update(PH010Q02="本人", PH010Q03="本人查询（自助查询机）")
    by_others, by_self = groups(layout(read(report)), 8)
    assert by_others.title == "（一）机构查询记录明细"
    assert len(by_others.blocks[0].rows) == 11
    assert by_self.title == "（二）本人查询记录明细"
    assert by_self.blocks[0].rows == (("1", "2019.10.09", "本人", "本人查询（自助查询机）"),)


def test_an_empty_report_says_so_in_each_section():
    report = read({"PRH": tree()["PRH"]})
    document = layout(replace(report, header=replace(report.header, disputes=None)))
    for section in document.sections[:-1]:
        assert section.groups == ()
        assert section.intro == ("截至报告时间，征信系统没有您在这一部分的信息。",)
