"""Repayment and payment records by month: every month once, in its year, in range."""

from typing import Any

import pytest

from creditquery.report.document import Facts
from creditquery.report.layout import layout
from creditquery.report.samples import tree
from creditquery.report.synthetic import synthetic
from creditquery.tests.printed import account, grids, groups, table
from creditquery.tests.reading import read


def five_years(report: dict[str, Any]) -> dict[str, Any]:
    return report["PDA"]["PD01"][1]["PD01E"]


def test_a_grid_has_only_the_years_and_months_in_range():
    report = synthetic(tree(), accounts=28)
    (grid,) = grids(account(report, "ZH000001"))
    assert grid.title == "2014年11月—2017年9月的还款记录"
    assert [year.year for year in grid.years] == ["2017", "2016", "2015", "2014"]
    assert grid.years[0].status == (*["#"] * 8, "4", "", "", "")
    assert grid.years[0].amounts == (*["--"] * 8, "400", "", "", "")
    assert grid.years[3].status == (*[""] * 10, "#", "#")


def test_the_24_months_are_left_out_when_the_60_have_them():
    assert len(grids(account(tree(), "16058"))) == 1


def test_the_24_months_are_printed_when_they_differ():
    report = tree()
    report["PDA"]["PD01"][1]["PD01D"]["PD01DH"][5]["PD01DD01"] = "1"
    _, two_years = grids(account(report, "16058"))
    assert two_years.title == "2015年10月—2017年9月的最近24个月的还款记录"
    assert two_years.years[0].status == ("#", "#", "#", "1", *["#"] * 4, "4", "", "", "")
    assert two_years.years[0].amounts == ()


def test_a_month_outside_the_declared_range_is_not_lost():
    report = tree()
    five_years(report)["PD01EH"][0]["PD01ER03"] = "2018-02"
    grid = grids(account(report, "16058"))[0]
    assert grid.title == "2014年11月—2018年2月的还款记录"
    assert grid.years[0].status == ("--", "4", *[""] * 10)


@pytest.mark.parametrize(
    ("month", "row"),
    [("", ("--", "4", "400")), ("昨天", ("昨天", "4", "400")), ("2017-08", ("2017.08", "#", "--"))],
)
def test_a_status_without_a_month_of_its_own_is_not_lost(month, row):
    report = tree()
    five_years(report)["PD01EH"][0]["PD01ER03"] = month
    assert table(account(report, "16058"), "未能归入月份的还款记录").rows == (row,)


def test_a_range_of_a_thousand_years_prints_no_empty_years():
    report = tree()
    five_years(report).update(PD01ER01="0001-01", PD01ER02="9999-12")
    assert len(grids(account(report, "16058"))[0].years) == 4


def test_the_payment_record_ends_in_the_month_of_the_accounts():
    report = tree()
    report["PND"]["PE01"][0]["PE01A"].update(PE01AQ02="#" * 20 + "N012", PE01AR02="2017-02")
    group = groups(layout(read(report)), 4)[1]
    (grid,) = grids(group)
    assert grid.title == "2015年3月—2017年2月的缴费记录"
    assert grid.years[0].status == ("1", "2", *[""] * 10)
    assert grid.years[1].status == (*["#"] * 10, "N", "0")


def test_a_payment_record_that_fits_no_grid_is_printed_as_it_is():
    report = tree()
    report["PND"]["PE01"][0]["PE01A"].update(PE01AQ02="N" * 30)
    group = groups(layout(read(report)), 4)[1]
    assert grids(group) == []
    assert Facts((("最近24个月缴费记录", "N" * 30),), title="其他信息") in group.blocks
