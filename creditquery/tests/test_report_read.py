"""Reading: both samples, what is missing, and each way that senders differ."""

from datetime import datetime, timedelta, timezone
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from creditquery.report.fields import Code, PartialDate, Unread
from creditquery.report.model import Trouble
from creditquery.report.read import read_report
from creditquery.report.samples import JSON, XML, tree
from creditquery.report.synthetic import synthetic, to_xml
from creditquery.tests.reading import read, troubles

SAMPLE = read_report(JSON)


# --- the samples ------------------------------------------------------------------------------


def test_xml_and_json_samples_read_the_same():
    assert read_report(XML) == SAMPLE
    assert SAMPLE.warnings == ()


def test_the_header():
    mark, subject = SAMPLE.header.mark, SAMPLE.header.subject
    beijing = timezone(timedelta(hours=8))
    assert mark.number == "2019101617463675115707"
    assert mark.reported_at == datetime(2019, 10, 16, 17, 46, 36, tzinfo=beijing)
    assert (subject.name, subject.id_number) == ("王小二", "11010519491231002X")
    assert subject.id_type == Code("10", "身份证")
    assert subject.reason == Code("22", "法人代表、负责人、高管等资信审查")


def test_how_many_of_each():
    assert [
        len(SAMPLE.accounts), len(SAMPLE.agreements), len(SAMPLE.liabilities),
        len(SAMPLE.postpaid), len(SAMPLE.tax_arrears), len(SAMPLE.judgments),
        len(SAMPLE.enforcements), len(SAMPLE.penalties), len(SAMPLE.housing_funds),
        len(SAMPLE.allowances), len(SAMPLE.qualifications), len(SAMPLE.awards),
        len(SAMPLE.remarks), len(SAMPLE.inquiries),
    ] == [28, 14, 23, 5, 3, 1, 8, 8, 2, 2, 3, 5, 5, 12]  # fmt: skip
    assert SAMPLE.score is None


def test_an_account():
    account = SAMPLE.accounts[1]
    assert account.basics.kind == Code("D1", "非循环贷账户")
    assert account.basics.loan == 1000
    assert account.basics.limit is None
    assert account.latest.status is None
    assert account.monthly.status == Code("8", "司法追偿")
    assert account.monthly.overdue_181 == 0
    assert account.monthly.month == PartialDate(2017, 9)
    assert account.five_years.months[0].overdue == 400
    assert account.five_years.months[1].overdue is None
    assert len(account.two_years.months) == 24


def test_a_status_means_what_it_means_for_its_kind_of_account():
    status = {
        (account.basics.kind.value, found.value): found.label
        for account in SAMPLE.accounts
        for found in [account.latest.status]
        if found
    }
    assert status["C1", "1"] == "催收"
    assert status["D1", "4"] == "呆账"
    assert status["R2", "4"] == "销户"
    assert status["R3", "5"] == "呆账"


def test_the_business_of_a_liability_depends_on_the_borrower():
    persons = {item.terms.business.label for item in SAMPLE.liabilities[:3]}
    assert persons == {"融资租赁业务", "贷记卡", "代偿债务"}
    companies = {
        item.terms.business.label
        for item in SAMPLE.liabilities
        if item.terms.borrower.value == "2" and item.terms.business
    }
    assert "企业债" in companies


# --- missing is not zero ----------------------------------------------------------------------

MISSING = [None, "", "--", " ", "  --  "]


@pytest.mark.parametrize("missing", MISSING)
def test_a_missing_amount_is_none(missing):
    report = tree()
    report["PDA"]["PD01"][1]["PD01A"]["PD01AJ01"] = missing
    assert read(report).accounts[1].basics.loan is None


@pytest.mark.parametrize("zero", ["0", "0.00", " 0 "])
def test_zero_is_zero(zero):
    report = tree()
    report["PDA"]["PD01"][1]["PD01A"]["PD01AJ01"] = zero
    assert read(report).accounts[1].basics.loan == 0


