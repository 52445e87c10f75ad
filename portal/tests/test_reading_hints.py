"""What a paper says is held against the borrower, and a forged number is flagged."""

import time

import pytest

from portal.reading.hints import MOST_OF_A_KIND, HintKind, find, same_name, same_number
from portal.reading.lines import LONGEST
from portal.tests.papers import line, sheet

NAME, ID_NUMBER = "王建国", "330106199003071236"
OTHER = "110101199912310078"
FORGED = "330106199003071230"


def hints(lines, kind: HintKind) -> list[tuple[str, str]]:
    found = find(lines, name=NAME, id_number=ID_NUMBER)
    return [(hint.value, hint.check) for hint in found if hint.kind == kind]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("姓名:王建国", [("王建国", "matches")]),
        ("户名: 王 建 国 账号: 6222", [("王建国", "matches")]),
        ("户名:李秀兰 币种:人民币", [("李秀兰", "differs")]),
        ("姓名:王*国", [("王*国", "matches")]),
        ("姓名:王*", [("王*", "matches")]),
        ("客户姓名 **国", [("**国", "matches")]),
        ("姓名:李*国", [("李*国", "differs")]),
        ("持卡人:王建国先生", [("王建国", "matches")]),
        ("本人王建国承诺", []),  # part of a longer word
        ("申请人 王建国 签字", [("王建国", "matches")]),
        ("对方户名:李秀兰", []),
        ("对方账户名称:李秀兰", []),
        ("收款人姓名:李秀兰", []),
        ("姓名:王建国性别:男", [("王建国", "matches")]),
    ],
)
def test_names(text, expected):
    assert hints([line(text)], HintKind.NAME) == expected


@pytest.mark.parametrize(
    ("name", "text"), [("赵一鸣", "户名:赵—鸣"), ("买买提·艾力", "姓名:买买提•艾力 性别:男")]
)
def test_what_ocr_mistakes_in_names_is_forgiven(name, text):
    [hint] = find([line(text)], name=name, id_number=ID_NUMBER)
    assert (hint.value, hint.check) == (name, "matches")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"身份证号码:{ID_NUMBER}", [(ID_NUMBER, "matches")]),
        ("证件号码:33O1O6I99OO3O7l236", [(ID_NUMBER, "matches")]),  # O for 0, I and l for 1
        (f"身份证号码:{OTHER}", [(OTHER, "differs")]),
        (f"身份证号码:{FORGED}", [(FORGED, "invalid")]),  # the check character is wrong
        ("身份证号码:990106199003071236", []),  # an organisation's number begins with 9
        ("身份证号码:010106199003071236", [("010106199003071236", "invalid")]),  # no such province
        (
            "身份证号码:330106199013071236",
            [("330106199013071236", "invalid")],
        ),  # a thirteenth month
        ("身份证号码:3301061990030712", [("3301061990030712", "invalid")]),  # two digits missing
        (f"{FORGED}", [(FORGED, "invalid")]),
        ("3301**********1236", [("3301**********1236", "matches")]),
        ("证件号码:330***6", [("330***6", "matches")]),
        ("证件号码:330106XXXXXXXX1236", [("330106********1236", "matches")]),
        ("证件号码:1101**********0078", [("1101**********0078", "differs")]),
        ("卡号:6222021234567890123", []),
        ("账号:123456789012345678", []),  # 18 digits, but no place and date
        ("统一社会信用代码:91330106MA2ABCDE1X", []),
    ],
)
def test_identity_numbers(text, expected):
    assert hints([line(text)], HintKind.ID_NUMBER) == expected


def test_a_value_may_stand_beside_its_label_or_below():
    form = sheet(
        [(60, "姓名"), (300, "性别"), (500, "单位名称")],
        [(60, "王建国"), (300, "男"), (500, "青禾精密仪器有限公司")],
        [(60, "证件号码"), (300, OTHER)],
        [(60, "缴存基数(元)"), (300, "12,000.00")],
    )
    assert hints(form, HintKind.NAME) == [("王建国", "matches")]
    assert hints(form, HintKind.EMPLOYER) == [("青禾精密仪器有限公司", "")]
    assert hints(form, HintKind.ID_NUMBER) == [(OTHER, "differs")]
    assert hints(form, HintKind.AMOUNT) == [("缴存基数 12,000.00", "")]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["2026年3月"], ["2026-03"]),
        (["查询期间:2026年08月至2026年10月"], ["2026-08", "2026-10"]),
        (["打印日期:2026年3月2日"], []),
        (["流水 202603"], []),  # any number, on a page that speaks of no months
        (["缴费年月", "202603", "202613"], ["2026-03"]),
        (["所属期 2026-03 至 2026-05"], ["2026-03", "2026-05"]),
        (["交易日期 2026-03-02"], []),
    ],
)
def test_months(texts, expected):
    page = sheet(*([(60, text)] for text in texts))
    assert [value for value, _ in hints(page, HintKind.MONTH)] == expected


def test_sums_are_read_after_their_label_only():
    assert hints([line("实发工资:¥8,765.40 备注 3")], HintKind.AMOUNT) == [
        ("实发工资 8,765.40", "")
    ]
    assert hints([line("12,000.00")], HintKind.AMOUNT) == []
    assert hints([line("单位缴费 1000")], HintKind.AMOUNT) == [("单位缴费 1,000.00", "")]


def test_the_headings_of_a_statement_are_no_labels():
    table = sheet(
        [(60, "交易日期"), (300, "摘要"), (500, "支出"), (700, "账户余额")],
        [(60, "2026-08-02"), (300, "消费"), (500, "11.96"), (700, "20,026.10")],
    )
    assert hints(table, HintKind.AMOUNT) == []


def test_a_hint_says_where_and_how_sure():
    read = line(f"证件号码:{ID_NUMBER}", source="ocr", confidence=0.93, page=4)
    [hint] = find([read], name=NAME, id_number=ID_NUMBER)
    assert (hint.page, hint.source, hint.confidence) == (4, "ocr", 0.93)
    assert (hint.box.left, hint.box.right) == (150, read.box.right)


@pytest.mark.parametrize(
    ("shown", "same"),
    [("王*", True), ("王**", True), ("**国", True), ("*", False), ("李*国", False),
     ("王建国", True), ("王建华", False), ("王建国*", False)],
)  # fmt: skip
def test_a_masked_name_matches_by_what_it_shows(shown, same):
    assert same_name(shown, NAME) is same


@pytest.mark.parametrize(
    ("shown", "same"),
    [("3" + "*" * 16 + "6", True), ("3301**1236", True), ("3301**1235", False), ("***6", False)],
)
def test_a_masked_number_matches_by_what_it_shows(shown, same):
    assert same_number(shown, ID_NUMBER) is same


@pytest.mark.parametrize(
    "text",
    [
        "姓名" * 250,
        "1*" * 250,
        "1" * LONGEST,
        "(" * LONGEST,
        "2026年" * 100,
        "1,1" * 160,
        "王 " * 250,
    ],
)
def test_hostile_lines_end_soon_and_yield_little(text):
    page = [line(text, top=100 + 30 * n) for n in range(200)]
    began = time.process_time()
    found = find(page, name=NAME, id_number=ID_NUMBER)
    assert time.process_time() - began < 2
    assert len(found) <= MOST_OF_A_KIND * len(HintKind)
