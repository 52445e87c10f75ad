"""How a part of the report is declared: an English name, the bureau's key, a Chinese label.

A part is a dataclass made by `part`; each of its fields is made by one of the functions below,
which fixes how the reader takes the value and how the layout names it:

    @part
    class Residence(Block):
        address: str | None = text("PB030Q01", "居住地址")
        status: Code | None = code("PB030D01", "居住状况", codes.RESIDENCE)

A key that begins with "?" is relative: the mark stands for the key of the block that holds the
part, so that one class serves the same structure in several places ("?S01" in block "PD01Z" is
"PD01ZS01").

Values: a field that the bureau left empty is None and never zero. What stands where a date, count
or amount should but is none is an `Unread`, the text as received.
"""

import dataclasses
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, dataclass_transform


class Unread(str):
    """Text that is not the date, count or amount expected in its place; printed as it came."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Code:
    """A code of the standard; `label` is None when the tables do not know it."""

    value: str
    label: str | None

    def __str__(self) -> str:
        return self.label or self.value


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A date as the bureau gives it: a year, a month, or a day. 0 means not given."""

    year: int
    month: int = 0
    day: int = 0


@dataclass(frozen=True, slots=True)
class CodeTable:
    """Labels by code. In an `open` table a text that is no code is good as it stands."""

    labels: Mapping[str, str]
    open: bool = False


@dataclass(frozen=True, slots=True)
class ScopedTable:
    """Labels that depend on another code, read before: the value of the field `scope`."""

    scope: str
    tables: Mapping[str, CodeTable]


class Kind(enum.IntEnum):
    TEXT = enum.auto()
    CODE = enum.auto()
    CODES = enum.auto()
    DATE = enum.auto()
    STAMP = enum.auto()
    COUNT = enum.auto()
    AMOUNT = enum.auto()
    BLOCK = enum.auto()
    ROWS = enum.auto()


@dataclass(frozen=True, slots=True)
class Slot:
    """What one declared field needs to be read and to be named."""

    kind: Kind
    key: str
    label: str = ""
    table: CodeTable | ScopedTable | None = None
    holds: "type[Block] | None" = None
    unit: str = ""
    count: str = ""
    name: str = ""


def text(key: str, label: str) -> Any:
    return _declare(Slot(Kind.TEXT, key, label))


def code(key: str, label: str, table: CodeTable | ScopedTable) -> Any:
    return _declare(Slot(Kind.CODE, key, label, table=table))


def code_list(key: str, label: str, table: CodeTable) -> Any:
    """A repeated code, as a tuple."""
    return _declare(Slot(Kind.CODES, key, label, table=table), default=())


def date(key: str, label: str) -> Any:
    return _declare(Slot(Kind.DATE, key, label))


def stamp(key: str, label: str) -> Any:
    """An ISO date and time, in Beijing time when it names no zone."""
    return _declare(Slot(Kind.STAMP, key, label))


def count(key: str, label: str) -> Any:
    return _declare(Slot(Kind.COUNT, key, label))


def amount(key: str, label: str) -> Any:
    """Whole yuan, or whole units of the account's currency."""
    return _declare(Slot(Kind.AMOUNT, key, label))


def block(key: str, holds: "type[Block]", *, label: str = "", unit: str = "") -> Any:
    """One nested part. A `unit` lies between the two: segment PRH holds unit PA01."""
    return _declare(Slot(Kind.BLOCK, key, label, holds=holds, unit=unit))


def rows(
    key: str, holds: "type[Block]", *, label: str = "", unit: str = "", count: str = ""
) -> Any:
    """A repeated part. `count` is the key of the field that says how many rows there are."""
    slot = Slot(Kind.ROWS, key, label, holds=holds, unit=unit, count=count)
    return _declare(slot, default=())


def _declare(slot: Slot, default: object = None) -> Any:
    return dataclasses.field(default=default, metadata={"slot": slot})


T = TypeVar("T")


@dataclass_transform(frozen_default=True, kw_only_default=True)
def part(cls: type[T]) -> type[T]:
    # No repr: it would carry a person's data into every log line that shows a local variable.
    return dataclass(frozen=True, slots=True, repr=False, kw_only=True)(cls)


@part
class Block:
    """A part of the report. `other` holds fields that the model does not know, as received."""

    other: tuple[tuple[str, str], ...] = ()


_plans: dict[tuple[type, str], tuple[Slot, ...]] = {}


def plan(cls: type[Block], prefix: str = "") -> tuple[Slot, ...]:
    """The declared fields of a part in order, with relative keys resolved against `prefix`."""
    found = _plans.get((cls, prefix))
    if found is None:
        found = _plans[cls, prefix] = tuple(
            dataclasses.replace(
                slot,
                name=field.name,
                key=slot.key.replace("?", prefix),
                count=slot.count.replace("?", prefix),
            )
            for field in dataclasses.fields(cls)
            if (slot := field.metadata.get("slot")) is not None
        )
    return found


def slot(cls: type[Block], name: str) -> Slot:
    """The declaration of one field."""
    return next(found for found in plan(cls) if found.name == name)


def inner_prefix(held: Slot) -> str:
    """What "?" stands for inside the part of this slot: its own key, without a list's H."""
    return held.key[:-1] if held.kind is Kind.ROWS and held.key.endswith("H") else held.key
