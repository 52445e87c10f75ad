"""A report as a tree, read; and what the reader found odd in it."""

from typing import Any

from creditquery.report.model import Report, Trouble
from creditquery.report.read import read_report
from creditquery.report.synthetic import to_json


def read(report: dict[str, Any]) -> Report:
    return read_report(to_json(report))


def troubles(report: Report) -> list[tuple[Trouble, str, str]]:
    return [(found.trouble, found.key, found.value) for found in report.warnings]
