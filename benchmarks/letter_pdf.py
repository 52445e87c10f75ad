"""A delay letter from its data to the signed PDF: milliseconds on one core, and memory over 2,000.

Each prints the same letter and signs it with the same P-256 key through pyHanko, warm, in a process
of its own on the same core, in alternating rounds. The peers are what one would write first:
WeasyPrint with the whole of Noto Sans CJK, and ReportLab with a face cut to GB 2312 beforehand,
which draws lines at fixed places: untagged, and without a way out for rare names.
"""

import datetime as dt
import json
import os
import statistics
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from django.utils.html import escape

from benchmarks.child import Answer, Child
from benchmarks.peers import environment
from benchmarks.rows import Row
from complaints.letter import printing, qr
from complaints.letter.canonical import compose
from complaints.letter.facts import facts_hash, of_law
from complaints.letter.texts import newest, words
from complaints.letter.words import Words
from dev.paths import CHECKOUT
from portal import fonts, law
from portal.signing import keys

LETTERS = 2000
ROUNDS = 20
PEER_LETTERS = 5
GOAL_MS = 60
GOAL_MIB = 250
GOAL_GROWTH_MIB = 10
KIB_IN_MIB = 1024
CSS = """@page { size: A4; margin: 20mm } html { font-size: 10pt; line-height: 1.6 }
h1 { font-size: 17pt; text-align: center } section + section { break-before: page }
table { font-size: 9pt } th { width: 31mm; font-weight: 400; text-align: left }
svg { width: 31mm; height: 31mm }"""
SERIAL = "26112222K7Q9ZM4T8PX3"


def measure() -> Iterator[Row]:
    answers, peers = _rounds()
    milliseconds = _median(answers)
    yield _row("a letter, printed and signed", milliseconds, "ms", goal=GOAL_MS)
    for peer, theirs in peers.items():
        value = {"peer": peer, "peer_value": round(_median(theirs), 2)}
        yield _row("a letter, printed and signed", milliseconds, "ms", **value)
        held = round(theirs[-1]["resident"] / KIB_IN_MIB, 1)
        yield _row("memory", _memory(answers[-1]), "MiB", peer=peer, peer_value=held)
    yield _row(f"memory after {LETTERS} letters", _memory(answers[-1]), "MiB", goal=GOAL_MIB)
    growth = max(0.0, _memory(answers[-1]) - _memory(answers[1]))
    since = f"growth from {2 * LETTERS // ROUNDS} letters on"
    yield _row(since, growth, "MiB", goal=GOAL_GROWTH_MIB)


def _row(figure: str, value: float, unit: str, **rest: Any) -> Row:
    return Row(bench="letter_pdf", figure=figure, value=round(value, 2), unit=unit, **rest)


def _median(answers: list[Answer]) -> float:
    """Milliseconds a letter; the first round warms up."""
    return 1000 * statistics.median(answer["seconds"] for answer in answers[1:])


def _memory(answer: Answer) -> float:
    return float(answer["resident"]) / KIB_IN_MIB


def _rounds() -> tuple[list[Answer], dict[str, list[Answer]]]:
    """Ours and each peer's, one after the other on one core, so that all meet the same machine."""
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})  # the children inherit it
    content = _content()
    answers: list[Answer] = []
    with ExitStack() as stack:
        command: list[str | Path] = [sys.executable, "-m", "benchmarks.letter_child"]
        work = {"content": content, "letters": LETTERS // ROUNDS}
        ours = stack.enter_context(_child(command, work))
        work = _peer_work(content)
        peers = {
            name: stack.enter_context(_child([environment.python(*packages), script], work))
            for name, packages, script in _peers()
        }
        theirs: dict[str, list[Answer]] = {name: [] for name in peers}
        for _ in range(ROUNDS):
            answers.append(ours.go())
            for name, peer in peers.items():
                theirs[name].append(peer.go())
    return answers, theirs


def _child(command: list[str | Path], work: dict[str, Any]) -> Child:
    return Child(command, json.dumps(work).encode())


def _peers() -> Iterator[tuple[str, tuple[str, ...], Path]]:
    scripts = CHECKOUT / "benchmarks" / "peers"
    yield "weasyprint, full Noto", environment.WEASYPRINT, scripts / "weasyprint_letter.py"
    yield "reportlab, cut face", environment.REPORTLAB_SIGNED, scripts / "reportlab_letter.py"


def _content() -> dict[str, Any]:
    """A letter like those of six hours in which 120,000 stood still."""
    touched = {"from": "2026-11-22T01:12:09Z", "until": "2026-11-22T07:00:44Z"}
    outage = {
        "number": "IN-20261122-001",
        "title_zh": "征信查询中断",
        "title_en": "Credit reports were down",
        "component_zh": "征信查询",
        "component_en": "Credit reports",
        "windows": [["2026-11-22T01:00:00Z", "2026-11-22T07:00:00Z"]],
        "seconds": 21_600,
    }
    facts = {
        "incident": outage,
        "touched": touched,
        "revision": 1,
        "query": {
            "request_no": "20261122" + "A1B2C3D4E5F6G7H8",
            "signed_at": "2026-11-22T01:11:58Z",
            "consent_sha256": facts_hash(outage),
        },
        "borrower": {"name": "王小二", "id_number": "110************02X"},
        "loan": {"reference": "LA-2026-1", "lender": "远山银行", "lender_code": "A10311000H0001"},
        "law": of_law((law.PROOF, law.WRITTEN_CONSENT, law.TWO_FREE_REPORTS)),
        "missing_glyphs": [],
        "replaces": None,
    }
    return compose(
        serial=SERIAL,
        kind="delay",
        template=newest("delay").version,
        font=fonts.version(),
        issued_at=dt.datetime(2026, 11, 22, 8, tzinfo=dt.UTC),
        facts=facts,
    )


def _peer_work(content: dict[str, Any]) -> dict[str, Any]:
    """The same letter as HTML and as lines, and the key that signs."""
    letters = [words(content, language) for language in ("zh-hans", "en")]
    lines = [
        line
        for letter in letters
        for line in (
            letter.title,
            letter.to,
            *letter.paragraphs,
            *(f"{term}  {value}" for term, value in letter.facts),
            *(f"{name}：{wording}" for name, wording in letter.law),
            letter.how_to_verify,
        )
    ]
    return {
        "letters": PEER_LETTERS,
        "html": _html(letters, content),
        "css": CSS,
        "lines": lines,
        "address": printing.verification(SERIAL),
        "pem": Path(keys.configured().key_file).read_text(),
    }


def _html(letters: list[Words], content: dict[str, Any]) -> str:
    """What our paper says, as markup."""
    address = printing.verification(content["serial"])
    side, runs = qr.drawn(address)
    path = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in runs)
    code = f'<svg viewBox="0 0 {side} {side}"><path d="{path}"/></svg><p>{address}</p>'
    return "".join(("<html lang=zh-CN><body>", *map(_section, letters), code, "</body></html>"))


def _section(letter: Words) -> str:
    texts = "".join(f"<p>{escape(text)}</p>" for text in (letter.to, *letter.paragraphs))
    rows = "".join(
        f"<tr><th>{escape(term)}</th><td>{escape(value)}</td></tr>" for term, value in letter.facts
    )
    law = "".join(f"<li>{escape(name)}：{escape(wording)}</li>" for name, wording in letter.law)
    parts = (f"<h1>{escape(letter.title)}</h1>", texts, f"<table>{rows}</table>", f"<ul>{law}</ul>")
    return f"<section>{''.join(parts)}<p>{escape(letter.signed)}</p></section>"
