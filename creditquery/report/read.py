"""From a bureau answer to a Report.

Tolerant of how senders differ: order and case of keys, lists of one, the three shapes of an empty
segment, 60 month slots filled or not. Strict about what would make a report wrong: what is not in
the standard is never passed over in silence.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from creditquery.report import fields
from creditquery.report.errors import ReportError, UnknownStructure, WrongPerson
from creditquery.report.fields import (
    Block,
    Code,
    CodeTable,
    Kind,
    PartialDate,
    ScopedTable,
    Slot,
    Unread,
)
from creditquery.report.model import Finding, Report, Trouble
from creditquery.report.source import MAX_BYTES, Tree, Value, parse

__all__ = ["ReportError", "UnknownStructure", "WrongPerson", "check_person", "read_report"]

BEIJING = timezone(timedelta(hours=8))

# What stands for "nothing here". 2099-12-31 is "no end", and 0000-00 "no date".
_MISSING = frozenset({"", "--"})
_NO_DATE = frozenset({"0000", "0000-00", "0000-00-00", "2099-12-31"})

_NUMBER = re.compile(r"-?[0-9]{1,3}(?:,[0-9]{3})+(?:\.0+)?|-?[0-9]{1,18}(?:\.0+)?")
_DATE = re.compile(r"([0-9]{4})(?:[-./]([0-9]{2})(?:[-./]([0-9]{2}))?)?")
_CODE = re.compile(r"[0-9A-Za-z]{1,3}")
# Characters that print nothing or reorder what stands around them.
_UNPRINTABLE = re.compile(
    r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffe\uffff]"
)
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def read_report(data: bytes, *, max_bytes: int = MAX_BYTES) -> Report:
    """The report in `data`, XML or JSON. Raises ReportError, and nothing else, for any bytes."""
    tree = parse(data, max_bytes=max_bytes)
    return _Reader().report(tree)


def check_person(report: Report, *, id_number: str, name: str) -> None:
    """Raises WrongPerson unless the report is about the person with this ID number and name."""
    subject = report.header.subject
    same_number = _plain(subject.id_number).upper() == _plain(id_number).upper()
    if not (same_number and _plain(subject.name) == _plain(name)):
        raise WrongPerson("The report is about another person.")


def _plain(text: str) -> str:
    # The dot in a name is typed in several ways, and spaces mean nothing in it.
    return re.sub(r"[·•・‧∙．.\s]", "", text)


class _Reader:
    def __init__(self) -> None:
        self._findings: list[Finding] = []
        self._scopes: dict[str, str] = {}
        self._cache: dict[tuple[Kind, str], Any] = {}

    def report(self, tree: Tree) -> Report:
        plan = fields.plan(Report)
        known = {slot.key for slot in plan}
        if not known.intersection(tree):
            raise ReportError("The document holds no segment of a credit report.")
        unknown = sorted(set(tree) - known)
        if unknown:
            raise UnknownStructure(f"Segment {_name(unknown[0])} is not in the standard.")
        values = {slot.name: self._segment(slot, tree.get(slot.key)) for slot in plan}
        header = values["header"]
        if header is None:
            raise ReportError("The report has no header.")
        if header.mark is None or header.mark.number is None:
            raise ReportError("The report has no report number.")
        subject = header.subject
        if subject is None or subject.name is None or subject.id_number is None:
            raise ReportError("The report does not name its person.")
        self._note_repeated_accounts(values["accounts"])
        return Report(**values, warnings=tuple(self._findings))

    def _segment(self, slot: Slot, value: Value) -> Any:
        """A segment holds units: {"PDA": {"PD01": [...]}}. It may come in parts or be empty."""
        units: list[Value] = []
        for part in _listed(value):
            if not isinstance(part, dict):
                raise UnknownStructure(f"Segment {slot.key} holds a text.")
            if set(part) - {slot.unit}:
                raise UnknownStructure(f"Segment {slot.key} holds an unknown unit.")
            units += _listed(part[slot.unit])
        unit = Slot(slot.kind, slot.unit, holds=slot.holds)
        found: list[Any] = []
        for value in units:
            self._scopes.clear()  # an account without a kind must not borrow its neighbour's
            found += self._rows(unit, [value])
        return tuple(found) if slot.kind is Kind.ROWS else _only(unit, found)

    def _block(self, cls: type[Block], tree: Tree, prefix: str) -> Any:
        """The part, or None when every field of it is missing."""
        values: dict[str, Any] = {}
        seen = 0
        plan = fields.plan(cls, prefix)
        for slot in plan:
            if slot.key in tree:
                seen += 1
                value = self._READ[slot.kind](self, slot, tree[slot.key])
                if value is not None and value != ():
                    values[slot.name] = value
        if seen != len(tree):
            other = self._other(tree, {slot.key for slot in plan})
            if other:
                values["other"] = other
        if not values:
            return None
        part = cls(**values)
        for slot in plan:
            if slot.count:
                self._note_count(part, plan, slot)
        return part

    def _other(self, tree: Tree, known: set[str]) -> tuple[tuple[str, str], ...]:
        """Unknown fields are kept and reported; an unknown block is beyond what can be shown."""
        other = []
        for key in tree.keys() - known:
            for value in _listed(tree[key]):
                if not isinstance(value, str):
                    raise UnknownStructure(f"Block {_name(key)} is not in the standard.")
                text = self._text_of(key, "", value)
                other.append((_name(key), text))
                self._note(Trouble.UNKNOWN_FIELD, _name(key), "", text)
        return tuple(sorted(other))

    # One method a kind; each takes the slot and the raw value and gives the value or None.

    def _read_block(self, slot: Slot, value: Value) -> Any:
        return _only(slot, self._rows(slot, _listed(value)))

    def _read_rows(self, slot: Slot, value: Value) -> Any:
        return self._rows(slot, _listed(value))

    def _rows(self, slot: Slot, values: list[Value]) -> tuple[Any, ...]:
        assert slot.holds is not None
        prefix = fields.inner_prefix(slot)
        found = []
        for value in values:
            if not isinstance(value, dict):
                raise UnknownStructure(f"Block {slot.key} holds a text.")
            part = self._block(slot.holds, value, prefix)
            if part is not None:
                found.append(part)
        return tuple(found)

    def _read_text(self, slot: Slot, value: Value) -> str | None:
        raw = _scalar(slot, value)
        return None if raw is None else self._text_of(slot.key, slot.label, raw)

    def _read_code(self, slot: Slot, value: Value) -> Code | None:
        raw = _scalar(slot, value)
        if raw is None:
            return None
        code = self._code(slot, raw)
        self._scopes[slot.key] = code.value
        return code

    def _read_codes(self, slot: Slot, value: Value) -> tuple[Code, ...]:
        found = (_scalar(slot, item) for item in _listed(value))
        return tuple(self._code(slot, raw) for raw in found if raw is not None)

    def _code(self, slot: Slot, raw: str) -> Code:
        table: CodeTable | ScopedTable | None = slot.table
        if isinstance(table, ScopedTable):
            table = table.tables.get(self._scopes.get(table.scope, ""))
        value = self._text_of(slot.key, slot.label, raw)
        label = table.labels.get(value) if table else None
        if label is None and not (table and table.open and not _CODE.fullmatch(value)):
            self._note(Trouble.UNKNOWN_CODE, slot.key, slot.label, value)
        return Code(value, label)

    def _read_value(self, slot: Slot, value: Value) -> Any:
        """A count, amount, date or stamp: text that is none is kept as Unread and reported."""
        raw = _scalar(slot, value)
        if raw is None:
            return None
        key = (slot.kind, raw)
        if key not in self._cache:
            self._cache[key] = _PARSE[slot.kind](raw)
        found = self._cache[key]
        if isinstance(found, Unread):
            found = Unread(self._text_of(slot.key, slot.label, raw))
            self._note(Trouble.UNREAD_VALUE, slot.key, slot.label, found)
        return found

    _READ: dict[Kind, Callable[["_Reader", Slot, Value], Any]] = {
        Kind.BLOCK: _read_block,
        Kind.ROWS: _read_rows,
        Kind.TEXT: _read_text,
        Kind.CODE: _read_code,
        Kind.CODES: _read_codes,
        Kind.DATE: _read_value,
        Kind.STAMP: _read_value,
        Kind.COUNT: _read_value,
        Kind.AMOUNT: _read_value,
    }

    # Findings.

    def _text_of(self, key: str, label: str, raw: str) -> str:
        if raw.isprintable():
            return raw
        text = _SURROGATE.sub("\ufffd", _UNPRINTABLE.sub("", raw))
        if text != raw:
            self._note(Trouble.UNPRINTABLE, key, label, text)
        return text

    def _note(self, trouble: Trouble, key: str, label: str, value: str) -> None:
        self._findings.append(Finding(trouble, key, label, value))

    def _note_count(self, part: Block, plan: tuple[Slot, ...], slot: Slot) -> None:
        """Rows fewer or more than the report says it has point to a damaged answer."""
        counter = next(other for other in plan if other.key == slot.count)
        said, found = getattr(part, counter.name), len(getattr(part, slot.name))
        if isinstance(said, int) and said != found:
            self._note(Trouble.COUNT_DIFFERS, counter.key, counter.label, f"{said}≠{found}")

    def _note_repeated_accounts(self, accounts: tuple[Any, ...]) -> None:
        seen: set[str] = set()
        for account in accounts:
            number = account.basics.number if account.basics else None
            if number is not None and number in seen:
                self._note(Trouble.REPEATED_ACCOUNT, "PD01AI01", "账户编号", number)
            seen.add(number or "")


def _listed(value: Value) -> list[Value]:
    """The items of a value, whether it came as a list, as one item, or empty in any shape."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if not _empty(item)]


