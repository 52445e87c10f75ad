"""What a printed document says: the aids of the tests that look into one."""

from collections.abc import Iterator
from typing import Any

from creditquery.report.document import Block, Document, Facts, Group, MonthGrid, Table, Text
from creditquery.report.layout import layout
from creditquery.tests.reading import read


def groups(document: Document, section: int) -> tuple[Group, ...]:
    return document.sections[section - 1].groups


def texts_of(block: Block) -> Iterator[str]:
    yield block.title
    match block:
        case Facts(pairs=pairs):
            for pair in pairs:
                yield from pair
        case Table(columns=columns, rows=rows):
            yield from columns
            for row in rows:
                yield from row
        case MonthGrid(years=years):
            for year in years:
                yield from (year.year, *year.status, *year.amounts)
        case Text(paragraphs=paragraphs):
            yield from paragraphs


def texts(document: Document) -> list[str]:
    found = [document.title, document.number, document.reported_at, *texts_of(document.header)]
    for section in document.sections:
        found += [section.title, *section.intro]
        for group in section.groups:
            found.append(group.title)
            for block in group.blocks:
                found += texts_of(block)
    return found


def table(group: Group, title: str) -> Table:
    return next(
        block for block in group.blocks if isinstance(block, Table) and block.title == title
    )


def grids(group: Group) -> list[MonthGrid]:
    return [block for block in group.blocks if isinstance(block, MonthGrid)]


def account(report: dict[str, Any], number: str) -> Group:
    document = layout(read(report))
    return next(group for group in groups(document, 3) if f"账户编号：{number}" in group.title)