@pytest.mark.parametrize("missing", [*MISSING, "0000-00", "0000-00-00", "2099-12-31"])
def test_a_missing_date_is_none(missing):
    report = tree()
    report["PDA"]["PD01"][1]["PD01A"]["PD01AR02"] = missing
    assert read(report).accounts[1].basics.due is None


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2020", PartialDate(2020)),
        ("2020-02", PartialDate(2020, 2)),
        ("2020-02-29", PartialDate(2020, 2, 29)),
        ("2020.02.29", PartialDate(2020, 2, 29)),
        ("2020/02", PartialDate(2020, 2)),
    ],
)
def test_dates(raw, expected):
    report = tree()
    report["PDA"]["PD01"][1]["PD01A"]["PD01AR02"] = raw
    assert read(report).accounts[1].basics.due == expected


@pytest.mark.parametrize(
    ("raw", "expected"), [("1,234,567", 1234567), ("-50", -50), ("120.00", 120), ("007", 7)]
)
def test_amounts(raw, expected):
    report = tree()
    report["PDA"]["PD01"][1]["PD01A"]["PD01AJ01"] = raw
    assert read(report).accounts[1].basics.loan == expected


@pytest.mark.parametrize(
    ("field", "name", "raw"),
    [
        ("PD01AJ01", "loan", "12.50"),
        ("PD01AJ01", "loan", "1,23"),
        ("PD01AJ01", "loan", "壹万"),
        ("PD01AJ01", "loan", "9" * 40),
        ("PD01AR02", "due", "2021-02-30"),
        ("PD01AR02", "due", "20"),
        ("PD01AS01", "periods", "１２"),
    ],
)
def test_what_does_not_parse_stays_and_is_reported(field, name, raw):
    report = tree()
    report["PDA"]["PD01"][1]["PD01A"][field] = raw
    found = read(report)
    value = getattr(found.accounts[1].basics, name)
    assert isinstance(value, Unread)
    assert value == raw
    assert troubles(found) == [(Trouble.UNREAD_VALUE, field, raw)]


def test_a_number_that_json_writes_without_quotes():
    report = tree()
    report["PDA"]["PD01"][1]["PD01A"]["PD01AJ01"] = 5
    report["PDA"]["PD01"][1]["PD01A"]["PD01AS01"] = True
    found = read(report)
    assert found.accounts[1].basics.loan == 5
    assert found.accounts[1].basics.periods == "true"


# --- shapes -----------------------------------------------------------------------------------

EMPTY: list[Any] = [
    None,
    "",
    [],
    {},
    {"PD03": None},
    {"PD03": []},
    {"PD03": ""},
    {"PD03": "--"},
    {"PD03": [{}]},
    {"PD03": [None]},
    {"PD03": [[]]},
    {"PD03": {"PD03A": None, "PD03Z": None}},
    {"PD03": [{"PD03A": {"PD03AJ01": "--", "PD03AQ01": ""}, "PD03Z": {"PD03ZH": [{}]}}]},
]


@pytest.mark.parametrize("empty", EMPTY)
def test_every_shape_of_an_empty_segment(empty):
    report = tree()
    report["PCR"] = empty
    assert read(report).liabilities == ()
    assert read_report(to_xml(report)).liabilities == ()


def test_an_absent_segment_is_empty():
    report = tree()
    del report["PCR"]
    assert read(report).liabilities == ()


def test_a_summary_without_accounts_keeps_its_dashes_apart_from_zero():
    report = tree()
    report["PCO"]["PC02"]["PC02E"] = {"PC02ES01": "--", "PC02ES02": "0", "PC02EJ01": "--"}
    loans = read(report).credit_summary.loans
    assert (loans.organisations, loans.accounts, loans.limit) == (None, 0, None)


