"""Reports of any size made from a sample, for benchmarks, drills and tests.

Every account, inquiry and public record of the result can be told from every other by a text that
occurs nowhere else, so that a print-out can be checked for completeness.
"""

import copy
import json
from typing import Any

from lxml import etree

Node = dict[str, Any]

_PUBLIC = {
    "POT": ("PF01", "PF01AQ01"),
    "PCJ": ("PF02", "PF02AQ01"),
    "PCE": ("PF03", "PF03AQ01"),
    "PAP": ("PF04", "PF04AQ01"),
    "PHF": ("PF05", "PF05AQ04"),
    "PBS": ("PF06", "PF06AQ02"),
    "PPQ": ("PF07", "PF07AQ01"),
    "PAH": ("PF08", "PF08AQ01"),
}


def synthetic(
    sample: Node, *, accounts: int, inquiries: int | None = None, public: int = 2
) -> Node:
    """A report with so many accounts and inquiries, and `public` records of each of the eight
    kinds. Accounts repeat the sample's in turn, so all kinds and states occur. `sample` is the
    JSON tree of a report and stays as it is."""
    report = dict(sample)
    report["PDA"] = {
        "PD01": [_account(row, n) for n, row in _taken(sample["PDA"]["PD01"], accounts)]
    }
    wanted = accounts // 2 if inquiries is None else inquiries
    report["POQ"] = {"PH01": [_inquiry(row, n) for n, row in _taken(sample["POQ"]["PH01"], wanted)]}
    for segment, (unit, field) in _PUBLIC.items():
        rows = sample[segment][unit]
        report[segment] = {unit: [_record(row, unit, field, n) for n, row in _taken(rows, public)]}
    return report


def _taken(rows: list[Node], wanted: int) -> list[tuple[int, Node]]:
    return [(n, copy.deepcopy(rows[n % len(rows)])) for n in range(wanted)]


def _account(row: Node, number: int) -> Node:
    row["PD01A"]["PD01AI01"] = f"ZH{number:06}"
    row["PD01A"]["PD01AI03"] = f"BS{number:06}"
    if row["PD01E"]:
        row["PD01E"] = _sixty_months(row["PD01E"])
    return row


def _sixty_months(record: Node) -> Node:
    """The bureau sends 60 slots whatever the range is; those outside it are empty."""
    slots = list(record["PD01EH"])
    empty = {"PD01ER03": "", "PD01ED01": "", "PD01EJ01": ""}
    return {**record, "PD01EH": slots + [empty] * (60 - len(slots))}


def _inquiry(row: Node, number: int) -> Node:
    return {**row, "PH010Q02": f"查询机构{number:06}"}


def _record(row: Node, unit: str, field: str, number: int) -> Node:
    row[f"{unit}A"][field] = f"{field}{number:06}"
    return row


def to_json(report: Node) -> bytes:
    return json.dumps(report, ensure_ascii=False).encode()


def to_xml(report: Node, *, encoding: str = "UTF-8") -> bytes:
    """The report as <Document>; what has no value becomes an empty element."""
    root = etree.Element("Document")
    for key, value in report.items():
        _append(root, key, value)
    return etree.tostring(root, encoding=encoding, xml_declaration=True)


def _append(parent: Any, key: str, value: Any) -> None:
    for item in value if isinstance(value, list) and value else [value]:
        element = etree.SubElement(parent, key)
        if isinstance(item, dict):
            for name, inner in item.items():
                _append(element, name, inner)
        elif item:
            element.text = item
