"""From the bureau's bytes to the PDF: pages, seconds, memory, at 28, 60 and 240 accounts.

Ours runs in a warm process of its own for each size. The peers print the same content in the same
rounds: Chromium the same HTML in a browser that is already up, ReportLab the same cells as plain
tables, untagged and without a total of pages, which is less than a report needs.
"""

import json
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

from django.template.loader import render_to_string
from playwright.sync_api import Browser, sync_playwright

from benchmarks.child import Answer, Child
from benchmarks.peers import environment
from benchmarks.rows import Row
from creditquery.report import printing
from creditquery.report.document import Document, Facts, MonthGrid, Table
from creditquery.report.layout import layout
from creditquery.report.read import read_report
from creditquery.report.samples import JSON, tree
from creditquery.report.synthetic import synthetic, to_json
from creditquery.templatetags.report import months, strips
from dev.paths import CHECKOUT

SIZES = (28, 60, 240)
ROUNDS = 3
SECONDS_A_PAGE = 0.12
GROWTH = 4.4  # of time and memory from 60 to 240 accounts, four times the work
KIB_IN_MIB = 1024


def measure() -> Iterator[Row]:
    ours = {size: _measure_size(size) for size in SIZES}
    for size, (answers, peers) in ours.items():
        seconds = _median(answers, "seconds")
        pages = answers[0]["pages"]
        yield _row(f"pages, {size} accounts", pages, "pages")
        yield _row(f"seconds a page, {size} accounts", seconds / pages, "s", goal=SECONDS_A_PAGE)
        yield _row(f"peak memory, {size} accounts", answers[0]["peak"] / KIB_IN_MIB, "MiB")
        for peer, times in peers.items():
            theirs = {"peer": peer, "peer_value": round(statistics.median(times), 4)}
            yield _row(f"seconds, {size} accounts", seconds, "s", **theirs)
    few, many = ours[60][0], ours[240][0]
    for figure, name in (("seconds", "time"), ("peak", "memory")):
        growth = _median(many, figure) / _median(few, figure)
        yield _row(f"growth of {name}, 240 to 60 accounts", growth, "times", goal=GROWTH)


def _row(figure: str, value: float, unit: str, **rest: Any) -> Row:
    return Row(bench="report_pdf", figure=figure, value=round(value, 4), unit=unit, **rest)


def _median(answers: list[Answer], figure: str) -> float:
    return statistics.median(answer[figure] for answer in answers)


def _measure_size(size: int) -> tuple[list[Answer], dict[str, list[float]]]:
    raw = JSON if size == 28 else to_json(synthetic(tree(), accounts=size))
    document = layout(read_report(raw))
    answers: list[Answer] = []
    peers: dict[str, list[float]] = {"chromium": [], "reportlab": []}
    with ExitStack() as stack:
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=environment.chromium(), args=["--no-sandbox"]
        )
        stack.enter_context(closing(browser))
        mine = stack.enter_context(Child([sys.executable, "-m", "benchmarks.report_child"], raw))
        reportlab = stack.enter_context(
            Child(
                [
                    environment.python(*environment.REPORTLAB),
                    CHECKOUT / "benchmarks/peers/reportlab_tables.py",
                ],
                json.dumps(_cells(document)).encode(),
            )
        )
        markup = _for_chromium(document)
        for _ in range(1 + ROUNDS):
            answers.append(mine.go())
            peers["chromium"].append(_seconds(lambda: _print_in(browser, markup)))
            peers["reportlab"].append(reportlab.go()["seconds"])
    return answers[1:], {peer: times[1:] for peer, times in peers.items()}  # the first warms up


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _print_in(browser: Browser, markup: str) -> bytes:
    with closing(browser.new_page()) as page:
        page.set_content(markup)
        return page.pdf(prefer_css_page_size=True, tagged=True, outline=True)


def _for_chromium(document: Document) -> str:
    css = render_to_string("portal/pdf/base.css") + render_to_string("creditquery/pdf/report.css")
    faces = 'html{font-family:"Noto Sans CJK SC"}'
    return printing.html(document).replace(
        "</head>", f"<style>{faces}{css}{printing.SHARES}</style></head>"
    )


def _cells(document: Document) -> list[list[list[str]]]:
    """Every table of the report as rows of cells; headings and texts as tables of one cell."""
    tables = [_rows(document.header)]
    for section in document.sections:
        tables.append([[section.title]])
        for group in section.groups:
            tables.append([[group.title]])
            tables += (_rows(block) for block in group.blocks)
    return [table for table in tables if table]


def _rows(block: object) -> list[list[str]]:
    match block:
        case Table():
            return [list(block.columns), *map(list, block.rows)]
        case Facts():
            strip = [pair for row in strips(block) for pair in row]
            return [[label for label, _, _ in strip], [value for _, value, _ in strip]]
        case MonthGrid():
            return [[year.year, *months(year)] for year in block.years]
        case _:
            return [[line] for line in getattr(block, "paragraphs", ())]