def _empty(value: Value) -> bool:
    if isinstance(value, str):
        return value.strip() in _MISSING
    return value is None or value == {} or value == []


def _only(slot: Slot, found: Sequence[Any]) -> Any:
    if len(found) > 1:
        raise UnknownStructure(f"Block {slot.key} occurs more than once.")
    return found[0] if found else None


def _scalar(slot: Slot, value: Value) -> str | None:
    if isinstance(value, str):
        text = value.strip()
        return None if text in _MISSING else text
    items = _listed(value)
    if not items:
        return None
    if len(items) > 1:
        raise UnknownStructure(f"Field {slot.key} occurs more than once.")
    item = items[0]
    if isinstance(item, bool):
        return str(item).lower()
    if not isinstance(item, str):
        raise UnknownStructure(f"Field {slot.key} holds a block.")
    return item.strip()


def _name(key: str) -> str:
    """A key as it may be shown: it comes from outside and can be anything."""
    return key if re.fullmatch(r"[0-9A-Z_]{1,32}", key) else "with an odd name"


def _number(raw: str) -> int | Unread:
    if not _NUMBER.fullmatch(raw):
        return Unread(raw)
    return int(raw.partition(".")[0].replace(",", ""))


def _partial_date(raw: str) -> PartialDate | Unread | None:
    if raw in _NO_DATE:
        return None
    match = _DATE.fullmatch(raw)
    if not match:
        return Unread(raw)
    year, month, day = (int(group or 0) for group in match.groups())
    try:
        date(year, month if match.group(2) else 1, day if match.group(3) else 1)
    except ValueError:
        return Unread(raw)
    return PartialDate(year, month, day)


def _stamp(raw: str) -> datetime | Unread:
    try:
        moment = datetime.fromisoformat(raw)
        if moment.tzinfo is None:
            return moment.replace(tzinfo=BEIJING)
        return moment.astimezone(UTC).astimezone(BEIJING)
    except (ValueError, OverflowError):
        return Unread(raw)


_PARSE: dict[Kind, Callable[[str], Any]] = {
    Kind.COUNT: _number,
    Kind.AMOUNT: _number,
    Kind.DATE: _partial_date,
    Kind.STAMP: _stamp,
}
