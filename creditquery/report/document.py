"""The printed report as plain data: what the page and the PDF both show, in order.

`layout` makes a Document from a Report; `printing` turns it into HTML and PDF. Every value
here is final text: dates, amounts and code labels are already written out in Chinese.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Facts:
    """Labelled single values, printed as label and value pairs, several to a row."""

    pairs: tuple[tuple[str, str], ...]
    title: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """One head row and any number of rows; each row has as many cells as there are columns.

    `widths` are relative column weights; empty means equal columns. `numbers` names the columns
    (by index) that hold amounts and are set flush right.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    title: str = ""
    widths: tuple[int, ...] = ()
    numbers: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class GridYear:
    """Twelve months of one year, January first; "" where the month is out of range."""

    year: str
    status: tuple[str, ...]
    amounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MonthGrid:
    """Repayment record by month: one status row, and one amount row where there are amounts."""

    title: str
    years: tuple[GridYear, ...]


@dataclass(frozen=True, slots=True)
class Text:
    paragraphs: tuple[str, ...]
    title: str = ""


Block = Facts | Table | MonthGrid | Text


@dataclass(frozen=True, slots=True)
class Group:
    """A numbered part of a section: a subsection, or one account with its blocks.

    `level` is the heading level below the section (1 subsection, 2 account or record).
    """

    title: str
    blocks: tuple[Block, ...] = ()
    anchor: str = ""
    level: int = 1


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    anchor: str
    groups: tuple[Group, ...] = ()
    intro: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report. `header` is the table below the title; `notes` are remarks of the portal
    (unknown codes, values printed as received), shown at the end so that nothing is hidden."""

    title: str
    number: str
    reported_at: str
    header: Table
    sections: tuple[Section, ...]
    notes: tuple[str, ...] = field(default=())
