"""How values become text, and how the fields of a record become tables."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from creditquery.report import fields
from creditquery.report.document import Block, Facts, Group, Section, Table
from creditquery.report.fields import Block as Part
from creditquery.report.fields import Code, Kind, PartialDate
from creditquery.report.places import PROVINCES

MISSING = "--"
NUMERALS = "零一二三四五六七八九十"
NOTHING = "截至报告时间，征信系统没有您在这一部分的信息。"


@dataclass(frozen=True, slots=True)
class Column:
    """A column whose label, or whose text for a missing value, is not the field's own."""

    name: str
    label: str = ""
    empty: str = MISSING


ColumnSpec = str | Column


def show(value: object) -> str:
    """A value as printed: dates with dots, thousands separated, a missing one as "--"."""
    if value is None or value == ():
        return MISSING
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, PartialDate):
        return month(value) + (f".{value.day:02}" if value.day else "")
    if isinstance(value, datetime):
        return value.strftime("%Y.%m.%d %H:%M:%S")
    if isinstance(value, tuple):
        return "；".join(str(item) for item in value)
    return str(value)


def month(value: PartialDate) -> str:
    return f"{value.year:04}" + (f".{value.month:02}" if value.month else "")


def spoken(value: object) -> str:
    """A date in a heading: 2019年10月16日. Other values as `show` has them."""
    if not isinstance(value, PartialDate):
        return show(value)
    text = f"{value.year}年"
    if value.month:
        text += f"{value.month}月"
    return text + (f"{value.day}日" if value.day else "")


def organisation(kind: Code | None, name: str | None) -> str:
    """An organisation's name. Two letters stand for a name that the sender withholds; the kind
    of organisation then says more than they do."""
    if name and kind and kind.label and re.fullmatch(r"[A-Z]{2}", name):
        return f"{kind.label}“{name}”"
    return show(name)


class Sheet:
    """The printed blocks of one record. It remembers which fields have had their column, so that
    `rest` can print what is left and nothing in a report goes unprinted."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._shown: set[tuple[int, str]] = set()
        self._unknown: dict[int, Part] = {}

    def row(self, part: Part | None, *columns: ColumnSpec, title: str = "") -> None:
        """A table of one row, where the part is there at all."""
        if part is not None:
            self.table([part], *columns, title=title)

    def facts(self, part: Part | None, *columns: ColumnSpec, title: str = "") -> None:
        if part is not None:
            self.blocks.append(Facts(self.pairs(part, *columns), title=title))

    def pairs(self, part: Part | None, *columns: ColumnSpec) -> tuple[tuple[str, str], ...]:
        """Labels and texts, for facts that more than one part gives."""
        if part is None:
            return ()
        return tuple((self._label(part, column), self._cell(part, column)) for column in columns)

    def table(
        self,
        parts: Sequence[Part],
        *columns: ColumnSpec,
        title: str = "",
        lead: tuple[str, Sequence[str]] | None = None,
        foot: tuple[str, ...] = (),
    ) -> None:
        """One row a part; `lead` is a first column that the parts do not hold themselves."""
        if not parts:
            return
        labels = tuple(self._label(parts[0], column) for column in columns)
        rows = [tuple(self._cell(part, column) for column in columns) for part in parts]
        shift = 0
        if lead:
            shift = 1
            labels = (lead[0], *labels)
            rows = [(head, *row) for head, row in zip(lead[1], rows, strict=True)]
        if foot:
            rows.append(foot)
        self.unknown(*parts)
        numbers = {
            shift + index
            for index, column in enumerate(columns)
            if fields.slot(type(parts[0]), _name(column)).kind is Kind.AMOUNT
        }
        self.blocks.append(Table(labels, tuple(rows), title=title, numbers=frozenset(numbers)))

    def numbered(self, parts: Sequence[Part], *columns: ColumnSpec, title: str = "") -> None:
        """A table whose first column counts the rows."""
        self.table(parts, *columns, title=title, lead=("编号", counted(parts)))

    def add(self, *blocks: Block) -> None:
        self.blocks += blocks

    def shown(self, part: Part, *names: str) -> None:
        """Says that these fields stand elsewhere, in a heading for instance."""
        self._shown.update((id(part), name) for name in names)

    def unknown(self, *parts: Part) -> None:
        """Leaves the fields unknown to the model to `rest`, for parts printed in other ways."""
        self._unknown.update((id(part), part) for part in parts if part.other)

    def rest(self, *parts: Part | None) -> None:
        """Prints the fields of these parts that no column showed."""
        pairs = [pair for part in parts if part is not None for pair in self._left(part)]
        self.unknown(*(part for part in parts if part is not None))
        pairs += [
            (f"其他字段{key}", value)
            for part in self._unknown.values()
            for key, value in part.other
        ]
        self._unknown = {}
        if pairs:
            self.blocks.append(Facts(tuple(pairs), title="其他信息"))

    def _left(self, part: Part) -> list[tuple[str, str]]:
        # A count of rows is not printed: the rows are, and a difference is in the notes.
        return [
            (slot.label, show(value))
            for slot in fields.plan(type(part))
            if slot.kind not in (Kind.BLOCK, Kind.ROWS)
            and slot.name != "total"
            and (value := getattr(part, slot.name)) not in (None, ())
            and (id(part), slot.name) not in self._shown
        ]

    def _label(self, part: Part, column: ColumnSpec) -> str:
        if isinstance(column, Column) and column.label:
            return column.label
        return fields.slot(type(part), _name(column)).label

    def _cell(self, part: Part, column: ColumnSpec) -> str:
        name = _name(column)
        value = getattr(part, name)
        self._shown.add((id(part), name))
        if name == "organisation" and hasattr(part, "organisation_type"):
            self._shown.add((id(part), "organisation_type"))
            return organisation(part.organisation_type, value)
        if name == "place":
            return PROVINCES.get(value, show(value))
        if value is None and isinstance(column, Column):
            return column.empty
        return show(value)


def _name(column: ColumnSpec) -> str:
    return column.name if isinstance(column, Column) else column


def counted(parts: Sequence[object]) -> list[str]:
    return [str(number) for number in range(1, len(parts) + 1)]


def numeral(number: int) -> str:
    """（十二） and the like, for numbers below twenty."""
    text = NUMERALS[number] if number <= 10 else f"十{NUMERALS[number - 10]}"
    return f"（{text}）"


def section_of(
    title: str, anchor: str, subsections: Sequence[tuple[str, Sequence[Group]]]
) -> Section:
    """A section of numbered subsections. Each brings its groups, the first of which carries the
    subsection's heading; those without groups are named in one sentence."""
    groups: list[Group] = []
    empty: list[str] = []
    number = 0
    for name, found in subsections:
        if not found:
            empty.append(name)
            continue
        number += 1
        first, *others = found
        if first.level == 1:
            found = [Group(numeral(number) + name, first.blocks, f"{anchor}-{number}"), *others]
        else:
            found = [Group(numeral(number) + name, (), f"{anchor}-{number}"), *found]
        groups += found
    if not groups:
        return Section(title, anchor, intro=(NOTHING,))
    intro = (f"截至报告时间，征信系统没有您的以下信息：{'、'.join(empty)}。",) if empty else ()
    return Section(title, anchor, tuple(groups), intro)


def subsection(sheet: Sheet) -> list[Group]:
    """The sheet as the one group of a subsection, none when it is empty."""
    return [Group("", tuple(sheet.blocks))] if sheet.blocks else []