def test_sixty_slots_of_which_some_are_empty():
    report = synthetic(tree(), accounts=28)
    slots = report["PDA"]["PD01"][1]["PD01E"]["PD01EH"]
    assert len(slots) == 60
    assert read(report).accounts[1].five_years == read_report(JSON).accounts[1].five_years


def test_one_block_may_come_as_a_list_of_one():
    report = tree()
    report["PRH"] = [report["PRH"]]
    report["PIM"]["PB01"] = [report["PIM"]["PB01"]]
    report["PDA"]["PD01"][1]["PD01A"] = [report["PDA"]["PD01"][1]["PD01A"]]
    report["PDA"]["PD01"][1]["PD01C"]["PD01CJ01"] = ["10"]
    assert read(report) == SAMPLE


def test_a_list_may_come_as_its_one_item_or_in_parts():
    report = tree()
    report["PCJ"]["PF02"] = report["PCJ"]["PF02"][0]
    rows = report["PDA"]["PD01"]
    report["PDA"] = [{"PD01": rows[:5]}, {"PD01": rows[5:]}]
    assert read(report) == SAMPLE


def test_score_reasons_are_a_list_of_codes():
    report = tree()
    report["PSM"] = {"PC01": {"PC010Q01": "720", "PC010Q02": "61", "PC010S01": "2",
                              "PC010D01": ["01", "07"]}}  # fmt: skip
    for found in (read(report), read_report(to_xml(report))):
        assert found.score.score == 720
        assert [str(code) for code in found.score.reasons] == ["存在逾期还款记录", "信用历史较短"]
    report["PSM"]["PC01"]["PC010D01"] = "01"
    assert [code.value for code in read(report).score.reasons] == ["01"]


def lower(value: Any) -> Any:
    if isinstance(value, dict):
        return {key.lower(): lower(item) for key, item in value.items()}
    return [lower(item) for item in value] if isinstance(value, list) else value


def test_keys_in_lower_case():
    assert read(lower(tree())) == SAMPLE
    assert read_report(to_xml(lower(tree()))) == SAMPLE


def test_a_json_document_may_be_wrapped_like_the_xml_one():
    assert read({"Document": tree()}) == SAMPLE


@pytest.mark.parametrize("encoding", ["UTF-8", "GB18030", "GBK"])
def test_declared_encodings(encoding):
    assert read_report(to_xml(tree(), encoding=encoding)) == SAMPLE


def test_gb2312_is_read_as_its_superset():
    text = XML.decode().replace("UTF-8", "gb2312").replace("王小二", "王㛃二")
    assert read_report(text.encode("gb18030")).header.subject.name == "王㛃二"


@pytest.mark.parametrize("data", [JSON, XML], ids=["json", "xml"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_byte_order_marks(data, encoding):
    assert read_report(data.decode().encode(encoding)) == SAMPLE


def test_space_comments_and_namespaces_in_xml():
    text = XML.decode().replace("<Document>", '<!-- x -->\n<Document xmlns="urn:a" a="1">')
    text = text.replace("<PCJ>", "<PCJ><!-- y -->\n").replace("王小二", "<![CDATA[王小二]]>")
    assert read_report(text.encode()) == SAMPLE


def shuffled(value: Any, random: Random) -> Any:
    """The same report with keys in any order and nothing said in any of its ways."""
    if isinstance(value, dict):
        items = [(key, shuffled(item, random)) for key, item in value.items()]
        random.shuffle(items)
        return dict(items)
    if isinstance(value, list):
        return [shuffled(item, random) for item in value] + random.choice([[], [None], [{}]])
    if value in (None, "", "--"):
        return random.choice([None, "", "--", " "])
    return random.choice([value, f" {value} "])


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32))
def test_any_order_and_any_way_to_say_nothing(seed):
    report = shuffled(tree(), Random(seed))
    assert read(report) == SAMPLE
    assert read_report(to_xml(report)) == SAMPLE
