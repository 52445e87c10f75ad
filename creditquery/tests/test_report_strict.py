"""Reading: codes, what is odd and reported, what is refused, and whose report it is."""

import json
from typing import Any

import pytest

from creditquery.report.fields import Code
from creditquery.report.model import Trouble
from creditquery.report.read import (
    ReportError,
    UnknownStructure,
    WrongPerson,
    check_person,
    read_report,
)
from creditquery.report.samples import JSON, XML, tree
from creditquery.tests.reading import read, troubles

SAMPLE = read_report(JSON)


# --- codes ------------------------------------------------------------------------------------


def test_an_unknown_code_prints_as_itself_and_is_reported():
    report = tree()
    report["PDA"]["PD01"][1]["PD01C"]["PD01CD01"] = "77"
    found = read(report)
    assert found.accounts[1].monthly.status == Code("77", None)
    assert str(found.accounts[1].monthly.status) == "77"
    assert troubles(found) == [(Trouble.UNKNOWN_CODE, "PD01CD01", "77")]


@pytest.mark.parametrize("kind", [None, "", "X9"])
def test_a_status_without_a_known_kind_of_account_is_not_guessed(kind):
    report = tree()
    report["PDA"]["PD01"][1]["PD01A"]["PD01AD01"] = kind
    found = read(report)
    assert found.accounts[1].monthly.status == Code("8", None)
    assert (Trouble.UNKNOWN_CODE, "PD01CD01", "8") in troubles(found)


def test_an_account_without_basics_does_not_borrow_its_neighbours_kind():
    report = tree()
    report["PDA"]["PD01"][1]["PD01A"] = None
    assert read(report).accounts[1].monthly.status == Code("8", None)


def test_a_self_query_names_its_reason_in_words():
    report = tree()
    report["POQ"]["PH01"][0].update(PH010Q02="本人", PH010Q03="本人查询（商业银行网上银行）")
    found = read(report)
    assert str(found.inquiries[0].reason) == "本人查询（商业银行网上银行）"
    assert found.warnings == ()


# --- what is odd ------------------------------------------------------------------------------


def test_an_unknown_field_is_kept_and_reported():
    report = tree()
    report["PDA"]["PD01"][1]["PD01A"]["PD01AX99"] = "新"
    report["PDA"]["PD01"][1]["PD01A"]["PD01AX98"] = ""
    found = read(report)
    assert found.accounts[1].basics.other == (("PD01AX99", "新"),)
    assert troubles(found) == [(Trouble.UNKNOWN_FIELD, "PD01AX99", "新")]


def test_a_count_that_differs_from_the_rows_is_reported():
    report = tree()
    report["PIM"]["PB01"]["PB01B"]["PB01BS01"] = "6"
    assert troubles(read(report)) == [(Trouble.COUNT_DIFFERS, "PB01BS01", "6≠5")]


def test_an_account_number_that_occurs_twice_is_kept_and_reported():
    report = tree()
    report["PDA"]["PD01"].append(report["PDA"]["PD01"][0])
    found = read(report)
    assert len(found.accounts) == 29
    assert troubles(found) == [(Trouble.REPEATED_ACCOUNT, "PD01AI01", "32116")]


@pytest.mark.parametrize(
    ("raw", "printed"),
    [
        ("甲\u202e乙", "甲乙"),
        ("甲\x07乙", "甲乙"),
        ("甲\ud800乙", "甲\ufffd乙"),
        ("甲　乙", "甲　乙"),
    ],
)
def test_characters_that_cannot_be_printed(raw, printed):
    report = tree()
    report["PMM"]["PB02"]["PB020Q02"] = raw
    data = json.dumps(report).encode()
    found = read_report(data)
    assert found.spouse.employer == printed
    expected = [] if raw == printed else [(Trouble.UNPRINTABLE, "PB020Q02", printed)]
    assert troubles(found) == expected


# --- what is refused --------------------------------------------------------------------------


def changed(path: str, value: Any) -> dict[str, Any]:
    report = tree()
    *parents, last = path.split("/")
    node: Any = report
    for key in parents:
        node = node[int(key) if key.isdigit() else key]
    node[last] = value
    return report


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("PRH", None, "The report has no header."),
        ("PRH/PA01/PA01A/PA01AI01", "--", "The report has no report number."),
        ("PRH/PA01/PA01A", None, "The report has no report number."),
        ("PRH/PA01/PA01B/PA01BQ01", "", "The report does not name its person."),
        ("PRH/PA01/PA01B/PA01BI01", None, "The report does not name its person."),
        ("PRH/PA01/PA01B", [], "The report does not name its person."),
    ],
)
def test_a_report_needs_its_number_and_its_person(path, value, message):
    with pytest.raises(ReportError) as caught:
        read(changed(path, value))
    assert str(caught.value) == message
    assert type(caught.value) is ReportError


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("PXX", {}),
        ("PXX", {"PX01": {"PX01A": "1"}}),
        ("PDA/PD09", [{"PD09A": {"PD09AJ01": "1"}}]),
        ("PDA/PD01/1/PD01Y", {"PD01YJ01": "1"}),
        ("PDA/PD01/1/PD01A/PD01AX9", {"A": "1"}),
        ("PDA/PD01/1/PD01A/PD01AJ01", {"A": "1"}),
        ("PDA/PD01/1/PD01A/PD01AJ01", ["1", "2"]),
        ("PDA/PD01/1/PD01A", "text"),
        ("PDA/PD01/1/PD01A", [{"PD01AJ01": "1"}, {"PD01AJ01": "2"}]),
        ("PDA", "text"),
        ("PDA", [[]]),
        ("PIM/PB01", [{"PB01A": {"PB01AD01": "1"}}, {"PB01A": {"PB01AD01": "2"}}]),
        ("PRH", [{"PA01": tree()["PRH"]["PA01"]}] * 2),
    ],
)
def test_structures_beyond_the_standard(path, value):
    if value == [[]]:
        value = [["text"]]
    with pytest.raises(UnknownStructure):
        read(changed(path, value))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<PRM>", "<PRM>text"),
        ("<PB01A>", "<PB01A>text"),
        ("<PD01AI01>32116", '<PD01AI01 unit="x">32116'),
        ("<PD01AI01>32116</PD01AI01>", "<PD01AI01>1</PD01AI01><PD01AI01>2</PD01AI01>"),
    ],
)
def test_xml_beyond_the_standard(old, new):
    assert old in XML.decode()
    with pytest.raises(UnknownStructure):
        read_report(XML.decode().replace(old, new, 1).encode())


def test_errors_show_nothing_of_the_document():
    with pytest.raises(UnknownStructure) as caught:
        read({**tree(), "王小二 11010519491231002X": {}})
    assert str(caught.value) == "Segment with an odd name is not in the standard."


# --- whose report it is -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id_number", "name"),
    [("11010519491231002X", "王小二"), ("11010519491231002x", " 王 小二")],
)
def test_the_right_person(id_number, name):
    check_person(SAMPLE, id_number=id_number, name=name)


def test_the_dot_in_a_name_is_typed_in_many_ways():
    report = read(changed("PRH/PA01/PA01B/PA01BQ01", "买买提·艾力"))
    check_person(report, id_number="11010519491231002X", name="买买提•艾力")


@pytest.mark.parametrize(
    ("id_number", "name"),
    [("110105194912310011", "王小二"), ("11010519491231002X", "王小三"), ("", ""), ("", "王小二")],
)
def test_another_person(id_number, name):
    with pytest.raises(WrongPerson) as caught:
        check_person(SAMPLE, id_number=id_number, name=name)
    assert str(caught.value) == "The report is about another person."
