"""The report as the personal edition in detail (本人版 详版) prints it: `layout(report)`.

The order of sections and columns is that of the printed edition; the explanations are our own.
Whatever a report holds is printed: a value without a column of its own goes into 其他信息 of its
record, and what the reader found odd is listed in the notes.
"""

from creditquery.report.document import Document, Section, Table
from creditquery.report.layout import account, closing, person, record, summary
from creditquery.report.layout.text import NUMERALS, show
from creditquery.report.model import Report

TITLE = "个人信用报告（本人版）"


def layout(report: Report) -> Document:
    mark, subject = report.header.mark, report.header.subject
    header = Table(
        columns=("被查询者姓名", "证件类型", "证件号码", "查询机构", "查询原因"),
        rows=(
            (
                show(subject.name),
                show(subject.id_type),
                show(subject.id_number),
                show(subject.organisation),
                show(subject.reason),
            ),
        ),
    )
    parts = (
        person.section,
        summary.section,
        account.section,
        record.postpaid,
        record.public,
        closing.statements,
        closing.annotations,
        closing.inquiries,
        closing.explanations,
    )
    return Document(
        title=TITLE,
        number=show(mark.number),
        reported_at=show(mark.reported_at),
        header=header,
        sections=tuple(_numbered(index, part(report)) for index, part in enumerate(parts, start=1)),
        notes=closing.findings(report),
    )


def _numbered(index: int, section: Section) -> Section:
    return Section(
        title=f"{NUMERALS[index]}、{section.title}",
        anchor=section.anchor,
        groups=section.groups,
        intro=section.intro,
    )
