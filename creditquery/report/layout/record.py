"""Sections 4 and 5: postpaid services and the eight kinds of public records."""

from collections.abc import Sequence

from creditquery.report.document import Group, Section, Table
from creditquery.report.layout import grid
from creditquery.report.layout.text import Sheet, section_of, show, subsection
from creditquery.report.model import Report
from creditquery.report.model.record import (
    Allowance,
    Award,
    Enforcement,
    HousingFund,
    Judgment,
    Penalty,
    Postpaid,
    Qualification,
    TaxArrears,
)

PublicRecord = (
    TaxArrears | Judgment | Enforcement | Penalty | HousingFund | Allowance | Qualification | Award
)


def postpaid(report: Report) -> Section:
    groups = [_postpaid(item, number) for number, item in enumerate(report.postpaid, 1)]
    return section_of("非信贷交易信息明细", "postpaid", [("后付费记录", groups)])


def _postpaid(service: Postpaid, number: int) -> Group:
    sheet, terms = Sheet(), service.terms
    sheet.row(terms, "kind", "organisation", "business", "opened", "status", "owed", "month")
    if terms:
        grids = grid.postpaid(terms)
        sheet.add(*grids)
        if grids:
            sheet.shown(terms, "record")
    if service.remarks:
        sheet.table(service.remarks.items, "kind", "text", "added", title="标注及声明")
    sheet.rest(service, terms, service.remarks)
    return Group(f"后付费账户{number}", tuple(sheet.blocks), f"service-{number}", level=2)


# Heading, field of the report, and the columns of its one or two tables.
PUBLIC: tuple[tuple[str, str, tuple[tuple[str, ...], ...]], ...] = (
    ("欠税记录", "tax_arrears", (("authority", "sum", "on"),)),
    ("民事判决记录", "judgments", (
        ("court", "cause", "filed", "closing"),
        ("result", "effective", "object", "sum"),
    )),
    ("强制执行记录", "enforcements", (
        ("court", "cause", "filed", "closing", "state", "closed"),
        ("applied_object", "applied", "executed_object", "executed"),
    )),
    ("行政处罚记录", "penalties", (
        ("authority", "content", "sum", "starts", "ends", "review"),
    )),
    ("住房公积金参缴记录", "housing_funds", (
        ("place", "joined", "first", "until", "status", "monthly"),
        ("person_share", "employer_share", "employer", "updated"),
    )),
    ("低保救助记录", "allowances", (
        ("person", "place", "employer", "income", "applied", "approved", "updated"),
    )),
    ("执业资格记录", "qualifications", (
        ("name", "level", "obtained", "ends", "revoked", "authority", "place"),
    )),
    ("行政奖励记录", "awards", (("authority", "content", "starts", "ends"),)),
)  # fmt: skip


def public(report: Report) -> Section:
    kinds = [(title, _records(getattr(report, name), stacked)) for title, name, stacked in PUBLIC]
    return section_of("公共信息明细", "public", kinds)


def _records(records: Sequence[PublicRecord], stacked: Sequence[Sequence[str]]) -> list[Group]:
    """Numbered tables over all records of one kind; wide records take two tables."""
    sheet = Sheet()
    terms = [(str(number), item.terms) for number, item in enumerate(records, 1)]
    lead = ("编号", [number for number, item in terms if item])
    for columns in stacked:
        sheet.table([item for _, item in terms if item], *columns, lead=lead)
    remarks = [
        (str(number), show(remark.kind), show(remark.text), show(remark.added))
        for number, item in enumerate(records, 1)
        for remark in (item.remarks.items if item.remarks else ())
    ]
    if remarks:
        sheet.add(Table(("编号", "类型", "内容", "添加日期"), tuple(remarks), title="标注及声明"))
    for item in records:
        sheet.unknown(*(item.remarks.items if item.remarks else ()))
    sheet.rest(*records, *(part for item in records for part in (item.terms, item.remarks)))
    return subsection(sheet)
