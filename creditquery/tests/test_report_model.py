"""The model is complete: every key of the field dictionary, once, under a fitting kind."""

import csv
import dataclasses
import re
from collections.abc import Iterator

import pytest

from creditquery.report import codes, fields
from creditquery.report.fields import Block, CodeTable, Kind, ScopedTable, Slot
from creditquery.report.model import Report
from creditquery.report.read import read_report
from creditquery.report.samples import FIELDS_CSV, JSON

SEGMENTS = [
    "PRH", "PIM", "PMM", "PRM", "POM", "PSM", "PCO", "PNO", "PPO", "PQO", "PDA", "PCA",
    "PCR", "PND", "POT", "PCJ", "PCE", "PAP", "PHF", "PBS", "PPQ", "PAH", "POS", "POQ",
]  # fmt: skip

# Letter 6 of a key says the kind. The standard breaks its own rule in these.
KIND_OF_LETTER = {
    "D": {Kind.CODE, Kind.CODES},
    "I": {Kind.TEXT},
    "Q": {Kind.TEXT},
    "R": {Kind.DATE, Kind.STAMP},
    "S": {Kind.COUNT},
    "J": {Kind.AMOUNT},
    "H": {Kind.ROWS},
}
EXCEPTIONS = {
    "PA01DQ01": Kind.CODE,
    "PC05AQ01": Kind.CODE,
    "PH010Q03": Kind.CODE,
    "PC010Q01": Kind.COUNT,
    "PC010Q02": Kind.COUNT,
    "PF07AD02": Kind.TEXT,
}


def all_slots(cls: type[Block] = Report, prefix: str = "") -> Iterator[tuple[str, Slot]]:
    """Every declared field with the name of its class, segments and blocks included."""
    for slot in fields.plan(cls, prefix):
        yield cls.__name__, slot
        if slot.holds:
            inner = Slot(slot.kind, slot.unit, holds=slot.holds) if slot.unit else slot
            yield from all_slots(slot.holds, fields.inner_prefix(inner))


def dictionary_keys() -> set[str]:
    with FIELDS_CSV.open(encoding="utf-8") as file:
        keys = {row["key"] for row in csv.DictReader(file)}
    # The dictionary pivots the summary's rows into one column a code: PC02AS03_11. Its "AR02" of
    # those is the month that the report itself calls PC02AR01.
    return {key.partition("_")[0].replace("PC02AR02", "PC02AR01") for key in keys}


def field_slots() -> list[Slot]:
    return [slot for _, slot in all_slots() if re.fullmatch(r"P[A-H]\d\d[0A-Z][A-Z]\d\d", slot.key)]


def test_the_24_segments_in_order():
    assert [slot.key for slot in fields.plan(Report)] == SEGMENTS


def test_every_key_of_the_field_dictionary_is_declared():
    known = {slot.key for _, slot in all_slots()}
    # Lists of the dictionary without fields of their own (…ZH, PA01CH) are declared as lists, and
    # PA01DH, which is a block in the report.
    assert dictionary_keys() - known == {"PA01DH"}


def test_no_key_is_declared_twice():
    keys = [slot.key for slot in field_slots()]
    assert len(keys) == len(set(keys)) == 353


def test_the_kind_follows_the_letter():
    for slot in field_slots():
        expected = EXCEPTIONS.get(slot.key)
        assert slot.kind in ({expected} if expected is not None else KIND_OF_LETTER[slot.key[5]])


def test_every_field_has_a_label_and_every_code_a_table():
    for slot in field_slots():
        assert slot.label
        assert (slot.table is not None) == (slot.kind in (Kind.CODE, Kind.CODES))


def test_the_count_of_rows_is_a_field_of_the_same_block():
    for name, slot in all_slots():
        if slot.count:
            assert slot.count in {other.key for owner, other in all_slots() if owner == name}


@pytest.mark.parametrize(
    "table", [value for value in vars(codes).values() if isinstance(value, CodeTable)]
)
def test_code_tables_hold_labels(table):
    assert table.labels
    assert all(code == code.strip() and label.strip() for code, label in table.labels.items())


def test_status_tables_cover_the_account_kinds():
    assert isinstance(codes.ACCOUNT_STATUS, ScopedTable)
    assert set(codes.ACCOUNT_STATUS.tables) == set(codes.ACCOUNT_KIND.labels)


def test_nothing_of_a_person_shows_in_a_repr():
    report = read_report(JSON)
    shown = repr(report) + repr(report.header.subject) + repr(report.accounts[0])
    assert "王小二" not in shown
    assert "11010519491231002X" not in shown


def test_parts_are_frozen():
    report = read_report(JSON)
    with pytest.raises(dataclasses.FrozenInstanceError):
        report.header.subject.name = "他人"
